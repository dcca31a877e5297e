"""The website and the LinkedIn page of a lead, as the CRM has them."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0012 import COLUMNS

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns; the next sync reads every lead again and fills them."""
    for statement in COLUMNS:
        op.get_bind().exec_driver_sql(statement)
