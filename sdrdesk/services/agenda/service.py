"""The agenda: promised callbacks, booked meetings, other tasks of the CRM; mine and the team's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.outcome.meeting_result import ASK_DAYS
from sdrdesk.store.database.database import Database
from sdrdesk.store.promises.agenda import AgendaRow, booked, promised

Whose = Literal["mine", "team", "colleague"]
Span = Literal["today", "tomorrow", "week", "all"]

_FAR = timedelta(days=3650)


class AgendaItem(NamedTuple):
    """One callback or meeting."""

    row: AgendaRow
    whose: Whose
    """The ones who may keep it: the rep, anybody of the team, or a colleague."""
    late: bool
    ask: bool = False
    """A meeting that was to begin, and nobody has said what became of it."""

    @property
    def at(self) -> datetime:
        """When it is due, aware UTC."""
        return self.row.at


class AgendaView(NamedTuple):
    """The agenda of a span of days, earliest first."""

    as_of: datetime
    items: tuple[AgendaItem, ...]


class AgendaService:
    """Reads the agenda from the database alone; needs no network."""

    def __init__(
        self, db: Database, clock: Clock, zone: ZoneInfo, me: Callable[[], Owner | None]
    ) -> None:
        self._db = db
        self._clock = clock
        self._zone = zone
        self._me = me

    def view(self, span: Span = "all", *, everybody: bool = False) -> AgendaView:
        """Return what is due in a span of the rep's days; overdue callbacks belong to today.

        Args:
            span: today, tomorrow, the seven days from today, or all.
            everybody: also what colleagues promised to leads that are not the rep's.
        """
        now = self._clock()
        start, until = self._bounds(span, now)
        rows = [*promised(self._db, now, until), *booked(self._db, max(start, now), until)]
        if span != "tomorrow":
            rows += booked(self._db, now - timedelta(days=ASK_DAYS), now)
        if span == "tomorrow":
            rows = [row for row in rows if row.at >= start]
        me = self._me()
        mine = me.owner_id if me else ""
        items = [
            AgendaItem(row, _whose(row, mine), row.at < now, row.kind == "meeting" and row.at < now)
            for row in rows
        ]
        found = [
            item
            for item in items
            if everybody or item.whose != "colleague" or item.row.lead_owner_id == mine
        ]
        return AgendaView(now, tuple(sorted(found, key=lambda item: (item.at, item.row.kind))))

    def _bounds(self, span: Span, now: datetime) -> tuple[datetime, datetime]:
        today = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        first = today + timedelta(days=1) if span == "tomorrow" else today
        days = {"today": 1, "tomorrow": 1, "week": 7}.get(span)
        return first, first + (timedelta(days=days) if days else _FAR)


def _whose(row: AgendaRow, mine: str) -> Whose:
    if row.owner_id and row.owner_id == mine:
        return "mine"
    return "team" if row.team else "colleague"
