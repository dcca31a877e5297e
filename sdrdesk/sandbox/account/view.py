"""The search index: the same records, some time later and not always in order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.account.tables import Table


@dataclass(slots=True)
class _Pending:
    """A record whose newest state is not in the index yet."""

    shown: Record | None
    """The state in the index; None when it has none."""
    coming: list[tuple[int, Record]]
    """(visible from, state) of each change, in order."""


class SearchIndex:
    """The search index: a view of the tables that lags behind writes."""

    def __init__(self) -> None:
        self.lag_ms = 0
        self.out_of_order_ms = 0
        """Additional delay of every other change, so that later ones overtake it."""
        self.version = 0
        """Increases each time an answer could change."""
        self._pending: dict[tuple[str, str], _Pending] = {}
        self._odd = False

    def set_lag(self, lag_ms: int, out_of_order_ms: int) -> None:
        """Set the delays; with ``out_of_order_ms`` the next change is the first late one."""
        self.lag_ms, self.out_of_order_ms = lag_ms, out_of_order_ms
        self._odd = False

    def note(self, before: Record | None, after: Record, now_ms: int) -> None:
        """Note the change of a record."""
        self.version += 1
        delay_ms = self.lag_ms
        if self.out_of_order_ms:
            self._odd = not self._odd
            delay_ms += self.out_of_order_ms if self._odd else 0
        key = (after.type, after.id)
        pending = self._pending.get(key)
        if delay_ms <= 0 and pending is None:
            return
        if pending is None:
            hidden = before is None or before.archived_ms is not None
            pending = self._pending[key] = _Pending(None if hidden else before, [])
        pending.coming.append((now_ms + delay_ms, after))

    def settle(self, now_ms: int) -> None:
        """Show all changes that are due."""
        for key, pending in list(self._pending.items()):
            due = [at for at, (visible_ms, _) in enumerate(pending.coming) if visible_ms <= now_ms]
            if not due:
                continue
            self.version += 1
            pending.shown = pending.coming[due[-1]][1]
            del pending.coming[: due[-1] + 1]
            if not pending.coming:
                del self._pending[key]

    def flush(self) -> None:
        """Show all changes now."""
        self._pending.clear()
        self.version += 1

    @property
    def waiting(self) -> int:
        """The number of records that search shows late."""
        return len(self._pending)

    def records(self, table: Table) -> Iterator[Record]:
        """Yield the records of a table that search shows, by id, without archived ones."""
        rows = table.rows
        if not self._pending:
            yield from (rows[str(number)] for number in table.live)
            return
        name = table.kind.name
        for number in table.live:
            record_id = str(number)
            pending = self._pending.get((name, record_id))
            if pending is None:
                yield rows[record_id]
            elif pending.shown is not None:
                yield pending.shown


_KEPT = 16
"""Cached results, so that paging through a large result does not search each time."""


class SearchCache:
    """A cache of search results, valid until something changes."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[int, list[Record]]] = OrderedDict()

    def get(self, key: str, version: int) -> list[Record] | None:
        """Return the cached result of the same search on the same version."""
        held = self._found.get(key)
        return held[1] if held is not None and held[0] == version else None

    def put(self, key: str, version: int, found: list[Record]) -> None:
        """Cache a result."""
        self._found[key] = (version, found)
        self._found.move_to_end(key)
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)
