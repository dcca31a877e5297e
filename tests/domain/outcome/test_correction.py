from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sdrdesk.domain.lead.activity import ActivityKind, OutboxKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.correction import correction
from sdrdesk.domain.outcome.types import AccountRules, OutcomePlan
from tests.domain.outcome_table import HOLD, LEAD, NOW, keys, record

LATER = NOW + timedelta(hours=1)
SOON = NOW + timedelta(days=6)


def after(plan: OutcomePlan, lead: Lead = LEAD) -> Lead:
    """The lead as the CRM holds it once the plan was sent."""
    fields: Mapping[str, str] = plan.change.fields
    return replace(
        lead,
        status=fields.get("status", lead.status),
        lifecycle=fields.get("lifecycle", lead.lifecycle),
        do_not_call=fields.get("do_not_call") == "true" or lead.do_not_call,
        next_due_at=plan.change.next_due_at,
        callback_at=plan.change.callback_at,
    )


def take_back(plan: OutcomePlan, lead: Lead, reason: str = "") -> OutcomePlan:
    return correction(
        plan.activity, lead, LEAD, plan.change.fields, label="Outcome", at=LATER,
        owner_id="70001", new_key=keys(), hold_until=HOLD, account=AccountRules(), reason=reason,
    )  # fmt: skip


def test_a_correction_resets_the_status_on_both_sides() -> None:
    sent = record("no_answer")
    back = take_back(sent, after(sent))
    contact, note = back.items
    assert contact.kind is OutboxKind.CONTACT
    assert contact.payload["changes"] == {"status": "NEW"}
    assert contact.payload["base"] == {"status": "ATTEMPTED_TO_CONTACT"}
    assert note.kind is OutboxKind.NOTE
    assert 'Correction: "Outcome"' in str(note.payload["body"])
    assert back.activity.kind is ActivityKind.CHANGE
    assert back.activity.corrects == sent.activity.activity_key
    assert back.activity.activity_key == note.key
    assert back.preview == ("Note: correction", "Status: Attempted to contact → New")


def test_the_call_happened_so_the_attempt_stays() -> None:
    sent = record("no_answer")
    change = take_back(sent, after(sent)).change
    assert change.attempts_delta == 0
    assert change.next_due_at is None


def test_a_field_changed_since_is_left_alone() -> None:
    sent = record("no_answer")
    back = take_back(sent, replace(after(sent), status="CONNECTED"))
    assert [item.kind for item in back.items] == [OutboxKind.NOTE]
    assert "Status stays Connected: somebody changed it since" in back.preview


def test_a_lifecycle_stage_does_not_go_back() -> None:
    sent = record("qualified")
    back = take_back(sent, after(sent))
    assert back.items[0].payload["changes"] == {"status": "NEW"}
    assert any(line.startswith("Lifecycle stays Salesqualifiedlead") for line in back.preview)


def test_do_not_call_is_only_lifted_with_a_reason() -> None:
    sent = record("do_not_call")
    kept = take_back(sent, after(sent))
    assert kept.items[0].payload["changes"] == {"status": "NEW"}
    assert "Do not call stays yes: lifting it needs a reason" in kept.preview
    lifted = take_back(sent, after(sent), reason="wrong key, she did not ask for it")
    assert lifted.items[0].payload["changes"] == {"status": "NEW", "do_not_call": "false"}
    assert "she did not ask for it" in lifted.activity.note
    assert "Do not call: yes → no" in lifted.activity.note


def test_a_meeting_in_the_crm_is_named() -> None:
    meeting = record("meeting_set", meeting_at=SOON)
    assert "The meeting logged for Thu 26 Nov" in take_back(meeting, after(meeting)).activity.note
    task = record("callback", callback_at=SOON)
    assert take_back(task, after(task)).change.callback_at is None
