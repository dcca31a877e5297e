"""The account's own properties, and a lead as it stood when it converted."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0023 import CHANGES

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add columns, table and triggers."""
    for statement in CHANGES:
        op.get_bind().exec_driver_sql(statement)
