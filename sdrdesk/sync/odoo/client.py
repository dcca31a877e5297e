"""The Odoo client: leads, activities and setup over one connection."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Unpack

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord
from sdrdesk.domain.crm.records import (
    RemoteActivity,
)
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    Gone,
    KeyFieldMissing,
    Locked,
    OutcomeMissing,
    Rejected,
)
from sdrdesk.sync.net.json_http import Means
from sdrdesk.sync.odoo.api import OdooApi, is_race
from sdrdesk.sync.odoo.mapping import (
    DONE,
    MODEL,
    Names,
    columns_of,
    due_of,
    html_of,
    numbers,
)
from sdrdesk.sync.odoo.reading import Domain
from sdrdesk.sync.odoo.setup import SettingUp
from sdrdesk.sync.plain_crm import id_of, written
from sdrdesk.sync.plain_texts import moved_end
from sdrdesk.sync.port import CreateItem
from sdrdesk.sync.richtext import to_html, to_text

_RESULT: Final = re.compile(r"(?m)\AResult: [^\n]*\n*")


class OdooClient(SettingUp):
    """One Odoo database behind one key; implements ``port.CrmClient``."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        user: str,
        database: str,
        mapping: Mapping[str, Mapping[str, object]],
        do_not_call: str = "",
        **means: Unpack[Means],
    ) -> None:
        super().__init__()
        self._names = Names.of(mapping, do_not_call)
        self._api = OdooApi(
            base_url, key, user=user, database=database, language=self._names.language, **means
        )
        self._mapping = mapping
        self._wire = self._api.http
        self._unreadable = deque(maxlen=1000)

    def __repr__(self) -> str:
        return f"OdooClient({self._api!r})"

    def create(self, item: CreateItem) -> str:
        """Log an activity under an external id, which Odoo keeps unique.

        17 writes a repeat into the same record; 19 refuses it, which proves that it is there.
        """
        model, key = MODEL[item.kind], self._names.key
        if item.mode is not KeyMode.MARKER and not self.call_shape().has(model, key):
            raise KeyFieldMissing(f'Odoo has no field "{key}" on {model}')
        columns = columns_of(item, self.call_shape())
        try:
            said = self._load(model, columns)
        except Rejected as error:
            said = {"messages": [{"message": error.message}]}
        ids = said.get("ids")
        if isinstance(ids, list) and len(ids) == 1:
            self._note_outcome(item)
            return id_of(ids[0])
        messages = said.get("messages")
        notes = [m for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []
        words = one_line(str(notes[0].get("message") if notes else ""), limit=300)
        if is_race(words):
            raise Locked
        if found := self.find(item):
            return found
        fields = {str(note.get("field") or "") for note in notes}
        raise self._why_not(item, columns, fields, words)

    def _load(self, model: str, columns: Mapping[str, str]) -> Mapping[str, Any]:
        # One row: a bad one would refuse the others too. Refusals are no errors here.
        said = self._api.call(model, "load", fields=list(columns), data=[list(columns.values())])
        answer = said if isinstance(said, dict) else {}
        of_model = columns.get("res_model_id/id")
        if of_model and not answer.get("ids") and "res_model_id" in str(answer.get("messages")):
            # A database that does not know its models by name: by number, if the user may look.
            rows = self.search("ir.model", [["model", "=", "crm.lead"]], ["model"], limit=1)
            numbered = {**columns, "res_model_id/.id": str(rows[0]["id"] if rows else 0)}
            del numbered["res_model_id/id"]
            return self._load(model, numbered)
        return answer

    def _note_outcome(self, item: CreateItem) -> None:
        """Show the outcome on the lead as well, where it has a field for the last one."""
        label = item.outcome if item.kind == "call" else ""
        shape = self.shape("mail.message")
        pairs = dict(shape.selection("mail.message", self._names.outcome))
        label = pairs.get(label, label)
        by_label = {name: value for value, name in self._last_outcomes()}
        if label in by_label:
            with suppress(SdrDeskError):  # the call itself is logged
                vals = {self._names.last_outcome: by_label[label]}
                self._api.call("crm.lead", "write", numbers([item.lead_id]), vals=vals)

    def _last_outcomes(self) -> tuple[tuple[str, str], ...]:
        return self.shape("crm.lead").selection("crm.lead", self._names.last_outcome)

    def _why_not(
        self, item: CreateItem, columns: Mapping[str, str], fields: Collection[str], words: str
    ) -> SdrDeskError:
        """Return why an activity was refused; the words are in the user's own language."""
        message, model, key = (
            f"Odoo: {words or 'no reason said'}",
            MODEL[item.kind],
            self._names.key,
        )
        self.lead_row(item.lead_id)  # raises when the lead went, or is somebody else's
        self.look_again()
        if key in columns and (key in fields or not self.shape(model).has(model, key)):
            return KeyFieldMissing(f'Odoo has no field "{key}" on {model}')
        if columns.get(self._names.outcome) and self._names.outcome in fields:
            return OutcomeMissing(message, fields=("outcome",))
        return Rejected(message, fields=tuple(sorted(filter(None, fields))))

    def find(self, item: CreateItem, *, thorough: bool = True) -> str:  # noqa: ARG002
        """Return the id of the activity with the item's key, ``""`` when not found."""
        model, key = MODEL[item.kind], self._names.key
        has_key = item.mode is not KeyMode.MARKER and self.shape(model).has(model, key)
        keyed: Domain = [[key, "=", item.key]]
        rows = self.search(model, keyed, ["create_date"], limit=1) if has_key else []
        if rows:
            return id_of(rows[0]["id"])
        lead = numbers([item.lead_id])
        if model == "calendar.event":
            marked: Domain = [["opportunity_id", "in", lead], ["description", "like", item.key]]
        else:
            of, text = ("model", "body") if model == "mail.message" else ("res_model", "note")
            marked = [[of, "=", "crm.lead"], ["res_id", "in", lead], [text, "like", item.key]]
        rows = self.search(model, marked, ["create_date"], limit=1)
        return id_of(rows[0]["id"]) if rows else ""

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        """Write text and outcome of a call, or the text of a note, again."""
        now = self._api.call(MODEL[item.kind], "read", ids := numbers([crm_id]),
                             fields=self._fields_of(item.kind))  # fmt: skip
        if not now:
            raise Gone(f"Odoo has no {item.kind} {crm_id} any more")
        shape = self.call_shape()
        keyed = bool(now[0].get(self._names.key))
        vals: dict[str, object] = {"body": html_of(item, shape, keyed=keyed)}
        if "outcome" in parts and shape.has("mail.message", self._names.outcome):
            vals[self._names.outcome] = item.outcome or False
        self._api.call("mail.message", "write", ids, vals=vals)

    def change_task(self, crm_id: str, changes: Mapping[str, str]) -> RemoteActivity:
        """Change a call-back and return it as it is then.

        Closing it is not repeatable in Odoo, so it is looked at first; before 19 it is deleted.
        """
        try:
            before = self.read_task(crm_id)
        except Gone:
            if changes.get("open") == "false":
                return RemoteActivity("task", crm_id)
            raise
        ids, vals = numbers([crm_id]), dict[str, object]()
        if "due_at" in changes:
            zone = self.shape().zone
            vals |= due_of(changes["due_at"], changes.get("subject") or before.title, zone)
        if changes.get("open") == "true" and before.done:
            vals["active"] = True
        if owner := numbers([changes.get("owner_id", "")]):
            vals["user_id"] = owner[0]
        if changes.get("body"):
            kept = self._api.call("mail.activity", "read", ids, fields=["note"])
            vals["note"] = to_html(changes["body"]) + str((kept or [{}])[0].get("note") or "")
        if vals:
            self._api.call("mail.activity", "write", ids, vals=vals)
        if changes.get("open") == "false" and not before.done:
            self._api.call("mail.activity", "action_feedback", ids, feedback=DONE)
            return replace(before, done=True, open_call=False)
        return self.read_task(crm_id)

    def change_meeting(self, crm_id: str, result: str, start_at: str = "") -> None:
        """Write what became of a meeting into its text: Odoo has no field for it.

        A cancelled meeting is archived; one that is moved keeps its length.
        """
        ids = numbers([crm_id])
        fields = ["start", "stop", "description", "active"]
        rows = self._api.call("calendar.event", "read", ids, fields=fields)
        if not isinstance(rows, list) or not rows:
            raise Gone(f"Odoo has no meeting {crm_id} any more")
        p = ForeignRecord("meeting", crm_id, rows[0])
        text = _RESULT.sub("", to_text(str(rows[0].get("description") or "")))
        said = result.replace("_", " ")
        vals: dict[str, object] = {"description": to_html(f"Result: {said}\n\n{text}")}
        vals["active"] = result != "canceled"
        if start_at:
            end = moved_end(p, "start", "stop", start_at)
            vals |= {"start": written(parse_iso(start_at)), "stop": written(end)}
        self._api.call("calendar.event", "write", ids, vals=vals)
