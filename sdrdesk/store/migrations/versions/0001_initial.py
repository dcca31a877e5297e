"""The initial schema: the mirror of the CRM, the rep's own record, and type-to-find."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.search_0001 import STATEMENTS as SEARCH
from sdrdesk.store.migrations.tables_0001 import TABLES

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, index and trigger."""
    for statement in (*TABLES, *SEARCH):
        # exec_driver_sql, not op.execute: a colon in SQL must not be read as a parameter.
        op.get_bind().exec_driver_sql(statement)
