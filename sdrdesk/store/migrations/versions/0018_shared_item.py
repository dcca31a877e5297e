"""What the machines of one rep agreed on last, by way of a folder."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0018 import TABLES

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the table."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
