"""The origin of a "do not call" mark at the CRM, which its value does not show.

A mark that a rep of this desk made by mistake may be lifted. A mark by anyone else must stay.
"""

from __future__ import annotations

from sdrdesk.domain.crm.records import LeadFields
from sdrdesk.store.database.database import Database
from sdrdesk.store.outbox import receipts
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.sync.push.lead_lookup import LeadLookup

MARK = "do_not_call"


class Marks:
    """Tells our own marks from others' by the times the CRM keeps of them."""

    def __init__(self, db: Database, lead_lookup: LeadLookup) -> None:
        self._db = db
        self._lookup = lead_lookup

    def is_others(self, item: Sending, value: str, now: LeadFields) -> bool:
        """Return whether the mark that ``item`` lifts was set again after ours."""
        if value != "false" or now.values.get(MARK) != "true":
            return False
        with self._db.reader() as connection:
            ours_ms = receipts.marked_at_ms(connection, item)
        return bool(ours_ms) and self.set_ms(now.lead_id) > ours_ms

    def begin(self, item: Sending, now: LeadFields) -> None:
        """Note on disk that our mark is about to be sent: its response may get lost."""
        with self._db.writer(durable=True) as connection:
            receipts.note_do_not_call_try(connection, item, now.modified_ms)

    def made_earlier_ms(self, item: Sending, lead_id: str) -> int | None:
        """Return when an earlier try of ``item`` set the current mark, ``None`` if none did."""
        seen_ms = item.payload.get("mark_try_ms")
        if not isinstance(seen_ms, int):
            return None
        set_ms = self.set_ms(lead_id)
        return set_ms if not set_ms or set_ms > seen_ms else None

    def set_ms(self, lead_id: str) -> int:
        """Return when the CRM's current mark was set, 0 unknown."""
        return self._lookup.fields(lead_id, (MARK,), times=True).changed_ms.get(MARK, 0)
