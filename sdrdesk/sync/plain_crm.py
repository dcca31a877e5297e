"""Shared by connectors whose CRM keeps company and contact in the lead, and dates in seconds."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sdrdesk.domain.crm.foreign_values import ForeignRecord, LeftOut, OddError, identity
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    RemoteActivity,
    RemoteCompany,
    RemoteKind,
    RemoteLead,
    RemoteOwner,
)
from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.errors import Gone, TakenAway, UnreadableId
from sdrdesk.sync.net.json_http import JsonHttp
from sdrdesk.sync.port import Changed, CreateItem, Departed, Page

RecordT = TypeVar("RecordT")
Row = Mapping[str, Any]
UNTRIED = ", which this connector was not tried with"
"""The text after the name of a server's version."""


def to_owners(
    rows: Sequence[Row], record_id: str, email: str, name: str, active: str
) -> Iterator[RemoteOwner]:
    """Yield the reps that users are, former ones last; the names of the fields are the CRM's."""
    for row in sorted(rows, key=lambda row: row.get(active) is False):
        values = {field: value for field, value in row.items() if value}
        p = ForeignRecord("owner", str(row.get(record_id)), values)
        yield RemoteOwner(
            owner_id=p.record_id,
            user_id=p.record_id,
            email=p.line(email).lower(),
            name=p.line(name),
            archived=row.get(active) is False,
        )


class OwnServer:
    """Base of clients that speak JSON to a CRM at a team's own address."""

    crowding = 1.0
    account_zone = ""
    _wire: JsonHttp
    _unreadable: deque[LeftOut]

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._wire.requests

    @property
    def clock_offset_s(self) -> float | None:
        """The CRM's clock minus ours, seconds; ``None`` before any answer."""
        return self._wire.clock_offset_s

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def unreadable(self) -> tuple[LeftOut, ...]:
        """Return the records that could not be read since the last call."""
        found = []
        while self._unreadable:
            found.append(self._unreadable.popleft())
        return tuple(found)

    def leads_after(self, lead_id: str) -> Iterator[tuple[RemoteLead, ...]]:  # noqa: ARG002
        """Yield nothing: no index lags."""
        yield from ()

    def link(self, item: CreateItem, crm_id: str) -> None:
        """Do nothing: an activity is made with its lead."""

    @abstractmethod
    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity; raise ``Gone`` when it was deleted."""

    def read_task(self, crm_id: str) -> RemoteActivity:
        """Return one task."""
        return self.read_activity("task", crm_id)


class PlainCrm(OwnServer):
    """Paging by id, and what such a CRM does not have."""

    page_size = 200
    id_name = "id"
    """The CRM's name of a record's id."""

    # Values of the CRM.

    @abstractmethod
    def pulls(self, kind: RemoteKind) -> bool:
        """Return whether records of this kind are read."""

    @abstractmethod
    def rows_after(self, kind: RemoteKind, cursor: str) -> tuple[list[Row], str]:
        """Return a page of records by id, and the cursor of the next, ``""`` after the last."""

    @abstractmethod
    def rows_by_id(self, kind: RemoteKind, ids: Sequence[str]) -> list[Row]:
        """Return the records with these ids; others are left out."""

    @abstractmethod
    def to_record(self, kind: RemoteKind, row: Row) -> RemoteLead | RemoteActivity:
        """Return a record in our terms.

        Raises:
            OddError: its id cannot be read.
        """

    # Values derived from them.

    def list_companies(self, cursor: str) -> Page[RemoteCompany]:  # noqa: ARG002
        """Return nothing: a lead has the name of its company in itself."""
        return Page(())

    def read_companies(self, ids: Sequence[str]) -> tuple[RemoteCompany, ...]:  # noqa: ARG002
        """Return nothing: see ``list_companies``."""
        return ()

    def list_leads(self, cursor: str) -> Page[RemoteLead]:
        """Return one page of leads by id."""
        return self._page("lead", cursor, RemoteLead)

    def list_activities(self, kind: ActivityKindName, cursor: str) -> Page[RemoteActivity]:
        """Return one page of activities by id."""
        return self._page(kind, cursor, RemoteActivity) if self.pulls(kind) else Page(())

    def _page(self, kind: RemoteKind, cursor: str, of: type[RecordT]) -> Page[RecordT]:
        rows, following = self.rows_after(kind, cursor)
        found = tuple(one for one in self.records(kind, rows) if isinstance(one, of))
        return Page(found, following)

    def after(self, rows: Sequence[Row]) -> str:
        """Return the cursor after a page; one that is not full is the last."""
        return identity(rows[-1].get(self.id_name)) if len(rows) >= self.page_size else ""

    def changes(self, kind: RemoteKind, rows: Sequence[Row]) -> Iterator[tuple[Changed, ...]]:
        """Yield the changes that these records show, all at once."""
        found = [
            Changed(
                one.lead_id if isinstance(one, RemoteLead) else one.crm_id, one.modified_ms, one
            )
            for one in self.records(kind, rows)
        ]
        if found:
            yield tuple(found)

    def records(
        self, kind: RemoteKind, rows: Sequence[Row]
    ) -> Iterator[RemoteLead | RemoteActivity]:
        """Yield records in our terms; those without a readable id are noted."""
        for row in rows:
            try:
                yield self.to_record(kind, row)
            except OddError as odd:
                self._unreadable.append(LeftOut(str(kind), "", self.id_name, "", str(odd)))

    def leads_of(self, rows: Sequence[Row]) -> tuple[RemoteLead, ...]:
        """Return the leads that these records are."""
        return tuple(one for one in self.records("lead", rows) if isinstance(one, RemoteLead))

    def leads_by_id(self, ids: Sequence[str]) -> dict[str, RemoteLead]:
        """Return the leads with these ids that can be seen."""
        found = self.leads_of(self.rows_by_id("lead", ids) if ids else [])
        return {lead.lead_id: lead for lead in found}

    def read_activities(
        self, kind: ActivityKindName, ids: Sequence[str]
    ) -> tuple[RemoteActivity, ...]:
        """Return activities by id."""
        rows = self.rows_by_id(kind, ids) if ids else []
        return tuple(one for one in self.records(kind, rows) if isinstance(one, RemoteActivity))

    def gone(self, since_ms: int) -> Departed:
        """Return nothing: there is no list of deleted leads."""
        return Departed(until_ms=since_ms)

    def deleted_activities(self, kind: ActivityKindName, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of these ids whose record is gone."""
        gone = []
        for crm_id in ids:
            try:
                self.read_activity(kind, crm_id)
            except Gone:
                gone.append(crm_id)
            except TakenAway:
                continue  # there, for somebody else
        return tuple(gone)


class BySecond(PlainCrm):
    """Changes of a CRM that dates them by the second."""

    modified = ""
    """The CRM's name of a record's date of change."""

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
        if not self.pulls(kind):
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
                last = stamp_ms(_ms(kind, start) + 1000)
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


def chunks(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield the values in parts of at most this size."""
    for begin in range(0, len(values), size):
        yield values[begin : begin + size]


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


def _ms(kind: RemoteKind, second: str) -> int:
    return ForeignRecord(kind, "", {"at": second}).moment("at") or 0
