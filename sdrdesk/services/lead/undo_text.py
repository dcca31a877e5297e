"""The message after undo of several leads at once. The count comes first: lines are short."""

from __future__ import annotations

from collections.abc import Sequence

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.humanize import plural

_NAMED = 2
"""Leads named: enough to recognise the act, short enough for one line."""


def undone_words(
    what: str, names: Sequence[str], count: int, corrected: int, refused: Sequence[SdrDeskError]
) -> str:
    """Return the message for ``count`` leads.

    Args:
        what: the act, such as ``snooze``.
        names: the first few of the leads, text from the CRM.
        count: leads undone, the corrected ones included.
        corrected: leads that got a correction because their outcome was sent already.
        refused: why others could not be undone.
    """
    left = count - len(names[:_NAMED])
    who = ", ".join(names[:_NAMED]) + (f" and {left} more" if left else "")
    said = f"Undone for {count} {plural(count, 'lead')}"
    if corrected:
        some = "" if corrected == count else f"{corrected} "
        said += f" ({some}already in {CRM_NAME}: added a correction note)"
    if refused:
        said += f", {len(refused)} not ({refused[0].what.rstrip('.')})"
    return f"{said}: {what}, {who}."
