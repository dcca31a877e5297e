"""The team's past: calls of the last 30 days and their outcomes.

This module decides; ``engagements`` makes the records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sdrdesk.sandbox.world.account import BEN, BEN_LEFT_MS, REPS, RITA
from sdrdesk.sandbox.world.clock import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    last_working_ms,
    local_hour,
    next_working_ms,
    working_slot_ms,
)
from sdrdesk.sandbox.world.dice import Dice, Table
from sdrdesk.sandbox.world.history.conversions import Conversion
from sdrdesk.sandbox.world.history.odds import pick_up
from sdrdesk.sandbox.world.people.person import Person

Outcome = Literal[
    "no_answer", "left_voicemail", "busy", "gatekeeper", "wrong_number", "callback", "nurture",
    "not_interested", "disqualified", "qualified", "meeting_set", "do_not_call",
]  # fmt: skip
"""The end of a call, in the rep's terms."""

TaskPlan = Literal["now", "today", "overdue"]
TASK_PLANS: tuple[TaskPlan, ...] = ("now", "today", "overdue")
"""When a planned callback is due: within minutes, later today, or in the past."""

LABELS: dict[Outcome, str] = {
    "no_answer": "No answer",
    "left_voicemail": "Left voicemail",
    "busy": "Busy",
    "gatekeeper": "Left live message",
    "wrong_number": "Wrong number",
    "callback": "Connected",
    "nurture": "Connected",
    "not_interested": "Connected",
    "disqualified": "Connected",
    "qualified": "Connected",
    "meeting_set": "Connected",
    "do_not_call": "Connected",
}
"""The CRM's call outcome of each."""

_UNREACHED: Table[Outcome] = Table(
    [
        ("no_answer", 54.0),
        ("left_voicemail", 29.0),
        ("gatekeeper", 9.0),
        ("busy", 5.0),
        ("wrong_number", 3.0),
    ]
)
_REACHED: Table[Outcome] = Table(
    [
        ("callback", 30.0),
        ("nurture", 17.0),
        ("not_interested", 16.0),
        ("disqualified", 11.0),
        ("qualified", 11.0),
        ("meeting_set", 13.0),
        ("do_not_call", 2.0),
    ]
)
_SECONDS: dict[Outcome, tuple[float, float]] = {
    "no_answer": (14, 42),
    "left_voicemail": (22, 70),
    "busy": (3, 9),
    "gatekeeper": (30, 110),
    "wrong_number": (10, 40),
    "callback": (25, 150),
    "nurture": (60, 300),
    "not_interested": (20, 120),
    "disqualified": (60, 260),
    "qualified": (180, 720),
    "meeting_set": (150, 900),
    "do_not_call": (8, 45),
}
LAST_WORDS = frozenset(
    {"nurture", "not_interested", "disqualified", "qualified", "meeting_set", "do_not_call"}
)
"""Outcomes after which a rep does not call again."""

HISTORY_MS = 30 * DAY
PROMPT_SHARE = 0.6
"""Share of new leads that the default rep calls within minutes: most reports say 7 % of teams do,
but a demo without any kept callback would be useless."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One past call."""

    at_ms: int
    duration_ms: int
    outcome: Outcome
    owner: str
    due_ms: int | None = None
    """When the promised callback is due; ``None`` without one."""
    kept: bool = False
    """True if the callback was made (the task is done)."""
    inbound: bool = False

    @property
    def logged_ms(self) -> int:
        """Return when the record was written, after talking and typing."""
        return self.at_ms + self.duration_ms + 35 * SECOND


def call_person(
    dice: Dice,
    person: Person,
    history: list[Conversion],
    owner: str | None,
    now_ms: int,
    pace: float,
) -> list[Touch]:
    """Return all calls to one person, oldest first.

    Args:
      dice: the draws of this person.
      person: the person called.
      history: the person's conversions, oldest first.
      owner: owner id of the lead, ``None`` without an owner.
      now_ms: the time of the world; every call was logged before it.
      pace: from 0 to 1, the share of the work that the team gets done.
    """
    if person.phone is None and person.mobile is None:
        return []
    starts = [c.at_ms for c in history] or [now_ms - 9 * DAY]
    touches: list[Touch] = []
    first, last = starts[0], starts[-1]
    spans = [(first, last)] if first != last else []
    for start, stop in (*spans, (last, now_ms)):
        if touches and touches[-1].outcome == "do_not_call":
            break
        if dice.chance(_worked(now_ms - start, owner, pace)):
            rep = owner if owner is not None and dice.chance(0.88) else dice.pick(REPS)
            until = min(stop, now_ms)
            if rep == BEN and start < now_ms - BEN_LEFT_MS:
                until = min(until, now_ms - BEN_LEFT_MS)
            elif rep == BEN:
                rep = dice.pick(REPS)
            _call_span(dice, person, rep, start, until, now_ms, touches)
    return touches


def _worked(age_ms: int, owner: str | None, pace: float) -> float:
    """Return the probability that a conversion of this age has been called."""
    if age_ms < 20 * MINUTE:
        share = 0.05
    elif age_ms < HOUR:
        share = 0.2
    elif age_ms < 8 * HOUR:
        share = 0.4
    else:
        share = 0.6 if age_ms < DAY else 0.8
    return share * pace * (0.25 if owner is None else 1.0)


