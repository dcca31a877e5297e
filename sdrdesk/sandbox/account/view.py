"""What search sees: the same records, a little late and not always in order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.account.tables import Table


@dataclass(slots=True)
class _Pending:
    """A record whose newest state the index does not show yet."""

    shown: Record | None
    """What search shows for now; None when the record is new to it."""
    coming: list[tuple[int, Record]]
    """(visible from, state), in the order of the changes."""


class SearchView:
    """The search index: a view of the tables that lags behind writes."""

    def __init__(self) -> None:
        self.lag_ms = 0
        self.out_of_order_ms = 0
        """Every other change waits this much longer, so a later one overtakes it."""
        self.version = 0
        """Moves whenever an answer could change."""
        self._pending: dict[tuple[str, str], _Pending] = {}
        self._odd = False

    def set_lag(self, lag_ms: int, out_of_order_ms: int) -> None:
        """Change how late changes are seen from now on; the next one is the first to be late."""
        self.lag_ms, self.out_of_order_ms = lag_ms, out_of_order_ms
        self._odd = False

    def note(self, before: Record | None, after: Record, now_ms: int) -> None:
        """A record changed."""
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
        """Let everything whose time has come be seen."""
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
        """Let everything be seen now."""
        self._pending.clear()
        self.version += 1

    @property
    def waiting(self) -> int:
        """How many records search shows late at this moment."""
        return len(self._pending)

    def records(self, table: Table) -> Iterator[Record]:
        """What search sees of a table, by id. Archived records are never among it."""
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
"""Result lists kept, so that paging through a large result does not search again each time."""


class Searches:
    """Remembers the last results, as long as nothing changes."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[int, list[Record]]] = OrderedDict()

    def get(self, key: str, version: int) -> list[Record] | None:
        """The result of the same search on the same state of the account."""
        held = self._found.get(key)
        return held[1] if held is not None and held[0] == version else None

    def put(self, key: str, version: int, found: list[Record]) -> None:
        """Keep a result."""
        self._found[key] = (version, found)
        self._found.move_to_end(key)
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)
