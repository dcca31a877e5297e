"""Events that wait for their hooks, and what agents proposed."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0027 import TABLES

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
