"""Undo goes on with the same call; redo does again what was undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from sdrdesk.domain.errors import UndoQuestion, UsageError
from sdrdesk.services.desk.call_session import CallSession
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, lead_row, put

PEOPLE = ("1", "2", "3")


class Watch:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def run(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk, watch: Watch) -> LocalDesk:
    put(
        db,
        *(
            lead_row(n, first_name="Ada", last_name=f"No{n}", email=f"{n}@x.example")
            for n in PEOPLE
        ),
    )
    return make_desk(clock=watch)


def called(
    desk: LocalDesk, watch: Watch, lead_id: str, outcome: str, *, note: str = "", rings_s: int = 20
) -> str:
    """Call a lead as the call screen does, and return the key of the outcome."""
    session = CallSession(desk, lead_id)
    session.take(session.open(lead_id))
    session.began(session.start())
    session.note = note
    session.qualify = {"need": "less paper"} if note else {}
    session.save(session.note, session.qualify)
    watch.run(rings_s)
    if note:
        desk.call.talk(True)
        watch.run(100)
    known = {item.key: item for item in desk.outcomes()}
    chosen = known[outcome]
    return session.record(chosen, session.entry(chosen)).done.activity_key


def test_the_same_call_goes_on(desk: LocalDesk, watch: Watch) -> None:
    called(desk, watch, "1", "left_voicemail", note="he is in Cork\nuntil May")
    watch.run(3_600)  # offline, so it is still unsent after an hour
    undone = desk.undo.last(ask=True, reopen=True)
    assert undone.reopened
    assert undone.message == "Undone: Left voicemail, Ada No1."
    call = desk.call.current()
    assert call is not None
    assert (call.lead_id, call.mine, call.started_at) == ("1", True, NOW)
    assert (call.note, dict(call.qualify)) == ("he is in Cork\nuntil May", {"need": "less paper"})
    assert call.talking_at is not None
    assert (watch.at - call.talking_at).total_seconds() == 100
    watch.run(5)
    session = CallSession(desk, "1")
    session.take(session.open("1"))
    assert session.began(session.start())
    chosen = next(item for item in desk.outcomes() if item.key == "no_answer")
    entry = session.entry(chosen)
    assert (entry.at, entry.duration_s) == (NOW, 125)  # the hour between does not count
    session.record(chosen, entry)
    (line,) = desk.log.day(NOW.date()).activities
    assert (line.disposition, line.duration_s, line.note) == ("no_answer", 125, entry.note)


def test_the_call_of_the_lead_on_the_line_stays(desk: LocalDesk, watch: Watch) -> None:
    first = called(desk, watch, "1", "no_answer")
    session = CallSession(desk, "2")
    session.take(session.open("2"))
    session.began(session.start())
    undone = desk.undo.last(ask=True, reopen=True)
    assert not undone.reopened
    assert desk.call.current() == session.call
    desk.call.end()
    reopened = desk.call.reopen(first)
    assert reopened is not None
    assert (reopened.lead_id, reopened.started_at, reopened.idle_s) == ("1", NOW, 0)


def test_a_crash_after_undo_offers_the_same_call(
    desk: LocalDesk, make_desk: MakeDesk, watch: Watch, db: Database
) -> None:
    called(desk, watch, "1", "no_answer", note="rings out")
    watch.run(60)
    desk.undo.last(reopen=True)
    with db.writer() as connection:
        connection.execute("UPDATE call_journal SET pid = 0")  # its process died
    call = make_desk(clock=watch).call.current()
    assert call is not None
    assert (call.note, call.clock_from) == ("rings out", NOW + timedelta(seconds=60))


def test_an_outcome_without_a_call_reopens_none(desk: LocalDesk) -> None:
    from sdrdesk.domain.outcome.types import Entry

    desk.outcome.record("1", Entry("no_answer", NOW))
    assert not desk.undo.last(reopen=True).reopened
    assert desk.call.current() is None


def test_undo_past_the_last_outcome_asks(desk: LocalDesk, watch: Watch) -> None:
    first = called(desk, watch, "1", "no_answer")
    called(desk, watch, "2", "busy")
    assert desk.undo.last(ask=True).lead_name == "Ada No2"
    with pytest.raises(UndoQuestion, match="Undo No answer, Ada No1, ") as asked:
        desk.undo.last(ask=True)
    assert asked.value.activity_key == first
    assert desk.outcome.standing(first) is not None
    assert desk.undo.last(outcome=first, ask=True).lead_name == "Ada No1"


def test_undo_of_another_session_asks(desk: LocalDesk, make_desk: MakeDesk, watch: Watch) -> None:
    called(desk, watch, "1", "no_answer")
    with pytest.raises(UndoQuestion):
        make_desk(clock=watch).undo.last(ask=True)


ACTS: dict[str, Callable[[LocalDesk], object]] = {
    "snooze": lambda desk: desk.decisions.snooze("1", NOW + timedelta(hours=2)),
    "skip": lambda desk: desk.decisions.skip("1", "not now"),
    "pin": lambda desk: desk.decisions.pin("1", True),
}


@pytest.mark.parametrize("name", ACTS)
def test_redo_does_again_what_was_decided(desk: LocalDesk, name: str) -> None:
    before = desk.leads.view("1").row._replace(rank=0)
    ACTS[name](desk)
    after = desk.leads.view("1").row._replace(rank=0)
    for _ in range(2):
        desk.undo.last()
        assert desk.leads.view("1").row._replace(rank=0) == before
        assert desk.undo.redo().message == f"Redone: {name}, Ada No1."
        assert desk.leads.view("1").row._replace(rank=0) == after
    with pytest.raises(UsageError, match="Nothing to redo"):
        desk.undo.redo()


def test_redo_records_an_outcome_again_once(desk: LocalDesk, watch: Watch) -> None:
    called(desk, watch, "1", "busy", note="later")
    desk.undo.last(reopen=True)
    desk.call.save("later, said Bo", {"need": "speed"}, "")
    redone = desk.undo.redo()
    assert redone.message == "Redone: Busy, Ada No1."
    assert redone.done is not None
    (line,) = desk.log.day(NOW.date()).activities
    assert (line.disposition, line.note) == ("busy", "later, said Bo")
    assert desk.call.current() is None
    calls = [item for item in desk.outbox.items() if item.kind == "call"]
    assert [item.state for item in calls] == ["held"]


def test_redo_of_several_leads_is_one_step(desk: LocalDesk) -> None:
    with desk.undo.together():
        for lead_id in PEOPLE:
            desk.decisions.skip(lead_id, "not now")
    desk.undo.last()
    assert desk.undo.redo().leads == 3
    assert desk.queue.snapshot().lead_ids == ()
    assert desk.undo.last().leads == 3


def test_something_done_since_ends_redo(desk: LocalDesk) -> None:
    desk.decisions.pin("1", True)
    desk.undo.last()
    desk.decisions.pin("2", True)
    with pytest.raises(UsageError, match="Nothing to redo"):
        desk.undo.redo()
    desk.undo.last()
    assert desk.undo.redo().lead_id == "2"


def test_redo_never_logs_a_sent_call_twice(desk: LocalDesk, watch: Watch, db: Database) -> None:
    called(desk, watch, "1", "no_answer")
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent'")
    undone = desk.undo.last()
    assert undone.message.startswith(
        "Undone: No answer, Ada No1. Already in HubSpot. Added a correction note."
    )
    with pytest.raises(UsageError, match="was already in HubSpot"):
        desk.undo.redo()
    assert len(desk.log.day(NOW.date()).activities) == 1


def test_redo_stays_out_of_another_call(desk: LocalDesk, watch: Watch) -> None:
    called(desk, watch, "1", "no_answer")
    desk.undo.last()
    session = CallSession(desk, "2")
    session.take(session.open("2"))
    call = session.start()
    with pytest.raises(UsageError, match="another call"):
        desk.undo.redo()
    assert desk.call.current() == call
