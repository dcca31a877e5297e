from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.lead.activity import ActivityKind, OutboxKind, OutboxState
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.outcome.note_text import barred_scope, barred_words
from sdrdesk.domain.outcome.types import DEFAULT_STAGES, AccountRules, Scope
from sdrdesk.domain.text.humanize import option_words
from tests.domain.outcome_table import (
    ACCOUNT,
    HOLD,
    LEAD,
    NEXT_DUE,
    NOW,
    SOON,
    kinds,
    payload,
    record,
    shipped,
)

NEEDED: dict[str, dict[str, Any]] = {
    "callback": {"callback_at": SOON},
    "meeting_set": {"meeting_at": SOON},
    "not_interested": {"reason": "no_budget"},
    "disqualified": {"reason": "bad_fit", "duration_s": 40},
}


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("no_answer", ["contact", "call"]),
        ("left_voicemail", ["contact", "call"]),
        ("busy", ["contact", "call"]),
        ("gatekeeper", ["contact", "call"]),
        ("wrong_number", ["call"]),
        ("callback", ["task", "contact", "call"]),
        ("nurture", ["contact", "call"]),
        ("not_interested", ["contact", "call"]),
        ("disqualified", ["contact", "call"]),
        ("qualified", ["contact", "call", "note"]),
        ("meeting_set", ["meeting", "contact", "call", "note"]),
        ("do_not_call", ["contact", "call"]),
    ],
)
def test_each_outcome_sends_what_the_table_says(key: str, sent: list[str]) -> None:
    plan = record(key, **NEEDED.get(key, {}))
    assert kinds(plan) == sent
    call = payload(plan, OutboxKind.CALL)
    assert call["outcome_label"] == shipped()[key].crm_outcome
    assert call["connected"] == (Flag.REACHED in shipped()[key].flags)


@pytest.mark.parametrize("key", list(shipped()))
def test_every_item_is_held_unique_and_json(key: str) -> None:
    plan = record(key, **NEEDED.get(key, {}))
    assert {item.state for item in plan.items} == {OutboxState.HELD}
    assert {item.hold_until for item in plan.items} == {HOLD}
    assert len({item.key for item in plan.items}) == len(plan.items)
    assert {item.activity_key for item in plan.items} == {plan.activity.activity_key}
    assert json.loads(json.dumps([item.payload for item in plan.items]))


def test_the_call_is_sent_under_the_key_of_the_activity() -> None:
    plan = record("no_answer")
    (call,) = [item for item in plan.items if item.kind is OutboxKind.CALL]
    assert call.key == plan.activity.activity_key


def test_priorities_put_do_not_call_first_then_meetings_callbacks_changes_and_the_rest() -> None:
    def priorities(key: str) -> dict[str, int]:
        return {i.kind.value: i.priority for i in record(key, **NEEDED.get(key, {})).items}

    assert priorities("do_not_call") == {"contact": 0, "call": 50}
    assert priorities("meeting_set") == {"meeting": 10, "contact": 30, "call": 50, "note": 50}
    assert priorities("callback") == {"task": 20, "contact": 30, "call": 50}
    assert priorities("no_answer") == {"contact": 30, "call": 50}


@pytest.mark.parametrize("status", ["", "NEW", "OPEN"])
@pytest.mark.parametrize("key", ["no_answer", "left_voicemail", "busy", "gatekeeper"])
def test_an_attempt_replaces_early_statuses(key: str, status: str) -> None:
    plan = record(key, replace(LEAD, status=status))
    contact = payload(plan, OutboxKind.CONTACT)
    assert contact["changes"] == {"status": "ATTEMPTED_TO_CONTACT"}
    assert contact["base"] == {"status": status}


@pytest.mark.parametrize("status", ["IN_PROGRESS", "CONNECTED", "OPEN_DEAL", "BAD_TIMING", "OURS"])
@pytest.mark.parametrize("key", ["no_answer", "left_voicemail", "busy", "gatekeeper"])
def test_an_attempt_never_lowers_a_lead(key: str, status: str) -> None:
    plan = record(key, replace(LEAD, status=status))
    assert kinds(plan) == ["call"]
    assert plan.change.fields == {}
    assert any(line.startswith(f"Status stays {option_words(status)}") for line in plan.preview)


