"""Reading from EspoCRM: listings, changes by time, records by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import (
    OptionField,
    RemoteActivity,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.capabilities import Capabilities
from sdrdesk.sync.errors import Gone, MissingScope, TakenAway, Unreadable
from sdrdesk.sync.espocrm.mapping import (
    ENTITY,
    PULLED,
    Names,
    to_activity,
    to_lead,
    where,
)
from sdrdesk.sync.espocrm.traits import PAGE, TRAITS, TRIED
from sdrdesk.sync.espocrm.transport import Transport
from sdrdesk.sync.plain_crm import UNTRIED, BySecond, Row, all_pages, chunks, to_owners
from sdrdesk.sync.plain_texts import OUTCOMES
from sdrdesk.sync.port import AccountInfo, LeadsRead, Newest

Conditions = list[tuple[str, str, str | Sequence[str]]]

API_KEY: Final = "API key"
AT_ONCE: Final = 100
"""Values of a condition: they are in the address, and servers take 8,190 bytes of it."""
_OPTIONS: Final[tuple[tuple[OptionField, str, str], ...]] = (
    ("status", "Lead", "status"),
    ("persona", "Lead", "persona"),
    ("outcome", "Call", "outcome"),
)


class Reading(BySecond):
    """The account and the reading half of the client."""

    page_size = PAGE
    modified = "modifiedAt"
    _http: Transport
    _names: Names

    def __init__(self) -> None:
        self._fields: dict[str, Mapping[str, Any]] = {}
        self._teams: list[str] = []
        self._user = ""

    @property
    def capabilities(self) -> Capabilities:
        """EspoCRM's traits."""
        return TRAITS

    def account_id(self) -> str:
        """Return the account: EspoCRM has no number of its own, so its address is it."""
        zone = _at(self._app_user(), "settings", "timeZone")
        self.account_zone = one_line(str(zone or ""), limit=64)
        return f"EspoCRM {self._http.base_url.split('://', 1)[1]}"

    def check(self) -> float:
        """Return EspoCRM's clock minus ours, seconds; proves that the key works."""
        self._app_user()
        return self._http.clock_offset_s or 0.0

    def _app_user(self) -> Mapping[str, Any]:
        """Return what EspoCRM says of the user whose key it is, and keep its id and teams."""
        found = self._http.get("App/user")
        if not isinstance(found, dict) or not _at(found, "user", "id"):
            raise Unreadable("it does not say whose key this is")
        user: Mapping[str, Any] = found["user"]
        main, teams = user.get("defaultTeamId"), user.get("teamsIds")
        named = [main] if main else teams if isinstance(teams, list) else []
        self._teams = [str(team) for team in named]
        self._user = str(user["id"])
        return found

    def me(self) -> tuple[str, list[str]]:
        """Return the id of the user whose key it is, and the default team, or all teams."""
        if not self._user:
            self._app_user()
        return self._user, self._teams

    def whoami(self) -> AccountInfo:
        """Return account, zone and rights: one ``scope=right`` for each right to change."""
        found = self._app_user()
        user, acl = found["user"], _at(found, "acl", "table")
        version = one_line(str(_at(found, "settings", "version") or ""), limit=20)
        tried = not version or version.startswith(TRIED)
        rights = [
            f"{scope}.{action}={rights[action]}"
            for scope, rights in sorted(acl.items() if isinstance(acl, dict) else ())
            if isinstance(rights, dict)
            for action in ("create", "read", "edit")
            if action in rights
        ]
        return AccountInfo(
            account_id=self._http.host,
            ui_domain=self._http.host,
            time_zone=one_line(str(_at(found, "settings", "timeZone") or ""), limit=64),
            scopes=tuple(one_line(right, limit=80) for right in rights[:200]),
            token_kind=API_KEY if user.get("type") == "api" else "password",
            user_id=str(user["id"]),
            server=f"EspoCRM {version}".strip() + ("" if tried else UNTRIED),
        )

    def lead_link(self) -> str:
        """Return the link of a lead in EspoCRM's own screen, with ``{id}``."""
        return f"{self._http.base_url}/#Lead/view/{{id}}"

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every user; a role that may not read users gets none."""
        is_user: Conditions = [("in", "type", ("regular", "admin", "api"))]
        found = self._all("User", "id,userName,name,isActive,type,emailAddress", is_user)
        yield from to_owners(found, "id", "emailAddress", "name", "isActive")

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return statuses, personas and outcomes; EspoCRM has no stages of a lead.

        Where calls have no field for the outcome, the text names it: words that ship.
        """
        self._fields.clear()  # an administrator may change them at any time
        wanted = [row for row in _OPTIONS if not names or row[0] in names]
        words = self._http.get("I18n", [("default", "true")]) if wanted else {}
        found: list[RemoteOption] = []
        for name, entity, field in wanted:
            field = "status" if name == "status" else getattr(self._names, field)
            definition = self.definition(entity, field)
            labels = _at(words, entity, "options", field)
            listed = definition.get("options") if definition or name != "outcome" else OUTCOMES
            for place, value in enumerate(listed or ()):
                if isinstance(value, str) and value:
                    label = labels.get(value, value) if isinstance(labels, dict) else value
                    found.append(RemoteOption(name, value, one_line(str(label)), place))
        return tuple(found)

    def fields_of(self, entity: str) -> Mapping[str, Any]:
        """Return the definitions of an entity's fields; empty when this user may not read it."""
        if entity not in self._fields:
            found = self._http.get("Metadata", [("key", f"entityDefs.{entity}.fields")])
            self._fields[entity] = found if isinstance(found, dict) else {}
        return self._fields[entity]

    def definition(self, entity: str, field: str) -> Mapping[str, Any]:
        """Return the definition of a field, ``{}`` when it is not there."""
        found = self.fields_of(entity).get(field)
        return found if isinstance(found, dict) else {}

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

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return leads by id; each missing one is asked for alone."""
        found = self.leads_by_id(ids)
        deleted, taken, moved = [], [], {}
        for lead_id in [i for i in ids if i not in found] if explain_missing else ():
            try:
                lead = self._one_lead(lead_id)
            except Gone:
                survivor = self.survivor(lead_id)
                if not survivor:
                    deleted.append(lead_id)
                    continue
                lead = found.get(survivor) or self.leads_by_id([survivor]).get(survivor)
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

    def _one_lead(self, lead_id: str) -> RemoteLead | None:
        return next(iter(self.leads_of([self._http.get(f"Lead/{step(lead_id)}")])), None)

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

    def pulls(self, kind: RemoteKind) -> bool:
        """Return whether records of this kind are read."""
        return bool(_entity(kind))

    def rows_after(self, kind: RemoteKind, cursor: str) -> tuple[list[Row], str]:
        """Return a page of records by id, and the cursor of the next."""
        rows = self._of_kind(kind, _after(cursor))
        return rows, self.after(rows)

    def rows_since(self, kind: RemoteKind, second: str, owner_id: str) -> list[Row]:
        """Return a page of the records changed in this second or later, oldest first."""
        since: Conditions = [("greaterThanOrEquals", "modifiedAt", second), *_owned(owner_id)]
        return self._of_kind(kind, since, order="modifiedAt")

    def rows_of_second(
        self, kind: RemoteKind, second: str, owner_id: str, last_id: str
    ) -> list[Row]:
        """Return a page of the records changed in this second, by id."""
        same: Conditions = [("equals", "modifiedAt", second), *_owned(owner_id)]
        return self._of_kind(kind, [*same, *_after(last_id)])

    def rows_by_id(self, kind: RemoteKind, ids: Sequence[str]) -> list[Row]:
        """Return the records with these ids; those gone are left out."""
        if kind != "lead" and not _entity(kind):  # posts are read one by one
            return list(self._posts(ids))
        return [
            row
            for part in chunks(ids, AT_ONCE)
            for row in self._of_kind(kind, [("in", "id", part)])
        ]

    def _posts(self, ids: Sequence[str]) -> Iterator[Row]:
        for crm_id in ids:
            with suppress(Gone):
                yield self._http.get(f"Note/{step(crm_id)}")

    def to_record(self, kind: RemoteKind, row: Row) -> RemoteLead | RemoteActivity:
        """Return a record in our terms."""
        if kind == "lead":
            return to_lead(row, self._names)
        assert kind != "company"  # noqa: S101  # see ``pulls``
        return to_activity(kind, row, self._names)

    def _of_kind(
        self, kind: RemoteKind, conditions: Conditions, order: str = "id", most: int = 0
    ) -> list[Row]:
        select = self._names.lead_select if kind == "lead" else self._names.activity_select
        return self._query(_entity(kind), select, conditions, order=order, most=most)

    def _all(self, entity: str, select: str, conditions: Conditions) -> list[Row]:
        """Return every record that meets the conditions, by id."""

        def page(last: str) -> list[Row]:
            return self._query(entity, select, [*conditions, *_after(last)], order="id")

        return all_pages(f"{entity}s", self.page_size, page)

    def _query(
        self,
        entity: str,
        select: str,
        conditions: Conditions,
        *,
        order: str = "id",
        most: int = 0,
    ) -> list[Row]:
        query = where(conditions)
        query += [("orderBy", order), ("order", "asc"), ("maxSize", str(most or self.page_size))]
        return _rows(self._http.get(entity, [*query, ("select", select)]))


def step(record_id: str) -> str:
    """Return an id escaped as one step of a path."""
    return quote(record_id, safe="")


def _entity(kind: RemoteKind) -> str:
    if kind == "lead":
        return "Lead"
    return ENTITY[kind] if kind != "company" and kind in PULLED else ""


def _after(last_id: str) -> Conditions:
    return [("greaterThan", "id", last_id)] if last_id else []


def _owned(owner_id: str) -> Conditions:
    return [("equals", "assignedUserId", owner_id)] if owner_id else []


def _rows(found: Any) -> list[Row]:
    rows = found.get("list") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable("it has no list of records")
    return rows


def _at(found: Any, *names: str) -> Any:
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found
