"""Whose "do not call" it is that the CRM shows: the value alone does not tell.

A mark that a rep of this desk made by mistake may be lifted. One that somebody else made, before or
since, must stay.
"""

from __future__ import annotations

from sdrdesk.store.database.database import Database
from sdrdesk.store.outbox import receipts
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.sync.port import LeadFields
from sdrdesk.sync.push.targets import Targets

MARK = "do_not_call"


class Marks:
    """Tells our own marks from others' by the moments the CRM keeps of them."""

    def __init__(self, db: Database, targets: Targets) -> None:
        self._db = db
        self._targets = targets

    def is_others(self, item: Sending, value: str, now: LeadFields) -> bool:
        """Return whether a mark that ``item`` lifts was set again since ours arrived."""
        if value != "false" or now.values.get(MARK) != "true":
            return False
        with self._db.reader() as connection:
            ours_ms = receipts.marked_at_ms(connection, item)
        return bool(ours_ms) and self._set_ms(now.lead_id) > ours_ms

    def begin(self, item: Sending, now: LeadFields) -> None:
        """Remember on disk that our mark is about to leave: its answer may get lost."""
        with self._db.writer(durable=True) as connection:
            receipts.note_do_not_call_try(connection, item, now.modified_ms)

    def made_ms(self, lead_id: str) -> int:
        """Return when the CRM took the mark that was just written, 0 when it does not say."""
        return self._set_ms(lead_id)

    def made_earlier_ms(self, item: Sending, lead_id: str) -> int | None:
        """Return when a try of ``item`` whose answer got lost made the mark that is there now.

        ``None``: no try of it did, so the mark is somebody else's.
        """
        seen_ms = item.payload.get("mark_try_ms")
        if not isinstance(seen_ms, int):
            return None
        set_ms = self._set_ms(lead_id)
        return set_ms if not set_ms or set_ms > seen_ms else None

    def _set_ms(self, lead_id: str) -> int:
        return self._targets.fields(lead_id, (MARK,), times=True).changed_ms.get(MARK, 0)
