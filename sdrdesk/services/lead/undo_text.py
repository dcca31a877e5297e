"""What is said when a whole bulk of acts was taken back. The count comes first: lines are short."""

from __future__ import annotations

from collections.abc import Sequence

from sdrdesk.domain.errors import SdrDeskError

_NAMED = 2
"""Leads named of many: enough to recognise what it was, short enough for one line."""


def took_back_many(
    what: str, names: Sequence[str], count: int, corrected: int, refused: Sequence[SdrDeskError]
) -> str:
    """Return the sentence for ``count`` leads of which ``names`` are the first.

    Args:
        what: the act with its preposition, such as ``rest of``.
        names: the first few of the leads, a stranger's text.
        count: how many were taken back, the corrected ones among them.
        corrected: for how many of them a correction was recorded, because they had left already.
        refused: why others could not be taken back.
    """
    left = count - len(names[:_NAMED])
    who = ", ".join(names[:_NAMED]) + (f" and {left} more" if left else "")
    said = f"Took back {count}"
    if corrected == count:
        said += " by corrections (they had left already)"
    elif corrected:
        said += f", {corrected} by a correction (they had left already)"
    if refused:
        said += f", {len(refused)} not ({refused[0].what.rstrip('.')})"
    return f"{said}: {what} {who}."
