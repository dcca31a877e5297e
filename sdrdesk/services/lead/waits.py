"""Waiting on the customer: rests the SLA of a lead, here and on every desk of the account."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sdrdesk.clock import Clock, iso
from sdrdesk.config import Settings
from sdrdesk.domain.crm.intents import NoteIntent
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.note_text import moment_text
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.domain.sla.pauses import SlaPause, rest_at
from sdrdesk.domain.sla.sla import SlaWord
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.account.rules import need_rep
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.outcomes import record
from sdrdesk.store.record.sla_pauses import pauses_in, put_pause

_LONGEST = timedelta(days=92)


class Waited(NamedTuple):
    """A wait that was noted, or ended."""

    lead_id: str
    lead_name: str
    reason: str
    until: datetime | None
    """Aware UTC; ``None`` when the clock runs again."""


def late_words(state: SlaWord) -> str:
    """Return that a wait comes too late for the SLA of a lead, ``""`` when it does not."""
    if state == "breached":
        return "The SLA was missed before: a wait does not change that."
    return "The SLA was met before: there is nothing to rest." if state == "met" else ""


class WaitService:
    """Notes waits: one transaction for the rest here and the note for the CRM."""

    def __init__(
        self, db: Database, need: Callable[[str], Lead], settings: Settings, clock: Clock
    ) -> None:
        self._db = db
        self._need = need
        self._settings = settings
        self._clock = clock

    def start(self, lead_id: str, reason: str, until: datetime) -> Waited:
        """Rest the SLA of a lead until then.

        Raises:
            UsageError: no reason, or an end that is past or months away; nothing was recorded.
        """
        now, why = self._clock(), one_line(reason, limit=200)
        if not why:
            raise UsageError(
                "A wait on the customer needs a reason.",
                kept="Nothing was recorded.",
                next_step='Add --reason "asked us to call after the trade fair".',
            )
        if not now < until <= now + _LONGEST:
            raise UsageError(
                f"A wait ends between now and {_LONGEST.days} days from now.",
                kept="Nothing was recorded.",
                next_step="Give --until, such as `thu 10:00` or `+2d`.",
            )
        lead = self._need(lead_id)
        body = f"Waiting on the customer until {moment_text(until, None)}: {why}"
        self._record(lead, SlaPause(now, until, why), body)
        return Waited(lead.lead_id, lead.name, why, until)

    def running(self, lead_id: str) -> SlaPause | None:
        """Return the wait of a lead that runs now, ``None`` without one."""
        with self._db.reader() as connection:
            return rest_at(pauses_in(connection, [lead_id]).get(lead_id, ()), self._clock())

    def end(self, lead_id: str) -> Waited:
        """Let the SLA of a lead run again.

        Raises:
            UsageError: it does not rest.
        """
        now, lead = self._clock(), self._need(lead_id)
        running = self.running(lead.lead_id)
        if running is None:
            raise UsageError(f"The SLA of {lead.name} does not rest.", kept="Nothing was changed.")
        ended = SlaPause(now, running.start, running.reason)
        self._record(lead, ended, "No longer waiting on the customer.")
        return Waited(lead.lead_id, lead.name, running.reason, None)

    def _record(self, lead: Lead, pause: SlaPause, body: str) -> None:
        me, key = need_rep(self._db, self._settings), str(uuid.uuid4())
        facts = {"waits": iso(pause.until), "reason": pause.reason}
        intent = NoteIntent(at=iso(pause.start), body=body, owner_id=me.owner_id, facts=facts)
        item = OutboxItem(
            key=key,
            kind=OutboxKind.NOTE,
            lead_id=lead.lead_id,
            activity_key=key,
            payload=dict(intent),
            hold_until=pause.start + timedelta(seconds=self._settings.sync.grace_s),
        )
        activity = Activity(
            key, lead.lead_id, me.owner_id, ActivityKind.NOTE, pause.start, note=body
        )

        def also(connection: Connection, made: Activity) -> None:
            put_pause(connection, made.lead_id, pause._replace(owner_id=me.owner_id))

        plan = OutcomePlan(activity, (item,), LeadChange(), ())
        record(self._db, plan, now=pause.start, also=also)
