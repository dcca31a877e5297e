"""Removes impossible values of the CRM, from before they were checked.

The next sync reads such a record again and notes what it leaves out.
"""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.repair_0004 import STATEMENTS

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Repair the rows of the mirror; a rep's own records stay unchanged."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
