"""What other desks wrote about a record beyond the CRM's fields."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0018 import TABLES

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the table."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
