"""Corrections of calls and notes that the CRM has already.

The record is read right before it is written, so that nobody's newer words are overwritten, and a
correction whose answer got lost is found to be there already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.records import ActivityKindName
from sdrdesk.domain.crm.shared_facts import SharedFacts, read_facts
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.outbox import outbox
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.store.outbox.sent_records import SentRecord, outcome_values, sent_record
from sdrdesk.sync.errors import Gone, Rejected
from sdrdesk.sync.port import ActivityIntent, CreateItem, CrmClient, KeyMode

_WAITS = "The call itself is not at the CRM yet; its correction goes out after it."
_WAIT_MS = 60_000


class CorrectionPush:
    """Sends corrections; all are safe to repeat.

    Args:
        db: the database.
        crm: the account.
        clock: the present moment.
        with_outcome: puts the account's own value of the outcome into an item.
    """

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        clock: Clock,
        with_outcome: Callable[[CreateItem], CreateItem],
    ) -> None:
        self._db = db
        self._crm = crm
        self._clock = clock
        self._with_outcome = with_outcome

    def send(self, item: Sending) -> OutboxState | None:
        """Send one correction and return its new state.

        Raises:
            SdrDeskError: it was not sent; ``Pusher`` decides what happens to it.
        """
        with self._db.reader() as connection:
            record = sent_record(connection, str(item.payload.get("call", "")))
        if not record.crm_id:
            if record.state in ("", "undone"):
                return self._done(item, "", left="the call was never sent")
            if record.state == OutboxState.SENT:  # another record has its id now
                return self._done(item, "", left="the call is not at the CRM any more")
            return self._later(item)
        with self._db.writer() as connection:
            if not outbox.begin_sending(connection, item.key, unknown=False):
                return None
        try:
            return self._correct(item, record)
        except Gone:
            return self._done(item, record.crm_id, left="the call was deleted at the CRM")

    def _correct(self, item: Sending, record: SentRecord) -> OutboxState:
        kind = cast(ActivityKindName, item.kind.value)
        create = CreateItem(
            kind=kind,
            key=record.key,
            lead_id=item.lead_id,
            company_id="",
            intent=cast(ActivityIntent, item.payload),
            mode=KeyMode.FIELD,
        )
        if kind == "call":
            create = self._with_outcome(create)
        now = self._crm.read_activity(kind, record.crm_id)
        text = str(item.payload.get("note" if kind == "call" else "body", ""))
        parts = []
        if _words(now.note) != _words(text):
            if _words(now.note) not in {_words(known) for known in record.texts}:
                self._ask(item, "the note")
            parts.append("text")
        if kind == "call" and now.outcome != create.outcome:
            if now.outcome not in self._values(record):
                self._ask(item, "the outcome")
            parts.append("outcome")
        facts = item.payload.get("facts")
        told = now.facts or SharedFacts()
        if now.key and isinstance(facts, dict) and read_facts(facts) != told:
            parts.append("facts")
        if parts:
            self._crm.correct_activity(create, record.crm_id, parts)
        return self._done(item, record.crm_id)

    def _values(self, record: SentRecord) -> set[str]:
        """Return the account's values of the outcomes that sdrdesk wrote to the record."""
        with self._db.reader() as connection:
            return outcome_values(connection, record.outcomes) | {""}

    def _ask(self, item: Sending, what: str) -> None:
        """Leave the choice to the rep: a retry knows of the other's change, and sends theirs."""
        if item.payload.get("anyway"):
            return
        with self._db.writer() as connection:
            outbox.put_payload(connection, item.key, {**item.payload, "anyway": True})
        raise Rejected(
            f"Somebody changed {what} of this call at the CRM since. Send your correction with "
            "sdrdesk outbox retry, or keep theirs with sdrdesk outbox drop."
        )

    def _later(self, item: Sending) -> OutboxState:
        with self._db.writer() as connection:
            outbox.defer(
                connection,
                item.key,
                state=OutboxState.QUEUED,
                next_try_ms=to_ms(self._clock()) + _WAIT_MS,
                error=_WAITS,
                unknown=False,
            )
        return OutboxState.QUEUED

    def _done(self, item: Sending, crm_id: str, *, left: str = "") -> OutboxState:
        with self._db.writer() as connection:
            if left:
                receipt = {**item.payload, "left": {"call": left}}
                outbox.put_payload(connection, item.key, receipt)
            outbox.sent(connection, item, crm_id, to_ms(self._clock()))
        return OutboxState.SENT


def _words(text: str) -> str:
    # The CRM may change markup and blanks.
    return " ".join(text.split())
