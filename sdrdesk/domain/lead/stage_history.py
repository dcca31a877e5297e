"""The lifecycle stages of one lead, with the time in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sdrdesk.domain.light_tuple import NamedTuple


class StageSpan(NamedTuple):
    """A stay in one stage. Times are aware UTC."""

    stage: str
    """The account's value."""
    label: str
    entered_at: datetime | None
    """``None`` where the CRM has no date: stages that the account added itself."""
    left_at: datetime | None
    """When the next stage was entered; ``None`` while the lead is there, or unknown."""
    is_now: bool
    time_s: int | None
    """Whole seconds in it so far, ``None`` unknown."""


def stage_history(
    entered: Mapping[str, datetime], present: str, labels: Mapping[str, str], now: datetime
) -> tuple[StageSpan, ...]:
    """Return the stages of a lead in the order of entering them, the present one last.

    The CRM keeps one date for each stage, the latest. A stage ends where the next one by date
    begins; how long a lead was in one before it entered a stage without a date is not known.

    Args:
        entered: stage to the moment of entering it.
        present: the stage now, ``""`` for none.
        labels: the account's labels of its stages.
        now: aware UTC.
    """
    order = sorted(entered.items(), key=lambda pair: (pair[1], pair[0] == present, pair[0]))
    found = []
    for place, (stage, at) in enumerate(order):
        is_last = place + 1 == len(order)
        left_at = None if is_last else order[place + 1][1]
        is_now = is_last and stage == present
        until = now if is_now else left_at
        time_s = None if until is None else max(0, int((until - at).total_seconds()))
        found.append(StageSpan(stage, labels.get(stage) or stage, at, left_at, is_now, time_s))
    if present and not (found and found[-1].is_now):
        # Set back to a stage it entered before, or a stage without a date.
        label = labels.get(present) or present
        found.append(StageSpan(present, label, None, None, is_now=True, time_s=None))
    return tuple(found)
