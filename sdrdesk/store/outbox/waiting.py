"""Items of one lead that wait to be sent."""

from __future__ import annotations

from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.pending_fields import pending


def unsent_changes(db: Database, lead_id: str) -> tuple[str, ...]:
    """Return the fields of a lead with an unsent change."""
    with db.reader() as connection:
        return tuple(sorted(pending(connection, [lead_id]).get(lead_id, {})))
