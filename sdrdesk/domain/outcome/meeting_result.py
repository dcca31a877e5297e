"""The result of a booked meeting: held, no-show, moved or cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal, get_args

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.text.plain_text import one_line

MeetingResult = Literal["held", "no-show", "moved", "cancelled"]
RESULTS: Final[tuple[MeetingResult, ...]] = get_args(MeetingResult)

AT_CRM: Final[Mapping[MeetingResult, str]] = {
    "held": "completed",
    "no-show": "no_show",
    "moved": "rescheduled",
    "cancelled": "canceled",
}
"""The CRM's outcome of a meeting for each, in lower case."""
_HERE: Final = {value: name for name, value in AT_CRM.items()} | {"cancelled": "cancelled"}
NO_SHOW: Final = AT_CRM["no-show"]
OPEN: Final = ("", "scheduled", "rescheduled")
"""Outcomes of meetings that are still to be held."""
ASK_DAYS: Final = 14
"""Days during which a meeting is asked about: did it take place?"""
COMES_BACK: Final = timedelta(days=30)
"""A no-show is worth another call for so long."""


def result_of(at_crm: str) -> str:
    """Return the result for the CRM's outcome of a meeting; ``""`` while it is open.

    An outcome that the account invented is returned as it is.
    """
    return "" if at_crm in OPEN else _HERE.get(at_crm, at_crm)


def meeting_result(text: str) -> MeetingResult:
    """Return a result by its name. Raises UsageError."""
    wanted = text.strip().lower().replace("_", "-").replace("canceled", "cancelled")
    for result in RESULTS:
        if wanted == result:
            return result
    raise UsageError(
        f"{one_line(text, limit=40)!r} cannot become of a meeting.",
        kept="Nothing was changed.",
        next_step=f"Choose one of {', '.join(RESULTS)}.",
    )
