from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import OutboxKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.place.same_number import same_number
from tests.domain.outcome_table import (
    ACCOUNT,
    HOLD,
    LEAD,
    NOW,
    SOON,
    kinds,
    payload,
    record,
    shipped,
)


def test_a_wrong_number_is_held_and_the_next_one_is_named() -> None:
    plan = record("wrong_number", number="+353 1 555 0142")
    assert plan.change.number_held == "+353 1 555 0142"
    assert plan.change.fields == {}
    assert plan.local[0].endswith("next: +353 87 555 0142")


def test_a_wrong_only_number_needs_research() -> None:
    plan = record("wrong_number", replace(LEAD, mobile="01 555 0142"), number="+353 1 555 0142")
    assert "needs research" in plan.local[0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+353 1 555 0142", "(01) 555-0142", True),
        ("+44 (0)20 7946 0018", "020 7946 0018", True),
        ("+353 1 555 0142", "+353 87 555 0142", False),
        ("0142", "+353 1 555 0142", False),  # an extension is not the line
        ("", "", True),
    ],
)
def test_one_number_written_in_two_ways(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same
    assert same_number(other, one) is same


def test_do_not_call_for_the_person() -> None:
    plan = record("do_not_call")
    contact = payload(plan, OutboxKind.CONTACT)
    assert contact["changes"] == {"status": "UNQUALIFIED", "do_not_call": "true"}
    assert contact["base"] == {"status": "NEW", "do_not_call": "false"}
    assert plan.change.suppress == (("person", "512"),)
    assert "Asked us not to call this person" in payload(plan, OutboxKind.CALL)["note"]
    assert plan.items[0].kind is OutboxKind.CONTACT


def test_do_not_call_for_the_company_takes_the_person_along() -> None:
    change = record("do_not_call", do_not_call_scope="company").change
    assert change.suppress == (("company", "88"), ("person", "512"))
    assert change.fields["do_not_call"] == "true"


def test_do_not_call_for_one_of_two_numbers_keeps_the_person() -> None:
    plan = record("do_not_call", do_not_call_scope="number", number="+353 1 555 0142")
    assert plan.change.suppress == (("number", "+353 1 555 0142"),)
    assert plan.change.fields == {}
    assert plan.change.leaves_queue == ""
    assert kinds(plan) == ["call"]


def test_do_not_call_for_the_only_number_is_for_the_person() -> None:
    lead = replace(LEAD, mobile="")
    plan = record("do_not_call", lead, do_not_call_scope="number")
    assert plan.change.suppress == (("number", LEAD.phone), ("person", "512"))
    assert plan.change.fields["do_not_call"] == "true"


def test_without_a_field_do_not_call_is_kept_here_and_said_so() -> None:
    plan = record("do_not_call", account=replace(ACCOUNT, do_not_call_mapped=False))
    assert payload(plan, OutboxKind.CONTACT)["changes"] == {"status": "UNQUALIFIED"}
    assert plan.change.suppress == (("person", "512"),)
    assert any("names no field" in line for line in plan.preview)


@pytest.mark.parametrize(
    ("key", "entry", "named"),
    [
        ("callback", {}, "callback_at"),
        ("meeting_set", {}, "meeting_at"),
        ("not_interested", {}, "reason"),
        ("not_interested", {"reason": "  "}, "reason"),
        ("disqualified", {"reason": "no such"}, "reason"),
        ("callback", {"callback_at": NOW}, "callback_at"),
        ("meeting_set", {"meeting_at": NOW - timedelta(days=1)}, "meeting_at"),
        ("no_answer", {"duration_s": -1}, "duration_s"),
        ("meeting_set", {"meeting_at": SOON, "meeting_minutes": 0}, "meeting_minutes"),
        ("not_interested", {"reason": "no_budget", "callback_at": SOON}, "callback_at"),
        ("no_answer", {"meeting_at": SOON}, "meeting_at"),
    ],
)
def test_missing_or_impossible_fields_are_named(
    key: str, entry: dict[str, Any], named: str
) -> None:
    with pytest.raises(UsageError) as caught:
        record(key, **entry)
    assert f"({named})" in str(caught.value)
    assert caught.value.kept == "Nothing was recorded."


def test_scopes_need_something_to_close() -> None:
    bare = Lead("7")
    for scope in ("company", "number"):
        with pytest.raises(UsageError, match="do_not_call_scope"):
            record("do_not_call", bare, do_not_call_scope=scope)


def test_required_fields_of_a_team_s_own_outcome_hold_too() -> None:
    from sdrdesk.domain.outcome.plan import plan
    from sdrdesk.domain.outcome.types import Entry
    from tests.domain.outcome_table import keys

    strict = replace(shipped()["qualified"], requires=("note", "qualify"))
    for typed, named in [
        (Entry("qualified", NOW, qualify={"need": "x"}), "note"),
        (Entry("qualified", NOW, note="x", qualify={"need": " "}), "qualify"),
    ]:
        with pytest.raises(UsageError, match=rf"\({named}\)"):
            plan(LEAD, strict, typed, ACCOUNT, "70001", keys(), None, HOLD)


@pytest.mark.parametrize(
    ("key", "says"),
    [("no_answer", ""), ("busy", ""), ("wrong_number", "no"), ("left_voicemail", "yes"),
     ("gatekeeper", "yes"), ("not_interested", "yes")],
)  # fmt: skip
def test_an_outcome_says_whether_its_number_works(key: str, says: str) -> None:
    reasons = shipped()[key].reasons
    reason: dict[str, Any] = {"reason": reasons[0][0]} if reasons else {}
    assert record(key, **reason).activity.number_works == says


def test_a_dead_line_is_sent_as_a_failed_call() -> None:
    from sdrdesk.domain.outcome.plan import plan
    from sdrdesk.domain.outcome.types import Entry
    from tests.domain.outcome_table import keys

    dead = replace(shipped()["no_answer"], flags=frozenset({Flag.ATTEMPT, Flag.NUMBER_FAILED}))
    made = plan(LEAD, dead, Entry("no_answer", NOW), ACCOUNT, "70001", keys(), None, HOLD)
    assert made.activity.number_works == "no"
    assert payload(made, OutboxKind.CALL)["number_failed"] is True
    assert made.change.number_held == ""
