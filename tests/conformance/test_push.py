"""What a connector must do in writing: everything once, and nobody's work overwritten."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from sdrdesk.clock import iso
from sdrdesk.domain.crm.shared_facts import SharedFacts
from sdrdesk.domain.lead.activity import (
    Activity,
    ActivityKind,
    OutboxItem,
    OutboxKind,
    OutboxState,
)
from sdrdesk.domain.outcome.meeting_result import AT_CRM, OPEN, RESULTS, MeetingResult
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.services.sync.questions import QuestionService
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.outbox.conflicts import open_conflicts
from sdrdesk.store.record.acts import Act
from sdrdesk.store.record.meeting_results import meeting_by, set_result, take_back_result
from sdrdesk.store.record.outcomes import record, undo
from sdrdesk.sync.port import CreateItem, CrmClient, KeyMode
from sdrdesk.sync.push.key_modes import mode_of
from tests.conformance.worlds import Failing, World, open_desk
from tests.sync.desk import Desk


def failing(desk: Desk) -> Failing:
    return cast(Failing, desk.crm)


def call(desk: Desk, lead_id: str, outcome: str, **more: object) -> str:
    payload: dict[str, object] = {
        "at": iso(desk.clock()),
        "title": "Call",
        "note": "<b>5 < 6</b> & \u202egnp.exe",
        "outcome_label": outcome,
        "duration_s": 83,
        "number": "+353861234567",
        "owner_id": "",
        "connected": True,
    }
    return desk.put_item("call", lead_id, payload | more)


def settle(world: World, desk: Desk, rounds: int = 10) -> None:
    """Sync until everything is sent, and once more: nothing may be sent twice."""
    for _ in range(rounds):
        desk.sync()
        world.forward(60)
        if rounds == 10 and set(desk.states().values()) == {"sent"}:
            break
    desk.sync()


def test_a_call_reads_back_as_it_was_sent(world: World, desk: Desk) -> None:
    lead = world.leads()[0]
    assert mode_of(desk.db, "call") is world.mode  # as ``setup`` found out
    at = desk.clock().replace(microsecond=0)
    key = call(desk, lead, world.outcome, at=iso(at))
    desk.sync()
    assert desk.item(key)["state"] == "sent", desk.item(key)
    (made,) = desk.crm.read_activities("call", [desk.item(key)["crm_id"]])
    assert made.key == key
    assert made.lead_ids == (lead,)
    assert "5 < 6" in made.note
    assert made.duration_s == 83
    assert made.number == "+353861234567"
    assert made.at_ms == round(at.timestamp() * 1000)
    labels = {o.value: o.label for o in desk.crm.options(("outcome",))}
    assert labels[made.outcome] == world.outcome


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["call", "note"])
def test_a_lost_answer_makes_neither_two_nor_none(
    world: World, desk: Desk, when: str, kind: str
) -> None:
    lead = world.leads()[0]
    failing(desk).lost = [when, when]
    key = call(desk, lead, world.outcome) if kind == "call" else desk.note(lead)
    settle(world, desk)
    assert desk.item(key)["state"] == "sent"
    assert world.found(kind, key) == [{lead}]


def test_an_item_that_was_sent_by_a_copy_of_the_database_is_not_sent_again(
    world: World, desk: Desk
) -> None:
    lead = world.leads()[0]
    key = desk.note(lead)
    desk.sync()
    with desk.db.writer() as connection:  # as in a backup from before the sync
        connection.execute(
            "UPDATE outbox SET state = 'queued', crm_id = '', attempts = 0, created_ms = 0"
            " WHERE key = ?",
            (key,),
        )
    settle(world, desk, 2)
    assert desk.item(key)["state"] == "sent"
    assert world.found("note", key) == [{lead}]


def test_four_desks_that_send_the_same_item_at_once_make_one(
    world: World, desk: Desk, tmp_path: Path
) -> None:
    if not world.mode.is_unique:
        return  # a key that the CRM does not keep unique protects one desk at a time
    lead, desks = world.leads()[0], [desk]
    key = call(desk, lead, world.outcome)
    (body,) = desk.sql("SELECT payload_json FROM outbox WHERE key = ?", key)[0]
    for number in range(3):
        directory = tmp_path / str(number)
        directory.mkdir()
        other = world.desk(directory, lambda crm: cast(CrmClient, Failing(crm)))
        desks.append(other)
        other.put_item("call", lead, {}, key=key, payload_json=body)
    threads = [threading.Thread(target=one.sync) for one in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settle(world, desk, 2)
    assert world.found("call", key) == [{lead}]
    for other in desks[1:]:
        other.close()


def test_a_key_field_that_was_removed_loses_and_doubles_nothing(world: World, desk: Desk) -> None:
    if world.mode.value == "marker":
        return
    world.drop_key_field("call")
    lead = world.leads()[0]
    first = call(desk, lead, world.outcome)
    settle(world, desk, 3)
    assert desk.item(first)["state"] == "sent"
    assert mode_of(desk.db, "call").value == "marker"
    (made,) = desk.crm.read_activities("call", [desk.item(first)["crm_id"]])
    assert made.lead_ids == (lead,)
    second = call(desk, lead, world.outcome)
    settle(world, desk, 2)
    assert world.found("call", second) == [{lead}]


def test_a_corrected_call_keeps_its_key_and_says_one_thing(world: World, desk: Desk) -> None:
    lead = world.leads()[0]
    key = call(desk, lead, "", facts={"outcome": "gatekeeper"})
    desk.sync()
    crm_id = desk.item(key)["crm_id"]
    said: Any = {"at": iso(desk.clock()), "title": "No answer", "note": "Room 5", "duration_s": 8}
    said |= {"owner_id": desk.owner_id, "outcome_label": world.outcome}
    said |= {"facts": {"outcome": "no_answer"}, "number": "", "connected": True}
    values = {o.label: o.value for o in desk.crm.options(("outcome",))}
    labelled = values[world.outcome]
    item = CreateItem("call", key, lead, "", said, KeyMode.FIELD, outcome=labelled)
    for _ in range(2):
        desk.crm.correct_activity(item, crm_id, ("outcome", "facts", "text"))
        (made,) = desk.crm.read_activities("call", [crm_id])
        assert (made.key, made.outcome, made.note) == (key, labelled, "Room 5")
        assert made.facts is not None
        assert made.facts.outcome == "no_answer"
    desk.crm.correct_activity(
        replace(item, intent=said | {"facts": {"outcome": "busy"}}), crm_id, ("outcome", "facts")
    )
    assert desk.crm.read_activity("call", crm_id).facts == SharedFacts(outcome="busy")
    assert world.found("call", key) == [{lead}]


def test_a_refused_item_holds_up_no_other(world: World, desk: Desk) -> None:
    lead = world.leads()[0]
    bad, good = call(desk, lead, "No such outcome"), desk.note(lead)
    desk.sync()
    assert desk.item(bad)["state"] == "blocked"
    assert "No such outcome" in desk.item(bad)["last_error"]
    assert desk.item(good)["state"] == "sent"


@pytest.mark.parametrize("why", ["no such outcome", "refused"])
def test_undone_a_refused_call_leaves_the_outbox(world: World, desk: Desk, why: str) -> None:
    if why == "refused":
        failing(desk).refused = {"call"}
    lead = world.leads()[0]
    alone, with_note = (
        outcome(desk, lead, "No such outcome" if why != "refused" else world.outcome, *more)
        for more in ((), (OutboxKind.NOTE,))
    )
    desk.sync()
    assert desk.item(alone)["state"] == desk.item(with_note)["state"] == "blocked"
    assert not undo(desk.db, with_note, desk.clock()).done
    desk.correct(with_note)
    assert undo(desk.db, alone, desk.clock()).done
    failing(desk).refused = set()
    settle(world, desk, 3)
    assert desk.item(alone)["state"] == desk.item(with_note)["state"] == "undone"
    assert world.found("call", alone) == world.found("call", with_note) == []


def outcome(desk: Desk, lead_id: str, label: str, *more: OutboxKind) -> str:
    """Record an outcome with a call and other items that go out before it."""
    now, key = desk.clock(), str(uuid.uuid4())
    said: dict[str, object] = {
        "at": iso(now), "title": "Call", "note": "", "body": "Also", "outcome_label": label,
        "duration_s": 8, "number": "", "owner_id": "", "connected": True,
    }  # fmt: skip
    made = Activity(key, lead_id, "", ActivityKind.CALL, now, "connected")
    items = [
        OutboxItem(
            key if kind is OutboxKind.CALL else str(uuid.uuid4()),
            kind, lead_id, key, said, OutboxState.HELD, priority=50 - place, hold_until=now,
        )
        for place, kind in enumerate((OutboxKind.CALL, *more))
    ]  # fmt: skip
    record(desk.db, OutcomePlan(made, tuple(items), LeadChange(), ()), now=now)
    return key


def test_a_status_is_written_only_over_the_one_that_was_seen(world: World, desk: Desk) -> None:
    fresh, mine, theirs = world.status
    one, other = world.leads()[:2]
    for lead in (one, other):
        world.edit(lead, fresh)
    world.forward(1)
    desk.sync()
    keys = [desk.change(lead, status=mine) for lead in (one, other)]
    world.edit(other, theirs)
    desk.sync()
    assert [desk.item(key)["state"] for key in keys] == ["sent", "sent"]
    assert [world.status_of(lead) for lead in (one, other)] == [mine, theirs]
    assert [c.lead_id for c in open_conflicts(desk.db)] == [other]


def test_a_change_between_look_and_write_is_noticed_where_the_crm_can_compare(
    world: World, desk: Desk
) -> None:
    if "compare" not in world.can:
        return  # declared: the moment between look and write stays open
    fresh, mine, theirs = world.status
    lead = world.leads()[0]
    desk.change(lead, status=mine)
    real = desk.crm.lead_fields

    def look_then_edit(*given: object, **named: object) -> object:
        seen = real(*given, **named)  # type: ignore[arg-type]
        if world.status_of(lead) == fresh:
            world.edit(lead, theirs)
        return seen

    vars(desk.crm)["lead_fields"] = look_then_edit
    desk.sync()
    assert world.status_of(lead) == theirs
    assert [c.lead_id for c in open_conflicts(desk.db)] == [lead]


@pytest.mark.parametrize("when", ["", "before", "after"])
def test_do_not_call_arrives(world: World, desk: Desk, when: str) -> None:
    lead = world.leads()[0]
    failing(desk).lost = [when] if when else []
    desk.change(lead, do_not_call="true")
    settle(world, desk, 3)
    assert world.is_marked(lead)
    assert desk.lead(lead).do_not_call


def test_an_item_for_a_lead_that_went_is_asked_about(world: World, desk: Desk) -> None:
    deleted, taken = world.leads()[:2]
    world.delete(deleted)
    keys = [desk.note(deleted)]
    if "take_away" in world.can:
        world.take_away(taken)
        keys += [desk.note(taken), desk.note(taken)]
    report = desk.sync()
    assert {desk.item(key)["state"] for key in keys} == {"blocked"}
    assert report.asked == report.blocked == len(keys)
    assert "deleted" in desk.item(keys[0])["last_error"]
    service = QuestionService(desk.db, desk.clock, lambda: None)
    asked = {question.lead_id: question for question in service.open()}
    assert [asked[deleted].reason, asked[deleted].keys] == ["deleted", (keys[0],)]
    if len(keys) > 1:
        assert [asked[taken].reason, set(asked[taken].keys)] == ["moved", set(keys[1:])]
        assert "another rep" in desk.item(keys[1])["last_error"]
        assert asked[taken].became.startswith("taken away")
        assert not asked[taken].takes_note


def test_a_callback_is_a_task_once_and_is_done_once(world: World, desk: Desk) -> None:
    lead = world.leads()[0]
    failing(desk).lost = ["after"]
    due = {"due_at": iso(desk.clock()), "subject": "Call back", "body": "", "owner_id": ""}
    key = desk.put_item("task", lead, due | {"call": True})
    settle(world, desk)
    assert world.found("task", key) == [{lead}]
    crm_id = desk.item(key)["crm_id"]
    for _ in range(2):
        assert desk.crm.change_task(crm_id, {"open": "false"}).done
    assert world.found("task", key) == ([] if "closing_deletes" in world.can else [{lead}])


def test_a_meeting_is_moved_then_held(world: World, desk: Desk) -> None:
    lead, now = world.leads()[0], desk.clock()
    times = {"start_at": iso(now + timedelta(days=1)), "end_at": iso(now + timedelta(days=1.5))}
    payload = times | {"title": "Demo", "body": "", "owner_id": ""}
    key = desk.put_item("meeting", lead, payload)
    desk.sync()
    crm_id, moved = desk.item(key)["crm_id"], now + timedelta(days=2)
    desk.crm.change_meeting(crm_id, "rescheduled", iso(moved))
    assert desk.crm.read_activity("meeting", crm_id).at_ms // 1000 == int(moved.timestamp())
    for _ in range(2):
        desk.crm.change_meeting(crm_id, "completed")
    assert desk.crm.read_activity("meeting", crm_id).done
    assert world.found("meeting", key) == [{lead}]


@pytest.mark.parametrize(
    "said",
    [r if r == "no-show" else pytest.param(r, marks=pytest.mark.long) for r in RESULTS],
)
def test_what_became_of_a_meeting_is_undone_at_the_crm(
    world: World, desk: Desk, said: MeetingResult
) -> None:
    lead, now = world.leads()[0], desk.clock()
    start = (now - timedelta(hours=2)).replace(microsecond=0)
    times = {"start_at": iso(start), "end_at": iso(start + timedelta(hours=1))}
    about = {"title": "Demo", "body": "Room 5", "owner_id": ""}
    key = desk.put_item("meeting", lead, times | about)
    desk.sync()
    meeting = meeting_by(desk.db, key)
    assert meeting is not None
    noted: list[Act] = []

    def note(
        connection: Connection,
        lead_id: str,
        *,
        item_key: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        noted.append(Act(0, "", lead_id, "promise", "", item_key, before, after))

    moved = start + timedelta(days=2) if said == "moved" else None
    set_result(desk.db, meeting, said, str(uuid.uuid4()), now, now, moved, note)
    desk.sync()
    there = desk.crm.read_activity("meeting", meeting.crm_id)
    assert (there.result or "rescheduled", there.done) == (AT_CRM[said], said != "moved")
    failing(desk).lost = ["after"]
    take_back_result(desk.db, noted[0], str(uuid.uuid4()), now, now, lambda _: None)
    settle(world, desk)
    assert set(desk.states().values()) == {"sent"}
    there = desk.crm.read_activity("meeting", meeting.crm_id)
    assert (there.result in OPEN, there.done, there.at_ms // 1000) == (
        True, False, int(start.timestamp()),
    )  # fmt: skip
    assert there.note == "Room 5"
    here = meeting_by(desk.db, key)
    assert here is not None
    assert (here.result, here.start_at) == ("", start)
    assert world.found("meeting", key) == [{lead}]


def test_another_desk_reads_the_call(world: World, desk: Desk, tmp_path: Path) -> None:
    lead = world.leads()[0]
    call(desk, lead, world.outcome, note="left a brochure")
    desk.sync()
    other = tmp_path / "other"
    other.mkdir()
    world.forward(1)
    with open_desk(world, other) as second:
        noted = "SELECT count(*) FROM activity WHERE note = 'left a brochure' AND lead_id = ?"
        assert second.sql(noted, lead) == [(1,)]
