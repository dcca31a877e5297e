"""What became of a meeting: by the rep's word, sent once, or by the CRM's; a no-show comes back."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.meeting_result import MeetingResult
from sdrdesk.domain.queue.eligibility import exclusion_check
from sdrdesk.domain.ranking.candidate import NO_FACTS
from sdrdesk.domain.ranking.scoring import is_callback_due
from sdrdesk.store.outbox.outbox import retry
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.queue.candidates import candidate_of
from sdrdesk.store.record.meeting_results import BookedMeeting, meeting_by, set_result
from tests.domain import shipped
from tests.sync.desk import OWNER, Desk, desk_over

LATER = 3 * 86_400


def booked(desk: Desk) -> BookedMeeting:
    """Set a meeting in a call, send it, and let its time pass."""
    lead = desk.pick()
    desk.dispose(lead, "meeting_set", rep=OWNER, script_id="demo@2")
    desk.sync()
    desk.clock.forward(LATER)
    desk.sandbox.account.clock.set(desk.sandbox.account.now_ms + LATER * 1000)
    desk.sync()
    key = str(desk.one("SELECT activity_key FROM activity WHERE kind = 'meeting' AND lead_id = ?"
                       " AND crm_id <> '' ORDER BY at_ms DESC", lead))  # fmt: skip
    found = meeting_by(desk.db, key)
    assert found is not None
    assert found.result == ""
    return found


def say(desk: Desk, meeting: BookedMeeting, result: MeetingResult, **more: Any) -> str:
    now, key = desk.clock(), str(uuid.uuid4())
    set_result(desk.db, meeting, result, key, now, now, **more)
    return key


def at_crm(desk: Desk, meeting: BookedMeeting) -> dict[str, Any]:
    found: dict[str, Any] = desk.sandbox.control(f"record/meetings/{meeting.crm_id}")["properties"]
    return found


def is_callable(desk: Desk, lead_id: str) -> str:
    """Return the rule that keeps a lead out of the queue, ``""`` for none."""
    now = desk.clock()
    lead = candidate_of(desk.db, lead_id, now=now)
    assert lead is not None
    clock = WindowClock(shipped.windows(), now)
    rule = exclusion_check(shipped.rules(), clock, NO_FACTS)(lead)
    return str(rule) if rule in ("lifecycle", "status", "do_not_call", "callback_future") else ""


@pytest.mark.parametrize("fault", [{}, {"drop": "after"}, {"drop": "before"}, {"status": 503}])
def test_a_no_show_is_sent_once_and_comes_back(desk: Desk, fault: dict[str, Any]) -> None:
    meeting = booked(desk)
    assert is_callable(desk, meeting.lead_id)
    key = say(desk, meeting, "no-show")
    (promise,) = promises_of(desk.db, meeting.lead_id)
    assert (promise.origin, promise.owner_id, promise.has_task) == ("no_show", OWNER, False)
    lead = candidate_of(desk.db, meeting.lead_id, now=desk.clock())
    assert lead is not None
    assert is_callback_due(lead, desk.clock())
    assert is_callable(desk, meeting.lead_id) == ""
    if fault:
        desk.fault(method="PATCH", path="/meetings/", times=1, **fault)
    for _ in range(4):
        desk.sync()
        desk.clock.forward(45)
    assert desk.item(key)["state"] == "sent"
    assert desk.one("SELECT sent_ms > created_ms FROM outbox WHERE key = ?", key)
    assert at_crm(desk, meeting)["hs_meeting_outcome"] == "NO_SHOW"
    assert len(promises_of(desk.db, meeting.lead_id)) == 1
    # The next call keeps it, and nothing is sent to a task that does not exist.
    desk.dispose(meeting.lead_id, "no_answer", rep=OWNER)
    assert promises_of(desk.db, meeting.lead_id) == []
    desk.sync()
    assert set(desk.states().values()) == {"sent"}


def test_the_crms_word_counts_on_every_desk(desk: Desk, tmp_path: Path) -> None:
    meeting = booked(desk)
    properties = {"hs_meeting_outcome": "NO_SHOW"}
    edit = {"type": "meetings", "id": meeting.crm_id, "properties": properties}
    desk.sandbox.control("edit", edit)
    desk.clock.forward(300)
    desk.sync()
    (promise,) = promises_of(desk.db, meeting.lead_id)
    assert (promise.origin, promise.owner_id) == ("no_show", OWNER)
    with desk_over(desk.sandbox, tmp_path / "lead.db", clock=desk.clock) as lead:
        lead.sync()
        (there,) = promises_of(lead.db, meeting.lead_id)
        assert (there.owner_id, there.due_at, there.note) == (
            promise.owner_id, promise.due_at, promise.note,
        )  # fmt: skip
    edit["properties"] = {"hs_meeting_outcome": "COMPLETED"}
    desk.sandbox.control("edit", edit)
    desk.clock.forward(300)
    desk.sync()
    assert promises_of(desk.db, meeting.lead_id) == []
    assert is_callable(desk, meeting.lead_id)


def test_a_moved_meeting_has_its_new_time_and_its_length(desk: Desk) -> None:
    meeting = booked(desk)
    start = (desk.clock() + timedelta(days=1)).replace(microsecond=0)
    say(desk, meeting, "moved", start_at=start)
    for _ in range(2):
        desk.sync()
        desk.clock.forward(300)
    shown = at_crm(desk, meeting)
    assert shown["hs_meeting_outcome"] == "RESCHEDULED"
    assert shown["hs_meeting_start_time"].startswith(start.isoformat()[:16])
    assert shown["hs_meeting_end_time"].startswith((start + timedelta(minutes=30)).isoformat()[:16])
    moved = meeting_by(desk.db, meeting.key)
    assert moved is not None
    assert (moved.start_at, moved.result) == (start, "")


def test_a_second_word_replaces_the_unsent_first(desk: Desk) -> None:
    meeting = booked(desk)
    first, second = say(desk, meeting, "no-show"), say(desk, meeting, "held")
    assert promises_of(desk.db, meeting.lead_id) == []
    desk.sync()
    assert (desk.item(first)["state"], desk.item(second)["state"]) == ("undone", "sent")
    assert at_crm(desk, meeting)["hs_meeting_outcome"] == "COMPLETED"
    with pytest.raises(UsageError, match="already"):
        say(desk, meeting, "held")
    say(desk, meeting, "no-show")
    assert len(promises_of(desk.db, meeting.lead_id)) == 1


def test_somebody_elses_word_is_asked_about(desk: Desk) -> None:
    meeting = booked(desk)
    keys = [say(desk, meeting, "no-show")]
    properties = {"hs_meeting_outcome": "COMPLETED"}
    edit = {"type": "meetings", "id": meeting.crm_id, "properties": properties}
    desk.sandbox.control("edit", edit)
    desk.sync()
    assert desk.item(keys[0])["state"] == "blocked"
    assert 'set this meeting to "held"' in desk.item(keys[0])["last_error"]
    assert at_crm(desk, meeting)["hs_meeting_outcome"] == "COMPLETED"
    retry(desk.db, keys[0])
    desk.sync()
    assert at_crm(desk, meeting)["hs_meeting_outcome"] == "NO_SHOW"


def test_the_result_of_a_meeting_that_was_deleted_says_so(desk: Desk) -> None:
    meeting = booked(desk)
    key = say(desk, meeting, "held")
    desk.sandbox.delete(f"/crm/objects/2026-09/meetings/{meeting.crm_id}")
    desk.sync()
    state, payload = desk.sql("SELECT state, payload_json FROM outbox WHERE key = ?", key)[0]
    assert state == "sent"
    assert '"left": {"meeting": "the meeting was deleted at the CRM"}' in payload
