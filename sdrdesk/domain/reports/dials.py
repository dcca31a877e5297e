"""Dials, connects, conversations and meetings: what every table about calls counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.outcome_classifier import CORRECTED, CallOutcome
from sdrdesk.domain.reports.statistics import Share


class Dial(NamedTuple):
    """A call, or an outcome without one, that was not undone. ``at`` is aware UTC."""

    key: str
    lead_id: str
    owner_id: str
    at: datetime
    is_call: bool
    outcome: CallOutcome
    duration_s: int
    script_id: str = ""
    reason: str = ""
    set_meeting: bool = False
    """A meeting came of it, by its outcome or by the meeting the CRM holds."""


class Group(NamedTuple):
    """Calls, or outcomes without one, that count alike."""

    owner_id: str
    script_id: str
    is_call: bool
    outcome: CallOutcome
    reason: str
    is_long: bool
    """Long enough for a conversation."""
    calls: int
    duration_s: int
    """Of all of them together."""


@dataclass(slots=True)
class CallTally:
    """Counts of calls; grows by ``add``."""

    conversation_s: int = 60
    dials: int = 0
    connects: int = 0
    conversations: int = 0
    meetings_set: int = 0
    qualified: int = 0
    talk_s: int = 0
    without_outcome: int = 0
    disqualified_without_call: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """Calls by outcome; they sum to the dials."""
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, dial: Dial) -> None:
        """Count one call, or one outcome without a call."""
        self.add_group(
            Group(
                dial.owner_id, dial.script_id, dial.is_call, dial.outcome, dial.reason,
                dial.duration_s >= self.conversation_s, 1, dial.duration_s,
            )
        )  # fmt: skip
        if dial.set_meeting and not dial.outcome.is_(Flag.MEETING):
            self.add_meeting(dial.outcome)

    def add_group(self, group: Group) -> None:
        """Count calls that are alike."""
        count, outcome = group.calls, group.outcome
        if group.reason:
            self.reasons[group.reason] += count
        if outcome.is_(Flag.MEETING):
            self.meetings_set += count
        if outcome.is_(Flag.MEETING) or outcome.is_(Flag.QUALIFIED):
            self.qualified += count
        if not group.is_call:
            # Put to nurture without a call is no disqualification, nor is one taken back.
            if not outcome.is_(Flag.NURTURE) and outcome.name != CORRECTED:
                self.disqualified_without_call += count
            return
        self.dials += count
        self.talk_s += group.duration_s
        self.outcomes[outcome.name] += count
        if not outcome.name:
            self.without_outcome += count
        if outcome.is_(Flag.REACHED):
            self.connects += count
            if outcome.is_(Flag.INTENDED_PERSON) and group.is_long:
                self.conversations += count

    def add_meeting(self, outcome: CallOutcome) -> None:
        """Count a meeting that the CRM holds and the outcome of its call does not tell."""
        self.meetings_set += 1
        if not outcome.is_(Flag.QUALIFIED):
            self.qualified += 1

    def to_json(self) -> dict[str, object]:
        """Return the counts with the public names, and the shares with their intervals."""
        return {
            "dials": self.dials,
            "connects": self.connects,
            "conversations": self.conversations,
            "meetings_set": self.meetings_set,
            "qualified": self.qualified,
            "talk_s": self.talk_s,
            "without_outcome": self.without_outcome,
            "disqualified_without_call": self.disqualified_without_call,
            "connect_rate": Share(self.connects, self.dials).to_json(),
            "conversation_rate": Share(self.conversations, self.dials).to_json(),
            "meeting_rate": Share(self.meetings_set, self.dials).to_json(),
            "outcomes": ordered(self.outcomes),
        }


def tally(dials: Iterable[Dial], conversation_s: int) -> CallTally:
    """Return the counts of ``dials``."""
    alike: dict[tuple[CallOutcome, bool, bool, str, bool], list[int]] = {}
    for dial in dials:
        kind = (
            dial.outcome,
            dial.is_call,
            dial.duration_s >= conversation_s,
            dial.reason,
            dial.set_meeting,
        )
        sums = alike.get(kind)
        if sums is None:
            sums = alike[kind] = [0, 0]
        sums[0] += 1
        sums[1] += dial.duration_s
    found = CallTally(conversation_s)
    for (outcome, is_call, is_long, reason, set_meeting), (calls, duration_s) in alike.items():
        found.add_group(Group("", "", is_call, outcome, reason, is_long, calls, duration_s))
        if set_meeting and not outcome.is_(Flag.MEETING):
            for _ in range(calls):
                found.add_meeting(outcome)
    return found


def counted(dial: Dial, conversation_s: int) -> tuple[str, ...]:
    """Return the names of the numbers that ``dial`` is one of, as a tally counts it."""
    one = tally((dial,), conversation_s)
    numbers = {
        "dials": one.dials,
        "connects": one.connects,
        "conversations": one.conversations,
        "meetings_set": one.meetings_set,
        "disqualified_without_call": one.disqualified_without_call,
    }
    return tuple(name for name, count in numbers.items() if count)


def ordered(counts: Counter[str]) -> dict[str, int]:
    """Return counts, highest first, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def by_hour(dials: Iterable[Dial], zone: ZoneInfo) -> tuple[int, ...]:
    """Return the dials of each hour of the wall clock in ``zone``, 24 numbers.

    The hour that comes twice when clocks go back holds the dials of both.
    """
    found = [0] * 24
    known: dict[tuple[int, int, int, int, int], int] = {}
    for dial in dials:
        if dial.is_call:
            at = dial.at
            # No clock changes within a minute, and a busy day has few of them.
            minute = (at.year, at.month, at.day, at.hour, at.minute)
            hour = known.get(minute)
            if hour is None:
                hour = known[minute] = at.astimezone(zone).hour
            found[hour] += 1
    return tuple(found)