def test_a_status_that_is_already_right_is_not_sent() -> None:
    plan = record("no_answer", replace(LEAD, status="ATTEMPTED_TO_CONTACT"))
    assert kinds(plan) == ["call"]


def test_an_unknown_status_is_sent_with_a_warning() -> None:
    account = replace(ACCOUNT, known_statuses=frozenset({"NEW"}))
    plan = record("no_answer", account=account)
    assert kinds(plan) == ["contact", "call"]
    assert plan.change.fields == {"status": "ATTEMPTED_TO_CONTACT"}
    (warning,) = plan.warnings
    assert 'no lead status "ATTEMPTED_TO_CONTACT"' in warning
    assert "dispositions.toml" in warning
    assert f"! {warning}" in plan.preview


def test_a_field_of_the_status_without_options_is_warned_of() -> None:
    plan = record("no_answer", account=replace(ACCOUNT, known_statuses=frozenset()))
    assert plan.change.fields == {"status": "ATTEMPTED_TO_CONTACT"}
    (warning,) = plan.warnings
    assert "lead status has no options" in warning
    assert "[fields] status" in warning
    assert not record("no_answer", account=replace(ACCOUNT, known_statuses=None)).warnings


def test_an_unknown_stage_is_sent_with_a_warning() -> None:
    account = replace(ACCOUNT, stage_order=("lead", "marketingqualifiedlead", "opportunity"))
    plan = record("qualified", replace(LEAD, lifecycle="marketingqualifiedlead"), account)
    assert plan.change.fields["lifecycle"] == "salesqualifiedlead"
    (warning,) = plan.warnings
    assert 'no lifecycle stage "salesqualifiedlead"' in warning
    assert "sdrdesk setup" in warning
    assert f"! {warning}" in plan.preview


def test_a_lead_in_an_unordered_stage_is_moved() -> None:
    plan = record("qualified", replace(LEAD, lifecycle="archived-stage"))
    assert plan.change.fields["lifecycle"] == "salesqualifiedlead"
    assert plan.warnings == ()


@given(
    st.sampled_from(["", *DEFAULT_STAGES, "51439524"]),
    st.sampled_from(["", "NEW", "OPEN", "IN_PROGRESS", "UNQUALIFIED", "XX"]),
    st.sampled_from([*DEFAULT_STAGES, "gone"]),
    st.booleans(),
    st.sampled_from(sorted(shipped())),
)
def test_every_field_of_an_outcome_is_sent_or_explained(
    stage: str, status: str, target: str, marked: bool, key: str
) -> None:
    """Each field an outcome sets is changed, is right already, or stays by a rule that is told."""
    account = replace(ACCOUNT, qualified_stage=target, known_statuses=frozenset({"NEW"}))
    lead = replace(LEAD, lifecycle=stage, status=status, do_not_call=marked)
    plan = record(key, lead, account, **NEEDED.get(key, {}))
    outcome = shipped()[key]
    told = " ".join(plan.stays)
    wanted = {
        "status": (outcome.lead_status, status, "Status stays"),
        "lifecycle": (target if outcome.lifecycle == "qualified" else "", stage, "Lifecycle stays"),
    }
    for name, (value, now, words) in wanted.items():
        sent = plan.change.fields.get(name) == value
        assert not value or value == now or sent or words in told
    assert set(plan.stays) <= set(plan.preview)


@given(
    st.sampled_from(["", *DEFAULT_STAGES, "51439524"]),
    st.sampled_from([*DEFAULT_STAGES, "gone"]),
    st.permutations(DEFAULT_STAGES),
)
def test_a_lifecycle_stage_only_moves_forward(now: str, target: str, order: list[str]) -> None:
    account = AccountRules(qualified_stage=target, stage_order=tuple(order))
    plan = record("qualified", replace(LEAD, lifecycle=now), account)
    new = plan.change.fields.get("lifecycle")
    if new is None:
        assert now == target or order.index(now) > order.index(target)
    else:
        assert new == target
        places = {stage: at for at, stage in enumerate(order)}
        assert places.get(now, -1) < places.get(target, len(order))


