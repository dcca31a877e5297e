"""Reading from Odoo: the account, listings, changes by time, records by id."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from functools import partial
from typing import Any, Final, Unpack

from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    LeadFields,
    OptionField,
    RemoteActivity,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import Gone, MissingRight, Rejected, TakenAway, Unreadable
from sdrdesk.sync.kit.account import UNTRIED, to_owners
from sdrdesk.sync.kit.client import Where
from sdrdesk.sync.kit.entries import OUTCOMES
from sdrdesk.sync.kit.fields import Row
from sdrdesk.sync.kit.paging import BySecond, all_pages
from sdrdesk.sync.kit.values import chunks, rows_in, written
from sdrdesk.sync.net.json_http import Network
from sdrdesk.sync.odoo import mapping
from sdrdesk.sync.odoo.api import NEWEST, OLDEST, OdooApi
from sdrdesk.sync.odoo.mapping import MODEL, Shape, numbers
from sdrdesk.sync.odoo.traits import PAGE, TRAITS
from sdrdesk.sync.port import AccountInfo, LeadsRead, Newest
from sdrdesk.sync.registry import Target

Domain = list[Any]

_OF_KIND: Final[Mapping[str, Domain]] = {
    "lead": [],
    "call": [
        ["model", "=", "crm.lead"],
        ["mail_activity_type_id.category", "=", "phonecall"],
        ["body", "not like", mapping.DONE],
    ],
    "note": [
        ["model", "=", "crm.lead"],
        ["message_type", "=", "comment"],
        ["mail_activity_type_id", "=", False],
        ["subject", "=", False],  # e-mails and messages have one
    ],
    "task": [["res_model", "=", "crm.lead"], ["activity_type_id.category", "=", "phonecall"]],
    "meeting": [["opportunity_id", "!=", False]],
}
_CUT_FIRST: Final = frozenset({"call", "note", "task"})
"""Odoo cuts a page of these first and then leaves out what the user may not see: a page that is
short, or empty, need not be the last. So all ids are asked for, without a limit."""
_SHORT: Final = timedelta(days=1)
"""Changes of so long a time are read at once."""
_LATE_MS: Final = 60_000
"""A long transaction dates its changes by its beginning."""
_MERGED_AT_ONCE: Final = 50
"""More leads that went at once were deleted; looking for them would cost the server too much."""
_FIELDS_OF: Final = ["type", "string", "selection", "readonly", "store"]


class Reading(BySecond):
    """The account and the reading half of the client."""

    crm = "Odoo"
    capabilities = TRAITS
    page_size = PAGE
    link_to = "/mail/view?model=crm.lead&res_id={id}"
    modified = "write_date"
    entities, pulled = MODEL, tuple(_OF_KIND)
    texts: Mapping[str, str] = {kind: mapping.TEXTS.get(MODEL[kind], "") for kind in MODEL}
    label = "string"
    _said: mapping.OdooNames

    def __init__(self, target: Target, **network: Unpack[Network]) -> None:
        names = mapping.NAMES.said(target.mapping)
        self._api = OdooApi(target, names.language, **network)
        super().__init__(target, names, self._api)
        self._shape = Shape(self._said, self._fields)
        self._listed: dict[RemoteKind, list[int]] = {}
        """Ids of a listing that has begun."""

    # The account.

    def account_id(self) -> str:
        """Return the account: Odoo shows reps no number of it, so database and address are it."""
        self._api.sign_in()
        self.account_zone = self._api.zone
        return f"Odoo {self._api.database} at {self._api.base_url.split('://', 1)[1]}"

    def check(self) -> float:
        """Return Odoo's clock minus ours, seconds; proves that the key works."""
        self._api.call("res.users", "context_get")
        return self._api.clock_offset_s or 0.0

    def whoami(self) -> AccountInfo:
        """Return database, zone and version."""
        user_id = self._api.sign_in()
        generation, shown = self._api.version()
        untried = "" if OLDEST <= generation <= NEWEST else UNTRIED
        return AccountInfo(
            account_id=self.account_id().removeprefix("Odoo "),
            ui_domain=self._api.host,
            time_zone=self._api.zone,
            scopes=None,
            token_kind="API key",  # noqa: S106  # no secret
            user_id=str(user_id),
            server=f"Odoo {shown}{untried}",
        )

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every internal user but the system's own."""
        users: Domain = [["share", "=", False], ["id", "!=", 1]]
        fields = ["login", "name", "active", "email"]

        def page(last: str) -> Sequence[Row]:
            domain = [*users, *map(_condition, self.later(last))]
            return self.search("res.users", domain, fields, limit=PAGE)

        found = all_pages("users", PAGE, page)
        named = [{**row, "email": row.get("email") or row.get("login")} for row in found]
        yield from to_owners(named, "id", "email", "name", "active")

    def may(self, model: str, operation: str) -> bool:
        """Return whether the user may do this with records of a model at all."""
        ask = partial(self._api.call, model, operation=operation)
        if self._api.version()[0] >= NEWEST:
            return ask("has_access") is True
        return ask("check_access_rights", raise_exception=False) is True  # on its way out since 18

    # The database's own names.

    def ask_fields(self, entity: str) -> Mapping[str, Any]:
        """Return the fields of a model."""
        found = self._api.call(entity, "fields_get", attributes=_FIELDS_OF)
        if not isinstance(found, dict):
            raise Unreadable("it has no list of fields")
        self._shape.zone = mapping.zone_of(self._api.zone) or UTC
        return found

    def look_again(self) -> None:
        """Forget what the database has: an administrator may change it at any time."""
        super().look_again()
        self._shape = Shape(self._said, self._fields)

    def shape_of(self, kind: str) -> Shape:
        """Return the fields of a kind, of leads with stages and the tag of those that rest."""
        if kind == "lead" and self._shape.stages is None:
            rows = self.search("crm.stage", [], ["name", "sequence", "is_won"], "sequence, id")
            self._shape.stages = {
                int(r["id"]): (one_line(str(r["name"])), r.get("is_won") is True) for r in rows
            }
            self._shape.nurture_tag = self.id_of_name("crm.tag", self._said.nurture)
        self.fields_of(MODEL[kind])
        return self._shape

    def id_of_name(self, model: str, name: str) -> int:
        """Return the id of the record of this name, 0 when there is none."""
        rows = self.search(model, [["name", "=", name]], ["name"], limit=1)
        return int(rows[0]["id"]) if rows else 0

    def selection(self, kind: str, name: str) -> tuple[tuple[str, str], ...]:
        """Return value and label of the options of a field."""
        self.fields_of(MODEL[kind])
        return self._shape.selection(MODEL[kind], name)

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return stages, what Odoo has besides them, personas and outcomes."""
        self.look_again()
        return super().options(names)

    def words(self, name: OptionField) -> Iterable[tuple[str, str]]:
        """Return value and label of the options of a field."""
        said = self._said
        if name == "persona":
            return self.selection("lead", said.persona)
        if name == "status":
            shape = self.shape_of("lead")
            stages = [stage for stage, _ in (shape.stages or {}).values()]
            more = [said.nurture] if shape.nurture_tag else []
            texts = (*stages, *more, mapping.LOST)
        elif own := self.selection("call", said.outcome):
            return own
        else:  # the text of a call names it
            texts = (*OUTCOMES, *(label for _, label in self.selection("lead", said.last_outcome)))
        return [(text, text) for text in dict.fromkeys(texts)]

    # Records.

    def rows_after(self, kind: RemoteKind, cursor: str) -> tuple[list[Row], str]:
        """Return a page of records by id, and the cursor of the next."""
        if kind not in _CUT_FIRST:
            return super().rows_after(kind, cursor)
        if not cursor or kind not in self._listed:
            self._listed[kind] = self._ids(kind, self.later(cursor), "id")
        ids = self._listed[kind]
        begin = bisect_right(ids, int(cursor or 0))
        page = ids[begin : begin + self.page_size]
        more = len(ids) > begin + self.page_size
        if not more:
            del self._listed[kind]
        rows = self.rows(kind, [("id", "in", page)]) if page else []
        return rows, str(page[-1]) if more else ""

    def rows_since(self, kind: RemoteKind, second: str, owner_id: str) -> list[Row]:
        """Return a page of the records changed in this second or later, oldest first."""
        late = second >= written(self._api.clock() - _SHORT)
        if kind not in _CUT_FIRST or late:
            return super().rows_since(kind, second, owner_id)
        since: Where = [("write_date", ">=", second), *self.owned(owner_id)]
        pages = chunks(self._ids(kind, since, "write_date, id"), self.page_size)
        by_date = partial(self.rows, kind, order="write_date")
        return [row for page in pages for row in by_date([("id", "in", page)])]

    def _ids(self, kind: RemoteKind, where: Where, order: str) -> list[int]:
        domain = [*_OF_KIND[kind], *map(_condition, where)]
        return [int(row["id"]) for row in self.search(MODEL[kind], domain, ["id"], order)]

    def rows_by_id(self, kind: RemoteKind, ids: Sequence[str]) -> list[Row]:
        """Return the records with these ids, whatever they became."""
        return self._read(kind, [["id", "in", numbers(ids)]])

    def rows(self, kind: RemoteKind, where: Where, order: str = "", most: int = 0) -> list[Row]:
        """Return the records of a kind that meet all conditions."""
        of_kind = _OF_KIND[kind]
        if kind == "lead" and self._said.type:
            of_kind = [["type", "=", self._said.type]]
        domain = [*of_kind, *map(_condition, where)]
        limit = 0 if kind in _CUT_FIRST else most
        return self._read(kind, domain, f"{order}, id" if order else "id", limit)

    def _read(
        self, kind: RemoteKind, domain: Domain, order: str = "id", most: int = 0
    ) -> list[Row]:
        def read(fields: list[str]) -> list[Row]:
            return list(self.search(MODEL[kind], domain, fields, order, most))

        return self._by_fields(kind, read)

    def _by_fields(self, kind: RemoteKind, read: Callable[[list[str]], list[Row]]) -> list[Row]:
        """Read records, once more when a field was removed or closed to this user since."""
        try:
            return read(self.shape_of(kind).read_of(kind))
        except TakenAway:
            read(["id"])  # raises when it is the record that is hidden
        except (Rejected, MissingRight):
            pass
        self.look_again()
        return read(self.shape_of(kind).read_of(kind))

    def row_of(self, kind: RemoteKind, crm_id: str) -> Row:
        """Return one record."""

        def read(fields: list[str]) -> list[Row]:
            found = self._api.call(MODEL[kind], "read", numbers([crm_id]), fields=fields)
            return found if isinstance(found, list) else []

        try:
            rows = self._by_fields(kind, read)
        except TakenAway:
            if kind == "lead":
                self.must_be_allowed("read")
            raise
        if not rows:
            raise Gone(f"Odoo has no {kind} {crm_id} any more")
        return rows[0]

    def to_lead(self, row: Row) -> RemoteLead:
        """Return a lead."""
        return mapping.to_lead(row, self.shape_of("lead"))

    def to_activity(self, kind: ActivityKindName, row: Row) -> RemoteActivity:
        """Return an activity."""
        return mapping.to_activity(kind, row, self.shape_of(kind))

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification, and of leads their number."""
        if kind not in self.pulled:
            return Newest(0, 0)
        if kind in _CUT_FIRST:  # the newest may be hidden, and then none would be found
            offset = self._api.clock_offset_s or 0.0
            return Newest(round((self._api.clock().timestamp() + offset) * 1000) - _LATE_MS, 1)
        rows = self.search(MODEL[kind], _OF_KIND[kind], ["write_date"], "write_date desc", 1)
        if not rows:
            return Newest(0, 0)
        latest = ForeignRecord(kind, "", rows[0]).moment("write_date") or 0
        total = self._api.call("crm.lead", "search_count", domain=[]) if kind == "lead" else 1
        return Newest(latest, total if isinstance(total, int) else 1)

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return leads by id; a missing one is merged, deleted, or somebody else's."""
        found = self.leads_by_id(ids)
        missing = [i for i in ids if i not in found] if explain_missing else []
        taken = self._taken_away(missing)
        gone = [i for i in missing if i not in taken]
        merged = self._merged(gone)
        found |= self.leads_by_id([i for i in dict.fromkeys(merged.values()) if i not in found])
        moved = {old: new for old, new in merged.items() if new in found}
        taken += tuple(i for i in merged if i not in moved)  # into another rep's lead
        deleted = tuple(i for i in gone if i not in merged)
        return LeadsRead(tuple(found.values()), deleted, moved, taken)

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:
        """Return fields of a lead, or of the one that it was merged into."""
        try:
            return super().lead_fields(lead_id, names, times=times)
        except Gone:
            survivor = self._merged([lead_id]).get(lead_id)
            if not survivor:
                raise
            return super().lead_fields(survivor, names, times=times)

    def _merged(self, gone: Sequence[str]) -> dict[str, str]:
        """Return the leads that these were merged into.

        Odoo moves the log to the survivor and notes the id of the other one nowhere. But the
        Message-ID of an entry, even of the one that says "created", keeps it.
        """
        made = {f"-openerp-{i}-crm.lead@": str(i) for i in numbers(gone)}
        if not 0 < len(made) <= _MERGED_AT_ONCE:
            return {}
        any_of: Domain = ["|"] * (len(made) - 1)
        any_of += [["message_id", "like", part] for part in made]
        domain = [["model", "=", "crm.lead"], *any_of]
        rows = self.search("mail.message", domain, ["message_id", "res_id"])
        return {
            old: identity(row["res_id"])
            for row in rows
            for part, old in made.items()
            if part in str(row["message_id"]) and identity(row["res_id"]) != old
        }

    def _taken_away(self, missing: Sequence[str]) -> tuple[str, ...]:
        """Return those of these leads that are there: one of them is enough to refuse all."""
        known = numbers(missing)
        if not known:
            return ()
        try:
            self._api.call("crm.lead", "read", known, fields=["id"])
        except TakenAway:
            if len(known) == 1:
                self.must_be_allowed("read")
                return (str(known[0]),)
            return tuple(i for one in missing for i in self._taken_away([one]))
        return ()

    def must_be_allowed(self, operation: str) -> None:
        """Raise when it is not one lead that is hidden, but leads as such.

        Raises:
            MissingRight: the user may not do this with any lead.
        """
        if not self.may("crm.lead", operation):
            raise MissingRight(f"Odoo: this user may not {operation} leads")

    def search(
        self, model: str, domain: Domain, fields: list[str], order: str = "id", limit: int = 0
    ) -> list[dict[str, Any]]:
        """Return the records that meet a domain, lost and archived ones too."""
        named: dict[str, Any] = {"domain": domain, "fields": fields, "order": order}
        named |= {"limit": limit} if limit else {}
        return rows_in(self._api.call(model, "search_read", **named))


def _condition(of: tuple[str, str, object]) -> list[object]:
    """Return a condition as Odoo takes it: ids are numbers there."""
    name, how, value = of
    if name in ("id", "user_id") and isinstance(value, str) and value.isdigit():
        value = int(value)
    return [name, how, value]
