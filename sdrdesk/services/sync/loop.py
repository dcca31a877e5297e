"""The endless sync of the workbench and of ``sync --watch``: its timing and its events."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from sdrdesk.domain.errors import CredentialsError, SdrDeskError, UnreachableError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.sync.events import connection_of
from sdrdesk.services.views.desk import SyncEvent
from sdrdesk.sync.errors import WrongAccount
from sdrdesk.sync.pull.schedule import next_round_s, rest_s

if TYPE_CHECKING:
    from sdrdesk.services.sync.status import Connection
    from sdrdesk.sync.engine import SyncEngine, SyncReport

_log = logging.getLogger(__name__)

_NAP_S = 0.5
"""How long the thread sleeps at a time: quitting waits for it, and grace periods end in it."""
_QUIET_S = 2.0
"""Pause for due items that could not be sent."""


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


class _Status(Protocol):
    def heard(self, connection: Connection, detail: str = "") -> None: ...


class _Desk(Protocol):
    """The services this module uses."""

    @property
    def outbox(self) -> _Outbox: ...

    @property
    def queue(self) -> _Queue: ...

    @property
    def status(self) -> _Status: ...


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
        beside: Callable[[], int] = int,
        hear: Callable[[SyncEvent], None] = lambda _event: None,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._make_engine = make_engine
        self._pace = pace
        self._desk = desk
        self._first = first
        self._new_rules = new_rules
        self._beside = beside
        self._hear = hear
        self._monotonic = monotonic
        self._jitter = jitter
        self._wake = threading.Event()
        self._release = False
        self._failures = 0
        self._worked_at = monotonic()
        self._crowding = 1.0
        self._least_s = 0.0
        self._took_s = 0.0
        self._refused = False
        self._next_pull_at = 0.0
        self._push_quiet_until = 0.0

    def kick(self, *, release_held: bool = False) -> None:
        """Ask for a round now. Thread-safe, returns at once."""
        self._release = self._release or release_held
        self._worked_at = self._monotonic()
        self._wake.set()

    def run(self, on_event: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        """Sync in the calling thread until ``should_stop``; report the end of every round."""

        def tell(event: SyncEvent) -> None:
            self._desk.status.heard(*connection_of(event))
            on_event(event)
            self._hear(event)

        if self._first is not None:
            self._first(on_event, should_stop)

        engine: SyncEngine | None = None
        push_only = False
        self._next_pull_at = self._monotonic()
        while not should_stop():
            self._wake.clear()
            release, self._release = self._release, False
            try:
                if self._new_rules():
                    engine = None  # it derives leads by the rules of its making
                    if self._first is not None:
                        self._first(on_event, should_stop)
                if engine is None:
                    engine = self._make_engine(should_stop)
                self._round(engine, tell, release=release, push_only=push_only)
                self._failures = 0
            except SdrDeskError as error:
                self._failures += 1
                if isinstance(error, CredentialsError):
                    engine = None  # a new token may be set: connect again
                tell(SyncEvent(_kind(error), str(error)))
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
            push_only = self._wait(should_stop)

    def _round(
        self,
        engine: SyncEngine,
        on_event: Callable[[SyncEvent], None],
        *,
        release: bool,
        push_only: bool,
    ) -> None:
        if push_only:
            self._worked_at = self._monotonic()
            pushed = engine.push(release_held=release)
            if not pushed.sent:
                # Due but not sendable now (another process pushes, a record is locked).
                self._push_quiet_until = self._monotonic() + _QUIET_S
            if pushed.sent or pushed.blocked:
                text = f"sent {pushed.sent}" + (
                    f", {pushed.blocked} refused" if pushed.blocked else ""
                )
                on_event(SyncEvent("finished", text))
            return
        if release or not self._failures:  # a silent try while offline is no news
            on_event(SyncEvent("started", "syncing"))
        began, before = self._monotonic(), engine.crowding
        self._took_s, self._refused = 0.0, True  # until it ends well
        try:
            report = engine.run(release_held=release, light=True)
        finally:
            from_others = self._beside()  # needs no network
        self._crowding = engine.crowding
        self._least_s = engine.least_interval_s
        self._took_s, self._refused = self._monotonic() - began, 1.0 < self._crowding >= before
        on_event(
            SyncEvent(
                "finished",
                report_words(report),
                changed=_changed(report) or bool(from_others),
                fresh_lead_ids=self._desk.queue.just_converted(report.fresh_lead_ids),
            )
        )

    def _wait(self, should_stop: Callable[[], bool]) -> bool:
        """Sleep until the next round; return whether only a push is due."""
        if self._monotonic() >= self._next_pull_at:
            self._next_pull_at = self._monotonic() + self._next_pull_s()
        while not should_stop():
            now = self._monotonic()
            if now >= self._next_pull_at:
                return False
            resting = self._failures or now < self._push_quiet_until
            due = None if resting else self._desk.outbox.push_due_s()
            if due is not None and due <= 0:
                return True
            # Quitting may have to wait this long for the thread.
            nap = min(self._next_pull_at - now, _NAP_S, _NAP_S if due is None else due)
            if self._wake.wait(max(nap, 0.02)):
                self._next_pull_at = self._monotonic()
                return False
        return False

    def _next_pull_s(self) -> float:
        wait_s = next_round_s(
            max(self._pace.interval_s, self._least_s),
            failures=self._failures,
            idle_s=self._monotonic() - self._worked_at,
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
    ]
    return " · ".join(part for part in parts if part) or "up to date"


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


def _kind(error: SdrDeskError) -> Literal["refused", "stranger", "offline", "failed"]:
    if isinstance(error, WrongAccount):
        return "stranger"
    if isinstance(error, CredentialsError):
        return "refused"
    return "offline" if isinstance(error, UnreachableError) else "failed"
