"""What was done to many leads at once is one for undo, also when the machine stops halfway."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.errors import NotFoundError, StorageError, UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.views.queue import QueueRow
from sdrdesk.store.database.database import Database
from sdrdesk.store.record import decisions
from sdrdesk.store.tables import CrmOptionRow
from tests.services.conftest import MakeDesk
from tests.services.killed_undo import LEADS, main, settle
from tests.store.filling import NOW, lead_row, put
from tests.support.forked import forked

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk) -> LocalDesk:
    put(
        db,
        *(lead_row(n, first_name="Ada", last_name=f"No{n}", email=f"{n}@x.example") for n in LEADS),
        CrmOptionRow(field="persona", value="p1", label="Plant Manager", position=0),
    )
    return make_desk()


def decided(desk: LocalDesk, lead_id: str) -> QueueRow:
    """Return a lead without its place among the others."""
    return desk.leads.view(lead_id).row._replace(rank=0)


def callable_now(desk: LocalDesk) -> set[str]:
    return set(desk.queue.snapshot().lead_ids)


def leaves(db: Database, lead_id: str) -> None:
    """Let the sync have sent everything of a lead."""
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent' WHERE lead_id = ?", (lead_id,))


DECISIONS: dict[str, Callable[[LocalDesk, str], object]] = {
    "snooze": lambda desk, lead_id: desk.decisions.snooze(lead_id, LATER),
    "skip": lambda desk, lead_id: desk.decisions.skip(lead_id, "needs research"),
    "pin": lambda desk, lead_id: desk.decisions.pin(lead_id, True),
    "opening note": lambda desk, lead_id: desk.decisions.set_first_line(
        lead_id, "You asked about March"
    ),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_one_undo_takes_back_a_decision_about_many(desk: LocalDesk, name: str) -> None:
    desk.decisions.snooze("4", LATER)  # an act of its own before it
    before = [decided(desk, lead_id) for lead_id in LEADS]
    with desk.undo.together():
        for lead_id in LEADS[:3]:
            DECISIONS[name](desk, lead_id)
    undone = desk.undo.last()
    assert [decided(desk, lead_id) for lead_id in LEADS] == before
    assert (undone.leads, undone.clean) == (3, True)
    assert undone.message == f"Undone for 3 leads: {name}, Ada No1, Ada No2 and 1 more."
    assert desk.undo.last().message == "Undone: snooze, Ada No4."


def test_one_undo_takes_back_a_persona_of_many_before_it_left(desk: LocalDesk) -> None:
    with desk.undo.together():
        for lead_id in LEADS:
            desk.decisions.set_persona(lead_id, "Plant Manager")
    assert {desk.leads.view(lead_id).row.persona for lead_id in LEADS} == {"Plant Manager"}
    assert desk.undo.last().leads == len(LEADS)
    assert {desk.leads.view(lead_id).row.persona for lead_id in LEADS} == {""}
    assert {item.state for item in desk.outbox.items(sent=True)} <= {"undone"}


def test_one_undo_takes_back_an_outcome_of_many(desk: LocalDesk) -> None:
    settle(desk)
    assert callable_now(desk) == set()
    undone = desk.undo.last()
    assert undone.message == "Undone for 4 leads: Disqualified, Ada No1, Ada No2 and 2 more."
    assert (undone.leads, undone.clean) == (4, True)
    assert callable_now(desk) == set(LEADS)
    assert {item.state for item in desk.outbox.items(sent=True)} <= {"undone"}
    with pytest.raises(UsageError, match="no outcome to undo"):
        desk.undo.last()


def test_what_came_after_goes_first_and_by_itself(desk: LocalDesk) -> None:
    with desk.undo.together():
        for lead_id in LEADS[:3]:
            desk.outcome.record(lead_id, Entry("nurture", NOW, without_call=True))
    desk.outcome.record("4", Entry("no_answer", NOW))
    desk.decisions.pin("4", True)
    assert desk.undo.last().message == "Undone: pin, Ada No4."
    assert desk.undo.last().lead_name == "Ada No4"
    assert desk.undo.last().leads == 3
    assert callable_now(desk) == set(LEADS)


def test_the_sync_rests_after_an_outcome_and_not_while_many_are_settled(
    desk: LocalDesk, db: Database
) -> None:
    lock = db.path.with_name(f"{db.path.name}.turn.lock")
    lock.touch()
    os.utime(lock, (1, 1))
    settle(desk)
    assert lock.stat().st_mtime == 1
    desk.undo.last()
    os.utime(lock, (1, 1))
    desk.outcome.record("4", Entry("no_answer", NOW))
    assert lock.stat().st_mtime > 1


def test_what_had_left_is_corrected_and_counted(desk: LocalDesk, db: Database) -> None:
    settle(desk)
    leaves(db, "2")
    undone = desk.undo.last()
    assert not undone.clean
    assert undone.message == (
        "Undone for 4 leads (1 already in HubSpot: added a correction note): "
        "Disqualified, Ada No1, Ada No2 and 2 more."
    )
    assert callable_now(desk) == set(LEADS)
    corrections = [item for item in desk.outbox.items() if item.state in ("held", "queued")]
    assert {item.lead_id for item in corrections} == {"2"}
    for lead_id, shown in {
        "1": "change: Disqualified",
        "2": "change: Disqualified (corrected)",
    }.items():
        assert shown in {item.what for item in desk.leads.view(lead_id).timeline}


def test_a_call_that_was_refused_goes_with_the_rest(desk: LocalDesk, db: Database) -> None:
    desk.outcome.record("1", Entry("meeting_set", NOW, meeting_at=LATER))
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET attempts = 1, state = CASE kind WHEN 'contact' THEN"
                           " 'sent' ELSE 'blocked' END")  # fmt: skip
    undone = desk.undo.last()
    assert "The call was refused and will not be sent." in undone.message
    assert {item.kind for item in desk.outbox.items()} <= {"note", "contact"}
    with db.reader() as connection:
        (note,) = connection.execute(
            "SELECT payload_json FROM outbox WHERE kind = 'note' AND state <> 'undone'"
        )
    assert "The meeting logged" not in note[0]


def test_what_was_corrected_is_settled_in_no_block_and_no_log(
    desk: LocalDesk, db: Database
) -> None:
    desk.block.start("50m", "40 dials", "")
    settle(desk)
    for lead_id in LEADS[1:]:
        leaves(db, lead_id)
    (rep,) = desk.log.day(NOW.date()).reps
    assert rep.disqualified_without_call == len(LEADS)
    assert desk.undo.last().message.startswith(
        "Undone for 4 leads (3 already in HubSpot: added a correction note)"
    )
    (rep,) = desk.log.day(NOW.date()).reps
    assert rep.disqualified_without_call == 0
    assert desk.block.end().without_call == 0


def test_what_a_later_outcome_builds_on_stays_and_is_told(
    desk: LocalDesk, make_desk: MakeDesk, db: Database
) -> None:
    settle(desk)
    make_desk().outcome.record("3", Entry("no_answer", NOW))
    with db.writer() as connection:  # by a colleague in the same database
        connection.execute("UPDATE activity SET owner_id = '8' WHERE disposition = 'no_answer'")
        connection.execute("UPDATE act SET owner_id = '8' WHERE label = 'No answer'")
    undone = desk.undo.last()
    assert not undone.clean
    assert "Undone for 3 leads, 1 not (A later outcome of the same lead builds on this one)" in (
        undone.message
    )
    assert callable_now(desk) == {"1", "2", "4"}


def test_a_lead_that_is_gone_does_not_keep_the_others(
    desk: LocalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.undo.together():
        for lead_id in LEADS:
            desk.decisions.snooze(lead_id, LATER)
    change = decisions.change

    def one_is_gone(db: Database, lead_id: str, *rest: Any) -> decisions.DeskState:
        if lead_id == "3":
            raise NotFoundError("There is no lead 3 on this machine.")
        return change(db, lead_id, *rest)

    monkeypatch.setattr(decisions, "change", one_is_gone)
    undone = desk.undo.last()
    assert undone.message == (
        "Undone for 3 leads, 1 not (There is no lead 3 on this machine): "
        "snooze, Ada No1, Ada No2 and 1 more."
    )
    assert callable_now(desk) == {"1", "2", "4"}


@pytest.mark.parametrize("what", ["decisions", "outcomes"])
def test_a_database_that_is_busy_halfway_leaves_the_rest_for_another_undo(
    desk: LocalDesk, db: Database, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "outcomes":
        settle(desk)
    else:
        with desk.undo.together():
            for lead_id in LEADS:
                desk.decisions.snooze(lead_id, LATER)
    writer, turns = db.writer, iter([False, False, True])

    def busy(*, durable: bool = False) -> object:
        if next(turns, False):
            raise StorageError("The database is busy.")
        return writer(durable=durable)

    monkeypatch.setattr(db, "writer", busy)
    first = desk.undo.last()
    assert "Undone for 2 leads, 1 not (The database is busy)" in first.message
    assert callable_now(desk) == {"3", "4"}
    assert desk.undo.last().leads == 2
    assert callable_now(desk) == set(LEADS)


def killed(db: Database, tmp_path: Path, what: str, part: str, number: int, moment: str) -> None:
    rules = str(tmp_path / "rules")
    with forked(main, str(db.path), rules, what, part, number, moment) as process:
        assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("part", ["act", "undo"])
def test_killed_between_two_leads_each_is_done_or_undone(
    desk: LocalDesk, db: Database, make_desk: MakeDesk, tmp_path: Path, part: str, moment: str
) -> None:
    fresh = {lead_id: decided(desk, lead_id) for lead_id in LEADS}
    number = 3
    killed(db, tmp_path, "outcome", part, number, moment)
    committed = number if moment == "after" else number - 1
    settled = LEADS[:committed] if part == "act" else LEADS[: len(LEADS) - committed]

    after = make_desk()
    for lead_id in LEADS:
        states = {x.state for x in after.outbox.items(sent=True) if x.lead_id == lead_id}
        if lead_id in settled:
            assert after.leads.view(lead_id).row.status == "UNQUALIFIED"
            assert states == {"held"}
        else:
            assert decided(after, lead_id) == fresh[lead_id]
            assert states <= {"undone"}
    # What belongs together outlives the process.
    if settled:
        undone = after.undo.last(ask=True)
        assert (undone.clean, undone.leads) == (True, len(settled))
    assert {lead_id: decided(after, lead_id) for lead_id in LEADS} == fresh


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("part", ["act", "undo"])
def test_killed_a_lead_never_keeps_the_fit_of_another_persona(
    desk: LocalDesk, db: Database, make_desk: MakeDesk, tmp_path: Path, part: str, number: int
) -> None:
    desk.decisions.set_persona("1", "Plant Manager")
    after_it = desk.leads.view("1").row
    desk.undo.last()
    before_it = desk.leads.view("1").row
    killed(db, tmp_path, "persona", part, number, "after")
    after = make_desk()
    told = [after.leads.view(lead_id).row for lead_id in LEADS]
    assert {(row.persona, row.fit) for row in told} <= {
        (before_it.persona, before_it.fit),
        (after_it.persona, after_it.fit),
        ("", 70),  # as it was put on the disk, never worked out
    }
    given = [row.lead_id for row in told if row.persona == "Plant Manager"]
    assert tuple(given) == (LEADS[:number] if part == "act" else LEADS[: len(LEADS) - number])