def _call_span(
    dice: Dice, person: Person, rep: str, start: int, stop: int, now_ms: int, touches: list[Touch]
) -> None:
    prompt = rep == RITA and dice.chance(PROMPT_SHARE)
    slowest = (6 if rep == RITA else 30) * HOUR
    at = start + round(
        dice.spread(40 * SECOND, 4 * MINUTE) if prompt else dice.spread(3 * MINUTE, slowest)
    )
    at = max(at, now_ms - HISTORY_MS + round(dice.roll() * 3 * DAY))
    tries = dice.between(1, 4) if dice.chance(0.6) else dice.between(1, 8)
    for number in range(tries):
        waits = 0 if prompt and not number else dice.below(9 * MINUTE)
        at = working_slot_ms(dice, at + waits)
        touch = _call(dice, person, rep, at, len(touches))
        if touch.logged_ms >= min(stop, now_ms):
            return
        if touch.outcome == "callback":
            touch = _promise(dice, touch, now_ms)
        touches.append(touch)
        if touch.outcome in LAST_WORDS or (touch.due_ms is not None and not touch.kept):
            return
        if touch.due_ms is not None:
            at = touch.due_ms
        else:
            at = touch.logged_ms + round(dice.spread(2 * HOUR, 6 * DAY))


def _call(dice: Dice, person: Person, rep: str, at_ms: int, attempts: int) -> Touch:
    odds = pick_up(local_hour(at_ms, person.city.zone), attempts, person.persona)
    number = person.phone.number if person.phone else None
    if number is None and person.mobile is None:
        outcome: Outcome = "wrong_number"
    else:
        outcome = draw_outcome(dice, odds)
    return Touch(at_ms, talk_ms(dice, outcome), outcome, rep, inbound=dice.chance(0.02))


def draw_outcome(dice: Dice, odds: float) -> Outcome:
    """Return the end of a call that is answered with a probability of ``odds``."""
    return _REACHED.draw(dice) if dice.chance(odds) else _UNREACHED.draw(dice)


def talk_ms(dice: Dice, outcome: Outcome) -> int:
    """Return the duration of a call with this outcome in milliseconds."""
    return round(dice.spread(*_SECONDS[outcome])) * SECOND + dice.below(SECOND)


def _promise(dice: Dice, touch: Touch, now_ms: int) -> Touch:
    """Return the touch with a callback; past callbacks were mostly kept."""
    due = working_slot_ms(dice, touch.logged_ms + round(dice.spread(2 * HOUR, 6 * DAY)))
    due -= due % (15 * MINUTE)
    kept = due < now_ms and dice.chance(0.86)
    return Touch(touch.at_ms, touch.duration_ms, "callback", touch.owner, due, kept)


def promised_call(
    dice: Dice, owner: str, plan: TaskPlan, now_ms: int, after_ms: int
) -> Touch | None:
    """Return a recent call that ended with a callback due as planned.

    Args:
      dice: the draws of this person.
      owner: the rep who called and has to call back.
      plan: due within minutes, later today or in the past.
      now_ms: the time of the world.
      after_ms: the conversion before the call.

    Returns:
      ``None`` when there was no time for a call between the conversion and now.
    """
    due = max(_due(dice, plan, now_ms), after_ms + 60 * MINUTE)
    latest = min(now_ms, due) - 20 * MINUTE
    if after_ms + 10 * MINUTE >= latest:
        return None
    at = max(after_ms + 9 * MINUTE, now_ms - round(dice.spread(40 * MINUTE, 60 * HOUR)))
    at = min(next_working_ms(at), latest)
    return Touch(at, min(talk_ms(dice, "callback"), 5 * MINUTE), "callback", owner, due)


def _due(dice: Dice, plan: TaskPlan, now_ms: int) -> int:
    if plan == "now":
        return now_ms - now_ms % MINUTE - dice.between(-2, 9) * MINUTE
    if plan == "today":
        due = now_ms + round(dice.spread(25 * MINUTE, 6 * HOUR))
        return due - due % (15 * MINUTE)
    due = last_working_ms(now_ms - round(dice.spread(50 * MINUTE, 30 * HOUR)))
    return due - due % (15 * MINUTE)


LEAD_STATUS: dict[Outcome, str] = {
    "no_answer": "ATTEMPTED_TO_CONTACT",
    "left_voicemail": "ATTEMPTED_TO_CONTACT",
    "busy": "ATTEMPTED_TO_CONTACT",
    "gatekeeper": "ATTEMPTED_TO_CONTACT",
    "wrong_number": "ATTEMPTED_TO_CONTACT",
    "callback": "IN_PROGRESS",
    "nurture": "BAD_TIMING",
    "not_interested": "UNQUALIFIED",
    "disqualified": "UNQUALIFIED",
    "qualified": "CONNECTED",
    "meeting_set": "CONNECTED",
    "do_not_call": "UNQUALIFIED",
}
"""The lead status after a call."""
