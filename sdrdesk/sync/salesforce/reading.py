"""Reading from Salesforce: the account, listings, changes by time, records by id."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sdrdesk.domain.crm.foreign_values import ForeignRecord, LeftOut
from sdrdesk.domain.crm.records import (
    OptionField,
    RemoteActivity,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.capabilities import Capabilities
from sdrdesk.sync.errors import KeyFieldMissing, Rejected, Unreadable
from sdrdesk.sync.plain_crm import PlainCrm, Row, chunks, to_owners
from sdrdesk.sync.port import AccountInfo, Changed, Departed, LeadsRead, Newest
from sdrdesk.sync.salesforce.mapping import (
    CONDITION,
    ENTITY,
    EVENT,
    LEAD,
    LEAD_MORE,
    TASK,
    Names,
    to_activity,
    to_lead,
)
from sdrdesk.sync.salesforce.soql import listed, quoted, select, stamp_ms
from sdrdesk.sync.salesforce.traits import PAGE, READ_SIZE, TRAITS
from sdrdesk.sync.salesforce.transport import Transport

_MERGED_MOST: Final = 5
"""Most merges of a lead in a row."""
_GONE_EVERY_MS: Final = 300_000
"""The list of deleted leads is asked for this often; the newest leads are read in every round."""


class Reading(PlainCrm):
    """The account and the reading half of the client."""

    page_size = PAGE
    id_name = "Id"

    def __init__(
        self, http: Transport, own: Names, mapping: Mapping[str, Mapping[str, object]]
    ) -> None:
        self._http = http
        self._mapping = mapping
        self._wire = http.http
        self._own = own
        self._unreadable: deque[LeftOut] = deque(maxlen=1000)
        self._described: dict[str, Mapping[str, Row]] = {}
        self._checked: Names | None = None
        self._gone_asked_ms = 0

    @property
    def capabilities(self) -> Capabilities:
        """Salesforce's traits."""
        return TRAITS

    def _user(self) -> Row:
        found = self._http.get("/services/oauth2/userinfo")
        if not isinstance(found, dict) or not found.get("organization_id"):
            raise Unreadable("it does not say which org it is")
        self.account_zone = one_line(str(found.get("zoneinfo") or ""), limit=64)
        return found

    def account_id(self) -> str:
        """Return the account: the org's number stays when its address changes."""
        return f"Salesforce {one_line(str(self._user()['organization_id']), limit=18)}"

    def check(self) -> float:
        """Return Salesforce's clock minus ours, seconds; proves that the token works."""
        self._user()
        return self._wire.clock_offset_s or 0.0

    def whoami(self) -> AccountInfo:
        """Return account, zone and user."""
        found = self._user()
        access = self._http.access
        return AccountInfo(
            account_id=one_line(str(found["organization_id"]), limit=18),
            ui_domain=urlsplit(self._wire.base_url).hostname or "",
            time_zone=self.account_zone,
            scopes=access.scopes,
            token_kind=access.kind or "access token",
            user_id=one_line(str(found.get("user_id") or ""), limit=18),
        )

    def lead_link(self) -> str:
        """Return the link of a lead in Salesforce's own screen, with ``{id}``."""
        return f"{self._wire.base_url}/lightning/r/Lead/{{id}}/view"

    @property
    def _zone(self) -> ZoneInfo:
        """The user's zone, whose days the dates of tasks mean."""
        if not self.account_zone:
            self._user()
        try:
            return ZoneInfo(self.account_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    # The org's own names.

    def _fields(self, entity: str) -> Mapping[str, Row]:
        """Return the fields of an entity that this user sees, asked once by each client."""
        if entity not in self._described:
            found = self._http.get(f"sobjects/{entity}/describe")
            rows = found.get("fields") if isinstance(found, dict) else None
            if not isinstance(rows, list):
                raise Unreadable("it has no list of fields")
            known = {str(row.get("name")): row for row in rows if isinstance(row, dict)}
            self._described[entity] = known
        return self._described[entity]

    @property
    def _names(self) -> Names:
        """The account's own fields that are really there: a query with another one is refused."""
        if self._checked is None:
            own, lead, task = self._own, self._fields("Lead"), self._fields("Task")
            self._checked = replace(
                own,
                persona=own.persona if own.persona in lead else "",
                do_not_call=own.do_not_call if own.do_not_call in lead else "",
                outcome=own.outcome if own.outcome in task else "",
                key=own.key if own.key in task else "",
            )
        return self._checked

    def _forget_fields(self) -> None:
        self._described.clear()
        self._checked = None

    def _select(self, kind: RemoteKind) -> str:
        names = self._names
        if kind == "lead":
            own = (names.persona, names.do_not_call, *names.also)
            return self._present("Lead", (*LEAD_MORE, *LEAD.values(), *own))
        if kind == "meeting":
            return self._present("Event", (*EVENT, names.key))
        return self._present("Task", (*TASK, names.key, names.outcome))

    def _present(self, entity: str, wanted: Sequence[str]) -> str:
        known = self._fields(entity)
        return ", ".join(name for name in dict.fromkeys(wanted) if name in known)

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return statuses, personas and outcomes; a lead has no stages but converted."""
        own, found = self._names, list[RemoteOption]()
        wanted: tuple[tuple[OptionField, str, str], ...] = (
            ("status", "Lead", "Status"),
            ("persona", "Lead", own.persona),
            ("outcome", "Task", own.outcome),
        )
        for option, entity, field in wanted:
            if (names and option not in names) or not field:
                continue
            rows = self._fields(entity).get(field, {}).get("picklistValues")
            values = [
                (one_line(str(row.get("value"))), one_line(str(row.get("label"))))
                for row in (rows if isinstance(rows, list) else ())
                if isinstance(row, dict) and row.get("active") is True and row.get("value")
            ]
            if option == "outcome" and not values:
                labels = [text.strip() for text in own.outcomes.split(";")]
                values = [(label, label) for label in labels if label]
            found += [RemoteOption(option, v, label, n) for n, (v, label) in enumerate(values)]
        return tuple(found)

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every user, former ones last."""
        fields, people = "Id, Name, Email, IsActive", "UserType = 'Standard'"
        rows = self._query(select(fields, "User", people, end="ORDER BY Id"))
        yield from to_owners(rows, "Id", "Email", "Name", "IsActive")

    # Records.

    def pulls(self, kind: RemoteKind) -> bool:
        """Return whether records of this kind are read."""
        return kind != "company"

    def rows_after(self, kind: RemoteKind, cursor: str) -> tuple[list[Row], str]:
        """Return a page of records by id, and the cursor of the next."""
        after = f"Id > {quoted(cursor)}" if cursor else ""
        rows = self._rows_of(kind, after, f"ORDER BY Id LIMIT {PAGE}")
        return rows, self.after(rows)

    def rows_by_id(self, kind: RemoteKind, ids: Sequence[str]) -> list[Row]:
        """Return the records with these ids that can be seen."""
        parts = chunks(ids, READ_SIZE)
        return [row for part in parts for row in self._rows_of(kind, f"Id IN {listed(part)}")]

    def to_record(self, kind: RemoteKind, row: Row) -> RemoteLead | RemoteActivity:
        """Return a record in our terms."""
        if kind == "lead":
            return to_lead(row, self._names)
        assert kind != "company"  # noqa: S101  # see ``pulls``
        return to_activity(kind, row, self._names)

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification and the number of records."""
        if kind == "company":
            return Newest(0, 0)
        fields = "MAX(SystemModstamp) newest, COUNT(Id) total"
        (row,) = self._query(select(fields, _entity(kind), _condition(kind)))[:1] or ({},)
        p = ForeignRecord(kind, "", dict(row))
        return Newest(p.moment("newest") or 0, p.whole("total") or 0)

    def changed(
        self, kind: RemoteKind, since_ms: int, owner_id: str = ""
    ) -> Iterator[tuple[Changed, ...]]:
        """Yield changes with their records, oldest first."""
        if kind == "company":
            return
        query = select(
            self._select(kind),
            _entity(kind),
            _condition(kind),
            f"SystemModstamp >= {stamp_ms(since_ms)}",
            f"OwnerId = {quoted(owner_id)}" if owner_id else "",
            end="ORDER BY SystemModstamp, Id",
        )
        for rows in self._pages(query, spare=True):
            yield from self.changes(kind, rows)

    def gone(self, since_ms: int) -> Departed:
        """Return the leads that were deleted or merged since this moment."""
        now_ms = int(self._wire.clock().timestamp() * 1000)
        if self._gone_asked_ms and 0 <= now_ms - self._gone_asked_ms < _GONE_EVERY_MS:
            return Departed(until_ms=since_ms)
        back_ms = since_ms - round((TRAITS.index_lag_s or 0.0) * 1000)
        query = select(
            "Id, MasterRecordId, SystemModstamp",
            "Lead",
            "IsDeleted = true",
            f"SystemModstamp >= {stamp_ms(back_ms)}",
            end="ORDER BY SystemModstamp, Id",
        )
        rows = self._query(query, every=True, spare=True)
        self._gone_asked_ms = now_ms
        dates = [ForeignRecord("lead", "", dict(row)).moment("SystemModstamp") or 0 for row in rows]
        deleted, moved = _fate(rows)
        return Departed(tuple(deleted), moved, until_ms=max([since_ms, *dates]))

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return leads by id; one more query says what became of the missing ones."""
        found = self.leads_by_id(ids)
        missing = [i for i in ids if i not in found]
        if not missing or not explain_missing:
            return LeadsRead(tuple(found.values()))
        deleted, moved, absent = self.fate(missing)
        unread = [new for new in dict.fromkeys(moved.values()) if new not in found]
        found |= self.leads_by_id(unread)
        absent += [old for old, new in moved.items() if new not in found]
        moved = {old: new for old, new in moved.items() if new in found}
        return LeadsRead(tuple(found.values()), tuple(deleted), moved, tuple(absent))

    def fate(self, ids: Sequence[str]) -> tuple[list[str], dict[str, str], list[str]]:
        """Return which leads were deleted, merged (old to new), and are not to be seen at all."""
        rows: list[Row] = []
        asked, known = list(ids), set[str]()
        for _ in range(_MERGED_MOST):  # a survivor may have been merged itself
            these = f"Id IN {listed(asked)}"
            rows += self._query(select("Id, IsDeleted, MasterRecordId", "Lead", these), every=True)
            known.update(asked)
            masters = dict.fromkeys(str(row.get("MasterRecordId") or "") for row in rows)
            asked = [master for master in masters if master and master not in known]
            if not asked:
                break
        every, moved = _fate([row for row in rows if row.get("IsDeleted") is True])
        here = {*every, *moved, *(str(row.get("Id")) for row in rows)}
        deleted = [i for i in ids if i in every or moved.get(i) in every]
        return (
            deleted,
            {old: new for old, new in moved.items() if old in ids and new not in every},
            [i for i in ids if i not in here],
        )

    def _rows_of(self, kind: RemoteKind, condition: str, end: str = "") -> list[Row]:
        fields, entity = self._select(kind), _entity(kind)
        return self._query(select(fields, entity, _condition(kind), condition, end=end))

    def _query(self, query: str, *, every: bool = False, spare: bool = False) -> list[Row]:
        return [row for page in self._pages(query, every=every, spare=spare) for row in page]

    def _pages(
        self, query: str, *, every: bool = False, spare: bool = False
    ) -> Iterator[list[Row]]:
        """Yield the pages of a query; ``every`` also finds what was deleted."""
        walk = PageGuard("a query")
        path, asked = ("queryAll" if every else "query"), {"q": query}
        while path:
            walk.go_on(path)
            try:
                found = self._http.get(path, asked, spare=spare)
            except KeyFieldMissing as error:  # a field was removed: the next try does without it
                self._forget_fields()
                raise Rejected(error.message, fields=error.fields) from error
            rows = found.get("records") if isinstance(found, dict) else None
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise Unreadable("it has no list of records")
            yield rows
            following = found.get("nextRecordsUrl")
            if following is not None and not _is_page(following):
                raise Unreadable("its next page is somewhere else")
            path, asked = following or "", {}


def _is_page(path: object) -> bool:
    """Return whether a path leads to the next page of a query."""
    return isinstance(path, str) and path.startswith("/services/data/") and ".." not in path


def _fate(rows: Sequence[Row]) -> tuple[list[str], dict[str, str]]:
    deleted, moved = [], {}
    for row in rows:
        p = ForeignRecord("lead", "", dict(row))
        lead_id, master = p.record("Id"), p.record("MasterRecordId")
        if master:
            moved[lead_id] = master
        elif lead_id:
            deleted.append(lead_id)
    for old in moved:  # a survivor may have been merged itself
        for _ in range(len(moved)):
            moved[old] = moved.get(moved[old], moved[old])
    return deleted, moved


def _entity(kind: RemoteKind) -> str:
    return ENTITY[kind] if kind != "lead" and kind != "company" else "Lead"


def _condition(kind: RemoteKind) -> str:
    return CONDITION[kind] if kind != "lead" and kind != "company" else ""
