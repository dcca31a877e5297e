"""The state line: connection, age of the data, unsent items, and the day so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.config import Settings
from sdrdesk.domain.sla.sla import SlaConfig, sla_state
from sdrdesk.domain.text.humanize import clock_error
from sdrdesk.services.account.left_out_text import left_out_words
from sdrdesk.services.account.rules import do_not_call_unread, rep_of
from sdrdesk.services.sync.events import CrmConnection
from sdrdesk.services.views.sync import StatusView
from sdrdesk.store.account.left_out import left_out
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import last_pull
from sdrdesk.store.record.clock_shifts import last_reading
from sdrdesk.store.record.sla_pauses import pauses_in
from sdrdesk.store.reports.counts import (
    callback_leads_until,
    callbacks_until,
    conversions_between,
)

if TYPE_CHECKING:
    from sdrdesk.services.log.service import TeamLog
    from sdrdesk.services.queue.service import QueueService
    from sdrdesk.services.sync.outbox import OutboxService
    from sdrdesk.services.views.block import BlockView

SOON = timedelta(hours=1)
"""Time before a callback at which it is shown: a rep can still make room for the call."""


class StatusService:
    """Builds the state line."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        queue: QueueService,
        log: TeamLog,
        sending: OutboxService,
        clock: Clock,
        zone: ZoneInfo,
        encryption_note: str,
        sla: SlaConfig,
        block: Callable[[], BlockView | None],
        connection: CrmConnection,
        *,
        demo: bool,
        rules: Callable[[], tuple[str, bool]] = lambda: ("", False),
    ) -> None:
        self._db = db
        self._settings = settings
        self._queue = queue
        self._log = log
        self._sending = sending
        self._clock = clock
        self._zone = zone
        self._encryption_note = encryption_note
        self._sla = sla
        self._block = block
        self._demo = demo
        self._rules = rules
        self._connection = connection

    def take_rules(self, sla: SlaConfig) -> None:
        """Use these targets from now on."""
        self._sla = sla

    def view(self) -> StatusView:
        """Return the state line."""
        now = self._clock()
        connection, detail, cause = self._connection.latest
        me = rep_of(self._db, self._settings)
        last = last_pull(self._db)
        day = now.astimezone(self._zone).date()
        today = self._log.so_far(day, me.owner_id) if me else None
        counts = self._sending.counts()
        rules, rules_problem = self._rules()
        coming = callbacks_until(self._db, now + SOON, me.owner_id, now) if me else []
        # As many as the list has rows: of someone without a number, only the agenda reminds.
        due = self._queue.callable_of(callback_leads_until(self._db, now)) if me else []
        return StatusView(
            owner=me.name if me else "",
            connection=connection,
            detail=detail,
            data_age_s=None if last is None else max(0, int((now - last).total_seconds())),
            unsent=counts.unsent,
            blocked=counts.blocked,
            conflicts=len(self._sending.conflicts()),
            sla_percent=self._sla_percent(now, me.owner_id) if me else None,
            encrypted=self._db.encrypted,
            encryption_note=self._encryption_note,
            dials_today=today.dials if today else 0,
            meetings_today=today.meetings_set if today else 0,
            demo=self._demo,
            callbacks_due=len(due),
            next_callback_at=next((at for at in coming if at > now), None),
            clock_off=clock_off(self._db),
            do_not_call_unread=not self._demo and do_not_call_unread(self._db, self._settings),
            block=self._block(),
            left_out=tuple(map(left_out_words, left_out(self._db))),
            rules=rules,
            rules_problem=rules_problem,
            cause=cause,
        )

    def _sla_percent(self, now: datetime, owner_id: str) -> int | None:
        """Return the share of today's settled SLA promises that were kept, in percent."""
        midnight = datetime.combine(now.astimezone(self._zone).date(), time(), self._zone)
        sla = self._sla.in_zone(self._zone.key).of(owner_id)
        leads = conversions_between(self._db, midnight, now, owner_id)
        with self._db.reader() as connection:
            waits = pauses_in(connection, [lead_id for lead_id, _, _ in leads])
        states = [
            sla_state(converted, first, sla, now, pauses=waits.get(lead_id, ())).state
            for lead_id, converted, first in leads
        ]
        met, breached = states.count("met"), states.count("breached")
        return round(100 * met / (met + breached)) if met + breached else None


def clock_off(db: Database) -> str:
    """Return the error of this machine's clock by the last sync, in words; ``""`` when right."""
    with db.reader() as connection:
        reading = last_reading(connection)
    return clock_error(reading.ahead_ms / 1000) if reading is not None and reading.is_off else ""