def test_teams_that_dropped_sql_use_their_own_stage() -> None:
    plan = record("qualified", account=replace(ACCOUNT, qualified_stage="opportunity"))
    contact = payload(plan, OutboxKind.CONTACT)
    assert contact["changes"] == {"status": "CONNECTED", "lifecycle": "opportunity"}
    assert contact["base"] == {"status": "NEW", "lifecycle": "marketingqualifiedlead"}


def test_a_callback_makes_a_task_and_stays_open() -> None:
    plan = record("callback", callback_at=SOON, note="after her holiday")
    task = payload(plan, OutboxKind.TASK)
    assert task["due_at"] == "2026-11-26T14:05:00Z"
    assert task["call"] is True
    assert "after her holiday" in task["body"]
    assert (plan.change.callback_at, plan.change.callback_note) == (SOON, "after her holiday")
    assert "Call task: Thu 26 Nov 2026 14:05 (Europe/Dublin)" in plan.preview


@pytest.mark.parametrize(
    ("rep", "derived", "crm", "shown"),
    [
        ("Asia/Tokyo", "Europe/Paris", "Europe/Dublin", "23:05 (Asia/Tokyo)"),
        ("", "Europe/Paris", "Europe/Dublin", "15:05 (Europe/Paris)"),
        ("", "", "Europe/Dublin", "14:05 (Europe/Dublin)"),
        ("", "", "", "14:05 (UTC)"),
        ("", "", "No/Such_Zone", "14:05 (UTC)"),
        ("../../etc/passwd", "", "", "14:05 (UTC)"),
    ],
)
def test_a_callback_is_written_in_the_lead_s_time(
    rep: str, derived: str, crm: str, shown: str
) -> None:
    lead = replace(LEAD, rep_time_zone=rep, zone=derived, time_zone=crm)
    task = payload(record("callback", lead, callback_at=SOON), OutboxKind.TASK)
    assert shown in task["body"]


def test_a_gatekeeper_who_names_an_hour_makes_a_task() -> None:
    plan = record("gatekeeper", callback_at=SOON)
    assert kinds(plan) == ["task", "contact", "call"]
    assert plan.change.callback_at == SOON


def test_a_time_without_a_callback_only_moves_the_next_try() -> None:
    plan = record("no_answer", callback_at=SOON)
    assert kinds(plan) == ["contact", "call"]
    assert (plan.change.next_due_at, plan.change.callback_at) == (SOON, None)


@pytest.mark.parametrize(
    ("key", "minutes_early", "stays"),
    [
        ("no_answer", 24 * 60, True),  # an extra try today does not settle Thursday's promise
        ("no_answer", 10, False),  # a few minutes early is the promised call
        ("no_answer", -60, False),
        ("qualified", 24 * 60, False),  # they talked: nothing is left to promise
        ("do_not_call", 24 * 60, False),
    ],
)
def test_an_open_callback_stays_until_it_is_made(key: str, minutes_early: int, stays: bool) -> None:
    promised = NOW + timedelta(minutes=minutes_early)
    lead = replace(LEAD, callback_at=promised, callback_note="she asked")
    change = record(key, lead, **NEEDED.get(key, {})).change
    assert change.callback_at == (promised if stays else None)
    assert change.callback_note == ("she asked" if stays else "")


def test_nurture_leaves_the_queue_until_conversion_or_the_promised_time() -> None:
    without = record("nurture", next_due=None)
    assert without.change.leaves_queue == "until_reconversion"
    assert without.change.next_due_at is None
    assert kinds(without) == ["contact", "call"]
    with_time = record("nurture", callback_at=SOON, next_due=None)
    assert with_time.change.callback_at == with_time.change.next_due_at == SOON
    assert kinds(with_time) == ["task", "contact", "call"]


