"""Length and goal of a block, from text and back."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Final

from sdrdesk.domain.block.block import Goal, GoalKind
from sdrdesk.domain.errors import UsageError

_SHORTEST_S: Final = 5 * 60
_LONGEST_S: Final = 8 * 3600
_MOST_GOAL: Final = 999
_UNTIL: Final = re.compile(r"\s*(?:until|till|til|bis)\s")

_SPAN: Final = re.compile(
    r"(?:(?P<h>\d{1,2})\s*(?:h|hours?|hrs?))?\s*(?:(?P<m>\d{1,3})\s*(?:m|mins?|minutes?)?)?"
)
_GOAL: Final = re.compile(r"(?P<count>\d{1,6})\s*(?P<word>[a-z]*)")
_WORDS: Final = {
    **dict.fromkeys(("", "dial", "dials", "call", "calls"), GoalKind.DIALS),
    **dict.fromkeys(("conversation", "conversations", "conv", "talks"), GoalKind.CONVERSATIONS),
    **dict.fromkeys(("meeting", "meetings", "met"), GoalKind.MEETINGS),
}
SHORT: Final = {
    GoalKind.DIALS: "dials",
    GoalKind.CONVERSATIONS: "talks",
    GoalKind.MEETINGS: "met",
}
"""Short forms for the title line."""


def length_or_end(text: str, now: datetime, zone: tzinfo) -> int:
    """Return the seconds for a length, or for an end such as ``until 16:30`` in ``zone``.

    Raises:
        UsageError: not understood, too short or too long.
    """
    match = _UNTIL.match(text.casefold())
    if match is None:
        return parse_length(text)
    from sdrdesk.domain.times.parse import parse_when  # 40 ms that other starts need not pay

    end = parse_when(text[match.end() :], zone, now)
    return _in_bounds(round((end - now).total_seconds()))


def parse_length(text: str) -> int:
    """Return the seconds for ``50``, ``50m``, ``1h``, ``1h30``.

    Raises:
        UsageError: not understood, too short or too long.
    """
    found = _SPAN.fullmatch(" ".join(text.casefold().split()))
    hours, minutes = (found["h"], found["m"]) if found else (None, None)
    if hours is None and minutes is None:
        raise UsageError(
            f"{text.strip()!r} is not a length.",
            next_step="Write it as 50m, 1h, 1h30 or until 16:30.",
        )
    return _in_bounds(int(hours or 0) * 3600 + int(minutes or 0) * 60)


def _in_bounds(seconds: int) -> int:
    if not _SHORTEST_S <= seconds <= _LONGEST_S:
        raise UsageError(
            f"A block lasts from {_SHORTEST_S // 60} minutes to {_LONGEST_S // 3600} h."
        )
    return seconds


def parse_goal(text: str) -> Goal:
    """Return the goal for ``40 dials``, ``40``, ``5 conversations``, ``2 met``.

    Raises:
        UsageError: not understood, or out of range.
    """
    found = _GOAL.fullmatch(" ".join(text.casefold().split()))
    kind = _WORDS.get(found["word"]) if found else None
    if found is None or kind is None:
        raise UsageError(
            f"{text.strip()!r} is not a goal.",
            next_step="Write it as 40 dials, 5 conversations or 2 meetings.",
        )
    count = int(found["count"])
    if not 1 <= count <= _MOST_GOAL:
        raise UsageError(f"A goal is a number from 1 to {_MOST_GOAL}.")
    return Goal(kind, count)


def goal_words(goal: Goal) -> str:
    """Return a goal as ``parse_goal`` reads it."""
    word = goal.kind.value
    return f"{goal.count} {word[:-1] if goal.count == 1 else word}"
