"""The do-not-call register of this machine."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.tables_0026 import CHANGES

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Make the tables and triggers."""
    for statement in CHANGES:
        op.get_bind().exec_driver_sql(statement)
