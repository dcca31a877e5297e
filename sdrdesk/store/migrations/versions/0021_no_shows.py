"""Missed meetings as promises."""

from __future__ import annotations

from alembic import op

from sdrdesk.store.migrations.rebuild import rebuild
from sdrdesk.store.migrations.tables_0021 import PROMISE

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Allow the origin."""
    rebuild(op.get_bind(), "promise", PROMISE)
