"""What follows a call: other tasks of the CRM, e-mails that were opened, cadences."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0024 import STATEMENTS

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the columns and tables; the next sync reads every lead and task again."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
