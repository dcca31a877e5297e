"""Random schedules: reps record and undo, others edit, merge and delete, the network fails,
processes die, clocks jump. Then everything heals, and both sides must agree.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.lead.activity import OutboxItem
from sdrdesk.store.mirror.leads import get_lead
from sdrdesk.store.outbox import outbox
from sdrdesk.store.outbox.conflicts import open_conflicts, settle_conflict
from sdrdesk.store.outbox.outbox import outbox_items, retry
from sdrdesk.store.record import outcomes
from tests.sync import truth
from tests.sync.arena import LEADS, MODES, TUNING, Arena, SharedClock
from tests.sync.desk import OWNER, Desk, quick

OUTCOMES = (
    "no_answer",
    "left_voicemail",
    "wrong_number",
    "callback",
    "nurture",
    "not_interested",
    "disqualified",
    "qualified",
    "meeting_set",
    "do_not_call",
)

CREATE = r"/(calls|tasks|notes|meetings)(/batch/upsert)?$"
FAULTS: tuple[dict[str, Any], ...] = (
    {"method": "POST", "path": CREATE, "drop": "after"},
    {"method": "POST", "path": CREATE, "drop": "before"},
    {"method": "POST", "path": CREATE, "status": 502, "commit": True},
    {"method": "POST", "path": CREATE, "status": 504, "commit": True, "body": "<html>"},
    {"method": "POST", "path": CREATE, "status": 500},
    {"method": "POST", "path": CREATE, "status": 503},
    {"method": "POST", "path": CREATE, "status": 429, "policy": "DAILY"},
    {"method": "POST", "path": CREATE, "status": 423},
    {"method": "POST", "path": CREATE, "status": 477, "retry_after": 60},
    {"method": "PATCH", "path": "/contacts/", "drop": "after"},
    {"method": "PATCH", "path": "/contacts/", "status": 502, "commit": True},
    {"method": "PATCH", "path": "/contacts/", "status": 500},
    {"method": "PUT", "path": "/associations/default/", "drop": "after", "times": 5},
    {"method": "PUT", "path": "/associations/default/", "status": 502, "times": 5},
    {"method": "POST", "path": "/search$", "status": 500, "times": 5},
    {"method": "POST", "path": "/batch/read", "status": 504, "times": 5},
    {"method": "GET", "path": "/contacts/", "status": 502, "times": 5},
    {"path": ".*", "status": 401},
)

indices = st.integers(0, LEADS - 1)


class Kill(BaseException):
    """The process dies here."""


class Fragile:
    """A client with which the process dies at a chosen call, before or after it, or another event
    happens on this machine just before a chosen call.
    """

    def __init__(self, crm: Any) -> None:
        self._crm = crm
        self.die_at = -1
        self.die_after = False
        self.meanwhile_at = -1
        self.meanwhile: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._crm, name)
        if not callable(real):
            return real

        def call(*given: Any, **named: Any) -> Any:
            self.meanwhile_at -= 1
            if self.meanwhile_at == -1:
                self.meanwhile()
            if self.die_at < 0:
                return real(*given, **named)
            self.die_at -= 1
            dying = self.die_at < 0
            if dying and not self.die_after:
                raise Kill
            answer = real(*given, **named)
            if dying:
                raise Kill
            return answer

        return call


class Story(RuleBasedStateMachine):
    """One schedule; the caller sets ``arena``."""

    arena: ClassVar[Arena]
    desk: Desk | None = None

    @initialize(mode=st.sampled_from(MODES), merge_mode=st.sampled_from(("new_id", "survivor")))
    def begin(self, mode: str, merge_mode: str) -> None:
        path = self.arena.reset(mode)
        self.arena.account.settings.change({"merge_mode": merge_mode})
        self.fragile: Fragile | None = None

        def wrap(crm: Any) -> Any:
            self.fragile = Fragile(crm)
            return self.fragile

        self.clock = SharedClock(self.arena)
        timing = quick(patience_s=5.0)
        self.desk = Desk(
            self.arena.sandbox, path, clock=self.clock, tuning=TUNING, timing=timing, wrap=wrap
        )
        held = self.desk.sql("SELECT lead_id FROM lead ORDER BY lead_id")
        self.leads = [str(row[0]) for row in held]
        self.record = truth.Record(self.arena.account)
        self.last_key = self.last_edit = ""

    # The rep.

    @rule(index=indices, outcome=st.sampled_from(OUTCOMES))
    def dispose(self, index: int, outcome: str) -> None:
        assert self.desk is not None
        lead = get_lead(self.desk.db, self.leads[index])
        if lead is None or lead.archived:
            return
        self.record.seen(lead.lead_id, lead.status, lead.lifecycle)
        try:
            self.last_key = self.desk.dispose(lead.lead_id, outcome, note=f"typed {outcome}")
        except SdrDeskError:
            return  # the outcome is not possible for this lead
        self.record.disposed(self.last_key, lead.lead_id, outcome)
        self.arena.advance(700)

    @rule(index=indices, title=st.sampled_from(("Head of Ops", "CFO", "")))
    def edit(self, index: int, title: str) -> None:
        assert self.desk is not None
        lead = get_lead(self.desk.db, self.leads[index])
        if lead is None or lead.archived or lead.job_title == title:
            return
        self.record.seen_value(lead.lead_id, lead.job_title)
        self.last_edit = self.desk.edit_person(lead.lead_id, job_title=title)

    @rule()
    def undo_edit(self) -> None:
        assert self.desk is not None
        if self.last_edit:
            with suppress(SdrDeskError):
                outcomes.undo(self.desk.db, self.last_edit, self.clock())
            self.last_edit = ""

    @rule()
    def undo(self) -> None:
        assert self.desk is not None
        if self.last_key and not self.record.outcomes[self.last_key].undone:
            try:
                result = outcomes.undo(self.desk.db, self.last_key, self.clock())
            except SdrDeskError:
                return
            self.record.outcomes[self.last_key].undone = result.done

    @rule(take=st.sampled_from(("mine", "theirs")))
    def settle(self, take: Any) -> None:
        assert self.desk is not None
        for conflict in open_conflicts(self.desk.db)[:1]:
            self.record.seen_value(conflict.lead_id, conflict.theirs)
            settle_conflict(self.desk.db, conflict.key, take, self.clock())

    @rule()
    def retry_refused(self) -> None:
        assert self.desk is not None
        for item in outbox_items(self.desk.db):
            if item.state.value == "blocked":
                retry(self.desk.db, item.key)

    # Everyone else.

    @rule(
        index=indices,
        change=st.sampled_from(
            (
                ("hs_lead_status", "IN_PROGRESS"),
                ("hs_lead_status", "OPEN_DEAL"),
                ("hs_lead_status", "BAD_TIMING"),
                ("lifecyclestage", "opportunity"),
                ("lifecyclestage", "customer"),
                ("do_not_call_phone", "true"),
                ("jobtitle", "Somebody else"),
                ("hubspot_owner_id", "70002"),
            )
        ),
    )
    def other_edits(self, index: int, change: tuple[str, str]) -> None:
        contact = self.record.live(self.leads[index])
        if contact:
            self.arena.sandbox.control(
                "edit", {"type": "contacts", "id": contact, "properties": dict([change])}
            )
            self.record.edited(contact, *change)

    @rule(index=indices)
    def other_calls(self, index: int) -> None:
        contact = self.record.live(self.leads[index])
        if contact:
            types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}]
            faults, self.arena.account.faults.rules = self.arena.account.faults.rules, []
            self.arena.sandbox.post(
                "/crm/objects/2026-09/calls",
                {
                    "properties": {"hs_timestamp": str(self.arena.account.now_ms)},
                    "associations": [{"to": {"id": contact}, "types": types}],
                },
            )
            self.arena.account.faults.rules = faults

    @rule(one=indices, other=indices)
    def merge(self, one: int, other: int) -> None:
        first, second = (self.record.live(self.leads[i]) for i in (one, other))
        if first and second and first != second:
            ids = [first, second]
            self.arena.sandbox.control("merge", {"type": "contacts", "ids": ids})
            self.record.merged(first, second)

    @rule(index=indices)
    def archive(self, index: int) -> None:
        contact = self.record.live(self.leads[index])
        if contact:
            self.arena.sandbox.control("archive", {"type": "contacts", "ids": [contact]})

    @rule(index=indices)
    def restore(self, index: int) -> None:
        contact = self.record.current(self.leads[index])
        self.arena.sandbox.control("restore", {"type": "contacts", "ids": [contact]})

    # The network and the clocks.

    @rule(fault=st.sampled_from(FAULTS))
    def break_something(self, fault: dict[str, Any]) -> None:
        self.arena.sandbox.control("faults", fault)

    @rule(lag_ms=st.sampled_from((0, 3_000, 90_000)), shuffle=st.sampled_from((0, 200_000)))
    def lag(self, lag_ms: int, shuffle: int) -> None:
        self.arena.account.settings.change({"lag_ms": lag_ms, "out_of_order_ms": shuffle})
        self.arena.account.apply_settings()

    @rule(seconds=st.sampled_from((0, 1, 15, 70, 700)))
    def wait(self, seconds: int) -> None:
        self.arena.advance(seconds * 1000)

    @rule(seconds=st.sampled_from((-86_400, -3_600, 3_600, 200_000)))
    def clock_jumps(self, seconds: int) -> None:
        self.clock.forward(seconds)

    @rule(release=st.booleans(), full=st.sampled_from((False, False, True)))
    def sync(self, release: bool, full: bool) -> None:
        assert self.desk is not None
        held, now = self._held(), self.clock()
        try:
            self.desk.sync(release_held=release, full=full)
        except SdrDeskError as error:
            note(f"sync: {error.what}")
        if not release and not full:
            self._check_grace(held, now)

    def _held(self) -> list[OutboxItem]:
        assert self.desk is not None
        return [i for i in outbox_items(self.desk.db) if i.state.value == "held"]

    def _check_grace(self, held: list[OutboxItem], now: datetime) -> None:
        """Check that outcomes held before a round that releases none are held after it."""
        assert self.desk is not None
        states = self.desk.states()
        for item in held:
            if item.hold_until is not None and item.hold_until > now:
                far = (item.hold_until - now).total_seconds() > 86_400
                assert states[item.key] == "held" or far, "the grace period was not kept"

    @rule()
    def background_round(self) -> None:
        """Sync as the workbench does: fewer searches, the rep's own leads first."""
        assert self.desk is not None
        self.desk.owner_id = OWNER
        held, now = self._held(), self.clock()
        try:
            self.desk.sync(release_held=False, light=True)
        except SdrDeskError as error:
            note(f"round: {error.what}")
        finally:
            self.desk.owner_id = ""
        self._check_grace(held, now)

    @rule(
        index=indices,
        outcome=st.sampled_from(OUTCOMES),
        fault=st.sampled_from(FAULTS),
        again=st.booleans(),
    )
    def sync_on_a_bad_line(
        self, index: int, outcome: str, fault: dict[str, Any], again: bool
    ) -> None:
        self.dispose(index, outcome)
        self.break_something(fault)
        self.sync(release=True, full=False)
        if again:
            self.wait(15)
            self.sync(release=True, full=False)

    @rule(
        index=indices, outcome=st.sampled_from(OUTCOMES), at=st.integers(0, 8), after=st.booleans()
    )
    def die_while_sending(self, index: int, outcome: str, at: int, after: bool) -> None:
        self.dispose(index, outcome)
        self.die_in_a_sync(at, after, release=True)

    @rule(
        index=indices,
        outcome=st.sampled_from(("qualified", "not_interested", "callback", "no_answer")),
        change=st.sampled_from((("hs_lead_status", "OPEN_DEAL"), ("lifecyclestage", "customer"))),
    )
    def both_change_a_lead(self, index: int, outcome: str, change: tuple[str, str]) -> None:
        self.dispose(index, outcome)
        self.other_edits(index, change)
        self.sync(release=True, full=False)

    @rule(one=indices, other=indices, outcome=st.sampled_from(OUTCOMES))
    def merge_under_the_rep(self, one: int, other: int, outcome: str) -> None:
        self.dispose(one, outcome)
        self.merge(one, other)

    @precondition(lambda self: self.fragile is not None)
    @rule(at=st.integers(0, 12), after=st.booleans(), release=st.booleans())
    def die_in_a_sync(self, at: int, after: bool, release: bool) -> None:
        assert self.desk is not None
        assert self.fragile is not None
        self.fragile.die_at, self.fragile.die_after = at, after
        try:
            self.desk.sync(release_held=release)
        except (Kill, SdrDeskError) as error:
            note(f"died: {error!r}")
        finally:
            self.fragile.die_at = -1

    @rule(release=st.booleans(), full=st.sampled_from((False, False, True)))
    def another_process(self, release: bool, full: bool) -> None:
        """Make another process on the same database: a command, or a second workbench."""
        assert self.desk is not None
        timing = quick(patience_s=5.0)
        path = self.desk.db.path
        other = Desk(self.arena.sandbox, path, clock=self.clock, tuning=TUNING, timing=timing)
        try:
            other.sync(release_held=release, full=full)
        except SdrDeskError as error:
            note(f"another process: {error.what}")
        finally:
            other.close()

    @precondition(lambda self: self.fragile is not None)
    @rule(
        at=st.integers(0, 3) | st.integers(0, 14),
        what=st.sampled_from(("dispose", "undo", "mine", "theirs", "retry", "sync")),
        index=indices,
        outcome=st.sampled_from(OUTCOMES),
        release=st.booleans(),
    )
    def something_happens_during_a_sync(
        self, at: int, what: str, index: int, outcome: str, release: bool
    ) -> None:
        """Let the rep, or another process, do something between two requests."""
        assert self.fragile is not None
        happens: dict[str, Callable[[], None]] = {
            "dispose": lambda: self.dispose(index, outcome),
            "undo": self.undo,
            "mine": lambda: self.settle("mine"),
            "theirs": lambda: self.settle("theirs"),
            "retry": self.retry_refused,
            "sync": lambda: self.another_process(release=release, full=False),
        }
        self.dispose(index, outcome)
        self.fragile.meanwhile, self.fragile.meanwhile_at = happens[what], at
        try:
            self.sync(release=True, full=False)
        finally:
            self.fragile.meanwhile_at = -1

    # The end.

    def teardown(self) -> None:
        if self.desk is None:
            return
        try:
            self._heal()
            truth.check(self.desk, self.arena.account, self.record)
        finally:
            self.desk.close()
            shutil.rmtree(self.desk.db.path.parent)

    def _send_held_moments(self) -> None:
        """Resolve the held outcomes whose time is unknown because of a wrong clock."""
        assert self.desk is not None
        held = self.desk.sql(
            "SELECT key FROM outbox WHERE state = 'blocked'"
            " AND last_error LIKE 'This machine''s clock was wrong%'"
        )
        for (key,) in held:
            outbox.retry(self.desk.db, str(key))

    def _heal(self) -> None:
        assert self.desk is not None
        self.arena.sandbox.control("faults", method="DELETE")
        # Later changes are visible at once; earlier ones keep their delay.
        self.arena.account.settings.change({"lag_ms": 0, "out_of_order_ms": 0})
        self.arena.account.apply_settings()
        self.clock.forward(-self.clock.offset.total_seconds())
        self.arena.advance(3_700_000)  # longer than any lag or pause of this schedule
        quiet = 0
        report = self.desk.sync()
        for _ in range(25):
            self._send_held_moments()
            self.arena.advance(45_000)
            report = self.desk.sync()
            still = report.pulled.contacts + report.pulled.calls + report.pulled.tasks == 0
            quiet = quiet + 1 if still and report.pushed.left == 0 else 0
            if quiet >= 2:
                return
        raise AssertionError(f"it never comes to rest: {report.to_json()} {self.desk.states()}")
