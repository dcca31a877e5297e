"""What happened to leads at the CRM: moved to another owner, deleted, merged."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0014 import STATEMENTS

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table and the triggers that fill it."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
