"""The leads that cannot wait: due callbacks, people who converted just now, SLAs about to break."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sdrdesk.clock import Clock
from sdrdesk.domain.ranking.scoring import is_callback_due
from sdrdesk.domain.sla.sla import SlaConfig, sla_state
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.queue.service import JUST_CONVERTED, QueueService
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.comments import comments_for
from sdrdesk.store.record.sla_pauses import pauses_in
from sdrdesk.store.reports.counts import callback_leads_until, waiting_leads_since
from sdrdesk.store.reports.lookups import lead_names

Why = Literal["callback", "fresh", "sla", "comment"]

_CONVERTED_WITHIN = timedelta(days=5)
"""Over a long weekend an SLA in office hours is not due before Tuesday."""
_MOST = 60
"""Newest leads looked at: an SLA is minutes long, and more of them cannot be called in time."""


class Waiting(NamedTuple):
    """A callable lead that cannot wait, for one reason."""

    why: Why
    lead_id: str
    name: str
    at: datetime
    """When the callback is due, the person converted, the SLA breaks, or a colleague commented on
    the rep's call; aware UTC."""


class Attention(NamedTuple):
    """Everything of the rep that cannot wait, callbacks first, then the newest."""

    waiting: tuple[Waiting, ...] = ()
    in_call: bool = False
    """True if the rep is in a call, in any window on this machine."""

    def count(self, why: Why) -> int:
        """Return the number of leads that wait for this reason."""
        return sum(item.why == why for item in self.waiting)

    def parts(self) -> tuple[str, ...]:
        """Return the counts in words, without those of zero."""
        due, fresh, risk = (self.count(why) for why in ("callback", "fresh", "sla"))
        comments = self.count("comment")
        return (
            *([f"☎ {due} due"] if due else ()),
            *([f"{fresh} new"] if fresh else ()),
            *([f"! {risk} {plural(risk, 'SLA')} at risk"] if risk else ()),
            *([f"{comments} {plural(comments, 'comment')}"] if comments else ()),
        )


class AttentionService:
    """Finds them in the database alone; needs no network."""

    def __init__(
        self,
        db: Database,
        queue: QueueService,
        sla: Callable[[], SlaConfig],
        clock: Clock,
        in_call: Callable[[], bool],
        me: Callable[[], str] = lambda: "",
    ) -> None:
        self._db = db
        self._queue = queue
        self._sla = sla
        self._clock = clock
        self._in_call = in_call
        self._me = me

    def now(self) -> Attention:
        """Return the leads that cannot wait now; only those that may be called."""
        now = self._clock()
        owners = self._queue.owner_ids()
        since = now - _CONVERTED_WITHIN
        ids = dict.fromkeys(
            (
                *callback_leads_until(self._db, now),
                *waiting_leads_since(self._db, since, owners, _MOST),
            )
        )
        said = tuple(
            Waiting("comment", comment.lead_id, comment.name, comment.at)
            for comment in comments_for(self._db, self._me())
        )
        if not ids:
            return Attention(said, in_call=self._in_call())
        with self._db.reader() as connection:
            pauses = pauses_in(connection, list(ids))
        found: list[tuple[Why, str, datetime]] = []
        for item in self._queue.callable_of(tuple(ids)):
            if item.callback_at is not None and is_callback_due(item, now):
                found.append(("callback", item.lead_id, item.callback_at))
            elif item.converted_at is not None and not item.attempts:
                if now - item.converted_at <= JUST_CONVERTED:
                    found.append(("fresh", item.lead_id, item.converted_at))
                waits = pauses.get(item.lead_id, ())
                config = self._sla().of(item.owner_id)
                sla = sla_state(item.converted_at, None, config, now, how_late=False, pauses=waits)
                if sla.state == "at_risk" and sla.due_at is not None:
                    found.append(("sla", item.lead_id, sla.due_at))
        names = lead_names(self._db, {lead_id for _, lead_id, _ in found})
        return Attention(
            (
                *(Waiting(why, lead_id, names.get(lead_id, ""), at) for why, lead_id, at in found),
                *said,
            ),
            self._in_call(),
        )
