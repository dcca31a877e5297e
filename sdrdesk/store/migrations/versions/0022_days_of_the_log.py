"""Indices for the callbacks due on a day, and for the meetings made since one."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0022 import STATEMENTS

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the indices."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
