"""The EspoCRM client: account, reading, writing and setup over one connection."""

from __future__ import annotations

import re
import uuid
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, Unpack

from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    ActivityKindName,
    Added,
    LeadFields,
    NewLead,
    RemoteActivity,
    RemoteLead,
)
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    Conflicting,
    Gone,
    KeyFieldMissing,
    MissingScope,
    OutcomeMissing,
    Refused,
    Rejected,
)
from sdrdesk.sync.espocrm.mapping import (
    ENTITY,
    PULLED,
    RESULT,
    Names,
    body_of,
    name_of,
    stamp,
    to_activity,
)
from sdrdesk.sync.espocrm.reading import API_KEY, AT_ONCE, Conditions, Reading, step
from sdrdesk.sync.espocrm.transport import Transport
from sdrdesk.sync.net.json_http import Means
from sdrdesk.sync.plain_crm import Row, chunks, id_of, written
from sdrdesk.sync.plain_fields import (
    changed_values,
    in_our_words,
    key_step,
    own_fields,
    read_values,
)
from sdrdesk.sync.plain_texts import OUTCOMES, mark_of, moved_end
from sdrdesk.sync.port import CreateItem, KeyStep, LeadField, Survey

_KEY_FIELD: Final = {"label": "sdrdesk key", "type": "varchar", "maxLength": 40}
_OUTCOME_FIELD: Final = {"label": "Outcome", "type": "enum", "options": ["", *OUTCOMES]}
_CUSTOM: Final = re.compile(r"c[A-Z]\w*")
_NEW_LEAD: Final = {
    "first_name": "firstName", "last_name": "lastName", "title": "title", "company": "accountName",
    "phone": "phoneNumber", "street": "addressStreet", "city": "addressCity",
    "postcode": "addressPostalCode", "state": "addressState", "country": "addressCountry",
}  # fmt: skip
_MEETING: Final = {
    "completed": "Held", "no_show": "Not Held", "canceled": "Not Held", "scheduled": "Planned",
}  # fmt: skip
"""The result of a meeting; one that was moved is planned."""
_STREAM_PAGE: Final = 100
_REFUSABLE: Final = ("status", "persona", "do_not_call", "owner_id", "email", "phone")


