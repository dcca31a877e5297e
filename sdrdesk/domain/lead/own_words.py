"""The rep's own words in the text of an outcome at the CRM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sdrdesk.domain.lead.activity import Activity, ActivityKind

REASON: Final = "Reason: "
"""Begins the line that says the reason."""
WITHOUT_CALL: Final = " without a call"
"""Ends the headline of an outcome that was recorded without a call."""


def own_words(text: str, reason: str, answers: Mapping[str, str], *, is_call: bool) -> str:
    """Return what the rep wrote: without headline, and without the lines of reason and answers."""
    lines = text.rstrip().splitlines()
    if not is_call and lines and lines[0].endswith(WITHOUT_CALL):
        del lines[0]
    for said in reversed(list(answers.values())):
        if not lines or not lines[-1].endswith(f": {said}"):
            return text  # somebody changed these lines
        lines.pop()
    if reason and lines and lines[-1].startswith(REASON):
        lines.pop()
    return "\n".join(lines).rstrip()


def note_of(activity: Activity) -> str:
    """Return what the rep wrote, also when the outcome was read back from the CRM."""
    if activity.local or not activity.disposition:
        return activity.note
    is_call = activity.kind is ActivityKind.CALL
    return own_words(activity.note, activity.reason, activity.qualify, is_call=is_call)
