"""Events of a call from a phone program: one JSON object in each line of its output.

``{"event": "ringing"}``, ``{"event": "answered"}``,
``{"event": "ended", "cause": "busy", "seconds": 63}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, cast

from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.text.plain_text import one_line

Kind = Literal["ringing", "answered", "ended"]

_KINDS: Final = frozenset({"ringing", "answered", "ended"})
_MOST_S: Final = 86_400
_BUSY: Final = frozenset(
    {"busy", "user_busy", "declined", "rejected", "486", "600", "603", "17", "21"}
)
"""Words, SIP codes (RFC 3261) and ISDN causes (Q.850)."""
_DEAD: Final = frozenset(
    {"invalid", "invalid_number", "unallocated", "not_found", "gone", "404", "410", "484", "604"}
    | {"1", "22", "28"}
)


class PhoneEvent(NamedTuple):
    """One event of a call."""

    kind: Kind
    cause: str = ""
    """Why it ended, in the program's words: ``busy``, ``486`` …; ``""`` unknown."""
    seconds: int | None = None
    """Talk time of a call that ended, as the program counted it."""


def phone_event(line: bytes) -> PhoneEvent | None:
    """Return the event in a line, ``None`` for anything else a program may print."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    kind = told.get("event") if isinstance(told, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        return None
    cause, seconds = told.get("cause"), told.get("seconds")
    counted = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return PhoneEvent(
        cast("Kind", kind),
        one_line(str(cause), limit=40) if isinstance(cause, str | int) else "",
        int(seconds) if counted and 0 <= seconds <= _MOST_S else None,
    )


def likely_outcome(
    event: PhoneEvent, answered: bool, outcomes: Iterable[Disposition]
) -> Disposition | None:
    """Return the outcome that a call which ended most likely had; ``None`` when only the rep knows.

    Args:
        event: its end.
        answered: whether anybody answered, be it a machine.
        outcomes: the team's.
    """
    if answered:
        return None  # a person, a voicemail, a gatekeeper: the phone cannot tell
    known = list(outcomes)
    cause = event.cause.lower().replace(" ", "_").replace("-", "_")
    if cause in _DEAD:
        return next((one for one in known if one.is_(Flag.NUMBER_FAILED)), None)
    tries = [one for one in known if one.is_(Flag.ATTEMPT) and not one.is_(Flag.VOICEMAIL)]
    named = "busy" if cause in _BUSY else "no_answer"
    return next((one for one in tries if one.key == named), None)
