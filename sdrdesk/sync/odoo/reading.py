"""Reading from Odoo: listings, changes by time, records by id."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any, Final

from sdrdesk.domain.crm.foreign_values import ForeignRecord, LeftOut
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
from sdrdesk.sync.capabilities import Capabilities
from sdrdesk.sync.errors import Gone, MissingRight, Rejected, TakenAway, Unreadable
from sdrdesk.sync.odoo.api import OdooApi
from sdrdesk.sync.odoo.mapping import (
    DONE,
    LOST,
    MODEL,
    Names,
    Shape,
    numbers,
    to_activity,
    to_lead,
    zone_of,
)
from sdrdesk.sync.odoo.traits import PAGE, TRAITS
from sdrdesk.sync.plain_crm import UNTRIED, BySecond, Row, all_pages, stamp_ms, to_owners, written
from sdrdesk.sync.plain_texts import OUTCOMES
from sdrdesk.sync.port import AccountInfo, LeadsRead, Newest

Domain = list[Any]

_OF_KIND: Final[Mapping[str, Domain]] = {
    "call": [
        ["model", "=", "crm.lead"],
        ["mail_activity_type_id.category", "=", "phonecall"],
        ["body", "not like", DONE],
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
_CUT_FIRST: Final = frozenset({"mail.message", "mail.activity"})
"""Odoo cuts a page of these first and then leaves out what the user may not see: a page that is
short, or empty, need not be the last. So all ids are asked for, without a limit."""
_SHORT: Final = timedelta(days=1)
"""Changes of so long a time are read at once."""
_LATE_MS: Final = 60_000
"""A long transaction dates its changes by its beginning."""
_FIELDS_OF: Final = ["type", "string", "selection", "readonly", "store"]


class Reading(BySecond):
    """The account and the reading half of the client."""

    page_size = PAGE
    modified = "write_date"
    _api: OdooApi
    _names: Names
    _mapping: Mapping[str, Mapping[str, object]]
    _unreadable: deque[LeftOut]

    def __init__(self) -> None:
        self._fields: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        self._words: tuple[dict[int, tuple[str, bool]], int] | None = None
        self._type_of_calls = 0
        self._listed: dict[RemoteKind, list[int]] = {}
        """Ids of a listing that has begun."""

    @property
    def capabilities(self) -> Capabilities:
        """Odoo's traits."""
        return TRAITS

    # The account.

    def account_id(self) -> str:
        """Return the account: Odoo shows reps no number of it, so database and address are it."""
        self._api.sign_in()
        self.account_zone = self._api.zone
        return f"Odoo {self._api.database} at {self._api.http.base_url.split('://', 1)[1]}"

    def check(self) -> float:
        """Return Odoo's clock minus ours, seconds; proves that the key works."""
        self._api.call("res.users", "context_get")
        return self._api.http.clock_offset_s or 0.0

    def whoami(self) -> AccountInfo:
        """Return database, zone and version."""
        user_id = self._api.sign_in()
        generation, shown = self._api.version()
        untried = "" if generation in (17, 19) else UNTRIED
        return AccountInfo(
            account_id=self.account_id().removeprefix("Odoo "),
            ui_domain=self._api.http.host,
            time_zone=self._api.zone,
            scopes=None,
            token_kind="API key",  # noqa: S106  # no secret
            user_id=str(user_id),
            server=f"Odoo {shown}{untried}",
        )

    def lead_link(self) -> str:
        """Return the link of a lead in Odoo's own screen, with ``{id}``."""
        return f"{self._api.http.base_url}/mail/view?model=crm.lead&res_id={{id}}"

    def may(self, model: str, operation: str) -> bool:
        """Return whether the user may do this with records of a model at all."""
        asked = self._api.call(
            model, "check_access_rights", operation=operation, raise_exception=False
        )
        return asked is True

    # The database's own names.

    def shape(self, *models: str) -> Shape:
        """Return the fields of these models, asked once, and what is known besides."""
        for model in models:
            if model not in self._fields:
                found = self._api.call(model, "fields_get", attributes=_FIELDS_OF)
                if not isinstance(found, dict):
                    raise Unreadable("it has no list of fields")
                self._fields[model] = found
        stages, tag = self._words if self._words is not None else ({}, 0)
        zone = zone_of(self._api.zone) or UTC
        return Shape(self._names, self._fields, zone, stages, tag, self._type_of_calls)

    def lead_shape(self) -> Shape:
        """Return the shape with stages and the tag of leads that rest."""
        if self._words is None:
            rows = self.search("crm.stage", [], ["name", "sequence", "is_won"], "sequence, id")
            stages = {
                int(r["id"]): (one_line(str(r["name"])), r.get("is_won") is True) for r in rows
            }
            tags = self.search("crm.tag", [["name", "=", self._names.nurture]], ["name"])
            self._words = stages, int(tags[0]["id"]) if tags else 0
        return self.shape("crm.lead")

    def look_again(self) -> None:
        """Forget what the database has: an administrator may change it at any time."""
        self._fields.clear()
        self._words = None
        self._type_of_calls = 0

    def call_shape(self) -> Shape:
        """Return the shape with the activity type of calls."""
        if not self._type_of_calls:
            calls = [["category", "=", "phonecall"]]
            rows = self.search("mail.activity.type", calls, ["name"], "sequence, id", 1)
            if not rows:
                raise Rejected("Odoo has no activity type of the category Call", fields=("call",))
            self._type_of_calls = int(rows[0]["id"])
        return self.shape("mail.message", "mail.activity", "calendar.event")

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every internal user but the system's own."""
        users: Domain = [["share", "=", False], ["id", "!=", 1]]
        fields = ["login", "name", "active", "email"]
        found = all_pages(
            "users",
            PAGE,
            lambda last: self.search("res.users", [*users, *_after(last)], fields, limit=PAGE),
        )
        named = [{**row, "email": row.get("email") or row.get("login")} for row in found]
        yield from to_owners(named, "id", "email", "name", "active")

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return stages, what Odoo has besides them, personas and outcomes."""
        self.look_again()
        wanted = names or ("status", "persona", "outcome")
        found: list[tuple[OptionField, str, str]] = []
        if "status" in wanted:
            shape = self.lead_shape()
            more = [self._names.nurture] if shape.nurture_tag else []
            all_names = [*(name for name, _ in shape.stages.values()), *more, LOST]
            found += [("status", name, name) for name in dict.fromkeys(all_names)]
        if "persona" in wanted:
            pairs = self.shape("crm.lead").selection("crm.lead", self._names.persona)
            found += [("persona", value, label) for value, label in pairs]
        if "outcome" in wanted:
            found += [("outcome", value, label) for value, label in self._outcomes()]
        return tuple(RemoteOption(*one, place) for place, one in enumerate(found))

    def _outcomes(self) -> tuple[tuple[str, str], ...]:
        """Return the outcomes: of the field for them, else words in the text."""
        shape = self.shape("mail.message", "crm.lead")
        if own := shape.selection("mail.message", self._names.outcome):
            return own
        on_lead = (label for _, label in shape.selection("crm.lead", self._names.last_outcome))
        return tuple((name, name) for name in dict.fromkeys((*OUTCOMES, *on_lead)))

    # Records.

    def pulls(self, kind: RemoteKind) -> bool:
        """Return whether records of this kind are read."""
        return kind == "lead" or kind in _OF_KIND

    def rows_after(self, kind: RemoteKind, cursor: str) -> tuple[list[Row], str]:
        """Return a page of records by id, and the cursor of the next."""
        if MODEL[kind] not in _CUT_FIRST:
            rows = self._rows(kind, _after(cursor), "id asc", self.page_size)
            return rows, self.after(rows)
        if not cursor or kind not in self._listed:
            self._listed[kind] = self._ids(kind, _after(cursor), "id asc")
        ids = self._listed[kind]
        begin = bisect_right(ids, int(cursor or 0))
        page = ids[begin : begin + self.page_size]
        more = len(ids) > begin + self.page_size
        if not more:
            del self._listed[kind]
        rows = self._rows(kind, [["id", "in", page]], "id asc", 0) if page else []
        return rows, str(page[-1]) if more else ""

    def rows_since(self, kind: RemoteKind, second: str, owner_id: str) -> list[Row]:
        """Return a page of the records changed in this second or later, oldest first."""
        since: Domain = [["write_date", ">=", second], *_owned(owner_id)]
        order = "write_date asc, id asc"
        if MODEL[kind] not in _CUT_FIRST:
            return self._rows(kind, since, order, self.page_size)
        if second >= written(self._wire.clock() - _SHORT):
            return self._rows(kind, since, order, 0)
        ids = self._ids(kind, since, order)
        pages = [
            ids[begin : begin + self.page_size] for begin in range(0, len(ids), self.page_size)
        ]
        return [row for page in pages for row in self._rows(kind, [["id", "in", page]], order, 0)]

    def _ids(self, kind: RemoteKind, domain: Domain, order: str) -> list[int]:
        found = self.search(MODEL[kind], [*_OF_KIND[kind], *domain], ["id"], order)
        return [int(row["id"]) for row in found]

    def rows_of_second(
        self, kind: RemoteKind, second: str, owner_id: str, last_id: str
    ) -> list[Row]:
        """Return a page of the records changed in this second, by id.

        A date is not compared for equality: Odoo keeps microseconds that it does not show.
        """
        start = ForeignRecord(kind, "", {"at": second}).moment("at") or 0
        span: Domain = [["write_date", ">=", second], ["write_date", "<", stamp_ms(start + 1000)]]
        most = 0 if MODEL[kind] in _CUT_FIRST else self.page_size
        return self._rows(kind, [*span, *_owned(owner_id), *_after(last_id)], "id asc", most)

    def rows_by_id(self, kind: RemoteKind, ids: Sequence[str]) -> list[Row]:
        """Return the records with these ids; those gone or hidden are left out."""
        return self._rows(kind, [["id", "in", numbers(ids)]], "id asc", 0, any_of_kind=True)

    def _rows(
        self, kind: RemoteKind, domain: Domain, order: str, most: int, *, any_of_kind: bool = False
    ) -> list[Row]:
        mine = [] if any_of_kind else _OF_KIND.get(kind, [])
        if kind == "lead" and self._names.type and not any_of_kind:
            mine = [["type", "=", self._names.type]]
        for last_try in (False, True):
            try:
                fields = self._fields_of(kind)
                return list(self.search(MODEL[kind], [*mine, *domain], fields, order, most))
            except Rejected:
                if last_try:
                    raise
                self.look_again()  # a field was removed since
        return []

    def _fields_of(self, kind: RemoteKind) -> list[str]:
        if kind == "lead":
            return self.lead_shape().lead_fields()
        return self.shape(MODEL[kind]).activity_fields(kind)

    def to_record(self, kind: RemoteKind, row: Row) -> RemoteLead | RemoteActivity:
        """Return a record in our terms."""
        if kind == "lead":
            return to_lead(row, self.lead_shape())
        assert kind != "company"  # noqa: S101  # see ``pulls``
        return to_activity(kind, row, self.shape(MODEL[kind]))

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification, and of leads their number."""
        if not self.pulls(kind):
            return Newest(0, 0)
        if MODEL[kind] in _CUT_FIRST:  # the newest may be hidden, and then none would be found
            offset = self._api.http.clock_offset_s or 0.0
            return Newest(round((self._wire.clock().timestamp() + offset) * 1000) - _LATE_MS, 1)
        rows = self.search(
            MODEL[kind], _OF_KIND.get(kind, []), ["write_date"], "write_date desc", 1
        )
        if not rows:
            return Newest(0, 0)
        latest = ForeignRecord(kind, "", rows[0]).moment("write_date") or 0
        total = self._api.call("crm.lead", "search_count", domain=[]) if kind == "lead" else 1
        return Newest(latest, total if isinstance(total, int) else 1)

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return leads by id; a missing one is deleted, or somebody else's."""
        found = self.leads_by_id(ids)
        missing = [i for i in ids if i not in found] if explain_missing else []
        taken = self._taken_away(missing)
        deleted = tuple(i for i in missing if i not in taken)
        return LeadsRead(tuple(found.values()), deleted, {}, taken)

    def _taken_away(self, missing: Sequence[str]) -> tuple[str, ...]:
        """Return those of these leads that are there: one of them is enough to refuse all."""
        known = numbers(missing)
        if not known:
            return ()
        try:
            self._api.call("crm.lead", "read", known, fields=["id"])
        except TakenAway:
            if len(known) == 1:
                self._must_be_allowed("read")
                return (str(known[0]),)
            return tuple(i for one in missing for i in self._taken_away([one]))
        return ()

    def _must_be_allowed(self, operation: str) -> None:
        """Raise when it is not one lead that is hidden, but leads as such.

        Raises:
            MissingScope: the user may not do this with any lead.
        """
        if not self.may("crm.lead", operation):
            raise MissingRight(f"Odoo: this user may not {operation} leads")

    def lead_row(self, lead_id: str) -> Row:
        """Return a lead's row.

        Raises:
            Gone: it was deleted.
            TakenAway: it is somebody else's now.
        """
        fields = self._fields_of("lead")
        try:
            rows = self._api.call("crm.lead", "read", numbers([lead_id]), fields=fields)
        except TakenAway:
            self._must_be_allowed("read")
            raise
        if not isinstance(rows, list) or not rows:
            raise Gone(f"Odoo has no lead {lead_id} any more")
        row: Row = rows[0]
        return row

    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity."""
        fields = self._fields_of(kind)
        rows = self._api.call(MODEL[kind], "read", numbers([crm_id]), fields=fields)
        if not isinstance(rows, list) or not rows:
            raise Gone(f"Odoo has no {kind} {crm_id} any more")
        return to_activity(kind, rows[0], self.shape(MODEL[kind]))

    def search(
        self, model: str, domain: Domain, fields: list[str], order: str = "id asc", limit: int = 0
    ) -> list[dict[str, Any]]:
        """Return the records that meet a domain, lost and archived ones too."""
        named: dict[str, Any] = {"domain": domain, "fields": fields, "order": order}
        named |= {"limit": limit} if limit else {}
        rows = self._api.call(model, "search_read", **named)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unreadable("it has no list of records")
        return rows


def _after(last_id: str) -> Domain:
    return [["id", ">", int(last_id)]] if last_id.isdigit() else []


def _owned(owner_id: str) -> Domain:
    return [["user_id", "in", numbers([owner_id])]] if owner_id else []
