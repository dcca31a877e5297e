"""Every combination of what both agreed on, what the rep set and what the CRM shows."""

from __future__ import annotations

import itertools

import pytest

from sdrdesk.domain.crm.field_merge import Decision, decide, shown

ATTEMPTED = "attempted"
ATTEMPTS = {ATTEMPTED: frozenset({"", "NEW", "OPEN", ATTEMPTED})}
STAGES = ("lead", "marketingqualifiedlead", "51439524", "opportunity", "customer")

CASES = [
    # field, base, mine, theirs, decision
    ("status", "NEW", "OPEN", "NEW", "send"),
    ("status", "NEW", "OPEN", "OPEN", "same"),
    ("status", "NEW", "OPEN", "CONNECTED", "conflict"),
    ("status", "", "OPEN", "", "send"),
    ("status", "NEW", ATTEMPTED, "OPEN", "send"),
    ("status", "NEW", ATTEMPTED, "CONNECTED", "keep"),
    ("status", "IN_PROGRESS", ATTEMPTED, "IN_PROGRESS", "send"),
    ("persona", "persona_1", "persona_2", "persona_3", "conflict"),
    ("owner_id", "1", "2", "1", "send"),
    ("owner_id", "1", "2", "", "conflict"),
    ("time_zone", "", "Europe/Dublin", "Europe/London", "conflict"),
    ("lifecycle", "lead", "opportunity", "lead", "send"),
    ("lifecycle", "lead", "opportunity", "51439524", "send"),
    ("lifecycle", "lead", "51439524", "customer", "keep"),
    ("lifecycle", "lead", "lead", "opportunity", "keep"),
    ("lifecycle", "lead", "opportunity", "removed_stage", "conflict"),
    ("lifecycle", "lead", "removed_stage", "lead", "send"),
    ("lifecycle", "", "opportunity", "", "send"),
    ("do_not_call", "false", "true", "false", "send"),
    ("do_not_call", "true", "true", "false", "send"),
    ("do_not_call", "false", "false", "true", "keep"),
    ("do_not_call", "true", "false", "true", "send"),
]


@pytest.mark.parametrize(("field", "base", "mine", "theirs", "expected"), CASES)
def test_one_field(field: str, base: str, mine: str, theirs: str, expected: str) -> None:
    assert decide(field, base, mine, theirs, stages=STAGES, attempts=ATTEMPTS) == expected


def test_a_value_from_before_our_earlier_change_is_no_conflict() -> None:
    assert decide("status", "OPEN", "CONNECTED", "NEW", also_base=("NEW",)) is Decision.SEND
    assert decide("status", "OPEN", "CONNECTED", "NEW") is Decision.CONFLICT


def test_a_stage_never_goes_back() -> None:
    for base, mine, theirs in itertools.product(STAGES, repeat=3):
        decision = decide("lifecycle", base, mine, theirs, stages=STAGES)
        assert decision is not Decision.CONFLICT
        assert (decision is Decision.SEND) is (STAGES.index(mine) > STAGES.index(theirs))


def test_a_do_not_call_is_never_lost() -> None:
    for base, mine, theirs in itertools.product(("true", "false"), repeat=3):
        after = mine if decide("do_not_call", base, mine, theirs) is Decision.SEND else theirs
        taken_back = base == theirs == "true" and mine == "false"
        if "true" in (mine, theirs) and not taken_back:
            assert after == "true"


def test_an_attempt_replaces_only_early_statuses() -> None:
    for theirs in ("", "NEW", "OPEN", "IN_PROGRESS", "CONNECTED", "UNQUALIFIED", "BAD_TIMING"):
        decision = decide("status", "something else", ATTEMPTED, theirs, attempts=ATTEMPTS)
        assert (decision is Decision.SEND) is (theirs in ATTEMPTS[ATTEMPTED])


def test_the_shown_value_until_the_change_is_sent() -> None:
    assert shown("status", "NEW", "OPEN", "CONNECTED") == "OPEN"
    assert shown("do_not_call", "false", "false", "true") == "true"
    assert shown("lifecycle", "lead", "opportunity", "customer", stages=STAGES) == "customer"


@pytest.mark.parametrize("theirs", ["ATTEMPTED_TO_CONTACT", "IN_PROGRESS", "CONNECTED", ""])
def test_the_status_of_do_not_call_wins_over_every_other(theirs: str) -> None:
    assert decide("status", "NEW", "UNQUALIFIED", theirs, barred=True) is Decision.SEND
    assert decide("status", "NEW", "UNQUALIFIED", theirs) is Decision.CONFLICT
    assert decide("email", "a@x.de", "b@x.de", "c@x.de", barred=True) is Decision.CONFLICT
