"""Searches for changed records by modification date, for any number of changes.

Three traps of the search API (documentation of the search endpoints and integrators' reports, read
2026-11-21):

* a query stops at 10,000 results, so each page starts a new query at the last date seen. An offset
  would also skip a record for each one that changes and moves to the end;
* a bulk edit gives thousands of records the same millisecond, so dates are never compared with
  "greater than": a millisecond that fills a page is read by ascending id instead;
* a page may be short or even empty and still have a next one.

A record without a readable date, or with one in the future, is yielded with the start of the
window; a page of only such records is passed by its offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.hubspot.payloads import Record, Records
from sdrdesk.sync.port import Changed

_PAGE = 200
"""Results of one search page; HubSpot's limit."""

_CEILING = 10_000
"""Results at which a query stops."""

_FAR_MS = 4_102_444_800_000
"""1 January 2100: an upper end beyond any clock difference."""

_EARLIEST_MS = 946_684_800_000
"""1 January 2000: a search from the epoch itself is answered with an error."""

Owned = tuple[str, str]
"""Property of the owner, and the owner's id."""
Search = Callable[[dict[str, object]], Records]


def changed_since(
    search: Search, prop: str, since_ms: int, owned: Owned | None = None, until_ms: int = _FAR_MS
) -> Iterator[tuple[Changed, ...]]:
    """Yield every record with ``prop`` at or after ``since_ms``, oldest first, once per date.

    With ``owned`` only that owner's records. Dates after ``until_ms`` are ignored. A record that
    changes again meanwhile is yielded again.
    """
    start = max(since_ms, _EARLIEST_MS)
    after = ""
    seen_at_start: set[str] = set()
    undated: set[str] = set()
    walk = PageGuard("changes")
    fresh: tuple[Changed, ...] | None = None
    while True:
        walk.go_on((start, after), brought=fresh != ())
        page = search(_window(prop, start, after, owned))
        found = _inside(page, prop, start, until_ms, undated)
        dated = any(c.record_id not in undated for c in found)
        fresh = tuple(c for c in found if c.record_id not in seen_at_start)
        if fresh:
            yield fresh
        if not page.after:
            return
        last = max((c.modified_ms for c in found), default=start)
        if last > start:
            seen_at_start = {c.record_id for c in found if c.modified_ms == last}
            start, after = last, ""
        elif dated and (not fresh or len(found) >= _PAGE):
            # This millisecond fills more than a page.
            yield from _same_moment(search, prop, start, owned)
            start, after, seen_at_start = start + 1, "", set()
        elif page.after.isdecimal() and int(page.after) > _CEILING - _PAGE:
            return  # only unusable dates: the daily comparison finds the rest
        else:
            seen_at_start.update(c.record_id for c in fresh)
            after = page.after


def _date(record: Record, prop: str, until_ms: int) -> int | None:
    at = record.moment(prop)
    return None if at is None or at > until_ms else at


def _inside(
    page: Records, prop: str, start: int, until_ms: int, undated: set[str]
) -> list[Changed]:
    """Return a page's changes within the window; undated records count once, as its start.

    Records older than the window are ignored.
    """
    found = []
    for record in page.results:
        moment = _date(record, prop, until_ms)
        if moment is None and record.id not in undated:
            undated.add(record.id)
            moment = start
        if moment is not None and moment >= start:
            found.append(Changed(record.id, moment))
    return found


def _same_moment(
    search: Search, prop: str, moment: int, owned: Owned | None
) -> Iterator[tuple[Changed, ...]]:
    """Yield all records of one millisecond by ascending id, without an offset and its limit."""
    last_id = 0
    while True:
        page = search(_keyset(prop, moment, last_id, owned))
        numbers = {int(r.id) for r in page.results if r.id.isascii() and r.id.isdecimal()}
        ids = sorted(number for number in numbers if number > last_id)
        if ids:
            yield tuple(Changed(str(i), moment) for i in ids)
            last_id = ids[-1]
        if not page.after or not ids:
            return


def where(prop: str, operator: str, value: object) -> dict[str, str]:
    """Return a filter of a search."""
    return {"propertyName": prop, "operator": operator, "value": str(value)}


def _window(prop: str, start: int, after: str, owned: Owned | None) -> dict[str, object]:
    between = where(prop, "BETWEEN", start) | {"highValue": str(_FAR_MS)}
    return _query([between], prop, prop, after, owned)


def _keyset(prop: str, moment: int, last_id: int, owned: Owned | None) -> dict[str, object]:
    filters = [where(prop, "EQ", moment), where("hs_object_id", "GT", last_id)]
    return _query(filters, prop, "hs_object_id", "", owned)


def _query(
    filters: list[dict[str, str]], prop: str, order: str, after: str, owned: Owned | None
) -> dict[str, object]:
    if owned:
        filters = [*filters, where(owned[0], "EQ", owned[1])]
    body: dict[str, object] = {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": order, "direction": "ASCENDING"}],
        # Ids only: a search body may have 3,000 characters; batches read the records.
        "properties": [prop],
        "limit": _PAGE,
    }
    if after:
        body["after"] = after
    return body
