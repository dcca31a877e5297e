"""The whole of a correction and of a change without a call, and each edge of an entry."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sdrdesk.clock import iso
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import ActivityKind, OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.outcome.correction import correction
from sdrdesk.domain.outcome.note_text import who
from sdrdesk.domain.outcome.types import AccountRules, Entry
from sdrdesk.domain.outcome.validation import (
    is_attendee_email,
    needs_more,
    other_numbers,
    typed_number,
    validated,
)
from sdrdesk.domain.place.same_number import same_number
from tests.domain.outcome_table import HOLD, LEAD, NEXT_DUE, NOW, keys, record, shipped

LATER = NOW + timedelta(hours=1)


def corrected(reason: str = "", mark_is_ours: bool = True, **before: Any) -> Any:
    old = replace(LEAD, next_due_at=NEXT_DUE, callback_at=LATER, callback_note="after lunch")
    sent = record("do_not_call", old)
    now = replace(
        old, status="OPEN_DEAL", do_not_call=True, last_attempt_at=NOW, next_due_at=None,
        callback_at=None, callback_note="",
    )  # fmt: skip
    numbers = itertools.count(1)
    return sent.activity, correction(
        sent.activity, now, replace(old, **before), {"do_not_call": "true"},
        label="Do not call", at=LATER, owner_id="70001",
        new_key=lambda: f"new-{next(numbers)}", hold_until=HOLD, account=AccountRules(),
        reason=reason, mark_is_ours=mark_is_ours,
    )  # fmt: skip


def test_a_correction_is_one_record_with_its_items() -> None:
    wrong, plan = corrected("wrong person")
    body = str(plan.items[1].payload["body"])
    assert plan.items == (
        OutboxItem(
            key="new-2", kind=OutboxKind.CONTACT, lead_id="512", activity_key="new-1",
            payload={"changes": {"do_not_call": "false"}, "base": {"do_not_call": "true"},
                     "at": iso(LATER)},
            state=OutboxState.HELD, priority=30, hold_until=HOLD,
        ),
        OutboxItem(
            key="new-1", kind=OutboxKind.NOTE, lead_id="512", activity_key="new-1",
            payload={"at": iso(LATER), "body": body, "owner_id": "70001",
                     "facts": {"corrects": wrong.activity_key}},
            state=OutboxState.HELD, priority=50, hold_until=HOLD,
        ),
    )  # fmt: skip
    assert "Reason: wrong person" in body
    made = plan.activity
    assert (made.activity_key, made.lead_id, made.owner_id) == ("new-1", "512", "70001")
    assert (made.kind, made.at, made.note) == (ActivityKind.CHANGE, LATER, body)
    assert (made.reason, made.corrects) == ("wrong person", wrong.activity_key)
    change = plan.change
    assert dict(change.fields) == {"do_not_call": "false"}
    assert (change.last_attempt_at, change.next_due_at) == (NOW, NEXT_DUE)
    assert (change.callback_at, change.callback_note) == (LATER, "after lunch")


def test_a_mark_of_others_stays_whatever_the_reason() -> None:
    _, plan = corrected("wrong person", mark_is_ours=False)
    assert [item.kind for item in plan.items] == [OutboxKind.NOTE]
    assert plan.preview == ("Note: correction", "Do not call stays yes: somebody else marked it")
    assert plan.activity.reason == "wrong person"


def test_a_correction_without_a_reason_has_none() -> None:
    _, plan = corrected()
    assert plan.activity.reason == ""
    assert "lifting it needs a reason" in plan.preview[1]


def test_a_change_without_a_call_is_a_note_under_its_own_key() -> None:
    plan = record("disqualified", reason="bad_fit", note="They sell to us.", without_call=True)
    (note,) = [item for item in plan.items if item.kind is OutboxKind.NOTE]
    assert note.key == note.activity_key == plan.activity.activity_key
    assert (note.payload["at"], note.payload["owner_id"]) == (iso(NOW), "70001")
    first, *rest = str(note.payload["body"]).split("\n")
    label = shipped()["disqualified"].label
    assert first == f"{label} without a call"
    assert "They sell to us." in "\n".join(rest)
    (line,) = [line for line in plan.preview if line.startswith("Note: ")]
    assert line.startswith(f"Note: {label} without a call (")
    assert line.endswith(")" + "; no call is logged")


@pytest.mark.parametrize(
    ("key", "entry", "more"),
    [
        ("no_answer", {}, False),
        ("callback", {}, True),
        ("callback", {"callback_at": LATER}, True),
        ("meeting_set", {}, True),
        ("not_interested", {}, True),
        ("not_interested", {"reason": "no_budget"}, True),
        ("do_not_call", {}, True),
        ("nurture", {}, True),
        ("qualified", {}, True),
        ("qualified", {"qualify": {"budget": "50k"}}, True),
        ("wrong_number", {}, False),
    ],
)
def test_outcomes_that_ask_before_they_are_recorded(
    key: str, entry: dict[str, Any], more: bool
) -> None:
    assert needs_more(shipped()[key], replace(Entry(key, NOW), **entry)) is more


def test_a_note_or_an_answer_typed_before_need_not_be_asked_for() -> None:
    asking = replace(shipped()["no_answer"], requires=("note", "qualify"))
    assert needs_more(asking, Entry("no_answer", NOW))
    assert needs_more(asking, Entry("no_answer", NOW, note="said"))
    assert needs_more(asking, Entry("no_answer", NOW, note="said", qualify={"budget": ""}))
    assert not needs_more(asking, Entry("no_answer", NOW, note="said", qualify={"budget": "10k"}))


def refusal(key: str, lead: Lead = LEAD, **entry: Any) -> UsageError:
    with pytest.raises(UsageError) as caught:
        validated(lead, shipped()[key], replace(Entry(key, NOW), **entry))
    return caught.value


@pytest.mark.parametrize("key", ["not_interested", "disqualified"])
@pytest.mark.parametrize(
    ("reason", "note", "kept"),
    [
        ("other: moved to Peru", "", "moved to Peru"),
        ("Other : moved: to Peru", "said so", "moved: to Peru\nsaid so"),
        ("other", "said so", "said so"),
    ],
)
def test_another_reason_is_told_in_words(key: str, reason: str, note: str, kept: str) -> None:
    plan = record(key, reason=reason, note=note, number="+353 1 555 0142")
    assert (plan.activity.reason, plan.activity.note) == ("other", kept)
    (call,) = [item for item in plan.items if item.kind is OutboxKind.CALL]
    body = str(call.payload["note"])
    assert body == f"{kept}\nReason: Other"


def test_another_reason_without_words_is_asked_for() -> None:
    for reason in ("other", "other:", "Other: "):
        with pytest.raises(UsageError, match="in a few words"):
            record("not_interested", reason=reason)
    with pytest.raises(UsageError, match="not a reason"):
        record("not_interested", reason="no_budget: too dear")


def test_a_missing_reason_lists_the_reasons() -> None:
    keys = ", ".join(key for key, _ in shipped()["not_interested"].reasons)
    assert refusal("not_interested").next_step == f"Give --reason KEY. Reasons: {keys}."
    assert refusal("not_interested", reason="because").next_step == f"Reasons: {keys}."


def test_a_missing_time_names_its_option_only() -> None:
    step = refusal("callback").next_step
    assert step == 'Give --callback TIME, for example --callback "thu 10".'


def test_an_outcome_that_needs_a_reason_and_lists_none_says_so() -> None:
    bare = replace(shipped()["not_interested"], reasons=())
    with pytest.raises(UsageError) as caught:
        validated(LEAD, bare, Entry("not_interested", NOW))
    assert caught.value.next_step == "Give --reason KEY. Reasons: none are set up."


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ({"duration_s": 0}, True),
        ({"duration_s": -1}, False),
        ({"duration_s": 86_400}, True),
        ({"duration_s": 86_401}, False),
        ({"meeting_minutes": 5}, True),
        ({"meeting_minutes": 4}, False),
        ({"meeting_minutes": 1440}, True),
        ({"meeting_minutes": 1441}, False),
        ({"meeting_at": NOW}, False),
        ({"meeting_at": NOW + timedelta(seconds=1)}, True),
        ({"attendees": tuple(f"p{n}@x.example" for n in range(50))}, True),
        ({"attendees": tuple(f"p{n}@x.example" for n in range(51))}, False),
    ],
)
def test_each_bound_of_an_entry(entry: dict[str, Any], fits: bool) -> None:
    whole = {"meeting_at": LATER} | entry
    if fits:
        validated(LEAD, shipped()["meeting_set"], replace(Entry("meeting_set", NOW), **whole))
    else:
        refusal("meeting_set", **whole)


def test_attendees_are_split_trimmed_and_named_once() -> None:
    typed = ("a@x.example, b@x.example;c@x.example", "b@x.example\n d@x.example ,")
    entry = Entry("meeting_set", NOW, meeting_at=LATER, attendees=typed)
    found = validated(LEAD, shipped()["meeting_set"], entry).attendees
    assert found == ("a@x.example", "b@x.example", "c@x.example", "d@x.example")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("a@x.example", True),
        ("a@x", True),
        ("a", False),
        ("a@", False),
        ("@x", False),
        ("a@b@c", False),
        ("a b@x.example", False),
        ("<a@x.example>", False),
        ("a@x.example,b@x.example", False),
    ],
)
def test_an_address_is_exactly_one(text: str, is_one: bool) -> None:
    assert is_attendee_email(text) is is_one


@pytest.mark.parametrize(
    "text", ["", "+353 1 555 0142", "5550142", "+1 (212) 555-0100 ext. 12", "1" * 25]
)
def test_a_typed_number_is_kept_as_typed(text: str) -> None:
    assert typed_number(f" {text} ") == text


@pytest.mark.parametrize("text", ["555014", "1" * 26, "call me", "+353 1 555 0142 (home)", "٠" * 3])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        typed_number(text)
    assert text in str(caught.value)
    assert caught.value.kept == "Nothing was recorded."
    assert "+353 1 555 0142" in caught.value.next_step
    assert typed_number(text, (text,)) == text, "the lead's own number passes as it is"


def test_short_numbers_are_the_same_only_when_whole() -> None:
    assert same_number("+353 1 555 0142", "01 555 0142")
    assert same_number("+44 (0)20 7946 0000", "020 7946 0000")
    assert same_number("5550142", "+1 212 555 0142")
    assert not same_number("550142", "+1 212 555 0142")
    assert same_number("550142", "550142")


def test_other_numbers_are_those_not_dialled() -> None:
    assert other_numbers(LEAD, "01 555 0142") == ("+353 87 555 0142",)
    assert other_numbers(LEAD, "") == ("+353 1 555 0142", "+353 87 555 0142")
    assert other_numbers(replace(LEAD, mobile="n/a"), LEAD.phone) == ()


def test_nurture_without_a_call_and_a_reason_is_a_note_of_one_line() -> None:
    plan = record("nurture", without_call=True)
    (note,) = [item for item in plan.items if item.kind is OutboxKind.NOTE]
    label = shipped()["nurture"].label
    assert note.payload["body"] == f"{label} without a call"
    assert f"Note: {label} without a call; no call is logged" in plan.preview


def test_a_plan_keeps_note_owner_and_moment_in_every_part() -> None:
    """The owner who recorded it is on the call, the task, the meeting and the hand-off note."""
    plan = record(
        "meeting_set", note="Thursday suits her.", meeting_at=LATER, attendees=("x@y.example",),
        qualify={"budget": "50k"},
    )  # fmt: skip
    assert plan.activity.note == "Thursday suits her."
    by_kind = {item.kind: item.payload for item in plan.items}
    assert by_kind[OutboxKind.CONTACT]["at"] == iso(NOW)
    assert by_kind[OutboxKind.MEETING]["attendees"]
    assert "x@y.example" in str(by_kind[OutboxKind.MEETING])
    for kind in (OutboxKind.CALL, OutboxKind.MEETING, OutboxKind.NOTE):
        assert by_kind[kind]["owner_id"] == "70001", kind
    promised = record("callback", callback_at=LATER)
    (task,) = [item.payload for item in promised.items if item.kind is OutboxKind.TASK]
    assert task["owner_id"] == "70001"
    assert any("(Europe/Dublin)" in line for line in promised.local)


def test_a_hand_off_says_who_and_which_slots_are_missing() -> None:
    slots = ("budget", "authority", "need", "timing")
    some = record("qualified", qualify={"budget": "50k"})
    full = record("qualified", qualify=dict.fromkeys(slots, "yes"))
    none = record("qualified")
    (line,) = [line for line in some.preview if line.startswith("Note: hand-off")]
    assert "; not asked yet: " in line
    (line,) = [line for line in full.preview if line.startswith("Note: hand-off")]
    assert "not asked yet" not in line
    (line,) = [line for line in none.preview if line.startswith("Note: hand-off")]
    assert line.endswith("(no slot filled yet)")
    (note,) = [item.payload for item in some.items if item.kind is OutboxKind.NOTE]
    assert "Who: Jun Watanabe, Kestrel Robotics · CTO\n" in str(note["body"])
    plain = record("qualified", replace(LEAD, job_title=""))
    (note,) = [item.payload for item in plain.items if item.kind is OutboxKind.NOTE]
    assert "Who: Jun Watanabe, Kestrel Robotics\n" in str(note["body"])


def test_names_of_strangers_are_bounded_in_a_title() -> None:
    long = replace(LEAD, first_name="J" * 300, company=Company("88", name="K" * 300))
    assert len(who(long)) <= 80 + 2 + 80


def test_a_missing_reason_is_chosen_and_a_missing_time_entered() -> None:
    assert str(refusal("not_interested")).startswith("Choose ")
    assert str(refusal("callback")).startswith("Enter ")


def test_the_name_of_an_attendee_is_bounded() -> None:
    long = f"{'a' * 400}@x.example"
    plan = record("meeting_set", meeting_at=LATER, attendees=(long,))
    (meeting,) = [item.payload for item in plan.items if item.kind is OutboxKind.MEETING]
    assert long not in str(meeting)


@pytest.mark.parametrize("before", ["", "lead", "opportunity", "no_such_stage"])
def test_a_lifecycle_stage_stays_unless_it_would_move_forward(before: str) -> None:
    account = AccountRules()
    sent = record("qualified")
    now = replace(LEAD, lifecycle="salesqualifiedlead")
    made = correction(
        sent.activity, now, replace(LEAD, lifecycle=before),
        {"lifecycle": "salesqualifiedlead"}, label="Qualified", at=LATER, owner_id="70001",
        new_key=keys(), hold_until=HOLD, account=account, reason="",
    )  # fmt: skip
    places = account.stage_places
    forward = places.get(before, -1) >= places["salesqualifiedlead"]
    moved = [item for item in made.items if item.kind is OutboxKind.CONTACT]
    assert bool(moved) is forward
    assert any("only moves forward" in line for line in made.preview) is not forward
    assert "(Europe/Dublin)" in str(made.activity.note)
