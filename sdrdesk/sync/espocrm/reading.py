"""Reading from EspoCRM: listings, changes by time, records by id."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote

from sdrdesk.domain.crm.foreign_values import ForeignRecord, LeftOut, OddError, identity
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    OptionField,
    RemoteActivity,
    RemoteCompany,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.bounds import Walk
from sdrdesk.sync.capabilities import Capabilities
from sdrdesk.sync.errors import Gone, MissingScope, TakenAway, Unreadable
from sdrdesk.sync.espocrm.mapping import (
    ENTITY,
    PULLED,
    Names,
    stamp_ms,
    to_activity,
    to_lead,
    where,
)
from sdrdesk.sync.espocrm.traits import PAGE, TRAITS
from sdrdesk.sync.espocrm.transport import Transport
from sdrdesk.sync.port import AccountInfo, Changed, Departed, LeadsRead, Newest, Page

RecordT = TypeVar("RecordT")
Conditions = list[tuple[str, str, str | Sequence[str]]]

_OPTIONS: Final[tuple[tuple[OptionField, str, str], ...]] = (
    ("status", "Lead", "status"),
    ("persona", "Lead", "persona"),
    ("outcome", "Call", "outcome"),
)


class Reading:
    """The account and the reading half of the client."""

    _http: Transport
    _names: Names
    _unreadable: deque[LeftOut]
    account_zone = ""
    crowding = 1.0

    @property
    def capabilities(self) -> Capabilities:
        """EspoCRM's traits."""
        return TRAITS

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._http.requests

    @property
    def clock_offset_s(self) -> float | None:
        """EspoCRM's clock minus ours, seconds; ``None`` before any answer."""
        return self._http.clock_offset_s

    def account_id(self) -> str:
        """Return the account: EspoCRM has no number of its own, so its address is it."""
        found = self._http.get("App/user")
        zone = found.get("settings", {}).get("timeZone") if isinstance(found, dict) else ""
        self.account_zone = one_line(str(zone or ""), limit=64)
        return f"EspoCRM {self._http.base_url.split('://', 1)[1]}"

    def check(self) -> float:
        """Return EspoCRM's clock minus ours, seconds; proves that the key works."""
        self._http.get("App/user")
        return self._http.clock_offset_s or 0.0

    def whoami(self) -> AccountInfo:
        """Return account, zone and rights: one ``scope=right`` for each right to change."""
        found = self._http.get("App/user")
        user, acl = found["user"], found.get("acl", {}).get("table", {})
        version = one_line(str(found.get("settings", {}).get("version") or ""), limit=20)
        rights = [
            f"{scope}.{action}={rights[action]}"
            for scope, rights in sorted(acl.items())
            if isinstance(rights, dict)
            for action in ("create", "read", "edit")
            if action in rights
        ]
        return AccountInfo(
            account_id=self._http.host,
            ui_domain=self._http.host,
            time_zone=one_line(str(found.get("settings", {}).get("timeZone") or ""), limit=64),
            scopes=tuple(one_line(right, limit=80) for right in rights[:200]),
            token_kind="API key" if user.get("type") == "api" else "password",
            user_id=str(user["id"]),
            server=f"EspoCRM {version}".strip(),
        )

    def lead_link(self) -> str:
        """Return the link of a lead in EspoCRM's own screen, with ``{id}``."""
        return f"{self._http.base_url}/#Lead/view/{{id}}"

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def unreadable(self) -> tuple[LeftOut, ...]:
        """Return the records that could not be read since the last call."""
        found = []
        while self._unreadable:
            found.append(self._unreadable.popleft())
        return tuple(found)

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every user; a role that may not read users gets none."""
        is_user: Conditions = [("in", "type", ("regular", "admin", "api"))]
        found = self._all("User", "id,userName,name,isActive,type,emailAddress", is_user)
        for row in sorted(found, key=lambda row: row.get("isActive") is False):
            p = ForeignRecord("owner", str(row["id"]), row)
            yield RemoteOwner(
                owner_id=p.record_id,
                user_id=p.record_id,
                email=p.line("emailAddress").lower(),
                name=p.line("name"),
                archived=row.get("isActive") is False,
            )

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return statuses, personas and outcomes; EspoCRM has no stages of a lead."""
        wanted = [row for row in _OPTIONS if not names or row[0] in names]
        words = self._http.get("I18n", [("default", "true")]) if wanted else {}
        found: list[RemoteOption] = []
        for name, entity, field in wanted:
            field = "status" if name == "status" else getattr(self._names, field)
            definition = self._definition(entity, field)
            labels = _at(words, entity, "options", field)
            for place, value in enumerate(definition.get("options") or ()):
                if isinstance(value, str) and value:
                    label = labels.get(value, value) if isinstance(labels, dict) else value
                    found.append(RemoteOption(name, value, one_line(str(label)), place))
        return tuple(found)

    def _definition(self, entity: str, field: str) -> Mapping[str, Any]:
        found = self._http.get("Metadata", [("key", f"entityDefs.{entity}.fields.{field}")])
        return found if isinstance(found, dict) else {}

    def list_companies(self, cursor: str) -> Page[RemoteCompany]:  # noqa: ARG002
        """Return nothing: a lead has the name of its company in itself."""
        return Page(())

    def list_leads(self, cursor: str) -> Page[RemoteLead]:
        """Return one page of leads by id."""
        return self._page("Lead", self._names.lead_select, cursor, self._lead)

    def list_activities(self, kind: ActivityKindName, cursor: str) -> Page[RemoteActivity]:
        """Return one page of activities by id."""
        if kind not in PULLED:
            return Page(())
        select = self._names.activity_select
        return self._page(ENTITY[kind], select, cursor, lambda row: self._activity(kind, row))

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification and the number of records."""
        entity = _entity(kind)
        if not entity:
            return Newest(0, 0)
        query = [("orderBy", "modifiedAt"), ("order", "desc"), ("maxSize", "1")]
        found = self._http.get(entity, [*query, ("select", "modifiedAt")], count=True)
        rows = _rows(found)
        latest = ForeignRecord(kind, "", rows[0]).moment("modifiedAt") if rows else 0
        return Newest(latest or 0, max(len(rows), int(found.get("total") or 0)))

    def changed(
        self, kind: RemoteKind, since_ms: int, owner_id: str = ""
    ) -> Iterator[tuple[Changed, ...]]:
        """Yield changes with their records, oldest first.

        Dates are whole seconds. A page begins again at the last second of the one before; a second
        that fills a page is walked by id.
        """
        entity = _entity(kind)
        if not entity:
            return
        owned: Conditions = [("equals", "assignedUserId", owner_id)] if owner_id else []
        start, seen, walk = stamp_ms(since_ms), set[str](), Walk(f"changed {entity}s")
        while True:
            walk.go_on(start)
            since: Conditions = [("greaterThanOrEquals", "modifiedAt", start), *owned]
            rows = self._query(entity, self._select(kind), since, order="modifiedAt")
            fresh = [row for row in rows if str(row.get("id")) not in seen]
            yield from self._changes(kind, fresh)
            if len(rows) < PAGE:
                return
            last = str(rows[-1].get("modifiedAt"))
            if last == start:
                same: Conditions = [("equals", "modifiedAt", start), *owned]
                yield from self._changes(kind, self._all(entity, self._select(kind), same))
                ms = ForeignRecord(kind, "", rows[-1]).moment("modifiedAt") or 0
                last = stamp_ms(ms + 1000)
            seen = {str(row.get("id")) for row in rows if str(row.get("modifiedAt")) == last}
            start = last

    def _changes(
        self, kind: RemoteKind, rows: Sequence[Mapping[str, Any]]
    ) -> Iterator[tuple[Changed, ...]]:
        found = []
        for row in rows:
            record = self._lead(row) if kind == "lead" else self._activity(kind, row)
            if isinstance(record, RemoteLead):
                found.append(Changed(record.lead_id, record.modified_ms, record))
            elif record is not None:
                found.append(Changed(record.crm_id, record.modified_ms, record))
        if found:
            yield tuple(found)

    def gone(self, since_ms: int) -> Departed:
        """Return nothing: EspoCRM has no list of deleted leads."""
        return Departed(until_ms=since_ms)

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return leads by id; each missing one is asked for alone."""
        found = {lead.lead_id: lead for lead in self._leads_by_id(ids)}
        deleted, taken, moved = [], [], {}
        for lead_id in [i for i in ids if i not in found] if explain_missing else ():
            try:
                lead = self._lead(self._http.get(f"Lead/{step(lead_id)}"))
            except Gone:
                survivor = self.survivor(lead_id)
                if not survivor:
                    deleted.append(lead_id)
                    continue
                lead = found.get(survivor) or next(iter(self._leads_by_id([survivor])), None)
                if lead is None:
                    deleted.append(lead_id)
                else:
                    moved[lead_id] = survivor
            except (TakenAway, MissingScope):
                taken.append(lead_id)
                continue
            if lead is not None:
                found[lead.lead_id] = lead
        return LeadsRead(tuple(found.values()), tuple(deleted), moved, tuple(taken))

    def survivor(self, lead_id: str) -> str:
        """Return the lead that this one was merged into, ``""`` unknown.

        No list names it. A call keeps the dead lead as its parent, and its attendees are moved.
        """
        of_it: Conditions = [("equals", "parentId", lead_id)]
        for kind in ("call", "meeting"):
            rows = self._query(ENTITY[kind], "parentId,leadsIds", of_it, order="id", most=1)
            ids = rows[0].get("leadsIds") if rows else None
            if isinstance(ids, list) and ids and str(ids[0]) != lead_id:
                return identity(ids[0])
        return ""

    def read_companies(self, ids: Sequence[str]) -> tuple[RemoteCompany, ...]:  # noqa: ARG002
        """Return nothing: see ``list_companies``."""
        return ()

    def read_activities(
        self, kind: ActivityKindName, ids: Sequence[str]
    ) -> tuple[RemoteActivity, ...]:
        """Return activities by id."""
        if not ids:
            return ()
        if ENTITY[kind] == "Note":
            return tuple(found for i in ids if (found := self._one_post(kind, i)) is not None)
        rows = self._query(ENTITY[kind], self._names.activity_select, [("in", "id", list(ids))])
        read = (self._activity(kind, row) for row in rows)
        return tuple(activity for activity in read if activity is not None)

    def _one_post(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity | None:
        try:
            return self._activity(kind, self._http.get(f"Note/{step(crm_id)}"))
        except Gone:
            return None

    def _leads_by_id(self, ids: Sequence[str]) -> list[RemoteLead]:
        if not ids:
            return []
        rows = self._query("Lead", self._names.lead_select, [("in", "id", list(ids))])
        return [lead for row in rows if (lead := self._lead(row)) is not None]

    def _select(self, kind: RemoteKind) -> str:
        return self._names.lead_select if kind == "lead" else self._names.activity_select

    def _lead(self, row: Mapping[str, Any]) -> RemoteLead | None:
        try:
            return to_lead(row, self._names)
        except OddError as odd:
            self._unreadable.append(LeftOut("lead", "", "id", "", str(odd)))
            return None

    def _activity(self, kind: Any, row: Mapping[str, Any]) -> RemoteActivity | None:
        try:
            return to_activity(kind, row, self._names)
        except OddError as odd:
            self._unreadable.append(LeftOut(str(kind), "", "id", "", str(odd)))
            return None

    def _page(
        self,
        entity: str,
        select: str,
        cursor: str,
        read: Callable[[Mapping[str, Any]], RecordT | None],
    ) -> Page[RecordT]:
        after: Conditions = [("greaterThan", "id", cursor)] if cursor else []
        rows = self._query(entity, select, after, order="id")
        found = (read(row) for row in rows)
        last = identity(rows[-1].get("id")) if len(rows) == PAGE else ""
        return Page(tuple(one for one in found if one is not None), last)

    def _all(self, entity: str, select: str, conditions: Conditions) -> list[Mapping[str, Any]]:
        """Return every record that meets the conditions, by id."""
        rows: list[Mapping[str, Any]] = []
        walk, last = Walk(f"{entity}s"), ""
        while True:
            walk.go_on(last)
            after: Conditions = [("greaterThan", "id", last)] if last else []
            page = self._query(entity, select, [*conditions, *after], order="id")
            rows += page
            if len(page) < PAGE:
                return rows
            last = identity(page[-1].get("id"))

    def _query(
        self,
        entity: str,
        select: str,
        conditions: Conditions,
        *,
        order: str = "id",
        most: int = PAGE,
    ) -> list[Mapping[str, Any]]:
        query = where(conditions)
        query += [("orderBy", order), ("order", "asc"), ("maxSize", str(most))]
        return _rows(self._http.get(entity, [*query, ("select", select)]))


def step(record_id: str) -> str:
    """Return an id escaped as one step of a path."""
    return quote(record_id, safe="")


def _entity(kind: RemoteKind) -> str:
    if kind == "lead":
        return "Lead"
    return ENTITY[kind] if kind != "company" and kind in PULLED else ""


def _rows(found: Any) -> list[Mapping[str, Any]]:
    rows = found.get("list") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable("it has no list of records")
    return rows


def _at(found: Any, *names: str) -> Any:
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found
