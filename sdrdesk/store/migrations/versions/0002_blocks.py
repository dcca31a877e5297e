"""Call blocks with their pauses and calls, and the opening note for a lead's next call."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0002 import TABLES

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables and their indices."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
