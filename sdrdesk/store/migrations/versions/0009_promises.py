"""Promised calls as a table of their own: those recorded here and the call tasks of the CRM."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0009 import PROMISES, STATEMENTS

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table, and a promise of each callback that is open."""
    for statement in (*STATEMENTS, *PROMISES):
        op.get_bind().exec_driver_sql(statement)
