"""The acts of a rep in the order of doing, for undo and redo."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0015 import TABLES

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
