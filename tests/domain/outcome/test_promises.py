"""Undoing what an outcome did to call tasks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sdrdesk.domain.lead.activity import OutboxKind, OutboxState
from sdrdesk.domain.lead.promise import Promise
from sdrdesk.domain.outcome.correction import correction
from sdrdesk.domain.outcome.promises import TaskItem, close_task, move_task, reversals
from sdrdesk.domain.outcome.types import AccountRules
from tests.domain.outcome_table import HOLD, LEAD, NOW, keys, record

THEN, LATER = NOW + timedelta(days=1), NOW + timedelta(days=3)
BEFORE = Promise("p", LEAD.lead_id, THEN, owner_id="70002", note="ask for Ann")


def undone(payload: Any, state: OutboxState, **now: Any) -> dict[str, object] | None:
    promise = replace(Promise("p", LEAD.lead_id, THEN), **now)
    found = reversals([TaskItem(payload, state, promise)], LEAD, NOW)
    return dict(found[0]) if found else None


def test_a_moved_callback_goes_back_to_its_time_its_owner_and_its_note() -> None:
    moved = move_task(BEFORE, LATER, "70001", NOW)
    back = undone(moved, OutboxState.SENT, due_at=LATER, owner_id="70001")
    assert back is not None
    assert (back["change"], back["task"], back["asks"]) == ("move", "p", False)
    assert (back["due_at"], back["owner_id"]) == (moved["seen_due_at"], "70002")
    assert str(back["body"]).endswith("ask for Ann")
    assert undone(moved, OutboxState.SENT, due_at=LATER + timedelta(hours=1)) is None
    assert undone(moved, OutboxState.UNDONE, due_at=LATER) is None


@pytest.mark.parametrize(
    ("state", "receipt", "opens"),
    [
        (OutboxState.QUEUED, {}, True),
        (OutboxState.SENT, {"written": True}, True),
        (OutboxState.SENT, {}, False),  # somebody else had ticked it off
    ],
)
def test_a_closed_task_opens_again_if_the_outcome_closed_it(
    state: OutboxState, receipt: dict[str, object], opens: bool
) -> None:
    closed = {**close_task(BEFORE, NOW), **receipt}
    back = undone(closed, state, is_open=False)
    assert (back is not None and back["change"] == "reopen") is opens
    assert undone(closed, state, is_open=True) is None


def test_a_task_that_the_outcome_made_is_closed() -> None:
    back = undone({"due_at": "x"}, OutboxState.SENT)
    assert back is not None
    assert back["change"] == "close"
    assert undone({"due_at": "x"}, OutboxState.SENT, is_open=False) is None


def test_a_correction_names_and_sends_each_task_that_goes_back() -> None:
    sent = record("no_answer")
    tasks = reversals([TaskItem(close_task(BEFORE, NOW), OutboxState.QUEUED, None)], LEAD, NOW)
    assert tasks == []
    closed = Promise("p", LEAD.lead_id, THEN, is_open=False)
    tasks = reversals([TaskItem(close_task(BEFORE, NOW), OutboxState.QUEUED, closed)], LEAD, NOW)
    plan = correction(
        sent.activity, LEAD, LEAD, {}, label="No answer", at=NOW, owner_id="70001",
        new_key=keys(), hold_until=HOLD, account=AccountRules(), tasks=tasks,
    )  # fmt: skip
    assert [item.kind for item in plan.items] == [OutboxKind.NOTE, OutboxKind.TASK]
    assert plan.items[1].payload == tasks[0]
    assert plan.preview[-1] == ("Call task: Sat 21 Nov 2026 14:05 (Europe/Dublin), open again")
