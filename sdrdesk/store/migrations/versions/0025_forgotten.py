"""People who were erased here, as keyed hashes."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0025 import TABLES

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Make the table."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
