"""The Odoo client: writing and setting up; reading is in ``reading``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from email.utils import parseaddr
from functools import partial
from typing import Any, Final

from sdrdesk.domain.crm.records import (
    ActivityKindName,
    Added,
    LeadFields,
    NewLead,
    RemoteActivity,
    RemoteLead,
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
    TakenAway,
)
from sdrdesk.sync.kit.account import SchemaChange
from sdrdesk.sync.kit.entries import OUTCOMES, Draft, with_result
from sdrdesk.sync.kit.fields import Row
from sdrdesk.sync.kit.values import id_of
from sdrdesk.sync.odoo import mapping
from sdrdesk.sync.odoo.api import is_race
from sdrdesk.sync.odoo.mapping import LOST, MODEL, NAMES, Shape, numbers
from sdrdesk.sync.odoo.reading import Domain, Reading
from sdrdesk.sync.port import CreateItem, Survey
from sdrdesk.sync.richtext import to_html, to_text

_SURVIVOR: Final = re.compile(r"\d+")
_MERGED: Final = (
    "contact_name", "function", "partner_name", "email_from", "phone", "mobile",
)  # fmt: skip
"""Values that ``sdrdesk merge`` shows of both leads."""
_KEYED: Final[tuple[ActivityKindName, ...]] = ("call", "task", "meeting")
"""One kind for each model with a key."""
_NEEDED: Final = (
    ("crm.lead", "read"), ("crm.lead", "write"), ("mail.message", "create"),
    ("mail.activity", "create"), ("calendar.event", "create"),
)  # fmt: skip
_ONCE_FROM: Final = 18
"""From this version on Odoo refuses a repeat; 17 writes the same entry again."""


class OdooClient(Reading):
    """One Odoo database behind one key; implements ``port.CrmClient``."""

    can_merge = True
    began, ended = "start", "stop"
    own = (
        ("lead", "persona"), ("lead", "last_outcome"), ("call", "outcome"), ("call", "duration"),
        ("call", "key"),
    )  # fmt: skip
    advice = "An administrator can: sdrdesk setup with their key"

    @property
    def can_mark(self) -> bool:
        """True if the database has a do-not-call field: Odoo has none of its own."""
        return self.has("lead", self._said.do_not_call)

    # Leads: written one at a time, and read again, because Odoo answers only "yes".

    def said_of(self, row: Row, names: Sequence[str]) -> LeadFields:
        """Return fields of a lead by our names."""
        said, p, shape = self._said, mapping.record_of("lead", row), self.shape_of("lead")
        known = {n: p.line(f) for n, f in said.lead.items() if self.has("lead", f)}
        known["first_name"], known["last_name"] = mapping.split_name(p)
        known |= {
            "status": mapping.status_of(row, shape),
            "do_not_call": "true" if row.get(said.do_not_call) is True else "false",
            "persona": p.line(said.persona),
        }
        return LeadFields(p.record_id, {name: known[name] for name in names if name in known})

    def write_lead(self, lead_id: str, changes: Mapping[str, str], version: str) -> Row:  # noqa: ARG002
        """Write fields of a lead; losing one, and taking it back, are steps of their own."""
        row = self.row_of("lead", lead_id)
        values, ids, status = self._values(row, changes), numbers([lead_id]), changes.get("status")
        try:
            if status not in (None, LOST) and row.get("active") is False:
                self._api.call("crm.lead", "action_unarchive", ids)  # in 17 as well
            if values:
                self._api.call("crm.lead", "write", ids, vals=values)
            if status == LOST and row.get("active") is not False:
                self._lose(ids)
        except Gone as error:  # the lead, or what a value names: a deleted user
            self.row_of("lead", lead_id)
            raise Rejected(error.message) from error
        except Rejected as error:
            self.must_be_allowed("write")
            self.row_of("lead", lead_id)  # raises when it was given away meanwhile
            error.fields = error.fields or tuple(f for f in values if f in error.message)
            if self._said.persona in error.fields:
                raise OutcomeMissing(error.message, fields=error.fields) from error
            raise
        try:
            return self.row_of("lead", lead_id)
        except TakenAway:  # done: the change itself hid it, as giving it to a colleague does
            is_there = row.get("active") if status is None else status != LOST
            return {**row, **values, "active": is_there}

    def _values(self, row: Row, changes: Mapping[str, str]) -> dict[str, object]:
        """Return the values to write, by Odoo's names."""
        values: dict[str, object] = {}
        for field, value in self._said.changed_values("Odoo", changes).items():
            if not self.has("lead", field):
                said = f'Odoo has no field "{field}" on leads for this user'
                raise Rejected(said, fields=(field,))
            values[field] = False if value is None else value
        if owner := changes.get("owner_id"):
            known = numbers([owner])
            if not known:  # Odoo would empty the field without a word
                said = f'Odoo has no user "{one_line(owner, limit=60)}"'
                where = "correct owner under [crm] in config.toml"
                raise Rejected(f"{said}; {where}", fields=("owner_id",))
            values["user_id"] = known[0]
        if "status" in changes:
            del values["stage_id"]
            values |= self._status_values(row, changes["status"])
        if "contact_name" in values:
            first, last = mapping.split_name(mapping.record_of("lead", row))
            both = (changes.get("first_name", first), changes.get("last_name", last))
            values["contact_name"] = " ".join(filter(None, both))
        return values

    def _status_values(self, row: Row, status: str) -> dict[str, object]:
        if status == LOST:
            return {}
        shape = self.shape_of("lead")
        tag = shape.nurture_tag
        if tag and status == self._said.nurture:
            return {"tag_ids": [[4, tag]]}
        is_tagged = tag and tag in (row.get("tag_ids") or ())
        for stage_id, (name, _) in (shape.stages or {}).items():
            if name.casefold() == status.casefold():
                return {"stage_id": stage_id, **({"tag_ids": [[3, tag]]} if is_tagged else {})}
        said = (
            f'Odoo has no stage or tag "{status}"; name the one to use under [status] in crm.toml'
        )
        if status == self._said.nurture:
            said += ", a tag with nurture under [lead] too"
        raise OutcomeMissing.in_crm_file(said, "status")

    def _lose(self, ids: list[int]) -> None:
        reason: dict[str, Any] = {}
        if name := self._said.lost_reason:
            reason = {"lost_reason_id": self.id_of_name("crm.lost.reason", name)}
            if not reason["lost_reason_id"]:
                said = f'Odoo has no lost reason "{name}"; correct lost_reason in crm.toml'
                raise OutcomeMissing.in_crm_file(said, "status")
        self._api.call("crm.lead", "action_set_lost", ids, **reason)

    def rows_of_emails(self, emails: Sequence[str]) -> Sequence[Row]:
        """Return the leads with one of these addresses, also with a name before it."""
        any_of: Domain = ["|"] * (len(emails) - 1)
        any_of += [["email_from", "ilike", _literally(email)] for email in emails]
        rows = self.search("crm.lead", any_of, ["email_from"], "id desc")
        known = [{**row, "email_from": parseaddr(str(row.get("email_from")))[1]} for row in rows]
        return [row for row in known if row["email_from"].lower() in emails]

    def find_numbers(self, wanted: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads with one of these numbers."""
        held = [f for f in ("phone_sanitized", "phone", "mobile") if self.has("lead", f)]
        any_of: Domain = ["|"] * (len(held) - 1) + [[f, "in", list(wanted)] for f in held]
        fields = self.shape_of("lead").read_of("lead") if wanted else []
        return self.leads_of(self.search("crm.lead", any_of, fields)) if wanted else ()

    def new_body(self, lead: NewLead, owner_id: str) -> dict[str, Any]:
        """Return the body of a new lead: it has a title, and one field for both names."""
        said, body = lead.values, super().new_body(lead, owner_id)
        name = " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
        title = said.get("company") or name or lead.email or next(iter(lead.numbers), "Lead")
        notes = [*lead.notes, *(said[n] for n in ("state", "country") if said.get(n))]
        body |= {"name": title, "contact_name": name, "type": self._said.type}
        body |= {"user_id": next(iter(numbers([owner_id])), 0)}
        body |= {"description": to_html("\n".join(notes))} if notes else {}
        return {n: v for n, v in body.items() if v and self.has("lead", n)}

    def add_lead(self, lead: NewLead, owner_id: str) -> Added:
        """Create a lead, unless there is one with its address."""
        there = self.find_leads((lead.email,)).get(lead.email) if lead.email else None
        if there:
            return Added(there, existed=True)
        return super().add_lead(lead, owner_id)

    def make_lead(self, body: dict[str, Any]) -> str:
        """Create a lead and return its id."""
        found = self._api.call("crm.lead", "create", vals_list=[body])
        return id_of(found[0] if isinstance(found, list) and found else found)

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        """Merge two leads; Odoo itself ranks which of them survives, and keeps its values.

        So those of ``keep_id`` are written again, and a do-not-call on both before: Odoo merges no
        fields of the database's own.
        """
        both, mark = numbers([keep_id, other_id]), self._said.do_not_call
        fields = [f for f in (*_MERGED, self._said.persona, mark) if self.has("lead", f)]
        rows = {row["id"]: row for row in self.search("crm.lead", [["id", "in", both]], fields)}
        if len(rows) < 2:
            return id_of(next(iter(rows), keep_id))  # merged before
        if any(row.get(mark) is True for row in rows.values()):
            self._api.call("crm.lead", "write", both, vals={mark: True})
        said = self._api.call("crm.lead", "merge_opportunity", both)
        found = _SURVIVOR.search(str(said))  # 17 answers "crm.lead(12,)", 19 [12]
        if found is None or int(found[0]) not in both:
            raise Rejected(f"Odoo did not say which of the leads {both} is left")
        left, (keep, other) = int(found[0]), (rows[i] for i in both)
        wanted = {f: keep[f] or other[f] for f in fields if f != mark}
        vals = {f: mapping.bare(v) for f, v in wanted.items() if v and v != rows[left][f]}
        if vals:
            self._api.call("crm.lead", "write", [left], vals=vals)
        return id_of(left)

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a tag on a lead."""
        tag = self.id_of_name("crm.tag", list_name)
        if not tag:
            raise OutcomeMissing(f'Odoo has no tag "{list_name}" to put on leads')
        self._api.call("crm.lead", "write", numbers([lead_id]), vals={"tag_ids": [[4, tag]]})
        return str(tag)

    # Activities.

    def _call_shape(self) -> Shape:
        """Return the shape with the activity type of calls and the fields of activities."""
        if not self._shape.call_type:
            calls = [["category", "=", "phonecall"]]
            rows = self.search("mail.activity.type", calls, ["name"], "sequence, id", 1)
            if not rows:
                raise Rejected("Odoo has no activity type of the category Call", fields=("call",))
            self._shape.call_type = int(rows[0]["id"])
        for kind in _KEYED:
            self.shape_of(kind)
        return self._shape

    def create(self, item: CreateItem) -> str:
        """Log an activity under an external id, which Odoo keeps unique.

        17 writes a repeat into the same record; 18 and 19 refuse it, which proves that it is there.
        """
        model, key = MODEL[item.kind], self._said.key
        shape = self._call_shape()
        if item.mode is not KeyMode.MARKER and not shape.has(model, key):
            raise KeyFieldMissing(f'Odoo has no field "{key}" on {model}')
        columns = mapping.columns_of(Draft(item), shape)
        try:
            said = self._load(model, columns)
        except Rejected as error:
            said = {"messages": [{"message": error.message}]}
        ids, messages = said.get("ids"), said.get("messages")
        if isinstance(ids, list) and len(ids) == 1:
            self._note_outcome(item)
            return id_of(ids[0])
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
        return said if isinstance(said, dict) else {}

    def _note_outcome(self, item: CreateItem) -> None:
        """Show the outcome on the lead as well, where it has a field for the last one."""
        if item.kind != "call":
            return
        label = dict(self.selection("call", self._said.outcome)).get(item.outcome, item.outcome)
        last = self._said.last_outcome
        by_label = {name: value for value, name in self.selection("lead", last)}
        if label in by_label:
            with suppress(SdrDeskError):  # the call itself is logged
                vals = {last: by_label[label]}
                self._api.call("crm.lead", "write", numbers([item.lead_id]), vals=vals)

    def _why_not(
        self, item: CreateItem, columns: Mapping[str, str], fields: Collection[str], words: str
    ) -> SdrDeskError:
        """Return why an activity was refused; the words are in the user's own language."""
        message = f"Odoo: {words or 'no reason said'}"
        key, outcome = self._said.key, self._said.outcome
        self.row_of("lead", item.lead_id)  # raises when the lead went, or is somebody else's
        self.look_again()
        if key in columns and (key in fields or not self.has(item.kind, key)):
            return KeyFieldMissing(f'Odoo has no field "{key}" on {MODEL[item.kind]}')
        if columns.get(outcome) and outcome in fields:
            return OutcomeMissing(message, fields=("outcome",))
        return Rejected(message, fields=tuple(sorted(filter(None, fields))))

    def find_keyed(self, item: CreateItem) -> str:
        """Return the id of the activity with the item's key in its field."""
        key = self._said.key
        return self._first(item, [[key, "=", item.key]]) if self.has(item.kind, key) else ""

    def find_marked(self, item: CreateItem) -> str:
        """Return the id of the activity whose text ends with the item's key."""
        lead, model = numbers([item.lead_id]), MODEL[item.kind]
        marked: Domain = [[self.texts[item.kind], "like", item.key]]
        if model == "calendar.event":
            return self._first(item, [["opportunity_id", "in", lead], *marked])
        of = "model" if model == "mail.message" else "res_model"
        return self._first(item, [[of, "=", "crm.lead"], ["res_id", "in", lead], *marked])

    def _first(self, item: CreateItem, domain: Domain) -> str:
        rows = self.search(MODEL[item.kind], domain, ["create_date"], limit=1)
        return id_of(rows[0]["id"]) if rows else ""

    def put(self, kind: ActivityKindName, crm_id: str, values: Mapping[str, object]) -> None:
        """Write fields of an activity."""
        self._api.call(MODEL[kind], "write", numbers([crm_id]), vals=values)

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        """Write text and outcome of a call, or the text of a note, again."""
        keyed = bool(self.row_of(item.kind, crm_id).get(self._said.key))
        shape, outcome = self._call_shape(), self._said.outcome
        values: dict[str, object] = {"body": mapping.html_of(Draft(item), shape, keyed=keyed)}
        if "outcome" in parts and self.has("call", outcome):
            values[outcome] = item.outcome or False
        self.put(item.kind, crm_id, values)

    def change_task(self, crm_id: str, changes: Mapping[str, str]) -> RemoteActivity:
        """Change a call-back and return it as it is then.

        Closing it is not repeatable in Odoo, so it is looked at first; before 19 it is deleted.
        """
        closes = changes.get("open") == "false"
        try:
            row = self.row_of("task", crm_id)
        except Gone:
            if closes:
                return RemoteActivity("task", crm_id)
            raise
        before, values = self.to_activity("task", row), dict[str, object]()
        if "due_at" in changes:
            words, zone = changes.get("subject") or before.title, self._shape.zone
            values |= mapping.due_of(changes["due_at"], words, zone)
        if changes.get("open") == "true" and before.done:
            values["active"] = True
        if owner := numbers([changes.get("owner_id", "")]):
            values["user_id"] = owner[0]
        if changes.get("body"):
            values["note"] = to_html(changes["body"]) + str(row.get("note") or "")
        if values:
            self.put("task", crm_id, values)
        if closes and not before.done:
            ids = numbers([crm_id])
            self._api.call("mail.activity", "action_feedback", ids, feedback=mapping.DONE)
            return replace(before, done=True, open_call=False)
        return self.read_task(crm_id)

    def meeting_values(self, text: str, result: str) -> dict[str, object]:
        """Return the text of a meeting; a cancelled one is archived."""
        html = to_html(with_result(to_text(text), result))
        return {"description": html, "active": result != "canceled"}

    # Setting up.

    def survey(self) -> Survey:
        """Return what the database has, and the language in which this user sees it."""
        found, language = super().survey(), self._api.language
        if not language:  # Odoo shows each user the stages in the user's own language
            return found
        of_lead = {**found.mapping.get("lead", {}), "language": language}
        return replace(found, mapping={**found.mapping, "lead": of_lead})

    def is_mark(self, name: str, definition: Mapping[str, Any]) -> bool:
        """Return whether a field of leads is the database's own and says yes or no."""
        is_own = name.startswith("x_") and not definition.get("readonly")
        return is_own and definition.get("type") == "boolean"

    def mark_problem(self) -> str:
        """Return the problem with the do-not-call field; ``setup`` makes the usual one."""
        return "" if self._said.do_not_call == NAMES.do_not_call else super().mark_problem()

    def more_problems(self) -> tuple[str, ...]:
        """Return the lost reason and the tag that ``crm.toml`` names and that are not there."""
        tag, reason = self._said.nurture, self._said.lost_reason
        problems = []
        if reason and not self.id_of_name("crm.lost.reason", reason):
            problems.append(f'Odoo has no lost reason "{reason}"')
        if tag not in ("", NAMES.nurture) and not self.shape_of("lead").nurture_tag:
            problems.append(f'Odoo has no tag "{tag}", which is nurture')
        return tuple(problems)

    def missing_rights(self) -> tuple[str, ...]:
        """Return the rights that a rep needs and this user does not have."""
        return tuple(f"{op} {model}" for model, op in _NEEDED if not self.may(model, op))

    def lists(self) -> tuple[str, ...]:
        """Return the names of the tags."""
        return tuple(one_line(str(r["name"])) for r in self.search("crm.tag", [], ["name"]))

    def mode_of(self, kind: ActivityKindName) -> KeyMode:
        """Return how a kind is logged once. Without a key field the key ends the text.

        The external id keeps it unique in any case.
        """
        generation, _ = self._api.version()
        if not self.has(kind, self._said.key):
            return KeyMode.MARKER
        refuses = MODEL[kind] == "mail.message" and generation >= _ONCE_FROM
        return KeyMode.ONCE if refuses else KeyMode.UPSERT

    def schema_changes(self) -> Iterator[SchemaChange]:
        """Yield the fields that are missing, and the tag of leads that rest."""
        names = self._said
        choices = [
            [0, 0, {"value": name, "name": name, "sequence": place}]
            for place, name in enumerate(OUTCOMES, 1)
        ]
        wanted: list[tuple[str, str, dict[str, object]]] = [
            (kind, names.key, _field("sdrdesk key", "char", index=True)) for kind in _KEYED
        ]
        wanted += [
            ("call", names.outcome, _field("Call outcome", "selection", selection_ids=choices)),
            ("call", names.duration, _field("Seconds", "integer")),
            ("lead", names.do_not_call, _field("Do not call", "boolean")),
        ]
        for kind, name, values in wanted:
            if name and not self.has(kind, name):
                what = f'make the field "{name}" on {MODEL[kind]}'
                yield "call", what, partial(self._add_field, MODEL[kind], {**values, "name": name})
        if not self.shape_of("lead").nurture_tag:
            tag = [{"name": names.nurture}]
            what = f'make the tag "{names.nurture}" for leads that rest'
            yield "call", what, partial(self._api.call, "crm.tag", "create", vals_list=tag)

    def _add_field(self, model: str, values: dict[str, object]) -> None:
        found = self.search("ir.model", [["model", "=", model]], ["model"], limit=1)
        if not found:
            raise Rejected(f"Odoo has no model {model}")
        body = {**values, "model_id": int(found[0]["id"])}
        self._api.call("ir.model.fields", "create", vals_list=[body])


def _field(label: str, kind: str, **more: object) -> dict[str, object]:
    return {"field_description": label, "ttype": kind, "state": "manual", "copied": False, **more}


def _literally(text: str) -> str:
    """Return a text for ``ilike`` without wildcards."""
    return re.sub(r"([\\%_])", r"\\\1", text)
