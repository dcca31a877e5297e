"""Counts of dials, connects, conversations and meetings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.outcome_classifier import CORRECTED, CallOutcome
from sdrdesk.domain.reports.statistics import Proportion

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER_HOUR_MS = 900_000
"""Zones differ from UTC by whole quarters of an hour."""
MeetingWord = Literal["", "credited", "alone", "cancelled", "held", "missed"]
"""Effect of the CRM's meetings on a line: one made after a call with another outcome, one without
a call, that the meeting a call recorded was cancelled, or what became of one that was due."""


class Dial(NamedTuple):
    """A call, an outcome without one, or a meeting of the CRM. Not undone; ``at`` is aware UTC."""

    key: str
    lead_id: str
    owner_id: str
    at: datetime
    is_call: bool
    outcome: CallOutcome
    duration_s: int
    script_id: str = ""
    reason: str = ""
    incoming: bool = False
    """A call that came in: counted apart, never as a dial (``is_call`` is false)."""
    not_made: bool = False
    """A call that never took place, or lies ahead: in no other count (``is_call`` is false)."""
    meeting: MeetingWord = ""
    """``credited`` and ``alone``: this is a meeting, ``at`` when it was made; ``held`` and
    ``missed``: one that was due at ``at`` (``is_call`` is false, ``outcome`` that of its call)."""


class Group(NamedTuple):
    """Calls, or outcomes without one, that are counted together."""

    owner_id: str
    script_id: str
    is_call: bool
    outcome: CallOutcome
    reason: str
    is_long: bool
    """Long enough for a conversation."""
    calls: int
    duration_s: int
    """Sum of all calls."""
    incoming: bool = False
    not_made: bool = False
    meeting: MeetingWord = ""


@dataclass(slots=True)
class RepCalls:
    """The calls of one rep, in groups."""

    groups: list[Group] = field(default_factory=list)
    quarters: dict[int, int] = field(default_factory=dict)
    """Dials by quarter of an hour since 1970, UTC."""


_COUNTS = (
    "dials", "connects", "conversations", "meetings_set", "qualified", "talk_s", "without_outcome",
    "disqualified_without_call", "incoming", "not_made", "meetings_without_call",
    "meetings_held", "meetings_missed",
)  # fmt: skip


_NAMES = {
    "alone": "meetings_without_call", "held": "meetings_held", "missed": "meetings_missed",
}  # fmt: skip


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
    incoming: int = 0
    """Calls that came in: in no other count but meetings set and qualified."""
    not_made: int = 0
    """Calls that never took place, or lie ahead: in no other count."""
    meetings_without_call: int = 0
    """Meetings that no call led to, such as those people booked themselves."""
    meetings_held: int = 0
    """Meetings due in the span that took place, no matter when they were set."""
    meetings_missed: int = 0
    """Those to which nobody came."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Calls by outcome; the sum is the dials."""
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, dial: Dial) -> None:
        """Count one call, or one outcome without a call."""
        self.add_group(
            Group(
                dial.owner_id, dial.script_id, dial.is_call, dial.outcome, dial.reason,
                dial.duration_s >= self.conversation_s, 1, dial.duration_s, dial.incoming,
                dial.not_made, dial.meeting,
            )
        )  # fmt: skip

    def add_group(self, group: Group) -> None:
        """Count a group of calls."""
        if group.not_made:
            self.not_made += group.calls
        elif group.meeting in ("credited", "alone", "held", "missed"):
            self._add_meetings(group)
        else:
            self._add_outcomes(group)
            if group.incoming:
                self.incoming += group.calls
            elif group.is_call:
                self._add_dials(group)
            elif not group.outcome.is_(Flag.NURTURE) and group.outcome.name != CORRECTED:
                # Neither nurture without a call nor a correction is a disqualification.
                self.disqualified_without_call += group.calls

    def _add_meetings(self, group: Group) -> None:
        if group.meeting != "credited":
            name = _NAMES[group.meeting]
            setattr(self, name, getattr(self, name) + group.calls)
            return
        self.meetings_set += group.calls
        if not group.outcome.is_(Flag.QUALIFIED):
            self.qualified += group.calls

    def _add_outcomes(self, group: Group) -> None:
        count, outcome = group.calls, group.outcome
        if group.reason:
            self.reasons[group.reason] += count
        if outcome.is_(Flag.MEETING) and group.meeting != "cancelled":
            self.meetings_set += count
        if outcome.is_(Flag.MEETING) or outcome.is_(Flag.QUALIFIED):
            self.qualified += count

    def _add_dials(self, group: Group) -> None:
        count, outcome = group.calls, group.outcome
        self.dials += count
        self.talk_s += group.duration_s
        self.outcomes[outcome.name] += count
        if not outcome.name:
            self.without_outcome += count
        if outcome.is_(Flag.REACHED):
            self.connects += count
            if outcome.is_(Flag.INTENDED_PERSON) and group.is_long:
                self.conversations += count

    def drop_meeting(self) -> None:
        """Take back a meeting that was cancelled."""
        self.meetings_set -= 1

    def to_json(self) -> dict[str, object]:
        """Return the counts by public name, and the shares with their intervals."""
        return {
            **{name: getattr(self, name) for name in _COUNTS},
            "connect_rate": Proportion(self.connects, self.dials).to_json(),
            "conversation_rate": Proportion(self.conversations, self.dials).to_json(),
            "meeting_rate": Proportion(self.meetings_set, self.dials).to_json(),
            "outcomes": ordered(self.outcomes),
        }


