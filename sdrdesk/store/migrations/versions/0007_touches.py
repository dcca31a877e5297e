"""Touches without a call, incoming calls, and what the CRM has attached to a call."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.rebuild import rebuild
from sdrdesk.store.migrations.tables_0007 import ACTIVITY, OUTBOX

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Allow e-mails and messages, and add the columns that describe them."""
    rebuild(op.get_bind(), "activity", ACTIVITY)
    rebuild(op.get_bind(), "outbox", OUTBOX)