class EspoClient(Reading):
    """One EspoCRM account behind one key; implements ``port.CrmClient``."""

    can_mark = True
    can_merge = False

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        user: str,
        mapping: Mapping[str, Mapping[str, object]],
        do_not_call: str = "",
        **means: Unpack[Means],
    ) -> None:
        super().__init__()
        self._wire = self._http = Transport(base_url, key, user=user, **means)
        self._mapping = mapping
        self._names = Names.of(mapping, do_not_call)
        self._unreadable = deque(maxlen=1000)

    def __repr__(self) -> str:
        return f"EspoClient({self._http!r})"

    # Leads.

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:  # noqa: ARG002
        """Return fields of a lead, of its survivor after a merge.

        EspoCRM tells administrators only when a field was set.
        """
        try:
            row = self._http.get(f"Lead/{step(lead_id)}")
        except Gone:
            survivor = self.survivor(lead_id)
            if not survivor:
                raise
            row = self._http.get(f"Lead/{step(survivor)}")
        return self._read_of(row, names)

    def _read_of(self, row: Mapping[str, Any], names: Sequence[str]) -> LeadFields:
        version = row.get("versionNumber")
        return LeadFields(
            lead_id=identity(row.get("id")),
            values=read_values(row, names, self._names.lead_field),
            version=str(version) if isinstance(version, int) else "",
        )

    def change_lead(
        self, lead_id: str, changes: dict[str, str], *, seen_version: str = ""
    ) -> LeadFields:
        """Change a lead and return its fields, read again where the answer leaves one out."""
        body = changed_values("EspoCRM", changes, self._names.lead_field)
        headers = {"X-Version-Number": seen_version} if seen_version else {}
        try:
            row = self._http.write("PUT", f"Lead/{step(lead_id)}", body, headers)
        except Rejected as error:
            raise in_our_words(error, _REFUSABLE, self._names.lead_field) from error
        if not isinstance(row, dict) or not set(body) <= row.keys():
            return self.lead_fields(lead_id, tuple(changes), times=False)
        return self._read_of(row, tuple(changes))

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail to id of the leads found."""
        return {
            str(row.get("emailAddress")).lower(): identity(row.get("id"))
            for row in self._leads_of(emails)
        }

    def _leads_of(self, emails: Sequence[str]) -> list[Row]:
        """Return the leads with any of these addresses, the primary one or another."""
        known = [email.lower() for email in emails]  # as EspoCRM compares them
        return [
            row
            for part in chunks(known, AT_ONCE)
            for row in self._query("Lead", "emailAddress", [("in", "emailAddress", part)])
        ]

    def find_numbers(self, numbers: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads with one of these numbers, however it is written there."""
        digits = [re.sub(r"\D", "", number) for number in numbers]
        rows = [
            row
            for part in chunks(digits, AT_ONCE)
            for row in self._all(
                "Lead", self._names.lead_select, [("in", "phoneNumberNumeric", part)]
            )
        ]
        return self.leads_of(rows)

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create leads one by one; EspoCRM itself finds those that exist."""
        return tuple(self._add(lead, owner_id) for lead in leads)

    def _add(self, lead: NewLead, owner_id: str) -> Added:
        body: dict[str, Any] = {
            _NEW_LEAD[name]: value for name, value in lead.values.items() if name in _NEW_LEAD
        }
        body |= {"emailAddress": lead.email} if lead.email else {}
        body |= {"assignedUserId": owner_id} if owner_id else {}
        body |= {"teamsIds": teams} if (teams := self.me()[1]) else {}
        body |= {self._names.do_not_call: True} if lead.do_not_call else {}
        try:
            return Added(id_of(self._http.write("POST", "Lead", body).get("id")))
        except Conflicting as error:
            rows = self._leads_of((lead.email,)) if lead.email else []
            there = identity(rows[0].get("id")) if rows else ""
            return Added(there, existed=bool(there), problem="" if there else error.message)
        except Refused as error:
            return Added(problem=error.message)

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        """Refuse: merging needs rights that a rep has not."""
        raise Rejected(f"EspoCRM merges leads {keep_id} and {other_id} only in its own screen")

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a lead on the target list of this name."""
        rows = self._query("TargetList", "name", [("equals", "name", list_name)])
        if not rows:
            raise OutcomeMissing(f'EspoCRM has no target list named "{list_name}" to add leads to')
        list_id = identity(rows[0].get("id"))
        self._http.write("POST", f"TargetList/{step(list_id)}/leads", {"ids": [lead_id]})
        return list_id

    # Activities.

    def create(self, item: CreateItem) -> str:
        """Log an activity; the answer must show the key, which EspoCRM drops without its field."""
        body, names = self._body_of(item), self._names
        try:
            row = self._http.write("POST", ENTITY[item.kind], body)
        except OutcomeMissing as error:
            raise OutcomeMissing(error.message, fields=("outcome",)) from error
        crm_id = id_of(row.get("id"))
        if names.key in body and row.get(names.key) != item.key:
            self._fields.clear()
            raise KeyFieldMissing.made(
                f"EspoCRM has no field {names.key} on {ENTITY[item.kind]}", crm_id
            )
        if names.outcome in body and row.get(names.outcome) != item.outcome:
            self._fields.clear()  # the field was removed: the text names the outcome from now on
            self.correct_activity(item, crm_id, ("text",))
        return crm_id

    def _body_of(self, item: CreateItem) -> dict[str, Any]:
        has_outcome = not item.outcome or bool(self.definition("Call", self._names.outcome))
        user, teams = ("", []) if ENTITY[item.kind] == "Note" else self.me()
        return body_of(item, self._names, user=user, teams=teams, has_outcome=has_outcome)

    def find(self, item: CreateItem, *, thorough: bool = True) -> str:  # noqa: ARG002
        """Return the id of the activity with the item's key, ``""`` when not found."""
        if ENTITY[item.kind] == "Note":
            return self._find_post(item)
        if item.mode is not KeyMode.MARKER:
            keyed: Conditions = [("equals", self._names.key, item.key)]
            with suppress(Rejected):  # the field was removed
                rows = self._query(ENTITY[item.kind], self._names.key, keyed)
                return identity(rows[0].get("id")) if rows else self._find_marked(item)
        return self._find_marked(item)

    def _find_marked(self, item: CreateItem) -> str:
        marked: Conditions = [
            ("equals", "parentId", item.lead_id),
            ("contains", "description", mark_of(item.key)),
        ]
        rows = self._query(ENTITY[item.kind], "name", marked)
        return identity(rows[0].get("id")) if rows else ""

    def _find_post(self, item: CreateItem) -> str:
        offset = 0
        while True:
            page = [("maxSize", str(_STREAM_PAGE)), ("offset", str(offset))]
            try:
                found = self._http.get(f"Lead/{step(item.lead_id)}/stream", page)
            except Gone:
                return ""
            rows = found.get("list", []) if isinstance(found, dict) else []
            for row in rows:
                if mark_of(item.key) in str(row.get("post") or ""):
                    return identity(row.get("id"))
            offset += len(rows)
            if len(rows) < _STREAM_PAGE:
                return ""

    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity."""
        row = self._http.get(f"{ENTITY[kind]}/{step(crm_id)}")
        return to_activity(kind, row, self._names)

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        """Change the text, or the outcome and title, of an activity."""
        whole = self._body_of(item)
        text = "post" if ENTITY[item.kind] == "Note" else "description"
        body = {text: whole[text]} if "text" in parts else {}
        if "outcome" in parts:
            body |= {n: whole[n] for n in ("name", self._names.outcome) if n in whole}
        self._http.write("PUT", f"{ENTITY[item.kind]}/{step(crm_id)}", body)

    def change_task(self, crm_id: str, changes: Mapping[str, str]) -> RemoteActivity:
        """Change a task and return it as it is then."""
        body: dict[str, Any] = {}
        if "open" in changes:
            body["status"] = "Not Started" if changes["open"] == "true" else "Completed"
        if "due_at" in changes:
            body["dateEnd"] = stamp(changes["due_at"])
        if "owner_id" in changes:
            body["assignedUserId"] = changes["owner_id"] or None
        if changes.get("subject"):
            body["name"] = name_of(changes["subject"])
        if changes.get("body"):
            before = self._http.get(f"Task/{step(crm_id)}").get("description") or ""
            body["description"] = f"{changes['body']}\n\n{before}".strip()
        self._http.write("PUT", f"Task/{step(crm_id)}", body)
        return self.read_task(crm_id)

    def change_meeting(self, crm_id: str, result: str, start_at: str = "") -> None:
        """Write what became of a meeting; one that is moved keeps its length.

        EspoCRM says "Not Held" of a no-show and of a cancelled one: its text says which.
        """
        path = f"Meeting/{step(crm_id)}"
        before = ForeignRecord("meeting", crm_id, found := self._http.get(path))
        text = RESULT.sub("", str(found.get("description") or ""))
        body = {"status": _MEETING.get(result, "Planned")}
        body["description"] = f"Result: {result.replace('_', ' ')}\n\n{text}".strip()
        if start_at:
            end = moved_end(before, "dateStart", "dateEnd", start_at)
            body |= {"dateStart": stamp(start_at), "dateEnd": written(end)}
        self._http.write("PUT", path, body)

    # Setting up.

    def survey(self) -> Survey:
        """Return options, fields and modes; changes nothing."""
        self._fields.clear()
        marks = tuple(
            LeadField(name, name, is_boolean=True)
            for name, definition in self.fields_of("Lead").items()
            if isinstance(definition, dict) and definition.get("type") == "bool"
        )
        modes = {kind: self._mode(kind) for kind in ACTIVITY_KINDS}
        own = (("lead", "persona", "Lead"), ("call", "outcome", "Call"), ("call", "key", "Call"))
        used = [(table, name, on, getattr(self._names, name)) for table, name, on in own]
        there, missing = own_fields("EspoCRM", self._mapping, used, self.definition)
        return Survey(
            self.options(),
            marks,
            marks,
            "",
            modes,
            self._missing_rights(),
            mapping=there,
            mapping_problems=missing,
        )

    def _missing_rights(self) -> tuple[str, ...]:
        me = self.whoami()
        rights = set(me.scopes or ())
        wanted = (
            "Call.create", "Lead.edit", "Lead.read", "Meeting.create", "Task.create", "User.read"
        )  # fmt: skip
        have = {right.partition("=")[0] for right in rights if not right.endswith("=no")}
        # Then an API user's list of users is empty.
        own = "User.read=own" in rights and me.token_kind == API_KEY
        return tuple(w for w in wanted if w not in have or (own and w == "User.read"))

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:
        """Create the fields that sdrdesk uses, where missing; only an administrator may."""
        self._fields.clear()
        wanted: list[tuple[ActivityKindName, str, Mapping[str, object]]]
        wanted = [(kind, self._names.key, _KEY_FIELD) for kind in PULLED]
        wanted.append(("call", self._names.outcome, _OUTCOME_FIELD))
        steps = []
        for kind, name, field in wanted:
            if self.definition(ENTITY[kind], name):
                continue
            what = f'make the field "{name}" on {ENTITY[kind]}'
            if not _CUSTOM.fullmatch(name):
                why = "EspoCRM begins the names of new fields with a c: name one so in crm.toml"
                steps.append(KeyStep(kind, what, False, why))
                continue
            body = {**field, "name": name[1].lower() + name[2:]}  # it puts the c before it
            path = f"Admin/fieldManager/{ENTITY[kind]}"
            make = None if dry_run else partial(self._http.write, "POST", path, body)
            advice = "An administrator can make it in Entity Manager"
            steps.append(key_step(kind, what, make, advice))
        if steps and not dry_run:
            self._fields.clear()
        return tuple(steps)

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Write one record twice by its key, see whether the second is refused, and delete it."""
        mode = self._mode(kind)
        if mode is KeyMode.MARKER or kind != "call":
            return mode
        key, now, made = f"probe-{uuid.uuid4().hex[:20]}", stamp(self._wire.clock().isoformat()), []
        user, teams = self.me()
        body: dict[str, Any] = {
            "name": "sdrdesk setup checks this account; removed at once",
            "status": "Not Held",
            "direction": "Outbound",
            "dateStart": now,
            "dateEnd": now,
            "assignedUserId": user,  # EspoCRM takes no call without one
            self._names.key: key,
        }
        body |= {"teamsIds": teams} if teams else {}
        try:
            made.append(id_of(self._http.write("POST", "Call", body).get("id")))
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

    def _mode(self, kind: ActivityKindName) -> KeyMode:
        if kind not in PULLED:
            return KeyMode.MARKER
        found = self.definition(ENTITY[kind], self._names.key)
        return KeyMode.FIELD if found else KeyMode.MARKER
