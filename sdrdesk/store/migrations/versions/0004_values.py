"""Take out values of the CRM that no column or calendar should hold, from before they were checked.

A record that loses one is read again by the next sync, which says what was left out.
"""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.repair_0004 import STATEMENTS

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Repair the rows of the mirror; what a rep recorded is not touched."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
