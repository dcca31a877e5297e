"""The time at which the person picked up in the call in progress."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0003 import TABLES

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
