"""While you were away: what went out, what was refused, and what others did meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from sdrdesk.clock import Clock
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.services.agenda.service import AgendaItem, AgendaService
from sdrdesk.services.sync.questions import QuestionView
from sdrdesk.services.views.sync import ConflictView, OutboxView
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.absence import absence, set_seen
from sdrdesk.store.reports.away import (
    AwayCall,
    NewsRow,
    calls_elsewhere,
    conversions_seen,
    lead_news,
    sent_kinds,
)


class AwayView(NamedTuple):
    """Events since a moment. Times are aware UTC."""

    since: datetime | None
    """The last sync before the absence; ``None``: there was none."""
    as_of: datetime
    seen: bool
    """True if the rep was shown this absence."""
    me: str
    """The rep's owner id."""
    sent: tuple[tuple[str, int], ...]
    """Kinds of items that went out, with their number."""
    refused: tuple[OutboxView, ...]
    conflicts: tuple[ConflictView, ...]
    leads: tuple[NewsRow, ...]
    calls: tuple[AwayCall, ...]
    promises: tuple[AgendaItem, ...]
    """Promised calls whose time passed, still open."""
    asked: tuple[QuestionView, ...] = ()
    """Leads that changed hands after something was recorded for them, which waits for an answer."""

    @property
    def needs_you(self) -> int:
        """Number of refused items, conflicts and questions."""
        return len(self.refused) + len(self.conflicts) + len(self.asked)

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to tell. What only went out is no reason to interrupt."""
        return not (self.needs_you or self.leads or self.calls or self.promises)

    @property
    def is_news(self) -> bool:
        """True if the rep should be shown it now."""
        return self.since is not None and not self.seen and not self.is_empty


class _Outbox(Protocol):
    def items(self, *, sent: bool = False) -> list[OutboxView]: ...
    def conflicts(self) -> list[ConflictView]: ...


class AwayService:
    """Reads what happened from the database alone; needs no network."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        outbox: Callable[[], _Outbox],
        agenda: Callable[[], AgendaService],
        me: Callable[[], Owner | None],
        asked: Callable[[], list[QuestionView]] = list,
    ) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._agenda = agenda
        self._me = me
        self._asked = asked

    def is_unseen(self) -> bool:
        """Return whether there was an absence that the rep was not shown: one small read."""
        found = absence(self._db)
        return found is not None and not found.seen

    def view(self, since: datetime | None = None) -> AwayView:
        """Return what happened since a moment, or since the last absence began.

        Leads that moved, merged or were deleted have no time: they are those of the last absence,
        and are left out when ``since`` is later.
        """
        now, found, me = self._clock(), absence(self._db), self._me()
        mine = me.owner_id if me else ""
        start = since or (found.since if found else None)
        seen = since is not None or found is None or found.seen
        if start is None:
            return AwayView(None, now, True, mine, (), (), (), (), (), ())
        outbox = self._outbox()
        news: list[NewsRow] = []
        if mine:
            if found is not None and start <= found.since:
                news = lead_news(self._db, found.news, mine)
            news += conversions_seen(self._db, start, mine)
        asked = self._asked()
        waits = {key for question in asked for key in question.keys}
        kinds = Counter(sent_kinds(self._db, start))
        return AwayView(
            start,
            now,
            seen,
            mine,
            tuple(sorted(kinds.items())),
            tuple(
                item for item in outbox.items() if item.state == "blocked" and item.key not in waits
            ),
            tuple(outbox.conflicts()),
            tuple(news),
            tuple(calls_elsewhere(self._db, start, now, mine)) if mine else (),
            tuple(
                item
                for item in self._agenda().view("today").items
                if item.late and item.row.kind == "callback" and item.at > start
            ),
            tuple(asked),
        )

    def saw(self, view: AwayView) -> None:
        """Note that the rep has seen this absence; it is not shown on its own again."""
        if view.since is not None:
            set_seen(self._db, view.since, to_ms(self._clock()))
