"""The account of each outbox item, and activities recorded by a wrong clock."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0005 import TABLES

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
