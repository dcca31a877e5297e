"""Reading from EspoCRM: the account, listings, changes by time, records by id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Unpack, cast
from urllib.parse import quote

from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    OptionField,
    RemoteActivity,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import Gone, MarksUnread, TakenAway, Unreadable
from sdrdesk.sync.espocrm import mapping
from sdrdesk.sync.espocrm.traits import PAGE, TRAITS, TRIED
from sdrdesk.sync.espocrm.transport import Transport
from sdrdesk.sync.kit.account import UNTRIED, to_owners
from sdrdesk.sync.kit.client import Where
from sdrdesk.sync.kit.fields import Row
from sdrdesk.sync.kit.paging import BySecond, all_pages
from sdrdesk.sync.kit.values import rows_in
from sdrdesk.sync.net.json_http import Network
from sdrdesk.sync.port import AccountInfo, LeadsRead, Newest
from sdrdesk.sync.registry import Target

API_KEY: Final = "API key"


class Reading(BySecond):
    """The account and the reading half of the client."""

    crm = "EspoCRM"
    capabilities = TRAITS
    page_size, ids_at_once = PAGE, 100
    """Values of a condition are in the address, of which servers take 8,190 bytes."""
    link_to = "/#Lead/view/{id}"
    modified = "modifiedAt"
    entities, pulled, texts = mapping.ENTITY, mapping.PULLED, mapping.TEXTS

    def __init__(self, target: Target, **network: Unpack[Network]) -> None:
        self._http = Transport(target, **network)
        super().__init__(target, mapping.NAMES, self._http)
        self._me: tuple[str, list[str]] | None = None
        self._barred: Any = None
        """By entity the fields that the role keeps from this user."""

    # The account.

    def _app_user(self) -> Mapping[str, Any]:
        """Return what EspoCRM says of the user whose key it is, and keep its id and teams."""
        found = self._http.get("App/user")
        if not isinstance(found, dict) or not _at(found, "user", "id"):
            raise Unreadable("it does not say whose key this is")
        main, teams = found["user"].get("defaultTeamId"), found["user"].get("teamsIds")
        named = [main] if main else teams if isinstance(teams, list) else []
        self._barred = _at(found, "acl", "fieldTableQuickAccess")
        self._me = str(found["user"]["id"]), [str(team) for team in named]
        return found

    def may_delete_calls(self) -> bool:
        """Return whether the role allows it."""
        return _at(self._app_user(), "acl", "table", "Call", "delete") not in (None, "no")

    def me(self) -> tuple[str, list[str]]:
        """Return the id of the user whose key it is, and the default team, or all teams."""
        if self._me is None:
            self._app_user()
        return self._me or ("", [])

    def barred(self, entity: str, what: str = "read") -> Collection[str]:
        """Return the fields of an entity that the role lets this user not ``read`` or ``edit``."""
        names = _at(self._barred, entity, "attributes", what, "no")
        return [str(name) for name in names] if isinstance(names, list) else ()

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
            for action in ("create", "read", "edit", *(("stream",) if scope == "Lead" else ()))
            if action in rights
        ]
        return AccountInfo(
            account_id=self._http.base_url.split("://", 1)[1],
            ui_domain=self._http.host,
            time_zone=one_line(str(_at(found, "settings", "timeZone") or ""), limit=64),
            scopes=tuple(one_line(right, limit=80) for right in rights[:200]),
            token_kind=API_KEY if user.get("type") == "api" else "password",
            user_id=str(user["id"]),
            server=f"EspoCRM {version}".strip() + ("" if tried else UNTRIED),
        )

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every user; a role that may not read users gets none."""
        is_user: Where = [("type", "in", ("regular", "admin", "api"))]
        fields = "id,userName,name,isActive,type,emailAddress"

        def page(last: str) -> list[Row]:
            return self.query("User", fields, [*is_user, *self.later(last)])

        found = all_pages("users", PAGE, page)
        yield from to_owners(found, "id", "emailAddress", "name", "isActive")

    def ask_fields(self, entity: str) -> Mapping[str, Any]:
        """Return the definitions of the fields that this user may read."""
        found = self._http.get("Metadata", [("key", f"entityDefs.{entity}.fields")])
        self.me()  # which says what is barred
        barred = self.barred(entity)
        known = found if isinstance(found, dict) else {}
        return {name: one for name, one in known.items() if name not in barred}

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return statuses, personas and outcomes with their labels."""
        self.look_again()
        known = not names or {"status", "persona", "outcome"} & set(names)
        self._labels = self._http.get("I18n", [("default", "true")]) if known else {}
        return super().options(names)

    def words(self, name: OptionField) -> Iterable[tuple[str, str]]:
        """Return value and label of the options of a field."""
        entity = "Call" if name == "outcome" else "Lead"
        field = "status" if name == "status" else str(getattr(self._names, name))
        labels = _at(self._labels, entity, "options", field)
        for value in self.fields_of(entity).get(field, {}).get("options") or ():
            if isinstance(value, str) and value:
                label = labels.get(value, value) if isinstance(labels, dict) else value
                yield value, str(label)

    # Records.

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification and the number of records."""
        if kind not in self.pulled:
            return Newest(0, 0)
        query = [("orderBy", "modifiedAt"), ("order", "desc"), ("maxSize", "1")]
        found = self._http.get(self.entities[kind], [*query, ("select", "modifiedAt")], count=True)
        rows = rows_in(_at(found, "list"))
        latest = ForeignRecord(kind, "", rows[0]).moment("modifiedAt") if rows else 0
        return Newest(latest or 0, max(len(rows), int(found.get("total") or 0)))

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return leads by id; each missing one is asked for alone."""
        found = self.leads_by_id(ids)
        deleted, taken, moved = [], [], {}
        for lead_id in [i for i in ids if i not in found] if explain_missing else ():
            try:
                row = self.row_of("lead", lead_id)
            except Gone:
                deleted.append(lead_id)
            except TakenAway:
                taken.append(lead_id)
            else:
                for lead in self.leads_of([row]):
                    found.setdefault(lead.lead_id, lead)
                    if lead.lead_id != lead_id:
                        moved[lead_id] = lead.lead_id
        return LeadsRead(tuple(found.values()), tuple(deleted), moved, tuple(taken))

    def _survivor(self, lead_id: str) -> str:
        """Return the lead that this one was merged into, ``""`` unknown.

        No list names it. A call keeps the dead lead as its parent, and its attendees are moved.
        """
        of_it: Where = [("parentId", "=", lead_id)]
        for entity in ("Call", "Meeting"):
            rows = self.query(entity, "parentId,leadsIds", of_it, most=1)
            ids = rows[0].get("leadsIds") if rows else None
            if isinstance(ids, list) and ids and str(ids[0]) != lead_id:
                return identity(ids[0])
        return ""

    def row_of(self, kind: RemoteKind, crm_id: str) -> Row:
        """Return one record; of a merged lead its survivor."""
        try:
            found = self._http.get(f"{self.entities[kind]}/{step(crm_id)}")
        except Gone:
            survivor = self._survivor(crm_id) if kind == "lead" else ""
            if not survivor:
                raise
            found = self._http.get(f"Lead/{step(survivor)}")
        return cast("Row", found)

    def rows_by_id(self, kind: RemoteKind, ids: Sequence[str]) -> list[Row]:
        """Return the records with these ids; posts are read one by one."""
        if kind in self.pulled:
            return super().rows_by_id(kind, ids)
        rows: list[Row] = []
        for crm_id in ids:
            with suppress(Gone):
                rows.append(self.row_of(kind, crm_id))
        return rows

    def rows(self, kind: RemoteKind, where: Where, order: str = "", most: int = 0) -> list[Row]:
        """Return the records of a kind that meet all conditions."""
        names = self._names
        of_lead = names.read_of_lead(*mapping.LEAD_MORE)
        read = of_lead if kind == "lead" else (*mapping.ACTIVITY, names.outcome, names.key)
        entity = self.entities[kind]
        return self.query(entity, ",".join(read), where, order or "id", most or self.page_size)

    def to_lead(self, row: Row) -> RemoteLead:
        """Return a lead.

        Raises:
            MarksUnread: the role hides the do-not-call field, or it was deleted.
        """
        mark = self._names.do_not_call
        if mark and mark not in row:
            problem = f'EspoCRM does not show this user the field "{mark}" of leads'
            advice = "Ask an administrator for the right to read it, or name another field: "
            raise MarksUnread(problem, f"{advice}sdrdesk setup --do-not-call FIELD.")
        return mapping.to_lead(row, self._names)

    def to_activity(self, kind: ActivityKindName, row: Row) -> RemoteActivity:
        """Return an activity."""
        return mapping.to_activity(kind, row, self._names)

    def query(
        self, entity: str, select: str, where: Where, order: str = "id", most: int = PAGE
    ) -> list[Row]:
        """Return the first records that meet the conditions."""
        query = [*mapping.conditions(where), ("orderBy", order), ("order", "asc")]
        query += [("maxSize", str(most)), ("select", select)]
        return [*rows_in(_at(self._http.get(entity, query), "list"))]


def step(record_id: str) -> str:
    """Return an id escaped as one step of a path."""
    return quote(record_id, safe="")


def _at(found: Any, *names: str) -> Any:
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found