@pytest.mark.parametrize(
    "key", ["not_interested", "disqualified", "qualified", "meeting_set", "do_not_call"]
)
def test_final_outcomes_leave_the_queue_for_good(key: str) -> None:
    change = record(key, **NEEDED.get(key, {})).change
    assert change.leaves_queue == "for_good"
    assert change.next_due_at is None


def test_a_meeting_lasts_half_an_hour_and_hands_over_what_was_said() -> None:
    qualify = {"timing": "two lines by 15 March", "budget": "", "authority": "CFO has to agree"}
    plan = record("meeting_set", meeting_at=SOON, qualify=qualify, note="bring the arm expert")
    meeting = payload(plan, OutboxKind.MEETING)
    assert meeting["start_at"] == "2026-11-26T14:05:00Z"
    assert meeting["end_at"] == "2026-11-26T14:35:00Z"
    assert meeting["title"] == "Meeting with Jun Watanabe, Kestrel Robotics"
    note = payload(plan, OutboxKind.NOTE)["body"]
    assert note.splitlines() == [
        "Hand-off: Meeting set, Thu 26 Nov 2026 14:05 (Europe/Dublin)",
        "Who: Jun Watanabe, Kestrel Robotics · CTO",
        "Came in on: Pricing: Request a demo",
        "They wrote: Need to replace our arm controllers before March",
        "Authority: CFO has to agree",
        "Timing: two lines by 15 March",
        "Not asked yet: Budget, Need",
        "Note: bring the arm expert",
    ]
    assert plan.activity.qualify == {k: v for k, v in qualify.items() if v}


def test_a_longer_meeting_ends_later() -> None:
    meeting = payload(
        record("meeting_set", meeting_at=SOON, meeting_minutes=45), OutboxKind.MEETING
    )
    assert meeting["end_at"] == "2026-11-26T14:50:00Z"


def test_disqualified_on_sight_is_no_call() -> None:
    plan = record("disqualified", reason="bad_fit", note="a school project")
    assert kinds(plan) == ["contact", "note"]
    assert plan.activity.kind is ActivityKind.CHANGE
    assert (plan.activity.outcome_label, plan.activity.number) == ("", "")
    assert (plan.change.attempts_delta, plan.change.last_attempt_at) == (0, None)
    body = payload(plan, OutboxKind.NOTE)["body"]
    assert body == "Disqualified without a call\na school project\nReason: Bad fit"


@pytest.mark.parametrize("proof", [{"duration_s": 1}, {"number": "+353 1 555 0142"}])
def test_disqualified_on_a_call_is_a_call(proof: dict[str, Any]) -> None:
    plan = record("disqualified", reason="bad_fit", **proof)
    assert plan.activity.kind is ActivityKind.CALL
    assert plan.change.attempts_delta == 1
    assert payload(plan, OutboxKind.CALL)["note"] == "Reason: Bad fit"


def test_a_reason_may_be_named_by_its_label() -> None:
    assert record("disqualified", reason=" bad FIT ").activity.reason == "bad_fit"


def test_attempts_count_dials_only() -> None:
    change = record("no_answer").change
    assert (change.attempts_delta, change.last_attempt_at) == (1, NOW)
    assert change.next_due_at == NEXT_DUE


def test_a_list_is_joined_where_the_outcome_names_one() -> None:
    from sdrdesk.domain.outcome.plan import plan
    from sdrdesk.domain.outcome.types import Entry
    from tests.domain.outcome_table import keys

    nurture = replace(shipped()["nurture"], list_name="Nurture")
    made = plan(LEAD, nurture, Entry("nurture", NOW), ACCOUNT, "70001", keys(), None, HOLD)
    assert payload(made, OutboxKind.LIST) == {"list_name": "Nurture", "outcome": "nurture"}
    assert "List: added to Nurture" in made.preview


def test_an_unknown_call_outcome_is_announced_in_the_preview() -> None:
    account = replace(ACCOUNT, known_outcomes=frozenset({"Connected"}))
    plan = record("busy", account=account)
    (warning,) = plan.warnings
    assert 'no call outcome "Busy"' in warning
    assert f"! {warning}" in plan.preview


