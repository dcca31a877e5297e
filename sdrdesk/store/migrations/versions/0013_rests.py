"""What ends a rest: the conversion the rep had seen, and whether it holds a callback, too."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0013 import BEGUN_BEFORE, COLUMNS

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns; rests that are running end with the next conversion."""
    for statement in (*COLUMNS, BEGUN_BEFORE):
        op.get_bind().exec_driver_sql(statement)
