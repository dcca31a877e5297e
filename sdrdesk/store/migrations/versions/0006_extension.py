"""The extension of a lead's number, dialled after it."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0006 import COLUMNS

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; the next start fills it by deriving the leads again."""
    for statement in COLUMNS:
        op.get_bind().exec_driver_sql(statement)
