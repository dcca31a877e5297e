"""Write the result of a meeting to the CRM.

The meeting is read right before it is written: a word that somebody else put there since is not
overwritten without asking, and a change whose answer got lost is found to be there already.
"""

from __future__ import annotations

from sdrdesk.clock import Clock, parse_iso
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.domain.outcome.meeting_result import OPEN, result_of
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.outbox import outbox
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.sync.errors import Gone, Rejected
from sdrdesk.sync.port import CrmClient


class MeetingPush:
    """Sends results of meetings; all are safe to repeat."""

    def __init__(self, db: Database, crm: CrmClient, clock: Clock) -> None:
        self._db = db
        self._crm = crm
        self._clock = clock

    def send(self, item: Sending) -> OutboxState | None:
        """Send one result and return its new state.

        Raises:
            SdrDeskError: it was not sent; ``Pusher`` decides what happens to it.
        """
        with self._db.writer() as connection:
            if not outbox.begin_sending(connection, item.key, unknown=False):
                return None
        try:
            self._change(item)
        except Gone:
            return self._done(item, left="the meeting was deleted at the CRM")
        return self._done(item)

    def _change(self, item: Sending) -> None:
        said = {name: str(value) for name, value in item.payload.items()}
        crm_id, start_at = said["meeting"], said.get("start_at", "")
        now = self._crm.read_activity("meeting", crm_id)
        is_there = not start_at or now.at_ms == to_ms(parse_iso(start_at))
        if now.result == said["result"] and is_there:
            return
        if now.result not in (*OPEN, said["seen"]) and not item.payload.get("anyway"):
            with self._db.writer() as connection:
                outbox.put_payload(connection, item.key, {**item.payload, "anyway": True})
            raise Rejected(
                f'Somebody set this meeting to "{result_of(now.result)}" at the CRM since. Send '
                "yours with sdrdesk outbox retry, or keep theirs with sdrdesk outbox drop."
            )
        self._crm.change_meeting(crm_id, said["result"], start_at)

    def _done(self, item: Sending, *, left: str = "") -> OutboxState:
        with self._db.writer() as connection:
            if left:
                receipt = {**item.payload, "left": {"meeting": left}}
                outbox.put_payload(connection, item.key, receipt)
            outbox.sent(connection, item, str(item.payload["meeting"]), to_ms(self._clock()))
        return OutboxState.SENT
