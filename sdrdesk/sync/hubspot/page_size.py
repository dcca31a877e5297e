"""Smaller requests after an answer above the size limit.

A few texts of many megabytes must not stop a page. It is requested again with fewer records and
then, for a single record, with fewer properties; a value that is too long is left out like any
other. An answer that stays too large is an error after some dozen requests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sdrdesk.sync.errors import TooLarge
from sdrdesk.sync.hubspot.payloads import Batch, Record, Records

ReadPage = Callable[[int, Sequence[str]], Records]
"""Reads one page: the most records and the properties."""
ReadBatch = Callable[[Sequence[str], Sequence[str]], Batch]
"""Reads records: their ids and the properties."""


def page_that_fits(read: ReadPage, most: int, names: Sequence[str]) -> Records:
    """Return a page of as many records as fit, at most ``most``.

    Raises:
        TooLarge: one property of one record is too large.
    """
    try:
        return read(most, names)
    except TooLarge:
        if most > 1:
            return page_that_fits(read, most // 2, names)
        if len(names) < 2:
            raise
    first, second = (page_that_fits(read, 1, half) for half in _halves(names))
    return first.model_copy(update={"results": _joined(first.results, second.results)})


def batch_that_fits(read: ReadBatch, ids: Sequence[str], names: Sequence[str]) -> Batch:
    """Return the records with these ids, in as many requests as it takes.

    Raises:
        TooLarge: one property of one record is too large.
    """
    try:
        return read(ids, names)
    except TooLarge:
        if len(ids) < 2 and len(names) < 2:
            raise
    if len(ids) > 1:
        first, second = (batch_that_fits(read, half, names) for half in _halves(ids))
        results = [*first.results, *second.results]
    else:
        first, second = (batch_that_fits(read, ids, half) for half in _halves(names))
        results = _joined(first.results, second.results)
    return Batch(results=results, errors=[*first.errors, *second.errors])


def _halves(all_: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    middle = len(all_) // 2
    return all_[:middle], all_[middle:]


def _joined(first: Sequence[Record], second: Sequence[Record]) -> list[Record]:
    """Return the records in both answers, each with all properties.

    Records in only one are left out: their other half would look like emptied fields.
    """
    others = {record.id: record for record in second}
    return [_with(record, others[record.id]) for record in first if record.id in others]


def _with(record: Record, other: Record) -> Record:
    if not isinstance(record.properties, dict) or not isinstance(other.properties, dict):
        return record
    return record.model_copy(update={"properties": record.properties | other.properties})