MOMENTS = st.integers(1_767_225_600, 1_798_761_600).map(lambda s: datetime.fromtimestamp(s, UTC))
HOSTILE = "[/x] {{ 7*7 }} \x1b[31m =1+1 <script> ; rm -rf / '; DROP"


def test_strangers_texts_stay_plain() -> None:
    lead = replace(LEAD, first_name=HOSTILE, last_name="", message=HOSTILE, company=None)
    plan = record("meeting_set", lead, meeting_at=SOON, note=HOSTILE, qualify={"need": HOSTILE})
    text = json.dumps([item.payload for item in plan.items], ensure_ascii=False)
    assert "\x1b" not in text
    assert "u001b" not in text
    assert "{{ 7*7 }}" in text
    assert "[/x]" in payload(plan, OutboxKind.MEETING)["title"]


@given(
    st.sampled_from(list(shipped())),
    st.builds(
        Lead,
        lead_id=st.just("1"),
        first_name=st.text(max_size=20),
        phone=st.text(max_size=20),
        mobile=st.text(max_size=20),
        time_zone=st.text(max_size=12),
        status=st.sampled_from(["", "NEW", "CONNECTED", "x"]),
        lifecycle=st.sampled_from(["", "lead", "customer", "x"]),
        callback_at=st.none() | MOMENTS,
    ),
    st.text(max_size=50),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
def test_a_complete_entry_always_has_a_plan(
    key: str, lead: Lead, note: str, qualify: dict[str, str]
) -> None:
    plan = record(key, lead, note=note, qualify=qualify, **NEEDED.get(key, {}))
    assert plan.items
    assert plan.preview
    changed = [item for item in plan.items if item.kind is OutboxKind.CONTACT]
    assert bool(changed) == bool(plan.change.fields)
    for item in changed:
        assert item.payload["changes"] == dict(plan.change.fields)


def test_the_preview_reads_like_the_changes() -> None:
    plan = record("no_answer")
    assert plan.preview == ("Call: No answer", "Status: New → Attempted to contact")
    assert plan.local == ("Next try not before Fri 20 Nov 2026 16:05 (Europe/Dublin)",)
    met = record("meeting_set", meeting_at=SOON, duration_s=3792, qualify={"need": "arms"})
    assert met.preview == (
        "Call: Connected, 1:03:12, with note",
        "Status: New → Connected",
        "Lifecycle: Marketingqualifiedlead → Salesqualifiedlead",
        "Meeting: Thu 26 Nov 2026 14:05 (Europe/Dublin), 30 min (logged, no invitation sent)",
        "Note: hand-off (Need; not asked yet: Budget, Authority, Timing)",
    )
    assert met.local == ("Leaves the queue",)
    refused = record("not_interested", reason="no_budget")
    assert refused.preview[0] == "Call: Connected, with the reason"
    refused = record("not_interested", reason="no_budget", note="next year perhaps")
    assert refused.preview[0] == "Call: Connected, with note"
    closed = record("do_not_call", do_not_call_scope="company")
    assert closed.local[:2] == (
        "Kestrel Robotics will not be called again",
        "Jun Watanabe will not be called again",
    )


def test_a_call_takes_a_lead_that_nobody_owns_where_the_team_says_so() -> None:
    pool = replace(ACCOUNT, takes_unowned=True)
    taken = record("no_answer", account=pool)
    assert taken.change.fields["owner_id"] == "70001"
    assert payload(taken, OutboxKind.CONTACT)["base"]["owner_id"] == ""
    assert "Owner: nobody → you" in taken.preview
    mine = record("no_answer", replace(LEAD, owner_id="70002"), account=pool)
    assert "owner_id" not in mine.change.fields


@pytest.mark.parametrize("scope", ["person", "number", "company"])
def test_the_note_of_a_call_says_who_is_not_to_be_called(scope: Scope) -> None:
    assert barred_scope(f"rang\n{barred_words(scope).replace(' any', chr(10) + 'any')}") == scope
    assert barred_scope("They asked not to call at noon.") is None
