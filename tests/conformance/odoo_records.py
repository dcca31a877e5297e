"""What the small Odoo of these tests holds: models, fields, records, who sees what, and reading."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sdrdesk.clock import Clock
from tests.conformance.odoo_domain import meets

ADMIN, RITA, SAM, LEA, NOC = 2, 6, 7, 8, 9
DATABASE = "crm"
M2O = {
    "stage_id": "crm.stage", "user_id": "res.users", "create_uid": "res.users",
    "write_uid": "res.users", "lost_reason_id": "crm.lost.reason", "company_id": "res.company",
    "mail_activity_type_id": "mail.activity.type", "activity_type_id": "mail.activity.type",
    "subtype_id": "mail.message.subtype", "author_id": "res.partner", "state_id": "x",
    "country_id": "x", "source_id": "x", "opportunity_id": "crm.lead", "res_model_id": "ir.model",
    "partner_id": "res.partner", "team_id": "x",
}  # fmt: skip
_BOOL = {"active", "share", "is_won", "fold", "phone_blacklisted", "mobile_blacklisted"}
DATES = {"date", "start", "stop", "create_date", "write_date", "date_open", "date_closed"}
_BASE = {"id", "create_date", "write_date", "create_uid", "write_uid"}
FIELDS: dict[str, set[str]] = {
    "crm.lead": {
        "name", "contact_name", "partner_name", "email_from", "phone", "mobile", "function",
        "website", "street", "city", "zip", "description", "type", "priority", "stage_id",
        "user_id", "active", "tag_ids", "phone_blacklisted", "mobile_blacklisted",
        "phone_sanitized", "date_open", "date_closed", "date_conversion", "lost_reason_id",
        "probability", "partner_id", "date_last_stage_update", "state_id", "country_id",
        "source_id",
    },
    "mail.message": {
        "model", "res_id", "body", "date", "message_type", "subtype_id", "mail_activity_type_id",
        "author_id", "subject", "message_id",
    },
    "mail.activity": {
        "res_model", "res_model_id", "res_id", "activity_type_id", "summary", "note",
        "date_deadline", "user_id", "active", "state",
    },
    "calendar.event": {
        "name", "start", "stop", "description", "opportunity_id", "user_id", "active", "duration",
    },
    "res.users": {"login", "name", "active", "tz", "email", "share", "company_id"},
    "crm.stage": {"name", "sequence", "is_won", "fold", "team_id"},
    "crm.tag": {"name"},
    "crm.lost.reason": {"name", "active"},
    "mail.activity.type": {"name", "category", "res_model", "chaining_type", "keep_done",
                           "sequence"},
    "ir.model": {"model"},
    "ir.model.fields": set(),
    "phone.blacklist": {"number"},
}  # fmt: skip
CUT_FIRST = {"mail.message", "mail.activity"}
"""A page of these is cut first; then what the user may not see is left out."""
ADMINS = {"ir.model", "ir.model.fields", "ir.model.data", "phone.blacklist", "mail.tracking.value"}


class OdooError(Exception):
    """An exception of Odoo, as both APIs tell it."""

    def __init__(self, name: str, message: str, status: int) -> None:
        self.name, self.message, self.status = name, message, status


def access(message: str) -> OdooError:
    return OdooError("odoo.exceptions.AccessError", message, 403)


def missing(record: str) -> OdooError:
    said = f"Record does not exist or has been deleted.\n(Record: {record})"
    return OdooError("odoo.exceptions.MissingError", said, 404)


def wrong(message: str) -> OdooError:
    return OdooError("builtins.ValueError", message, 500)


class OdooRecords:
    """The records of one database, and the methods that read them."""

    def __init__(self, clock: Clock, *, version: int = 17, key_fields: bool = False) -> None:
        self.clock = clock
        self.version = version
        self.fields = {name: _BASE | more for name, more in FIELDS.items()}
        self.selections: dict[tuple[str, str], list[list[str]]] = {
            ("crm.lead", "type"): [["lead", "Lead"], ["opportunity", "Opportunity"]],
        }
        if version >= 19:
            self.fields["crm.lead"] -= {"mobile", "mobile_blacklisted"}
            self.fields["crm.stage"] -= {"team_id"}
            self.fields["mail.activity"] |= {"date_done", "feedback"}
            self.fields["crm.lead"] |= {"won_status"}
        self.kinds: dict[tuple[str, str], str] = {}
        self.records: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in FIELDS}
        self.external: dict[str, tuple[str, int]] = {}
        self.keys = {"RITA": RITA, "SAM": SAM, "LEA": LEA, "NOC": NOC, "ADMIN": ADMIN}
        self.read_only = set[int]()
        """Leads that a rule of the team lets only the administrator change."""
        self.closed = set[str]()
        """Fields of leads that only the administrator may use."""
        self.owned_before: set[tuple[int, int]] = set()
        self.next: dict[str, int] = {}
        self.lock = threading.RLock()
        self.requests: list[str] = []
        self.wrong_keys = 0
        self.databases = {DATABASE}
        self.values_of = {"mail.activity", "calendar.event"} if version < 19 else set[str]()
        """Models that call the argument of ``write`` ``values``, not ``vals``."""
        self.words: dict[tuple[str, str], str] = {}
        """Names of stages in other languages, by language and English name."""
        self.down = 0
        """The status of a server in maintenance."""
        self._begin()
        if key_fields:
            for model in ("mail.message", "mail.activity", "calendar.event"):
                self.add_field(model, "x_sdrdesk_key", "char")
            self.add_field("crm.lead", "x_sdrdesk_dnc", "boolean")

    def _begin(self) -> None:
        people: tuple[tuple[int, str, str], ...]
        people = ((1, "__system__", "OdooBot"), (2, "admin", "Administrator"))
        people += ((RITA, "rita", "Rita Rep"), (SAM, "sam", "Sam Sales"), (LEA, "lea", "Lea Lead"))
        for uid, login, name in (*people, (NOC, "noc", "Nora NoCRM")):
            row = {"login": login, "name": name, "active": uid != 1, "tz": "Europe/Berlin"}
            self.put("res.users", row | {"email": f"{login}@team.example", "share": False}, uid)
        for place, name in enumerate(("New", "Qualified", "Proposition", "Won"), 1):
            order = 70 if name == "Won" else place
            self.put("crm.stage", {"name": name, "sequence": order, "is_won": name == "Won"})
        for name in ("Too expensive", "We don't have people/skills", "Not enough stock"):
            self.put("crm.lost.reason", {"name": name, "active": True})
        for name, category in (("Email", "default"), ("Call", "phonecall"), ("Meeting", "meeting")):
            row = {"name": name, "category": category, "sequence": len(name)}
            self.put("mail.activity.type", row | {"res_model": False})
        for model in FIELDS:
            self.put("ir.model", {"model": model})
        self.external["crm.model_crm_lead"] = ("ir.model", self.model_id("crm.lead"))
        self.external["mail.mt_note"] = ("mail.message.subtype", 2)

    def model_id(self, model: str) -> int:
        rows = self.records["ir.model"].values()
        return next(int(row["id"]) for row in rows if row["model"] == model)

    def add_field(self, model: str, name: str, kind: str, options: Sequence[str] = ()) -> None:
        self.fields[model].add(name)
        self.kinds[(model, name)] = kind
        if kind == "selection":
            self.selections[(model, name)] = [[o.lower().replace(" ", "_"), o] for o in options]

    def now(self) -> datetime:
        now = self.clock().astimezone(UTC)
        return now if self.version < 19 else now.replace(microsecond=0)

    def put(self, model: str, row: Mapping[str, Any], record_id: int = 0) -> int:
        record_id = record_id or self.next.get(model, 0) + 1
        self.next[model] = max(self.next.get(model, 0), record_id)
        now = self.now()
        start = {"id": record_id, "create_date": now, "write_date": now}
        if "active" in self.fields[model]:
            start["active"] = True
        if model == "mail.message":
            of = f"{row['res_id']}-{row['model']}"
            start["message_id"] = f"<{record_id}.1796072407.8-openerp-{of}@odoo>"
        self.records[model][record_id] = start | dict(row)
        return record_id

    def sees(self, uid: int, model: str, row: Mapping[str, Any]) -> bool:
        if uid in (ADMIN, LEA):
            return True
        if model == "crm.lead":
            return row.get("user_id") in (uid, False, None)
        if model in ("mail.message", "mail.activity"):
            of_lead = row.get("model") == "crm.lead" or row.get("res_model") == "crm.lead"
            lead = self.records["crm.lead"].get(row.get("res_id") or 0)
            mine = uid in (row.get("create_uid"), row.get("user_id"))
            return mine or not of_lead or (lead is not None and self.sees(uid, "crm.lead", lead))
        return True

    def one(self, uid: int, model: str, record_id: int) -> dict[str, Any]:
        row = self.records[model].get(record_id)
        if row is None:
            raise missing(f"{model}({record_id},), User: {uid}")
        if not self.sees(uid, model, row):
            raise access(f"Uh-oh! Sorry, (id={uid}) doesn't have 'read' access to {model}")
        return row

    def open_to(self, uid: int, model: str, fields: Sequence[str]) -> None:
        """Refuse fields that are not for this user."""
        wrong_ones = self.closed.intersection(fields)
        if wrong_ones and model == "crm.lead" and uid != ADMIN:
            raise access(f"The requested operation can not be completed. Fields: {wrong_ones}")

    def value(self, model: str, row: Mapping[str, Any], name: str) -> Any:
        """Return a field's value as the server holds it."""
        if name == "phone_sanitized":
            held = str(row.get("phone") or "")
            return re.sub(r"[^+\d]", "", held) or False
        if name == "phone_blacklisted":
            numbers = {
                re.sub(r"[^+\d]", "", str(r["number"]))
                for r in self.records["phone.blacklist"].values()
            }
            return self.value(model, row, "phone_sanitized") in numbers
        if name == "won_status":
            return "pending" if row.get("active") else "lost"
        if name == "state" and model == "mail.activity":
            return "planned" if row.get("active") else "done"
        if name == "duration" and model == "calendar.event":
            return (row["stop"] - row["start"]).total_seconds() / 3600
        kind = self.kinds.get((model, name))
        empty: Any = False if name not in ("tag_ids",) else []
        return row.get(name, 0 if kind == "integer" else empty)

    def shown(self, model: str, row: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {"id": row["id"]}
        for name in fields:
            if name not in self.fields[model]:
                raise wrong(f"Invalid field '{name}' on model '{model}'")
            value = self.value(model, row, name)
            if name in M2O and value:
                value = [value, self.label(M2O[name], value)]
            elif isinstance(value, datetime):
                value = value.strftime("%Y-%m-%d %H:%M:%S")
            found[name] = value
        return found

    def label(self, model: str, record_id: int) -> str:
        row = self.records.get(model, {}).get(record_id, {})
        return str(row.get("name") or row.get("model") or f"{model},{record_id}")

    def do_search_read(  # Odoo's own names
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        domain: list[Any] | None = None,
        fields: Sequence[str] = (),
        order: str = "id",
        limit: int = 0,
    ) -> list[dict[str, Any]]:
        self.open_to(uid, model, fields)
        rows = self._found(model, context, domain or [])
        if model not in CUT_FIRST:
            rows = [row for row in rows if self.sees(uid, model, row)]
        for part in reversed(order.split(",")):
            name, _, way = part.strip().partition(" ")
            rows.sort(key=lambda row, n=name: _sortable(row.get(n)), reverse=way == "desc")  # type: ignore[misc]
        kept = rows[:limit] if limit else rows
        found = [self.shown(model, row, fields) for row in kept if self.sees(uid, model, row)]
        if model == "crm.stage":
            for row in found:
                row["name"] = self.words.get((context.get("lang", ""), row["name"]), row["name"])
        return found

    def do_search_count(
        self, uid: int, model: str, context: Mapping[str, Any], domain: list[Any]
    ) -> int:
        found = self._found(model, context, domain)
        return len([row for row in found if self.sees(uid, model, row)])

    def _found(
        self, model: str, context: Mapping[str, Any], domain: list[Any]
    ) -> list[dict[str, Any]]:
        hides = "active" in self.fields[model] and context.get("active_test", True)

        def read(row: Mapping[str, Any], path: str) -> Any:
            name, _, rest = path.partition(".")
            if name not in self.fields[model]:
                raise wrong(f"Invalid field {model}.{name} in leaf")
            value = self.value(model, row, name)
            if rest:
                linked = self.records[M2O[name]].get(value or 0, {})
                return linked.get(rest, False)
            return value

        return [
            row
            for row in self.records[model].values()
            if (row.get("active") or not hides) and meets(row, domain, read)
        ]

    def do_read(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        fields: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        self.open_to(uid, model, fields)
        held = [self.one(uid, model, i) for i in ids if i in self.records[model]]
        if list(fields) == ["id"]:  # nothing is looked up then
            return [{"id": i} for i in ids]
        return [self.shown(model, row, fields) for row in held]

    def do_fields_get(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        allfields: Sequence[str] = (),
        attributes: Sequence[str] = (),
    ) -> dict[str, dict[str, Any]]:
        found = {}
        for name in sorted(self.fields[model]):
            is_closed = model == "crm.lead" and name in self.closed and uid != ADMIN
            if not is_closed and (not allfields or name in allfields):
                what: dict[str, Any] = {"string": name, "type": self._kind(model, name)}
                what |= {"readonly": name in ("id", "create_date"), "store": True}
                what |= {"required": name == "name", "searchable": True}
                if options := self.selections.get((model, name)):
                    what["selection"] = options
                found[name] = {a: v for a, v in what.items() if not attributes or a in attributes}
        return found

    def _kind(self, model: str, name: str) -> str:
        if (model, name) in self.kinds:
            return self.kinds[(model, name)]
        if name in _BOOL:
            return "boolean"
        if name in M2O:
            return "many2one"
        return "datetime" if name in DATES else "char"

    def do_context_get(self, uid: int, model: str, context: Mapping[str, Any]) -> Any:
        mine = self.records["res.users"][uid]
        return {"lang": mine.get("lang", "en_US"), "tz": mine["tz"], "uid": uid}

    def do_check_access_rights(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        operation: str,
        raise_exception: bool = True,
    ) -> bool:
        return self.do_has_access(uid, model, context, operation)

    def do_has_access(
        self, uid: int, model: str, context: Mapping[str, Any], operation: str
    ) -> bool:
        return not (operation == "unlink" and uid != ADMIN) and model in self.records


def _sortable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    return (value is None or value is False, value or 0) if not isinstance(value, str) else value