def tally(dials: Iterable[Dial], conversation_s: int) -> CallTally:
    """Return the counts of ``dials``."""
    alike: dict[tuple[CallOutcome, bool, bool, str, bool, bool, MeetingWord], list[int]] = {}
    for dial in dials:
        is_long = dial.duration_s >= conversation_s
        kind = (
            dial.outcome, dial.is_call, is_long, dial.reason, dial.incoming, dial.not_made,
            dial.meeting,
        )  # fmt: skip
        sums = alike.get(kind)
        if sums is None:
            sums = alike[kind] = [0, 0]
        sums[0] += 1
        sums[1] += dial.duration_s
    found = CallTally(conversation_s)
    for kind, (calls, duration_s) in alike.items():
        outcome, is_call, is_long, reason, incoming, not_made, meeting = kind
        found.add_group(
            Group(
                "", "", is_call, outcome, reason, is_long, calls, duration_s, incoming, not_made,
                meeting,
            )
        )  # fmt: skip
    return found


def counted(dial: Dial, conversation_s: int) -> tuple[str, ...]:
    """Return the names of the counts that include ``dial``."""
    one = tally((dial,), conversation_s)
    names = (
        "dials", "connects", "conversations", "meetings_set", "disqualified_without_call",
        "incoming", "not_made", "meetings_without_call", "meetings_held", "meetings_missed",
    )  # fmt: skip
    return tuple(name for name in names if getattr(one, name))


def ordered(counts: Counter[str]) -> dict[str, int]:
    """Return the counts, highest first, then by name."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def by_hour(quarters: Mapping[int, int], zone: ZoneInfo) -> tuple[int, ...]:
    """Return dials by local hour in ``zone``, 24 numbers; a repeated hour counts as one.

    Args:
        quarters: dials by quarter of an hour since 1970, UTC. Zones differ by whole quarters.
        zone: that of the rep.
    """
    found = [0] * 24
    for quarter, dials in quarters.items():
        found[_hour(quarter, zone)] += dials
    return tuple(found)


@lru_cache(maxsize=4_096)
def _hour(quarter: int, zone: ZoneInfo) -> int:
    return (_EPOCH + timedelta(minutes=15 * quarter)).astimezone(zone).hour
