"""Numbers that fail day after day rest: a dead line costs a dial each time.

A call fails when the number is wrong, out of service, or cannot be dialled; a busy line or nobody
answering says nothing. A call that somebody, or a mailbox, answered clears the number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.place.same_number import same_number
from sdrdesk.domain.place.zone_info import zone_info

FEWEST_DAYS = 2
"""Fewer failed days never make a number rest."""


class NumberSign(NamedTuple):
    """The result of one call for its number. ``at`` is aware UTC."""

    number: str
    """As dialled."""
    at: datetime
    works: bool


class FailedNumber(NamedTuple):
    """A number that failed since it last worked."""

    number: str
    """As the lead has it."""
    days: int
    """Separate days in the lead's zone."""
    last_at: datetime
    """Aware UTC."""


def failed_numbers(
    signs: Iterable[NumberSign], numbers: Sequence[str], zone: str
) -> tuple[FailedNumber, ...]:
    """Return those of ``numbers`` that failed since they last worked.

    Args:
        signs: calls to the lead that say something, in any order.
        numbers: the lead's numbers.
        zone: IANA zone of the lead, whose days count; ``""``: UTC.
    """
    known = sorted(signs, key=lambda sign: sign.at)
    local = zone_info(zone) or UTC
    found = []
    for number in numbers:
        days, last_at = set[date](), None
        for sign in known:
            if not sign.number or not same_number(sign.number, number):
                continue
            if sign.works:
                days.clear()
            else:
                days.add(sign.at.astimezone(local).date())
                last_at = sign.at
        if days and last_at is not None:
            found.append(FailedNumber(number, len(days), last_at))
    return tuple(found)
