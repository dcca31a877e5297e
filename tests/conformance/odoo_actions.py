"""The methods of the small Odoo that do more than read and write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.conformance.odoo_records import DATES, NOC, OdooError, OdooRecords, access, wrong


class OdooActions(OdooRecords):
    """What Odoo does with records: imports, activities, messages, won, lost and merged leads."""

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
        ids: list[int] = []
        if not notes:
            for columns, row in zip(vals, data, strict=True):
                external = row[fields.index("id")] if "id" in fields else ""
                try:
                    ids.append(self._load_one(uid, model, external, columns))
                except OdooError as error:
                    notes.append(_note(error.message))
        return {"ids": False if notes else ids, "messages": notes, "nextrow": 0}

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
                    vals[name] = self._column(model, name, way, value, zone)
                except ValueError as error:
                    notes.append(_note(str(error), name))
        return vals

    def _column(self, model: str, name: str, way: str, value: str, zone: ZoneInfo) -> Any:
        if name not in self.fields[model]:
            raise OdooError("builtins.KeyError", f"'{name}'", 500)
        if way == "id":
            return self.external.get(value, ("", 0))[1]
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
            if self.version >= 19:
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

    # Buttons.

    def do_action_feedback(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        feedback: str = "",
    ) -> int:
        made = 0
        for i in ids:
            row = self.one(uid, model, i)
            words = f"Call done: {row.get('summary')} {feedback} Original note: {row.get('note')}"
            made = self._log(uid, row["res_id"], words, row["activity_type_id"])
            if self.version < 19:
                del self.records[model][i]
                self.external = {x: at for x, at in self.external.items() if at != (model, i)}
            else:
                row |= {"active": False, "write_date": self.now(), "feedback": feedback}
                row["date_done"] = self.now().strftime("%Y-%m-%d")
        return made

    def do_message_post(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        body: str = "",
        **named: Any,
    ) -> Any:
        known = {"message_type", "subtype_xmlid", "mail_activity_type_id"}
        if odd := set(named) - known:
            raise wrong(f"Those values are not supported when posting or notifying: {odd}")
        self.one(uid, model, ids[0])
        text = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        row = {"model": model, "res_id": ids[0], "body": text, "subtype_id": 2}
        row["mail_activity_type_id"] = named.get("mail_activity_type_id", False)
        made = self.create(uid, "mail.message", row)
        return made if self.version < 19 else [made]

    def do_action_set_lost(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        lost_reason_id: int = 0,
    ) -> None:
        for i in ids:
            more = {"lost_reason_id": lost_reason_id or False, "date_closed": self.now()}
            self.update(
                uid, model, self.one(uid, model, i), {"active": False, "probability": 0.0} | more
            )

    def do_toggle_active(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> None:
        for i in ids:
            row = self.one(uid, model, i)
            self.update(
                uid,
                model,
                row,
                {"active": not row["active"], "lost_reason_id": False, "probability": 50.0},
            )

    def do_action_unarchive(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> None:
        self.do_toggle_active(
            uid, model, context, [i for i in ids if not self.one(uid, model, i)["active"]]
        )

    def do_action_set_won(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> bool:
        for i in ids:
            vals = {"stage_id": 4, "probability": 100.0, "date_closed": self.now(), "active": True}
            self.update(uid, model, self.one(uid, model, i), vals)
        return True

    def do_convert_opportunity(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        partner: Any = False,
    ) -> bool:
        for i in ids:
            vals = {"type": "opportunity", "date_conversion": self.now()}
            self.update(uid, model, self.one(uid, model, i), vals)
        return True

    def do_merge_opportunity(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> Any:
        for i in ids:
            self.one(uid, model, i)
        keep = self.merge(uid, list(ids))
        return [keep] if self.version >= 19 else f"crm.lead({keep},)"

    def merge(self, uid: int, ids: list[int]) -> int:
        """Merge leads; the last one survives, and what was logged moves to it."""
        *losers, keep = ids
        for model in ("mail.message", "mail.activity"):
            for row in self.records[model].values():
                if row.get("res_id") in losers:
                    row |= {"res_id": keep, "write_date": self.now()}
        for row in self.records["calendar.event"].values():
            if row.get("opportunity_id") in losers:
                row |= {"opportunity_id": keep, "write_date": self.now()}
        for loser in losers:
            del self.records["crm.lead"][loser]
        self.update(uid, "crm.lead", self.records["crm.lead"][keep], {})
        return keep


def _note(message: str, field: str = "") -> dict[str, Any]:
    note = {"rows": {"from": 0, "to": 0}, "record": 0, "type": "error", "message": message}
    return note | ({"field": field, "field_name": field} if field else {})
