"""A correction ends where the right outcome would have, as far as the CRM lets it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import OutboxKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.revision import OutcomeNow, Revision, revise, revise_note
from sdrdesk.domain.outcome.types import Entry, OutcomePlan
from tests.domain.outcome.test_correction import after
from tests.domain.outcome_table import ACCOUNT, HOLD, LEAD, NEXT_DUE, NOW, record, shipped

LATER = NOW + timedelta(hours=1)
SLOTS = {"budget": "50k", "need": "robots", "authority": "CTO", "timing": "May"}
MORE: dict[str, dict[str, Any]] = {
    "callback": {"callback_at": NOW + timedelta(days=2)},
    "meeting_set": {"meeting_at": NOW + timedelta(days=3), "qualify": SLOTS},
    "qualified": {"qualify": SLOTS},
    "not_interested": {"reason": shipped()["not_interested"].reasons[0][0]},
    "disqualified": {"reason": shipped()["disqualified"].reasons[0][0]},
}
CALLS = {"note": "said hello", "duration_s": 40, "number": "+35315550142"}
KNOWN = shipped()
RIGHT = {key: record(key, **{**CALLS, **MORE.get(key, {})}) for key in KNOWN}
"""Every outcome, recorded for the same call."""
PAIRS = list(itertools.permutations(KNOWN, 2))


def new_keys() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"new-{next(numbers)}"


def standing(made: OutcomePlan, *, sent: bool, lead: Lead | None = None) -> OutcomeNow:
    """Return the outcome as the store hands it over, sent or not."""
    own = next(item for item in made.items if item.key == made.activity.activity_key)
    rest = [item for item in made.items if item is not own and item.kind is not OutboxKind.CONTACT]
    return OutcomeNow(
        activity=made.activity,
        intent=own.payload,
        in_crm=sent,
        lead=lead or (after(made) if sent else LEAD),
        before=LEAD,
        sent=made.change.fields if sent else {},
        left=tuple((item.kind, item.payload) for item in rest) if sent else (),
        is_last=True,
        promises=(),
        tasks=(),
        mark_is_ours=True,
    )


def corrected(was: OutcomeNow, key: str, why: str = "") -> Revision:
    entry = replace(Entry(key, LATER, note="said hello"), **MORE.get(key, {}))
    old = KNOWN.get(was.activity.disposition)
    due = NEXT_DUE
    return revise(
        was, old, KNOWN[key], entry, ACCOUNT, "70001", new_keys(), due, HOLD, LATER, why
    )  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), PAIRS)
def test_before_it_was_sent_it_is_as_if_recorded_right(wrong: str, right: str) -> None:
    at_once, late = RIGHT[right], corrected(standing(RIGHT[wrong], sent=False), right)
    assert late.change == at_once.change
    assert late.activity == at_once.activity
    own = next(item for item in at_once.items if item.key == "key-1")
    assert late.intent == own.payload
    kinds = sorted(item.kind for item in at_once.items if item is not own)
    assert sorted(item.kind for item in late.items) == kinds
    assert late.stays == at_once.stays


@pytest.mark.parametrize(("wrong", "right"), PAIRS)
def test_after_it_was_sent_stages_never_go_back_and_marks_need_a_reason(
    wrong: str, right: str
) -> None:
    was = standing(RIGHT[wrong], sent=True)
    made = corrected(was, right)
    changes = dict(made.change.fields) if made.change else {}
    places = ACCOUNT.stage_places
    if "lifecycle" in changes:
        assert places[changes["lifecycle"]] > places[was.lead.lifecycle]
    assert changes.get("do_not_call") != "false"
    assert corrected(was, right).preview == made.preview
    if wrong == "do_not_call":
        lifted = corrected(was, right, "pressed the wrong key")
        assert lifted.change is not None
        assert lifted.change.fields["do_not_call"] == "false"
        assert lifted.record.reason == "pressed the wrong key"
    if wrong in ("meeting_set", "qualified"):
        assert any(x.startswith("Lifecycle stays") for x in made.stays) is (
            right not in ("meeting_set", "qualified")
        )
        assert "The hand-off note stays in HubSpot as it was" in made.stays


@pytest.mark.parametrize(("wrong", "right"), PAIRS)
def test_a_status_that_somebody_changed_since_stays(wrong: str, right: str) -> None:
    made = RIGHT[wrong]
    theirs = replace(after(made), status="OPEN_DEAL")
    late = corrected(standing(made, sent=True, lead=theirs), right, "a mistake")
    fields = late.change.fields if late.change else {}
    assert "status" not in fields


def test_both_outcomes_are_named_as_the_team_calls_them() -> None:
    was = standing(RIGHT["no_answer"], sent=True)
    assert corrected(was, "busy").preview[0] == "Call: No answer → Busy, changed in HubSpot"
    gone = replace(was, activity=replace(was.activity, disposition="", outcome_label="Rang out"))
    assert corrected(gone, "busy").preview[0].startswith("Call: Rang out → Busy")


def test_another_note_changes_only_the_words_of_the_rep() -> None:
    made = RIGHT["not_interested"]
    was = standing(made, sent=True)
    late = revise_note(was, KNOWN["not_interested"], "said no\ntwice", "7", "new", HOLD, LATER)
    assert late.intent["note"] == str(was.intent["note"]).replace("said hello", "said no\ntwice")
    assert (late.items, late.change) == ((), None)
    assert "Note before: said hello" in late.record.note


def test_a_call_stays_a_call() -> None:
    was = standing(RIGHT["no_answer"], sent=False)
    assert corrected(was, "disqualified").activity.kind is was.activity.kind
    with pytest.raises(UsageError, match="callback_at"):
        revise(
            was, None, KNOWN["callback"], Entry("callback", LATER), ACCOUNT, "7", new_keys(),
            None, HOLD, LATER,
        )  # fmt: skip
