"""Ids and moments as a CRM takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.sync.errors import Unreadable, UnreadableId

OneT = TypeVar("OneT")


def chunks(values: Sequence[OneT], size: int) -> Iterator[Sequence[OneT]]:
    """Yield the values in parts of at most this size."""
    for begin in range(0, len(values), size):
        yield values[begin : begin + size]


def rows_in(found: object) -> list[dict[str, Any]]:
    """Return the list of records of an answer.

    Raises:
        Unreadable: it is none.
    """
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unreadable("it has no list of records")
    return found


def id_of(value: object) -> str:
    """Return the id of a record that was just made.

    Raises:
        UnreadableId: it cannot be read.
    """
    try:
        return identity(value)
    except ValueError as error:
        raise UnreadableId from error


def stamp_ms(moment_ms: int) -> str:
    """Return a moment in milliseconds as these CRMs write it: UTC, cut to the second."""
    return written(datetime.fromtimestamp(max(0, moment_ms) // 1000, UTC))


def written(moment: datetime) -> str:
    """Return a moment as these CRMs write it: whole seconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def ms_of(second: str) -> int:
    """Return a moment as these CRMs write it, in milliseconds."""
    return ForeignRecord("", "", {"at": second}).moment("at") or 0
