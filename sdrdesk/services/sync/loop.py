"""The endless sync of the workbench and of ``sync --watch``: its timing and its events."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from sdrdesk.domain.errors import CredentialsError, SdrDeskError, UnreachableError
from sdrdesk.domain.feed.notes import MANY_DESKS
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.sync.events import note_connection
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.sync.errors import WrongAccount
from sdrdesk.sync.pull.schedule import Looks, next_round_s, rest_s

if TYPE_CHECKING:
    from sdrdesk.services.sync.events import CrmConnection
    from sdrdesk.sync.engine import SyncEngine, SyncReport
    from sdrdesk.sync.report import Pushed

_log = logging.getLogger(__name__)

_NAP_S = 0.5
"""Longest sleep of the thread: quitting waits for it, and grace periods end in it."""
_NAP_OFFLINE_S = 30.0
"""The same while nothing can be sent: each look wakes the processor, and a kick ends the nap."""
_QUIET_S = 2.0
"""Pause for due items that could not be sent."""


FEED_INTERVAL_S = 1200.0
"""Between rounds while the team feed is alive: a net under it, for what it may lose."""
FEED_COMES_S = 8.0
"""Wait of a desk at the start that left the feed in good order: the relay gives a
sign of life every five seconds."""

_Next = Literal["pull", "push", "read"]

First = Callable[["Callable[[SyncEvent], None]", Callable[[], bool]], None]
"""Runs before the first round; raises nothing."""


class _Pace(Protocol):
    """The settings this module reads."""

    @property
    def interval_s(self) -> int: ...


class _Outbox(Protocol):
    def push_due_s(self) -> float | None: ...


class _Queue(Protocol):
    def just_converted(self, lead_ids: Sequence[str]) -> tuple[str, ...]: ...


class _Desk(Protocol):
    """The services this module uses."""

    @property
    def outbox(self) -> _Outbox: ...

    @property
    def queue(self) -> _Queue: ...

    @property
    def connection(self) -> CrmConnection: ...


class _Post(Protocol):
    @property
    def lead_ids(self) -> tuple[str, ...]: ...

    @property
    def call_ids(self) -> tuple[str, ...]: ...

    @property
    def too_many(self) -> bool: ...


class _Feed(Protocol):
    """The team feed, as this module sees it."""

    wake: Callable[[], None]

    @property
    def alive(self) -> bool: ...

    @property
    def desks(self) -> int: ...

    def due_s(self) -> float | None: ...

    def take(self) -> _Post: ...

    def take_claims_changed(self) -> bool: ...

    def take_wall_changed(self) -> bool: ...

    def was_left(self) -> bool: ...

    def has_all(self) -> bool: ...

    def leave(self) -> None: ...


class SyncLoop:
    """The background sync of the workbench: one round after another in one thread."""

    def __init__(
        self,
        make_engine: Callable[[Callable[[], bool]], SyncEngine],
        pace: _Pace,
        desk: _Desk,
        *,
        first: First | None = None,
        new_rules: Callable[[], bool] = lambda: False,
        between_rounds: Callable[[], int] = int,
        hear: Callable[[SyncEvent], None] = lambda _event: None,
        feed: _Feed | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._make_engine = make_engine
        self._pace = pace
        self._desk = desk
        self._first = first
        self._new_rules = new_rules
        self._between_rounds = between_rounds
        self._hear = hear
        self._feed = feed
        if feed is not None:
            feed.wake = self._heard
        self._fed = False
        self._comes_back = self._greets = False
        self._monotonic = monotonic
        self._jitter = jitter
        self._wake = threading.Event()
        self._kicked = False
        self._release = False
        self._failures = 0
        self._worked_at = monotonic()
        self._crowding = 1.0
        self._least_s = 0.0
        self._took_s = 0.0
        self._refused = False
        self._next_pull_at = 0.0
        self._push_quiet_until = 0.0
        self._pulled_at = float("-inf")

    def kick(self, *, release_held: bool = False) -> None:
        """Ask for a round now. Thread-safe, returns at once."""
        self._release = self._release or release_held
        self._worked_at = self._monotonic()
        self._kicked = True
        self._wake.set()

    def _heard(self) -> None:
        """Look at the feed now: it has news, or came or went."""
        self._wake.set()

    def run(self, on_event: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        """Sync in the calling thread until ``should_stop``; report the end of every round."""

        def tell(event: SyncEvent) -> None:
            note_connection(event, self._desk.connection.heard)
            on_event(event)
            self._hear(event)

        if self._first is not None:
            self._first(on_event, should_stop)

        engine: SyncEngine | None = None
        what = self._begin(should_stop, on_event)
        while not should_stop():
            self._wake.clear()
            self._kicked = False
            release, self._release = self._release, False
            try:
                if self._new_rules():
                    engine = None  # it derives leads by the rules of its making
                    if self._first is not None:
                        self._first(on_event, should_stop)
                if engine is None:
                    engine = self._make_engine(should_stop)
                self._round(engine, tell, release=release, what=what)
                self._failures = 0
            except SdrDeskError as error:
                self._failures += 1
                if isinstance(error, CredentialsError):
                    engine = None  # a new token may be set: connect again
                tell(SyncEvent(_kind(error), str(error), cause=getattr(error, "cause", "")))
            except Exception:  # noqa: BLE001 - a thread that dies silently would stop all syncing
                self._failures += 1
                _log.exception("sync round failed")
                tell(
                    SyncEvent(
                        "failed",
                        "A sync round failed unexpectedly. Everything you recorded is kept; "
                        "the next round tries again.",
                    )
                )
            was_cut = should_stop()
            what = self._wait(should_stop, on_event)
            self._leave(whole=not was_cut, stops=should_stop())

    def _begin(
        self, should_stop: Callable[[], bool], on_event: Callable[[SyncEvent], None]
    ) -> _Next:
        """Return what comes first: a round, or what the feed kept while the desk was closed."""
        self._next_pull_at = self._monotonic()
        if self._feed is None or not self._feed.was_left():
            return "pull"
        self._comes_back = True
        self._next_pull_at += FEED_COMES_S
        return self._wait(should_stop, on_event)

    def _leave(self, *, whole: bool, stops: bool) -> None:
        """Leave the feed in good order, when the last work before the stop was done."""
        if self._feed is not None and stops and whole and not self._failures:
            self._feed.leave()

    def _round(
        self,
        engine: SyncEngine,
        on_event: Callable[[SyncEvent], None],
        *,
        release: bool,
        what: _Next,
    ) -> None:
        if what == "read":
            self._read(engine, on_event)
            return
        if what == "push":
            self._worked_at = self._monotonic()
            pushed = engine.push(release_held=release)
            if not pushed.sent:
                # Due but not sendable now (another process pushes, a record is locked).
                self._push_quiet_until = self._monotonic() + _QUIET_S
            if pushed.sent or pushed.blocked or pushed.lacking:
                text = f"sent {pushed.sent}" + (
                    f", {pushed.blocked} refused" if pushed.blocked else ""
                )
                on_event(SyncEvent("finished", text, cause=_lacks(pushed)))
            return
        if release or not self._failures:  # a silent try while offline is no news
            on_event(SyncEvent("started", "syncing"))
        began, before = self._monotonic(), engine.crowding
        self._pulled_at = began
        self._comes_back = False
        self._took_s, self._refused = 0.0, True  # until it ends well
        try:
            report = engine.run(release_held=release, light=True, looks=self._looks(release))
        finally:
            from_others = self._between_rounds()  # needs no network
        self._crowding = engine.crowding
        self._least_s = engine.least_interval_s
        self._took_s, self._refused = self._monotonic() - began, 1.0 < self._crowding >= before
        on_event(
            SyncEvent(
                "finished",
                report_words(report),
                changed=_changed(report) or bool(from_others),
                fresh_lead_ids=self._desk.queue.just_converted(report.fresh_lead_ids),
                cause=_lacks(report.pushed),
            )
        )

    def _looks(self, asked: bool) -> Looks:
        """Return how many kinds of everybody's changes a round asks for.

        With the feed rounds are far apart, and it tells of leads and calls only: one kind in each
        would be hours late. In a large team even that is too much, unless the rep asks for it.
        """
        if self._feed is None or not self._feed.alive:
            return "one"
        if self._feed.desks > MANY_DESKS:
            return "one" if asked else "none"
        return "all"

    def _read(self, engine: SyncEngine, on_event: Callable[[SyncEvent], None]) -> None:
        """Read the leads and calls of which the feed told, without a search."""
        if self._feed is None:
            return
        post = self._feed.take()
        whole, self._greets = self._greets, False
        from_others = self._between_rounds() if whole else 0
        if post.too_many:
            # An ordinary round costs less; but not more of them than without the feed.
            soonest = self._pulled_at + self._pace.interval_s
            self._next_pull_at = min(self._next_pull_at, max(soonest, self._monotonic()))
            return
        report = engine.read(post.lead_ids, post.call_ids, whole=whole)
        on_event(
            SyncEvent(
                "finished",
                report_words(report),
                changed=_changed(report) or bool(from_others),
                fresh_lead_ids=self._desk.queue.just_converted(report.fresh_lead_ids),
            )
        )

    def _follow_feed(self, on_event: Callable[[SyncEvent], None]) -> bool:
        """Return whether leads are to be read; poll again soon when the feed has gone."""
        feed = self._feed
        if feed is None:
            return False
        if self._comes_back and feed.alive:
            self._comes_back, self._fed = False, True
            self._greets = feed.has_all()
            # As if it had never been away: the net under the feed is all that is missing, and a
            # thousand desks that are opened in the same minutes do not ask for it at once.
            rest_s = self._jitter(0.0, FEED_INTERVAL_S) if self._greets else 0.0
            self._next_pull_at = self._monotonic() + rest_s
        if feed.alive != self._fed:
            self._fed = feed.alive
            if not self._fed:
                # Not all desks in the same second.
                soon_s = self._jitter(0.0, float(self._pace.interval_s))
                self._next_pull_at = min(self._next_pull_at, self._monotonic() + soon_s)
            # When it comes, the next round is still made in time: it reads what was not told.
        if feed.take_claims_changed():
            on_event(SyncEvent("team", "", changed=True))
        if feed.take_wall_changed():
            on_event(SyncEvent("team", ""))  # no lead changed
        due_s = feed.due_s()
        return self._greets or (due_s is not None and due_s <= 0 and not self._failures)

    def _wait(
        self, should_stop: Callable[[], bool], on_event: Callable[[SyncEvent], None]
    ) -> _Next:
        """Sleep until something is due; return what."""
        past = self._monotonic() >= self._next_pull_at
        if past or self._failures:
            soon = self._monotonic() + self._next_pull_s()
            # A read that failed must not wait for the net under the feed.
            self._next_pull_at = soon if past else min(soon, self._next_pull_at)
        while not should_stop():
            now = self._monotonic()
            if now >= self._next_pull_at:
                return "pull"
            if self._follow_feed(on_event):
                return "read"
            resting = self._failures or now < self._push_quiet_until
            due = None if resting else self._desk.outbox.push_due_s()
            if due is not None and due <= 0:
                return "push"
            # Quitting may have to wait this long for the thread.
            read_s = self._feed.due_s() if self._feed is not None and not self._failures else None
            nap_s = _NAP_OFFLINE_S if self._failures else _NAP_S
            naps = (self._next_pull_at - now, nap_s, due, read_s)
            self._wake.wait(max(min(nap for nap in naps if nap is not None), 0.02))
            self._wake.clear()
            if self._kicked:
                self._next_pull_at = self._monotonic()
                return "pull"
        return "pull"

    def _next_pull_s(self) -> float:
        self._fed = self._feed is not None and self._feed.alive
        every_s = FEED_INTERVAL_S if self._fed else max(self._pace.interval_s, self._least_s)
        wait_s = next_round_s(
            every_s,
            failures=self._failures,
            # The feed tells an idle rep as soon as the others.
            idle_s=0.0 if self._fed else self._monotonic() - self._worked_at,
            crowding=self._crowding,
            jitter=self._jitter,
        )
        return rest_s(wait_s, self._took_s, refused=self._refused)


def watch(engine: SyncEngine, pace: _Pace, *, release_held: bool) -> Iterator[SyncReport | str]:
    """Yield one report a round, endlessly; a failed round yields a sentence instead.

    Raises:
        CredentialsError: the token was refused; waiting would not help.
    """
    failures = 0
    while True:
        try:
            yield engine.run(release_held=release_held)
            failures = 0
        except CredentialsError:
            raise
        except SdrDeskError as error:
            failures += 1
            yield str(error)
        every_s = max(pace.interval_s, engine.least_interval_s)
        time.sleep(next_round_s(every_s, failures=failures))


def report_words(report: SyncReport) -> str:
    """Return the result of a round, short enough for a status line."""
    parts = [
        f"{report.pulled.contacts} leads" if report.pulled.contacts else "",
        f"sent {report.pushed.sent}" if report.pushed.sent else "",
        f"{report.pushed.released} unblocked" if report.pushed.released else "",
        f"{refused} refused" if (refused := report.pushed.blocked - report.pushed.asked) else "",
        f"{report.asked} {plural(report.asked, 'item')} to answer" if report.asked else "",
        f"{report.conflicts} conflicts" if report.conflicts else "",
        *report.problems,
    ]
    return " · ".join(part for part in parts if part) or "up to date"


def _lacks(pushed: Pushed) -> str:
    return "a right is missing" if pushed.lacking else ""


def _changed(report: SyncReport) -> bool:
    pulled = report.pulled
    return any(
        (
            pulled.contacts,
            pulled.companies,
            pulled.calls,
            pulled.tasks,
            pulled.deleted,
            pulled.merged,
        )
    )


def _kind(
    error: SdrDeskError,
) -> Literal["refused", "stranger", "offline", "unavailable", "failed"]:
    if isinstance(error, WrongAccount):
        return "stranger"
    if isinstance(error, CredentialsError):
        return "refused"
    if not isinstance(error, UnreachableError):
        return "failed"
    return "unavailable" if error.answered else "offline"
