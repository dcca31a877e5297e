"""The Odoo client: leads, activities and setup over one connection."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr
from functools import partial
from typing import Any, Final

import httpx

from sdrdesk.clock import Clock, iso, parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord
from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    ActivityKindName,
    Added,
    LeadFields,
    NewLead,
    RemoteActivity,
    RemoteLead,
)
from sdrdesk.domain.errors import CredentialsError, SdrDeskError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    Gone,
    KeyFieldMissing,
    Locked,
    OutcomeMissing,
    Refused,
    Rejected,
    TakenAway,
)
from sdrdesk.sync.odoo.api import OdooApi, is_race
from sdrdesk.sync.odoo.mapping import (
    DONE,
    LOST,
    MODEL,
    OUTCOMES,
    PLAIN,
    Names,
    columns_of,
    due_of,
    html_of,
    link_of,
    numbers,
    split_name,
    status_of,
)
from sdrdesk.sync.odoo.reading import Domain, Reading
from sdrdesk.sync.plain_crm import Row, id_of, written
from sdrdesk.sync.port import CreateItem, KeyStep, LeadField, Survey
from sdrdesk.sync.richtext import to_html, to_text

_KEYED: Final[tuple[ActivityKindName, ...]] = ("call", "task", "meeting")
"""One kind for each model with a key."""
_NEEDED: Final = (
    ("crm.lead", "read"), ("crm.lead", "write"), ("mail.message", "create"),
    ("mail.activity", "create"), ("calendar.event", "create"),
)  # fmt: skip
_NEW_LEAD: Final = {
    "title": "function", "company": "partner_name", "phone": "phone", "mobile": "mobile",
    "street": "street", "city": "city", "postcode": "zip",
}  # fmt: skip
_SURVIVOR: Final = re.compile(r"\d+")
_RESULT: Final = re.compile(r"(?m)\AResult: [^\n]*\n*")
_ONCE_FROM: Final = 18
"""From this version on Odoo may refuse a repeat; 17 writes the same entry again."""


class OdooClient(Reading):
    """One Odoo database behind one key; implements ``port.CrmClient``."""

    can_merge = True

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        user: str,
        database: str,
        mapping: Mapping[str, Mapping[str, object]],
        clock: Clock,
        do_not_call: str = "",
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        super().__init__()
        more = {} if sleep is None else {"sleep": sleep}
        self._api = OdooApi(
            base_url, key, user=user, database=database, clock=clock, transport=transport, **more
        )
        self._http = self._api.http
        self._names = Names.of(mapping, do_not_call)
        self._unreadable = deque(maxlen=1000)

    def __repr__(self) -> str:
        return f"OdooClient({self._api!r})"

    @property
    def can_mark(self) -> bool:
        """Whether the database has a do-not-call field: Odoo has none of its own."""
        return self.shape("crm.lead").has("crm.lead", self._names.do_not_call)

    # Leads.

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:  # noqa: ARG002
        """Return fields of a lead. Odoo tells administrators only when one was set."""
        return self._read_of(self.lead_row(lead_id), names)

    def _read_of(self, row: Row, names: Sequence[str]) -> LeadFields:
        known = self._values(row)
        return LeadFields(
            lead_id=id_of(row.get("id")), values={n: known[n] for n in names if n in known}
        )

    def _values(self, row: Row) -> dict[str, str]:
        shape = self.lead_shape()
        first, last = split_name(one_line(str(row.get("contact_name") or "")))
        found = {
            "status": status_of(row, shape),
            "do_not_call": "true" if row.get(self._names.do_not_call) is True else "false",
            "persona": one_line(str(row.get(self._names.persona) or "")),
            "first_name": first,
            "last_name": last,
        }
        for name, field in PLAIN.items():
            if shape.has("crm.lead", field):
                value = row.get(field)
                link = link_of(row, field)
                found[name] = str(link) if link else one_line(str(value or ""))
        return found

    def change_lead(
        self,
        lead_id: str,
        changes: dict[str, str],
        *,
        seen_version: str = "",  # noqa: ARG002
    ) -> LeadFields:
        """Change a lead and read it again: Odoo answers "yes" without showing what it kept."""
        row = self.lead_row(lead_id)
        values = self._vals(row, changes)
        ids = numbers([lead_id])
        try:
            if "status" in changes and changes["status"] != LOST and row.get("active") is False:
                back = "action_unarchive" if self._api.is_json2 else "toggle_active"
                self._api.call("crm.lead", back, ids)
            if values:
                self._api.call("crm.lead", "write", ids, vals=values)
            if changes.get("status") == LOST and row.get("active") is not False:
                self._lose(ids)
        except TakenAway:
            self._must_be_allowed("write")
            raise
        except OutcomeMissing:
            raise
        except Rejected as error:
            raise self._named(error, values) from error
        return self._read_of(self.lead_row(lead_id), tuple(changes))

    def _named(self, error: Rejected, values: Mapping[str, object]) -> Rejected:
        """Return a refusal with our names of the fields that its text names."""
        ours = {field: name for name, field in PLAIN.items()}
        own = self._names
        ours |= {own.persona: "persona", own.do_not_call: "do_not_call", "stage_id": "status"}
        fields = tuple(ours[f] for f in values if f in ours and f in error.message)
        kind = OutcomeMissing if "persona" in fields else Rejected
        return kind(error.message, fields=fields)

    def _vals(self, row: Row, changes: Mapping[str, str]) -> dict[str, object]:
        """Return the values to write, by Odoo's names."""
        shape, values = self.lead_shape(), dict[str, object]()
        own = {"persona": self._names.persona, "do_not_call": self._names.do_not_call}
        for name, value in changes.items():
            if name == "status":
                values |= self._status_vals(row, value)
            elif name in ("first_name", "last_name"):
                both = dict(zip(("first_name", "last_name"), _names_of(row), strict=True))
                both |= {n: changes[n] for n in both if n in changes}
                values["contact_name"] = " ".join(filter(None, both.values()))
            elif name == "lifecycle":
                raise OutcomeMissing("Odoo has no lifecycle of a lead", fields=(name,))
            elif not shape.has("crm.lead", field := own.get(name) or PLAIN.get(name, "")):
                what = f'field "{field}"' if field else "field"
                raise Rejected(f"Odoo has no {what} on leads for {name}", fields=(name,))
            elif name == "do_not_call":
                values[field] = value == "true"
            else:
                ids = numbers([value]) if name == "owner_id" else []
                values[field] = ids[0] if ids else value or False
        return values

    def _status_vals(self, row: Row, status: str) -> dict[str, object]:
        if status == LOST:
            return {}
        shape = self.lead_shape()
        is_tagged = bool(shape.nurture_tag) and shape.nurture_tag in (row.get("tag_ids") or ())
        if status == self._names.nurture and shape.nurture_tag:
            return {"tag_ids": [[4, shape.nurture_tag]]}
        vals: dict[str, object] = {"tag_ids": [[3, shape.nurture_tag]]} if is_tagged else {}
        wanted = status.casefold()
        for stage_id, (name, _) in shape.stages.items():
            if name.casefold() == wanted:
                return vals | {"stage_id": stage_id}
        raise OutcomeMissing(
            f'Odoo has no stage or tag "{status}"; name the one to use under [status] in crm.toml',
            fields=("status",),
        )

    def _lose(self, ids: list[int]) -> None:
        reason: dict[str, Any] = {}
        if name := self._names.lost_reason:
            found = self.search("crm.lost.reason", [["name", "=", name]], ["name"], limit=1)
            if not found:
                raise OutcomeMissing(
                    f'Odoo has no lost reason "{name}"; correct lost_reason in crm.toml',
                    fields=("status",),
                )
            reason = {"lost_reason_id": int(found[0]["id"])}
        self._api.call("crm.lead", "action_set_lost", ids, **reason)

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail to id of the leads found."""
        if not emails:
            return {}
        any_of: Domain = ["|"] * (len(emails) - 1)
        any_of += [["email_from", "ilike", _literally(email)] for email in emails]
        rows = self.search("crm.lead", any_of, ["email_from"])
        wanted = {email.lower() for email in emails}
        found = {parseaddr(str(r.get("email_from") or ""))[1].lower(): id_of(r["id"]) for r in rows}
        return {email: lead_id for email, lead_id in found.items() if email in wanted}

    def find_numbers(self, wanted: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads with one of these numbers."""
        if not wanted:
            return ()
        shape = self.lead_shape()
        held = [f for f in ("phone_sanitized", "phone", "mobile") if shape.has("crm.lead", f)]
        any_of: Domain = ["|"] * (len(held) - 1) + [[f, "in", list(wanted)] for f in held]
        rows = self.search("crm.lead", any_of, shape.lead_fields())
        return tuple(one for one in self.records("lead", rows) if isinstance(one, RemoteLead))

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create leads one by one, so that a bad one refuses no other."""
        return tuple(self._add(lead, owner_id) for lead in leads)

    def _add(self, lead: NewLead, owner_id: str) -> Added:
        there = self.find_leads((lead.email,)).get(lead.email) if lead.email else None
        if there:
            return Added(there, existed=True)
        said, shape = lead.values, self.shape("crm.lead")
        name = " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
        title = said.get("company") or name or lead.email or next(iter(lead.numbers), "Lead")
        body: dict[str, object] = {"name": title, "contact_name": name, "email_from": lead.email}
        body |= {_NEW_LEAD[n]: value for n, value in said.items() if n in _NEW_LEAD}
        body |= {self._names.do_not_call: True} if lead.do_not_call else {}
        body |= {"user_id": own[0]} if (own := numbers([owner_id])) else {}
        body |= {"type": self._names.type} if self._names.type else {}
        notes = [*lead.notes, *(said[n] for n in ("state", "country") if said.get(n))]
        body |= {"description": to_html("\n".join(notes))} if notes else {}
        kept = {n: v for n, v in body.items() if v and shape.has("crm.lead", n)}
        if lead.do_not_call and self._names.do_not_call not in kept:
            return Added(problem="Odoo has no field for do not call")
        try:
            found = self._api.call("crm.lead", "create", vals_list=[kept])
            return Added(id_of(found[0] if isinstance(found, list) and found else found))
        except Refused as error:
            return Added(problem=error.message)

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        """Merge two leads; Odoo itself ranks which of them survives."""
        both = numbers([keep_id, other_id])
        left = [row["id"] for row in self.search("crm.lead", [["id", "in", both]], ["name"])]
        if len(left) < 2:
            return id_of(left[0] if left else keep_id)  # merged before
        said = self._api.call("crm.lead", "merge_opportunity", both)
        found = _SURVIVOR.search(str(said))  # 17 answers "crm.lead(12,)", 19 [12]
        if found is None or int(found[0]) not in both:
            raise Rejected(f"Odoo did not say which of the leads {both} is left")
        return found[0]

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a tag on a lead."""
        tags = self.search("crm.tag", [["name", "=", list_name]], ["name"], limit=1)
        if not tags:
            raise OutcomeMissing(f'Odoo has no tag "{list_name}" to put on leads')
        tag = int(tags[0]["id"])
        self._api.call("crm.lead", "write", numbers([lead_id]), vals={"tag_ids": [[4, tag]]})
        return str(tag)

    # Activities.

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
            began, ended = p.moment("start"), p.moment("stop")
            lasts = timedelta(milliseconds=max(0, (ended or 0) - (began or 0)))
            end = parse_iso(start_at) + (lasts if began and ended else timedelta(minutes=30))
            vals |= {"start": written(parse_iso(start_at)), "stop": written(parse_iso(iso(end)))}
        self._api.call("calendar.event", "write", ids, vals=vals)

    # Setting up.

    def survey(self) -> Survey:
        """Return options, fields, modes and rights; changes nothing."""
        options = self.options()
        self._api.version()
        found = self.shape("crm.lead").fields["crm.lead"]
        own = tuple(
            LeadField(name, one_line(str(d.get("string") or name)), is_boolean=True)
            for name, d in sorted(found.items())
            if d.get("type") == "boolean" and name.startswith("x_") and not d.get("readonly")
        )
        there, missing = self._fields_there()
        problem = ""
        if not self.can_mark and self._names.do_not_call != Names().do_not_call:
            problem = f'Odoo has no field "{self._names.do_not_call}" on leads'
        return Survey(
            options,
            own,
            own,
            problem,
            {kind: self.probe(kind) for kind in ACTIVITY_KINDS},
            tuple(f"{op} {model}" for model, op in _NEEDED if not self.may(model, op)),
            mapping=there,
            mapping_problems=missing,
            lists=tuple(one_line(str(r["name"])) for r in self.search("crm.tag", [], ["name"])),
        )

    def _fields_there(self) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
        """Return the team's own fields that are there, and words on those named in vain."""
        usual, there, missing = Names(), dict[str, dict[str, str]](), []
        for table, model, name in (
            ("lead", "crm.lead", "persona"),
            ("lead", "crm.lead", "last_outcome"),
            ("call", "mail.message", "outcome"),
            ("call", "mail.message", "duration"),
            ("call", "mail.message", "key"),
        ):
            field = str(getattr(self._names, name))
            if self.shape(model).has(model, field):
                there.setdefault(table, {})[name] = field
            elif field != getattr(usual, name):
                missing.append(f'Odoo has no field "{field}" on {model} for {name}')
        reason = self._names.lost_reason
        if reason and not self.search("crm.lost.reason", [["name", "=", reason]], ["name"]):
            missing.append(f'Odoo has no lost reason "{reason}"')
        return there, tuple(missing)

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Return how a kind is logged once. Without a key field the key ends the text.

        The external id keeps it unique in any case.
        """
        model = MODEL[kind]
        if not self.shape(model).has(model, self._names.key):
            return KeyMode.MARKER
        refuses = model == "mail.message" and self._api.version()[0] >= _ONCE_FROM
        return KeyMode.ONCE if refuses else KeyMode.UPSERT

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:
        """Create the fields that sdrdesk uses and the tag of leads that rest, where missing."""
        shape, names = self.call_shape(), self._names
        shape = self.shape("crm.lead")
        wanted: list[tuple[ActivityKindName, str, dict[str, object]]] = [
            (kind, MODEL[kind], _field(names.key, "sdrdesk key", "char", index=True))
            for kind in _KEYED
        ]
        choices = [
            [0, 0, {"value": name, "name": name, "sequence": place}]
            for place, name in enumerate(OUTCOMES, 1)
        ]
        wanted += [
            ("call", "mail.message",
             _field(names.outcome, "Call outcome", "selection", selection_ids=choices)),
            ("call", "mail.message", _field(names.duration, "Seconds", "integer")),
            ("call", "crm.lead", _field(names.do_not_call, "Do not call", "boolean")),
        ]  # fmt: skip
        steps = []
        for kind, model, vals in wanted:
            if not shape.has(model, str(vals["name"])):
                what = f'make the field "{vals["name"]}" on {model}'
                add = partial(self._add_field, model, vals)
                steps.append(self._step(kind, what, dry_run, add))
        if not self.lead_shape().nurture_tag:
            tag = [{"name": names.nurture}]
            what = f'make the tag "{names.nurture}" for leads that rest'
            make = partial(self._api.call, "crm.tag", "create", vals_list=tag)
            steps.append(self._step("call", what, dry_run, make))
        if steps and not dry_run:
            self.look_again()
        return tuple(steps)

    def _step(
        self, kind: ActivityKindName, what: str, dry_run: bool, act: Callable[[], object]
    ) -> KeyStep:
        problem = ""
        if not dry_run:
            try:
                act()
            except (Refused, CredentialsError) as error:
                said = getattr(error, "message", error.what)
                problem = f"{said.rstrip('.')}. An administrator can: sdrdesk setup with their key"
        return KeyStep(kind, what, not dry_run and not problem, problem)

    def _add_field(self, model: str, vals: dict[str, object]) -> None:
        found = self.search("ir.model", [["model", "=", model]], ["model"], limit=1)
        if not found:
            raise Rejected(f"Odoo has no model {model}")
        body = {**vals, "model_id": int(found[0]["id"])}
        self._api.call("ir.model.fields", "create", vals_list=[body])


def _field(name: str, label: str, kind: str, **more: object) -> dict[str, object]:
    fixed = {"name": name, "field_description": label, "ttype": kind, "state": "manual"}
    return {**fixed, "copied": False, **more}


def _names_of(row: Row) -> tuple[str, str]:
    return split_name(one_line(str(row.get("contact_name") or "")))


def _literally(text: str) -> str:
    """Return a text for ``ilike`` in which nothing stands for other characters."""
    return re.sub(r"([\\%_])", r"\\\1", text)
