"""The lead behind each outbox item as it was then, and what the rep is asked about it."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0017 import STATEMENTS

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the table and its trigger."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
