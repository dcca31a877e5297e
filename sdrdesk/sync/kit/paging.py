"""Pages of records, and changes of a CRM that dates them by the second."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence

from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import ActivityKindName, RemoteKind
from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.errors import Gone, TakenAway
from sdrdesk.sync.kit.client import ServerClient
from sdrdesk.sync.kit.fields import Row
from sdrdesk.sync.kit.values import ms_of, stamp_ms
from sdrdesk.sync.port import Changed


class BySecond(ServerClient):
    """Base of clients of a CRM that dates changes by the second."""

    @abstractmethod
    def rows_since(self, kind: RemoteKind, second: str, owner_id: str) -> list[Row]:
        """Return a page of the records changed in this second or later, oldest first."""

    @abstractmethod
    def rows_of_second(
        self, kind: RemoteKind, second: str, owner_id: str, last_id: str
    ) -> list[Row]:
        """Return a page of the records changed in this second, by id."""

    def changed(
        self, kind: RemoteKind, since_ms: int, owner_id: str = ""
    ) -> Iterator[tuple[Changed, ...]]:
        """Yield changes with their records, oldest first.

        Dates are whole seconds. A page begins again at the last second of the one before; a second
        that fills a page is walked by id.
        """
        if kind not in self.pulled:
            return
        start, seen, walk = stamp_ms(since_ms), set[str](), PageGuard(f"changed {kind}s")
        while True:
            walk.go_on(start)
            rows = self.rows_since(kind, start, owner_id)
            yield from self.changes(
                kind, [row for row in rows if str(row.get(self.id_name)) not in seen]
            )
            if len(rows) < self.page_size:
                return
            last = self._second(kind, rows[-1])
            if last == start:
                yield from self._of_second(kind, start, owner_id)
                last = stamp_ms(ms_of(start) + 1000)
            seen = {str(row.get(self.id_name)) for row in rows if self._second(kind, row) == last}
            start = last

    def _of_second(
        self, kind: RemoteKind, second: str, owner_id: str
    ) -> Iterator[tuple[Changed, ...]]:
        walk, last = PageGuard(f"{kind}s of one second"), ""
        while True:
            walk.go_on(last)
            rows = self.rows_of_second(kind, second, owner_id, last)
            yield from self.changes(kind, rows)
            if len(rows) < self.page_size:
                return
            last = identity(rows[-1].get(self.id_name))

    def _second(self, kind: RemoteKind, row: Row) -> str:
        found = ForeignRecord(kind, "", dict(row)).moment(self.modified)
        return stamp_ms(found or 0)

    def deleted_activities(self, kind: ActivityKindName, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of these ids whose record is gone; a hidden one is not."""
        gone = []
        for crm_id in ids:
            try:
                self.read_activity(kind, crm_id)
            except Gone:
                gone.append(crm_id)
            except TakenAway:
                continue  # there, for somebody else
        return tuple(gone)


def all_pages(what: str, page_size: int, page: Callable[[str], Sequence[Row]]) -> list[Row]:
    """Return the rows of all pages by id; ``page`` returns those after an id."""
    rows: list[Row] = []
    walk, last = PageGuard(what), ""
    while True:
        walk.go_on(last)
        found = page(last)
        rows += found
        if len(found) < page_size:
            return rows
        last = identity(found[-1].get("id"))
