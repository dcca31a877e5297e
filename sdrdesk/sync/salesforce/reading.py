"""Reading from Salesforce: the account, queries, changes by time, what left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Unpack
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sdrdesk.domain.crm.foreign_values import ForeignRecord
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    OptionField,
    RemoteActivity,
    RemoteKind,
    RemoteLead,
    RemoteOwner,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.errors import (
    Gone,
    KeyFieldMissing,
    MissingRight,
    Rejected,
    TakenAway,
    Unreadable,
)
from sdrdesk.sync.kit.account import to_owners
from sdrdesk.sync.kit.client import ServerClient, Where
from sdrdesk.sync.kit.fields import Names, Row
from sdrdesk.sync.kit.values import rows_in
from sdrdesk.sync.net.json_http import Network
from sdrdesk.sync.port import AccountInfo, Changed, Departed, LeadsRead, Newest
from sdrdesk.sync.registry import Target
from sdrdesk.sync.salesforce import mapping
from sdrdesk.sync.salesforce.soql import condition, listed, select, stamp_ms
from sdrdesk.sync.salesforce.traits import PAGE, READ_SIZE, TRAITS
from sdrdesk.sync.salesforce.transport import Transport

_MERGED_MOST: Final = 5
"""Most merges of a lead in a row."""
_GONE_EVERY_MS: Final = 300_000
"""The list of deleted leads is asked for this often; the newest leads are read in every round."""


class Reading(ServerClient):
    """The account and the reading half of the client."""

    crm = "Salesforce"
    capabilities = TRAITS
    page_size, ids_at_once = PAGE, READ_SIZE
    link_to = "/lightning/r/Lead/{id}/view"
    id_name, modified = "Id", "SystemModstamp"
    entities, pulled = mapping.ENTITY, tuple(mapping.ENTITY)
    texts: Mapping[str, str] = dict.fromkeys(mapping.ENTITY, "Description")
    _said: mapping.ForceNames

    def __init__(self, target: Target, **network: Unpack[Network]) -> None:
        self._http = Transport(target, **network)
        super().__init__(target, mapping.NAMES, self._http)
        self._checked: Names | None = None
        self._gone_asked_ms = 0

    # The account.

    def whoami(self) -> AccountInfo:
        """Return the org, whose number stays when its address changes, with zone and user."""
        found, access = self._http.get("/services/oauth2/userinfo"), self._http.access
        if not isinstance(found, dict) or not found.get("organization_id"):
            raise Unreadable("it does not say which org it is")
        return AccountInfo(
            account_id=one_line(str(found["organization_id"]), limit=18),
            ui_domain=self._http.host,
            time_zone=one_line(str(found.get("zoneinfo") or ""), limit=64),
            scopes=access.scopes,
            token_kind=access.kind or "access token",
            user_id=one_line(str(found.get("user_id") or ""), limit=18),
        )

    @property
    def _zone(self) -> ZoneInfo:
        """The user's zone, whose days the dates of tasks mean."""
        if not self.account_zone:
            self.account_id()
        try:
            return ZoneInfo(self.account_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every user, former ones last."""
        fields, people = "Id, Name, Email, IsActive", "UserType = 'Standard'"
        rows = self.query(select(fields, "User", people, end="ORDER BY Id"))
        yield from to_owners(rows, "Id", "Email", "Name", "IsActive")

    # The org's own names.

    def ask_fields(self, entity: str) -> Mapping[str, Any]:
        """Return the fields of an entity that this user sees."""
        try:
            found = self._http.get(f"sobjects/{entity}/describe")
        except Gone as error:
            said = f"Salesforce shows you no object {entity}: your profile does not allow it"
            raise MissingRight(said) from error
        rows = found.get("fields") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise Unreadable("it has no list of fields")
        return {str(row.get("name")): row for row in rows if isinstance(row, dict)}

    def look_again(self) -> None:
        """Forget the fields: an administrator may change them at any time."""
        super().look_again()
        self._checked = None

    @property
    def _names(self) -> Names:
        """The account's own fields that are really there: a query with another one is refused."""
        if self._checked is None:
            said = self._said
            of_lead, of_call = ("persona", "do_not_call"), ("outcome", "key")
            kinds = dict.fromkeys(of_lead, "lead") | dict.fromkeys(of_call, "call")
            here = {n: getattr(said, n) for n in kinds if self.has(kinds[n], getattr(said, n))}
            self._checked = replace(said, **(dict.fromkeys(kinds, "") | here))
        return self._checked

    def words(self, name: OptionField) -> Iterable[tuple[str, str]]:
        """Return value and label of the options of a field."""
        kind = "call" if name == "outcome" else "lead"
        field = "Status" if name == "status" else str(getattr(self._names, name))
        rows = self.fields_of(self.entities[kind]).get(field, {}).get("picklistValues")
        pairs = [
            (one_line(str(row.get("value"))), str(row.get("label")))
            for row in (rows if isinstance(rows, list) else ())
            if isinstance(row, dict) and row.get("active") is True and row.get("value")
        ]
        if name == "outcome" and not pairs:
            labels = (text.strip() for text in self._said.outcomes.split(";"))
            pairs = [(label, label) for label in labels if label]
        return pairs

    # Records.

    def rows(self, kind: RemoteKind, where: Where, order: str = "", most: int = 0) -> list[Row]:
        """Return the records of a kind that meet all conditions."""
        end = f"ORDER BY {order or 'Id'}" + (f" LIMIT {most}" if most else "")
        return self.rows_of(kind, *map(condition, where), end=end)

    def row_of(self, kind: RemoteKind, crm_id: str) -> Row:
        """Return one record; of a merged lead its survivor."""
        rows = self.rows_by_id(kind, [crm_id])
        if not rows and kind == "lead":
            deleted, moved, _ = self._fate([crm_id])
            if crm_id in moved:
                rows = self.rows_by_id(kind, [moved[crm_id]])
            elif crm_id not in deleted:
                raise TakenAway("Salesforce shows this lead no more: it belongs to another rep.")
        if not rows:
            raise Gone(f"Salesforce: this {kind} is deleted")
        return rows[0]

    def to_lead(self, row: Row) -> RemoteLead:
        """Return a lead."""
        return mapping.to_lead(row, self._names)

    def to_activity(self, kind: ActivityKindName, row: Row) -> RemoteActivity:
        """Return an activity."""
        return mapping.to_activity(kind, row, self._names)

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification and the number of records."""
        if kind not in self.pulled:
            return Newest(0, 0)
        fields = "MAX(SystemModstamp) newest, COUNT(Id) total"
        query = select(fields, self.entities[kind], mapping.CONDITION.get(kind, ""))
        (row,) = self.query(query)[:1] or ({},)
        p = ForeignRecord(kind, "", dict(row))
        return Newest(p.moment("newest") or 0, p.whole("total") or 0)

    def changed(
        self, kind: RemoteKind, since_ms: int, owner_id: str = ""
    ) -> Iterator[tuple[Changed, ...]]:
        """Yield changes with their records, oldest first."""
        if kind not in self.pulled:
            return
        since = f"SystemModstamp >= {stamp_ms(since_ms)}"
        mine = map(condition, self.owned(owner_id))
        query = self._of_kind(kind, since, *mine, end="ORDER BY SystemModstamp, Id")
        for rows in self._pages(query, spare=True):
            yield from self.changes(kind, rows)

    def gone(self, since_ms: int) -> Departed:
        """Return the leads that were deleted or merged since this moment."""
        now_ms = int(self._http.clock().timestamp() * 1000)
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
        rows = self.query(query, every=True, spare=True)
        self._gone_asked_ms = now_ms
        dates = [ForeignRecord("lead", "", dict(row)).moment("SystemModstamp") or 0 for row in rows]
        deleted, moved = _deleted_and_moved(rows)
        return Departed(tuple(deleted), moved, until_ms=max([since_ms, *dates]))

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return leads by id; one more query says what became of the missing ones."""
        found = self.leads_by_id(ids)
        missing = [i for i in ids if i not in found]
        if not missing or not explain_missing:
            return LeadsRead(tuple(found.values()))
        deleted, moved, absent = self._fate(missing)
        unread = [new for new in dict.fromkeys(moved.values()) if new not in found]
        found |= self.leads_by_id(unread)
        absent += [old for old, new in moved.items() if new not in found]
        moved = {old: new for old, new in moved.items() if new in found}
        return LeadsRead(tuple(found.values()), tuple(deleted), moved, tuple(absent))

    def _fate(self, ids: Sequence[str]) -> tuple[list[str], dict[str, str], list[str]]:
        """Return which leads were deleted, merged (old to new), and are not to be seen at all."""
        rows: list[Row] = []
        asked, known = list(ids), set[str]()
        for _ in range(_MERGED_MOST):  # a survivor may have been merged itself
            these = f"Id IN {listed(asked)}"
            rows += self.query(select("Id, IsDeleted, MasterRecordId", "Lead", these), every=True)
            known.update(asked)
            masters = dict.fromkeys(str(row.get("MasterRecordId") or "") for row in rows)
            asked = [master for master in masters if master and master not in known]
            if not asked:
                break
        every, moved = _deleted_and_moved([row for row in rows if row.get("IsDeleted") is True])
        here = {*every, *moved, *(str(row.get("Id")) for row in rows)}
        deleted = [i for i in ids if i in every or moved.get(i) in every]
        return (
            deleted,
            {old: new for old, new in moved.items() if old in ids and new not in every},
            [i for i in ids if i not in here],
        )

    def rows_of(self, kind: RemoteKind, *conditions: str, end: str = "") -> list[Row]:
        """Return the records of a kind that meet conditions of the query language."""
        return self.query(self._of_kind(kind, *conditions, end=end))

    def _of_kind(self, kind: str, *conditions: str, end: str = "") -> str:
        """Return a query for the fields that are read of a kind."""
        names, entity = self._names, self.entities[kind]
        own = names.read_of_lead() if kind == "lead" else (names.key, names.outcome)
        wanted = dict.fromkeys((*mapping.READ[entity], *own))
        fields = ", ".join(name for name in wanted if self.has(kind, name))
        return select(fields, entity, mapping.CONDITION.get(kind, ""), *conditions, end=end)

    def query(self, query: str, *, every: bool = False, spare: bool = False) -> list[Row]:
        """Return the records of all pages of a query; ``every`` also finds what was deleted."""
        return [row for page in self._pages(query, every=every, spare=spare) for row in page]

    def _pages(
        self, query: str, *, every: bool = False, spare: bool = False
    ) -> Iterator[list[Row]]:
        walk = PageGuard("a query")
        path, asked = ("queryAll" if every else "query"), {"q": query}
        while path:
            walk.go_on(path)
            try:
                found = self._http.get(path, asked, spare=spare)
            except KeyFieldMissing as error:  # a field was removed: the next try does without it
                self.look_again()
                raise Rejected(error.message, fields=error.fields) from error
            yield [*rows_in(found.get("records") if isinstance(found, dict) else None)]
            following = found.get("nextRecordsUrl")
            if following is not None and not _is_page(following):
                raise Unreadable("its next page is somewhere else")
            path, asked = following or "", {}


def _is_page(path: object) -> bool:
    """Return whether a path leads to the next page of a query."""
    return isinstance(path, str) and path.startswith("/services/data/") and ".." not in path


def _deleted_and_moved(rows: Sequence[Row]) -> tuple[list[str], dict[str, str]]:
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
