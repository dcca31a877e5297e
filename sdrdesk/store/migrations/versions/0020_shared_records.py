"""What other desks wrote about a record beyond the CRM's fields."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0020 import TABLES

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make the table."""
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
