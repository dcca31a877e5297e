"""What each call says about the number it dialled."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0010 import STATEMENTS

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column with its index, and fill it for the calls on disk."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
