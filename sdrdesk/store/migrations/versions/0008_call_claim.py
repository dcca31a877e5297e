"""The claim of a call in progress: who is in it, and until when nobody else calls the lead."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0008 import TABLES

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
