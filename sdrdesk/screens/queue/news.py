"""Changes of the queue without a key: the sync, the time, and the calls of other windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.screens.queue.layout import QueueLayout
from sdrdesk.screens.shell import offers
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.lead_list import LeadList

if TYPE_CHECKING:
    from sdrdesk.services.feed.offers import OfferView
    from sdrdesk.services.sync.away import AwayView
    from sdrdesk.services.views.lead import LeadView

_RERANK_EVERY_S = 30
"""Time alone changes the order: callbacks come due, windows open and close."""
_LOOK_EVERY_S = 2
"""Interval of looking for due callbacks and the calls of other windows."""
_IDLE_AFTER_S = 30
"""Without a key for this long nobody reads along …"""
_IDLE_TIMES = 4
"""… and both are done this many times less often. What a sync brings still shows at once."""
_QUIET_S = 3.0
"""Without a key for this long the rep is not moving through the list."""


class QueueNews(QueueLayout):
    """Reads the queue again when something changed, but not while the rep is moving or typing."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._stale = False
        self._beats = 0
        """Seconds on this screen."""
        self._last_key = self.desk.now()
        self._due_read: datetime | None = None
        """The last callback for which the queue was read again when it came due."""
        self._in_call: Mapping[str, str] = {}
        self._away_due = False
        """True if a sync ended since the rep was last shown what happened while they were away."""

    def on_mount(self) -> None:
        """Look at the time and around."""
        self.every(1, self._beat)

    def _beat(self) -> None:
        self._beats += 1
        self.query_one(LeadList).beat()
        self._each_second()
        quiet_s = (self.desk.now() - self._last_key).total_seconds()
        times = _IDLE_TIMES if quiet_s > _IDLE_AFTER_S else 1
        if self._beats % (_LOOK_EVERY_S * times) == 0:
            self._look_around()
        if self._beats % (_RERANK_EVERY_S * times) == 0:
            self._rerank()

    def _rerank(self) -> None:
        self._stale = True
        self._catch_up()

    def _look_around(self) -> None:
        """Look for callbacks that came due, and for the calls of other windows."""

        def ask() -> tuple[Mapping[str, str], OfferView | None]:
            try:
                return self.desk.queue.in_call(), offers.offered(self)
            except SdrDeskError:  # the next load says what is wrong
                return self._in_call, None

        def then(found: tuple[Mapping[str, str], OfferView | None]) -> None:
            in_call, offer = found
            if offer != self.place.offer:
                self.place.offer = offer
                self._show_keys()
            if in_call != self._in_call:
                self._in_call = dict(in_call)
                self._stale = True
                self._catch_up()

        due_at = self._status.next_callback_at if self._status is not None else None
        if due_at is not None and due_at <= self.desk.now() and due_at != self._due_read:
            self._due_read = due_at
            self._rerank()
        if self.is_on_top:
            self.read("queue.calls", ask, then)

    def _catch_up(self) -> None:
        """Load again if something changed, but not while the rep is moving or typing."""
        if not self._stale or not self.is_on_top or self.is_typing:
            return
        if (self.desk.now() - self._last_key).total_seconds() < _QUIET_S:
            self.set_timer(_QUIET_S, self._catch_up)
            return
        self.load()

    def clock_jumped(self, jump: ClockJump) -> None:  # noqa: ARG002 - the base class's signature
        """Rank again at once; a cursor at the top goes to the new top."""
        self._last_key = self.desk.now() - timedelta(seconds=_QUIET_S)
        self._due_read = None
        leads = self.query_one(LeadList)
        if self.at_top and not leads.marked and not self.is_typing:
            self.go_to_top()
        self.load()

    @property
    def at_top(self) -> bool:
        """True if the cursor is on the first lead to call."""
        raise NotImplementedError

    def go_to_top(self) -> None:
        """Show the order that is read next from its top."""
        raise NotImplementedError

    def hear(self, event: SyncEvent) -> None:
        """Show the state of the sync; load changes without disturbing what is typed."""
        if event.kind in ("failed", "refused", "stranger"):
            self.say(Content.styled(f"! {event.text}", "$text-error"))
        elif event.kind == "progress":
            self.say(Content(event.text))
        if event.fresh_lead_ids:
            lead_id = event.fresh_lead_ids[0]
            self.read("queue.fresh", lambda: self.desk.leads.view(lead_id), self._announce)
        if event.kind == "team":
            self._look_around()
        self._stale = self._stale or event.changed
        if event.kind == "finished":
            self._away_due = True
            self.offer_away()
        if self.is_on_top:  # resuming reads it anyway
            self.read("queue.status", lambda: self.desk.status.view(), self._show_status)
        self._catch_up()

    def offer_away(self) -> None:
        """Show once what happened while the rep was away, but not while they move or type."""
        if not self._away_due or not self.is_on_top or self.is_typing:
            return
        if (self.desk.now() - self._last_key).total_seconds() < _QUIET_S:
            self.set_timer(_QUIET_S, self.offer_away)
            return
        self._away_due = False

        def ask() -> AwayView | None:
            if not self.desk.away.is_unseen():
                return None
            view = self.desk.away.view()
            if not view.is_news:
                self.desk.away.saw(view)  # what comes later is no part of it
            return view if view.is_news else None

        def then(view: AwayView | None) -> None:
            from sdrdesk.screens.sync.away import AwayScreen

            if view is not None and self.is_on_top and not self.is_typing:
                self.app.push_screen(AwayScreen(self.place))

        self.read("queue.away", ask, then)

    def _announce(self, lead: LeadView) -> None:
        self.place.fresh = lead.row
        self._show_keys()
