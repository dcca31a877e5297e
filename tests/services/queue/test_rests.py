"""Every way into a rest against every way out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, lead_row, put

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
UNTIL = NOW + 7 * DAY  # the next Friday at the same hour
SEEN = NOW - HOUR
"""The conversion of ``lead_row``."""
Way = Callable[["Machine"], object]


class Machine:
    """A desk whose clock a test moves; lead 501 converted an hour ago."""

    def __init__(self, db: Database, make_desk: MakeDesk) -> None:
        self.db = db
        self.now = NOW
        self.desk: LocalDesk = make_desk(clock=lambda: self.now)

    def record(self, outcome: str, **values: object) -> None:
        self.desk.outcome.record("501", Entry(outcome, self.now, **values))  # type: ignore[arg-type]

    def converts(self, at_ms: int) -> None:
        """Let a sync bring a conversion of this moment."""
        with self.db.writer() as connection:
            connection.execute(
                "UPDATE lead SET converted_ms = ?, conversions = conversions + 1,"
                " attempts = (SELECT count(*) FROM activity WHERE kind = 'call' AND at_ms > ?)",
                (at_ms, at_ms),
            )

    def is_up(self) -> bool:
        return "501" in self.desk.queue.snapshot().lead_ids


def _in_bulk(act: Way) -> Way:
    def together(m: Machine) -> None:
        with m.desk.undo.together():
            act(m)

    return together


def _called_before(act: Way) -> Way:
    def twice(m: Machine) -> None:
        m.record("no_answer")
        m.now += 3 * DAY
        act(m)

    return twice


INTO: dict[str, Way] = {
    "nurture with a call": lambda m: m.record("nurture", duration_s=90),
    "nurture without a call": lambda m: m.record("nurture", without_call=True),
    "nurture with a date": lambda m: m.record("nurture", duration_s=90, callback_at=UNTIL),
    "nurture with a date, without a call": lambda m: m.record(
        "nurture", without_call=True, callback_at=UNTIL
    ),
    "nurture without a call, called before": _called_before(
        lambda m: m.record("nurture", without_call=True)
    ),
    "many to nurture": _in_bulk(lambda m: m.record("nurture", without_call=True)),
    "snooze": lambda m: m.desk.decisions.snooze("501", UNTIL, "away"),
    "snooze until they convert": lambda m: m.desk.decisions.snooze("501", None),
    "snooze, called before": _called_before(lambda m: m.desk.decisions.snooze("501", None)),
    "snooze many": _in_bulk(lambda m: m.desk.decisions.snooze("501", UNTIL)),
    "firm snooze": lambda m: m.desk.decisions.snooze("501", UNTIL, firm=True),
    "skip": lambda m: m.desk.decisions.skip("501", "not now"),
    "retry rest": lambda m: m.record("left_voicemail", duration_s=20),
}
DECIDED = {name for name in INTO if "snooze" in name or name == "skip"}
UNTIL_THEN = {
    "nurture with a date", "nurture with a date, without a call",
    "snooze", "snooze many", "firm snooze", "skip", "retry rest",
}  # fmt: skip


@pytest.fixture
def machine(db: Database, make_desk: MakeDesk) -> Machine:
    put(db, lead_row())
    made = Machine(db, make_desk)
    assert made.is_up()
    return made


@pytest.mark.parametrize("into", INTO)
def test_a_conversion_ends_every_rest_but_a_firm_one(machine: Machine, into: str) -> None:
    INTO[into](machine)
    assert not machine.is_up()
    machine.converts(to_ms(machine.now) + 60_000)
    machine.now += timedelta(minutes=5)
    assert machine.is_up() == (into != "firm snooze"), machine.desk.queue.why("501")


@pytest.mark.parametrize("into", INTO)
def test_what_was_decided_without_a_call_ends_with_a_conversion_that_nobody_had_seen(
    machine: Machine, into: str
) -> None:
    INTO[into](machine)
    with_call = {"nurture with a call", "nurture with a date", "retry rest", "firm snooze"}
    called_since = {"nurture without a call, called before"}
    before = NOW - timedelta(minutes=20)  # offline: it happened before the rest, and arrives now
    machine.converts(to_ms(before))
    assert machine.is_up() == (into not in with_call | called_since)


@pytest.mark.parametrize("into", INTO)
def test_the_same_conversion_read_again_ends_no_rest(machine: Machine, into: str) -> None:
    INTO[into](machine)
    machine.converts(to_ms(SEEN))
    assert not machine.is_up()


@pytest.mark.parametrize("into", INTO)
def test_time_ends_those_rests_that_have_one(machine: Machine, into: str) -> None:
    INTO[into](machine)
    machine.now = UNTIL + timedelta(minutes=1)
    assert machine.is_up() == (into in UNTIL_THEN)


@pytest.mark.parametrize("into", INTO)
def test_undo_brings_everybody_back(machine: Machine, into: str) -> None:
    INTO[into](machine)
    machine.desk.undo.last()
    assert machine.is_up()


@pytest.mark.parametrize("into", INTO)
def test_waking_and_pinning_end_what_the_rep_decided(machine: Machine, into: str) -> None:
    INTO[into](machine)
    machine.desk.decisions.wake("501")
    assert machine.is_up() == (into in DECIDED)
    machine.desk.undo.last()
    assert not machine.is_up()
    machine.desk.decisions.pin("501", True)
    # A pin lifts the retry rule as well, and never reopens a lead that was put to nurture.
    assert machine.is_up() == (into in DECIDED | {"retry rest"})
    machine.desk.undo.last()
    assert not machine.is_up()


def test_a_rest_begun_after_the_pin_wins(machine: Machine) -> None:
    machine.desk.decisions.pin("501", True)
    machine.desk.decisions.snooze("501", UNTIL)
    assert not machine.is_up()


@pytest.mark.parametrize("bulk", [False, True])
def test_a_promise_is_kept_through_a_snooze_unless_it_goes_along(
    machine: Machine, bulk: bool
) -> None:
    machine.record("callback", duration_s=60, callback_at=NOW + 2 * HOUR)
    machine.desk.decisions.snooze("501", UNTIL, with_promise=bulk)
    during = machine.desk.decisions.callbacks_before({"501": UNTIL, "502": None})
    assert during == {"501": NOW + 2 * HOUR}
    assert machine.desk.decisions.callbacks_before({"501": NOW + HOUR}) == {}
    machine.now = NOW + 2 * HOUR
    assert machine.is_up() != bulk
    assert machine.desk.status.view().callbacks_due == (0 if bulk else 1)
    machine.now = UNTIL + timedelta(minutes=1)
    assert machine.is_up()
    assert machine.desk.status.view().callbacks_due == 1


def test_a_callback_that_is_due_can_be_put_off(machine: Machine) -> None:
    machine.record("callback", duration_s=60, callback_at=NOW + HOUR)
    machine.now = NOW + 2 * HOUR
    assert machine.is_up()
    end = {"501": machine.now + HOUR}
    assert machine.desk.decisions.callbacks_before(end) == {}
    assert machine.desk.decisions.callbacks_before(end, due=True) == {"501": NOW + HOUR}
    machine.desk.decisions.snooze("501", machine.now + HOUR, with_promise=False)
    assert machine.is_up(), "one of many leads"
    machine.desk.decisions.snooze("501", machine.now + HOUR)
    assert not machine.is_up()
    assert machine.desk.status.view().callbacks_due == 0
    machine.now += HOUR
    assert machine.is_up()


def test_a_promise_stands_when_the_person_converts_again(machine: Machine) -> None:
    machine.record("callback", duration_s=60, callback_at=UNTIL)
    machine.converts(to_ms(NOW) + 60_000)
    machine.now += timedelta(minutes=5)
    assert not machine.is_up(), "they said when they want to be called"


def test_a_firm_rest_needs_a_time(machine: Machine) -> None:
    with pytest.raises(UsageError):
        machine.desk.decisions.snooze("501", None, firm=True)


def test_why_says_what_ends_a_rest(machine: Machine) -> None:
    def said() -> str:
        return machine.desk.queue.why("501").blocked_by[0].text

    machine.desk.decisions.snooze("501", None)
    assert said() == "snoozed until the person converts again"
    machine.desk.decisions.snooze("501", UNTIL, firm=True)
    assert said() == "snoozed for another 7d, even if the person converts again"
