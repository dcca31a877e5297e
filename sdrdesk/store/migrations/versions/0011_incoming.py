"""Calls that came in, and callers found by any part of their number."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.search_0011 import STATEMENTS as SEARCH
from sdrdesk.store.migrations.tables_0011 import COLUMNS

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column, and index numbers by every end of theirs."""
    for statement in (*COLUMNS, *SEARCH):
        op.get_bind().exec_driver_sql(statement)
