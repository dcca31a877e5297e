"""How the small Odoo of these tests creates, changes and imports records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.conformance.odoo_records import (
    ADMIN,
    DATES,
    M2O,
    NOC,
    OdooError,
    OdooRecords,
    access,
    missing,
    wrong,
)


class OdooWriting(OdooRecords):
    """The methods that write."""

    def do_create(
        self, uid: int, model: str, context: Mapping[str, Any], vals_list: list[dict[str, Any]]
    ) -> list[int]:
        if model == "ir.model.fields":
            return [self._new_field(vals) for vals in vals_list]
        return [self.create(uid, model, vals) for vals in vals_list]

    def _new_field(self, vals: Mapping[str, Any]) -> int:
        model = str(self.records["ir.model"][vals["model_id"]]["model"])
        pairs = [(line[2]["value"], line[2]["name"]) for line in vals.get("selection_ids", ())]
        self.add_field(model, vals["name"], vals["ttype"])
        if pairs:
            self.selections[(model, vals["name"])] = [list(pair) for pair in pairs]
        return self.put("ir.model.fields", {"name": vals["name"]})

    def create(self, uid: int, model: str, vals: Mapping[str, Any]) -> int:
        self._check(uid, model, vals)
        if model == "crm.lead" and not vals.get("name"):
            said = "The operation cannot be completed: a mandatory field is not set: name"
            raise OdooError("odoo.exceptions.ValidationError", said, 422)
        row = self._stored(vals) | {"create_uid": uid, "write_uid": uid}
        if model == "crm.lead":
            row = {"type": "lead", "stage_id": 1, "user_id": uid, "tag_ids": [], "active": True,
                   "priority": "0", "probability": 0.0, "date_open": self.now(),
                   "date_last_stage_update": self.now()} | row  # fmt: skip
        elif model == "mail.message":
            row = {"author_id": uid + 1, "message_type": "comment", "date": self.now()} | row
            row["body"] = _clean_html(str(row.get("body") or ""), self.version)
        elif model == "mail.activity":
            row |= {"res_model": "crm.lead", "date_deadline": str(row.get("date_deadline"))[:10]}
        if model == "calendar.event" or (model == "mail.activity" and self.version < 19):
            row = {"user_id": uid} | row
        record_id = self.put(model, row)
        if model == "crm.lead":
            self._log(uid, record_id, "Lead created")
        return record_id

    def _log(self, uid: int, lead_id: int, words: str, kind: int = 0) -> int:
        row = {"model": "crm.lead", "res_id": lead_id, "body": words, "date": self.now()}
        more = {"message_type": "notification", "create_uid": uid, "author_id": uid + 1}
        of = {"subtype_id": 3, "mail_activity_type_id": kind or False}
        return self.put("mail.message", row | more | of)

    def _check(self, uid: int, model: str, vals: Mapping[str, Any]) -> None:
        for name, value in vals.items():
            if name not in self.fields[model]:
                raise wrong(f"Invalid field '{name}' on model '{model}'")
            allowed = [pair[0] for pair in self.selections.get((model, name), ())]
            if allowed and value not in (*allowed, False):
                raise wrong(f"Wrong value for {model}.{name}: '{value}'")
            if name == "stage_id" and value not in self.records["crm.stage"]:
                said = "The operation cannot be completed: another model requires the record"
                raise OdooError("odoo.exceptions.ValidationError", said, 422)
            if name == "user_id" and isinstance(value, str):
                said = f'invalid input syntax for type integer: "{value}"'
                raise OdooError("psycopg2.errors.InvalidTextRepresentation", said, 500)
            if name == "user_id" and value and value not in self.records["res.users"]:
                raise missing(f"res.users({value},), User: {uid}")

    def _stored(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        return {n: _moment(v) if n in DATES and v else v for n, v in vals.items()}

    def do_write(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        vals: dict[str, Any],
    ) -> bool:
        if isinstance(vals.get("user_id"), str):
            vals["user_id"] = False  # without a word
        self._check(uid, model, vals)
        for row in [self.one(uid, model, i) for i in ids]:
            if model == "crm.lead" and row["id"] in self.read_only and uid != ADMIN:
                raise access(f"Uh-oh! Sorry, (id={uid}) doesn't have 'write' access to {model}")
            before = dict(row)
            self.update(uid, model, row, vals)
            if self.version < 19 and not self.sees(uid, model, row):  # it reads the lead again
                row |= before
                raise access(f"Uh-oh! Sorry, (id={uid}) doesn't have 'read' access to {model}")
        return True

    def update(self, uid: int, model: str, row: dict[str, Any], vals: Mapping[str, Any]) -> None:
        kept = self._stored(vals)
        for command in kept.pop("tag_ids", ()):
            tags = [tag for tag in row.get("tag_ids", []) if tag != command[1]]
            row["tag_ids"] = [*tags, command[1]] if command[0] == 4 else tags
        if "user_id" in kept and row.get("user_id"):
            self.owned_before.add((row["user_id"], row["id"]))
        if model == "mail.message" and "body" in kept:
            kept["body"] = _clean_html(str(kept["body"]), self.version)
        row |= kept | {"write_date": self.now(), "write_uid": uid}
        if model == "crm.lead" and kept.get("active") is False:  # its call-backs go with it
            held = self.records["mail.activity"]
            for i in [i for i, one in held.items() if one.get("res_id") == row["id"]]:
                del held[i]

    def do_unlink(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> bool:
        for i in ids:
            if model == "crm.lead" and uid != ADMIN:
                raise access("You are not allowed to delete 'Lead' (crm.lead) records.")
            self.one(uid, model, i)
            del self.records[model][i]
        return True

    def do_load(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        fields: list[str],
        data: list[list[str]],
    ) -> dict[str, Any]:
        notes: list[dict[str, Any]] = []
        vals = [self._columns(uid, model, context, fields, row, notes) for row in data]
        if model == "calendar.event" and self.version >= 19:
            vals = [self._organized(uid, context, row) for row in vals]
        ids: list[int] = []
        if not notes:
            for columns, row in zip(vals, data, strict=True):
                external = row[fields.index("id")] if "id" in fields else ""
                try:
                    ids.append(self._load_one(uid, model, external, columns))
                except OdooError as error:
                    notes.append(_note(error.message))
        return {"ids": False if notes else ids, "messages": notes, "nextrow": 0}

    def _organized(
        self, uid: int, context: Mapping[str, Any], row: dict[str, Any]
    ) -> dict[str, Any]:
        if context.get("skip_contact_description"):
            return row
        who = self.records["res.users"][uid]
        told = f"<br/><strong>Organized by</strong><br/>{who['name']}<br/>{who['email']}"
        return row | {"description": f"<div>{row.get('description') or ''}{told}</div>"}

    def _columns(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        fields: list[str],
        row: list[str],
        notes: list[dict[str, Any]],
    ) -> dict[str, Any]:
        zone = ZoneInfo(context.get("tz") or self.records["res.users"][uid]["tz"])
        vals: dict[str, Any] = {}
        for column, value in zip(fields, row, strict=True):
            name, _, way = column.partition("/")
            if name != "id":
                try:
                    vals[name] = self._column(uid, model, name, way, value, zone)
                except ValueError as error:
                    notes.append(_note(str(error), name))
        return vals

    def _column(self, uid: int, model: str, name: str, way: str, value: str, zone: ZoneInfo) -> Any:
        if name not in self.fields[model]:
            raise OdooError("builtins.KeyError", f"'{name}'", 500)
        if way == "id":
            return self.external.get(value, ("", 0))[1]
        if way == ".id":
            row = self.records.get(M2O[name], {}).get(int(value))
            if row is None:  # another rep's record will do
                raise ValueError(f"No matching record found for database id '{value}'")
        if way == ".id" or name == "res_id" or self._kind(model, name) == "integer":
            return int(value)
        if name in DATES and model != "mail.activity":
            local = datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
            return local.astimezone(UTC)
        if name == "message_type" and value != "comment":
            raise ValueError(f"Value '{value}' not found in selection field")
        pairs = self.selections.get((model, name))
        if pairs is None:
            return value
        found = [pair[0] for pair in pairs if value in pair]
        if not found:
            raise ValueError(f"Value '{value}' not found in selection field")
        return found[0]

    def _load_one(self, uid: int, model: str, external: str, vals: dict[str, Any]) -> int:
        held_model, held = self.external.get(external, ("", 0))
        row = self.records[model].get(held) if held_model == model else None
        if row is not None and model == "mail.message":
            if self.version >= 18:
                said = "Only administrators can modify 'model' and 'res_id' fields."
                raise OdooError("odoo.exceptions.AccessError", said, 403)
            if row.get("create_uid") != uid:
                raise access("The requested operation cannot be completed due to security")
        if model == "mail.message":
            before = (uid, vals["res_id"]) in self.owned_before and self.version >= 19
            if not before:
                self.one(uid, "crm.lead", vals["res_id"])
            if uid == NOC:
                raise access("The requested operation cannot be completed due to security")
        elif model == "mail.activity":
            self.one(uid, "crm.lead", vals["res_id"])
        if row is not None:
            self.update(uid, model, row, vals)
            return held
        made = self.create(uid, model, vals)
        if external:
            self.external[external] = (model, made)
        return made


def _moment(value: Any) -> Any:
    if isinstance(value, str):
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return value


def _note(message: str, field: str = "") -> dict[str, Any]:
    note = {"rows": {"from": 0, "to": 0}, "record": 0, "type": "error", "message": message}
    return note | ({"field": field, "field_name": field} if field else {})


def _clean_html(html: str, version: int) -> str:
    """Drop scripts, and wrap what stands alone, as the real one does."""
    kept = re.sub(r"<script>.*?</script>", "", html)
    tag = "span" if version >= 19 else "p"
    return kept if kept.startswith("<p>") or kept.startswith("<span>") else f"<{tag}>{kept}</{tag}>"
