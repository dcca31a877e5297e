"""Who set the CRM's value of a conflict, and from where."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0016 import COLUMNS

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the columns."""
    for statement in COLUMNS:
        op.get_bind().exec_driver_sql(statement)
