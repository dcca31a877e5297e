"""The EspoCRM client: writing and setting up; reading is in ``reading``."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final, cast

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.foreign_values import identity
from sdrdesk.domain.crm.records import ActivityKindName, LeadFields, NewLead, RemoteLead
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    Conflicting,
    Gone,
    KeyFieldMissing,
    MissingRight,
    MissingScope,
    OutcomeMissing,
    Refused,
    Rejected,
)
from sdrdesk.sync.espocrm.mapping import body_of, name_of
from sdrdesk.sync.espocrm.reading import API_KEY, Reading, step
from sdrdesk.sync.kit.account import SchemaChange
from sdrdesk.sync.kit.client import Where
from sdrdesk.sync.kit.entries import OUTCOMES, Draft, mark_of
from sdrdesk.sync.kit.fields import Row
from sdrdesk.sync.kit.values import chunks, id_of, written
from sdrdesk.sync.port import CreateItem, Survey

_KEY_FIELD: Final = {"label": "sdrdesk key", "type": "varchar", "maxLength": 40}
_OUTCOME_FIELD: Final = {"label": "Outcome", "type": "enum", "options": ["", *OUTCOMES]}
_CUSTOM: Final = re.compile(r"c[A-Z]\w*")
_NOT_CUSTOM: Final = "EspoCRM begins the names of new fields with a c: name one so in crm.toml"
_KEYED: Final[tuple[ActivityKindName, ...]] = ("call", "task", "meeting")
_MEETING: Final = {"completed": "Held", "no_show": "Not Held", "canceled": "Not Held"}
"""The result of a meeting; every other one is planned."""
_STREAM_PAGE: Final = 100
_RIGHTS: Final = (
    "Call.create", "Lead.edit", "Lead.read", "Lead.stream", "Meeting.create", "Task.create",
    "User.read",
)  # fmt: skip


class EspoClient(Reading):
    """One EspoCRM account behind one key; implements ``port.CrmClient``."""

    began, ended, title = "dateStart", "dateEnd", "name"
    advice = "An administrator can make it in Entity Manager"

    @property
    def can_mark(self) -> bool:
        """True if a field says do not call, and this user may set it."""
        mark = self._names.do_not_call
        return bool(mark) and mark not in self.barred("Lead", "edit")

    # Leads.

    def said_of(self, row: Row, names: Sequence[str]) -> LeadFields:
        """Return fields of a lead by our names, with the version where it is switched on."""
        version = row.get("versionNumber")
        shown = str(version) if isinstance(version, int) else ""
        return replace(super().said_of(row, names), version=shown)

    def write_lead(self, lead_id: str, changes: Mapping[str, str], version: str) -> Row:
        """Write fields of a lead; it is read again where the answer leaves one out."""
        values = self._names.changed_values(self.crm, changes)
        if barred := sorted(values.keys() & self.barred("Lead", "edit")):  # EspoCRM drops them
            said = f"EspoCRM: your role does not allow to change {', '.join(barred)} of leads"
            raise Rejected(said, fields=tuple(barred))
        row = self._http.write("PUT", f"Lead/{step(lead_id)}", values, version)
        whole = isinstance(row, dict) and set(values) <= row.keys()
        return cast("Row", row) if whole else self.row_of("lead", lead_id)

    def rows_of_emails(self, emails: Sequence[str]) -> Sequence[Row]:
        """Return the leads with any of these addresses, the primary one or another."""
        known = [email.lower() for email in emails]  # as EspoCRM compares them
        return [
            row
            for part in chunks(known, self.ids_at_once)
            for row in self.query("Lead", "emailAddress", [("emailAddress", "in", part)])
        ]

    def find_numbers(self, numbers: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads with one of these numbers, however it is written there."""
        digits = [re.sub(r"\D", "", number) for number in numbers]
        rows: list[Row] = []
        for part in chunks(digits, self.ids_at_once):
            rows += self.every("lead", [("phoneNumberNumeric", "in", part)])
        return self.leads_of(rows)

    def new_body(self, lead: NewLead, owner_id: str) -> dict[str, Any]:
        """Return the body of a new lead, with the teams of this user."""
        body = super().new_body(lead, owner_id)
        return body | ({"teamsIds": teams} if (teams := self.me()[1]) else {})

    def make_lead(self, body: dict[str, Any]) -> str:
        """Create a lead; EspoCRM itself finds those that exist."""
        return id_of(self._http.write("POST", "Lead", body).get("id"))

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a lead on the target list of this name."""
        rows = self.query("TargetList", "name", [("name", "=", list_name)])
        if not rows:
            raise OutcomeMissing(f'EspoCRM has no target list named "{list_name}" to add leads to')
        list_id = identity(rows[0].get("id"))
        self._http.write("POST", f"TargetList/{step(list_id)}/leads", {"ids": [lead_id]})
        return list_id

    # Activities.

    def create(self, item: CreateItem) -> str:
        """Log an activity; the answer must show the key, which EspoCRM drops without its field."""
        body, names, entity = self.body_of(Draft(item)), self._names, self.entities[item.kind]
        try:
            row = self._http.write("POST", entity, body)
        except OutcomeMissing as error:
            raise OutcomeMissing(error.message, fields=("outcome",)) from error
        except MissingRight as error:
            self._see(item.lead_id)
            raise MissingRight(f"{error.message.rstrip('.')} to {entity}") from error
        crm_id = id_of(row.get("id"))
        if names.key in body and row.get(names.key) != item.key:
            self.look_again()
            raise KeyFieldMissing.made(f"EspoCRM has no field {names.key} on {entity}", crm_id)
        if names.outcome in body and row.get(names.outcome) != item.outcome:
            self.look_again()  # the field was removed: the text names the outcome from now on
            self.correct_activity(item, crm_id, ("text",))
        return crm_id

    def body_of(self, draft: Draft) -> dict[str, Any]:
        """Return the body of a new activity."""
        has_outcome = not draft.item.outcome or self.has("call", self._names.outcome)
        me = ("", []) if self.texts[draft.item.kind] == "post" else self.me()
        return body_of(draft, self._names, me, has_outcome=has_outcome)

    def find_keyed(self, item: CreateItem) -> str:
        """Return the id of the activity with the item's key in its field."""
        if item.kind not in self.pulled:
            return ""
        name = self._names.key
        rows = self.query(self.entities[item.kind], name, [(name, "=", item.key)])
        return identity(rows[0].get("id")) if rows else ""

    def find_marked(self, item: CreateItem) -> str:
        """Return the id of the activity whose text ends with the item's key."""
        if item.kind not in self.pulled:
            return self._find_post(item)
        marked: Where = [
            ("parentId", "=", item.lead_id),
            ("description", "like", mark_of(item.key)),
        ]
        rows = self.query(self.entities[item.kind], "name", marked)
        return identity(rows[0].get("id")) if rows else ""

    def _find_post(self, item: CreateItem) -> str:
        offset = 0
        while True:
            page = [("maxSize", str(_STREAM_PAGE)), ("offset", str(offset))]
            try:
                found = self._http.get(f"Lead/{step(item.lead_id)}/stream", page)
            except Gone:
                return ""
            except MissingRight:
                self._see(item.lead_id)
                raise
            rows = found.get("list", []) if isinstance(found, dict) else []
            for row in rows:
                if mark_of(item.key) in str(row.get("post") or ""):
                    return identity(row.get("id"))
            offset += len(rows)
            if len(rows) < _STREAM_PAGE:
                return ""

    def _see(self, lead_id: str) -> None:
        """Raise the reason if it is the lead: of posts EspoCRM says only that it refuses them."""
        self._http.get(f"Lead/{step(lead_id)}")

    def put(self, kind: ActivityKindName, crm_id: str, values: Mapping[str, object]) -> None:
        """Write fields of an activity."""
        self._http.write("PUT", f"{self.entities[kind]}/{step(crm_id)}", values)

    def task_values(self, changes: Mapping[str, str]) -> dict[str, object]:
        """Return the fields of a task for these changes."""
        body: dict[str, object] = {}
        if "open" in changes:
            body["status"] = "Not Started" if changes["open"] == "true" else "Completed"
        if "due_at" in changes:
            body["dateEnd"] = written(parse_iso(changes["due_at"]))
        if "owner_id" in changes:
            body["assignedUserId"] = changes["owner_id"] or None
        if changes.get("subject"):
            body["name"] = name_of(changes["subject"])
        return body

    def meeting_values(self, text: str, result: str) -> dict[str, object]:
        """Return status and text; "Not Held" is a no-show and a cancelled one alike."""
        return {"status": _MEETING.get(result, "Planned"), **super().meeting_values(text, result)}

    # Setting up.

    def survey(self) -> Survey:
        """Return the account's fields and rights; of every field of leads it says no label."""
        return replace(super().survey(), properties={})

    def is_mark(self, name: str, definition: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Return whether a field of leads says yes or no."""
        return definition.get("type") == "bool"

    def missing_rights(self) -> tuple[str, ...]:
        """Return the rights that a rep needs and this role does not give."""
        me = self.whoami()
        # Leads are a rep's and no API user's: its own ones are none.
        none = ("no", "own") if me.token_kind == API_KEY else ("no",)
        said = [right.partition("=") for right in me.scopes or ()]
        have = {right for right, _, level in said if level not in none}
        names = self._names
        used = {"read": (*names.lead.values(), names.do_not_call)}
        used["edit"] = names.lead["status"], names.do_not_call
        return (
            *(right for right in _RIGHTS if right not in have),
            *(
                f"Lead.{n}.{what}"
                for what in used
                for n in self.barred("Lead", what)
                if n in used[what]
            ),
        )

    def schema_changes(self) -> Iterable[SchemaChange]:
        """Yield the fields that are missing."""
        wanted: list[tuple[ActivityKindName, str, Mapping[str, object]]]
        wanted = [(kind, self._names.key, _KEY_FIELD) for kind in _KEYED]
        for kind, name, field in (*wanted, ("call", self._names.outcome, _OUTCOME_FIELD)):
            if self.has(kind, name):
                continue
            what = f'make the field "{name}" on {self.entities[kind]}'
            if not _CUSTOM.fullmatch(name):
                yield kind, what, _NOT_CUSTOM
                continue
            body = {**field, "name": name[1].lower() + name[2:]}  # it puts the c before it
            path = f"Admin/fieldManager/{self.entities[kind]}"
            yield kind, what, partial(self._http.write, "POST", path, body)

    def mode_of(self, kind: ActivityKindName) -> KeyMode:
        """Return how a kind is logged once, by the fields alone."""
        keyed = kind in _KEYED and self.has(kind, self._names.key)
        return KeyMode.FIELD if keyed else KeyMode.MARKER

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Write one record twice by its key, see whether the second is refused, and delete it.

        Nothing is written by a user who may not delete it: a refused repeat counts as sent anyway.
        """
        mode = self.mode_of(kind)
        if mode is KeyMode.MARKER or kind != "call" or not self.may_delete_calls():
            return mode
        now, made = written(self._wire.clock()), list[str]()
        user, teams = self.me()
        body: dict[str, Any] = {
            "name": "sdrdesk setup checks this account; removed at once",
            "status": "Not Held",
            "direction": "Outbound",
            "dateStart": now,
            "dateEnd": now,
            "assignedUserId": user,  # EspoCRM takes no call without one
            self._names.key: f"probe-{uuid.uuid4().hex[:20]}",
        }
        body |= {"teamsIds": teams} if teams else {}
        try:
            for _ in range(2):
                made.append(id_of(self._http.write("POST", "Call", body).get("id")))
        except Conflicting:
            return KeyMode.ONCE
        except Refused:
            return mode
        finally:
            for crm_id in made:
                with suppress(Refused, MissingScope):
                    self._http.write("DELETE", f"Call/{step(crm_id)}", None)
        return KeyMode.FIELD
