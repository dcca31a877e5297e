"""Calls that came in: nothing was dialled, and everything else settles as after any call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import ActivityKind, OutboxKind
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.dials import CallTally, Dial
from sdrdesk.domain.reports.history import NO_EFFECT, EqualCalls, History, OutcomeEffect
from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier
from tests.domain.outcome_table import LEAD, NOW, record, shipped

PROMISED = replace(LEAD, callback_at=NOW + timedelta(days=2), callback_note="budget", attempts=3)


def test_an_incoming_call_says_so_and_is_no_attempt() -> None:
    plan = record("callback", incoming=True, callback_at=NOW + timedelta(days=1), duration_s=80)
    assert (plan.activity.kind, plan.activity.direction) == (ActivityKind.CALL, "in")
    call = next(item for item in plan.items if item.kind is OutboxKind.CALL)
    assert call.payload["direction"] == "in"
    assert plan.change.attempts_delta == 0
    assert any(line.startswith("Incoming call: Connected, 1:20") for line in plan.preview)


def test_the_number_they_called_from_is_never_guessed() -> None:
    assert record("qualified", incoming=True).activity.number == ""
    known = record("qualified", incoming=True, number="+353 1 555 0199")
    assert known.activity.number == "+353 1 555 0199"
    assert record("qualified").activity.number == LEAD.phone
    assert "direction" not in record("qualified").items[-1].payload


def test_an_incoming_call_keeps_the_promise() -> None:
    assert record("nurture", lead=PROMISED, incoming=True).change.callback_at is None


def test_outcomes_that_nobody_answered_are_refused() -> None:
    for key, outcome in shipped().items():
        answered = outcome.is_(Flag.REACHED) or outcome.is_(Flag.WITHOUT_CALL)
        if not answered:
            with pytest.raises(UsageError, match="came in"):
                record(key, incoming=True)


def test_a_call_that_came_in_is_counted_apart_and_its_meeting_counts() -> None:
    outcome = OutcomeClassifier(shipped()).of("meeting_set", "Connected")
    tally = CallTally()
    tally.add(Dial("1", "512", "7", NOW, False, outcome, 300, incoming=True))
    tally.add(Dial("2", "512", "7", NOW, True, outcome, 300))
    assert (tally.dials, tally.incoming, tally.connects, tally.talk_s) == (1, 1, 1, 300)
    assert (tally.meetings_set, tally.disqualified_without_call) == (2, 0)
    assert sum(tally.outcomes.values()) == tally.dials


def test_an_incoming_call_is_a_contact_and_no_attempt() -> None:
    done = History()
    done.add(EqualCalls("incoming", OutcomeEffect(True, False, False, False), "", 5, 5))
    assert (done.attempts, done.contacted_ms, done.attempted_ms) == (0, 5, 5)
    missed = History()
    missed.add(EqualCalls("incoming", NO_EFFECT, "", 5, 5))
    assert (missed.attempts, missed.contacted_ms, missed.attempted_ms) == (0, None, None)
