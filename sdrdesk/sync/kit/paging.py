"""Pages of records, and changes of a CRM that dates them by the second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import ActivityKindName, RemoteKind
from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.errors import Gone, TakenAway
from sdrdesk.sync.kit.client import ServerClient, Where
from sdrdesk.sync.kit.fields import Row
from sdrdesk.sync.kit.values import ms_of, stamp_ms
from sdrdesk.sync.port import Changed


class BySecond(ServerClient):
    """Base of clients of a CRM that dates changes by the second."""

    def rows_since(self, kind: RemoteKind, second: str, owner_id: str) -> list[Row]:
        """Return a page of the records changed in this second or later, oldest first."""
        since: Where = [(self.modified, ">=", second), *self.owned(owner_id)]
        return self.rows(kind, since, self.modified, self.page_size)

    def every(self, kind: RemoteKind, where: Where) -> list[Row]:
        """Return all records of a kind that meet the conditions, page by page."""

        def page(last: str) -> list[Row]:
            return self.rows(kind, [*where, *self.later(last)], most=self.page_size)

        return all_pages(f"{kind}s", self.page_size, page)

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
        # Not compared for equality: a CRM may keep fractions of a second that it does not show.
        following = stamp_ms(ms_of(second) + 1000)
        span: Where = [(self.modified, ">=", second), (self.modified, "<", following)]
        walk, last = PageGuard(f"{kind}s of one second"), ""
        while True:
            walk.go_on(last)
            where = [*span, *self.owned(owner_id), *self.later(last)]
            rows = self.rows(kind, where, most=self.page_size)
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
