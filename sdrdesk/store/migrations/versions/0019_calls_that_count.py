"""Which calls took place, whom else they reached, when meetings were made, pauses of the SLA."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0019 import STATEMENTS

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns and tables."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
