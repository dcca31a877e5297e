"""The Salesforce client: writing and setting up; reading is in ``reading``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from sdrdesk.clock import iso
from sdrdesk.domain.crm.foreign_values import identity
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    Added,
    LeadFields,
    NewLead,
    OptionField,
    RemoteLead,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    Conflicting,
    Gone,
    KeyFieldMissing,
    Locked,
    OutcomeMissing,
    Rejected,
    Unreadable,
)
from sdrdesk.sync.kit.account import SchemaChange
from sdrdesk.sync.kit.entries import Draft, mark_of
from sdrdesk.sync.kit.fields import Row
from sdrdesk.sync.kit.values import id_of
from sdrdesk.sync.port import CreateItem, LeadField
from sdrdesk.sync.salesforce import mapping
from sdrdesk.sync.salesforce.reading import Reading
from sdrdesk.sync.salesforce.soql import listed, quoted, select
from sdrdesk.sync.salesforce.traits import API_VERSION
from sdrdesk.sync.salesforce.transport import problem_of, refusal

_STEP: Final = re.compile(r"[0-9A-Za-z_-]{1,100}")
_NO_COMPANY: Final = "[not provided]"
_PICKLISTS: Final[tuple[OptionField, ...]] = ("status", "persona")
_ONLY_NEW: Final = "INVALID_FIELD_FOR_INSERT_UPDATE"
_MOST_MARKED: Final = 2000
_BY_HAND: Final = (
    "An administrator makes it under Object Manager, Activity, Fields, and shows it to you."
)
_NEEDED: Final = (
    ("Lead", "Status", "updateable"),
    ("Task", "WhoId", "createable"),
    ("Task", "CallDurationInSeconds", "createable"),
    ("Event", "StartDateTime", "createable"),
)


class SalesforceClient(Reading):
    """One org behind one login; implements ``port.CrmClient``."""

    began, ended, title = "StartDateTime", "EndDateTime", "Subject"
    _task_words: tuple[str, str] | None = None

    @property
    def can_mark(self) -> bool:
        """True if this user may write the do-not-call field."""
        return bool(self.fields_of("Lead").get(self._names.do_not_call, {}).get("updateable"))

    # Leads.

    def said_of(self, row: Row, names: Sequence[str]) -> LeadFields:
        """Return fields of a lead by our names; that of a queue has no rep."""
        found = super().said_of(row, names)
        if found.values.get("owner_id", "").startswith(mapping.QUEUE):
            found.values["owner_id"] = ""
        return found

    def write_lead(self, lead_id: str, changes: Mapping[str, str], version: str) -> Row:  # noqa: ARG002
        """Write fields of a lead and read them again, in one request."""
        self._check_words(changes)
        values = self._names.changed_values(self.crm, changes)
        path = f"/services/data/{API_VERSION}/sobjects/Lead/{step(lead_id)}"
        read = f"{path}?fields=Id,{','.join(values)}"
        asked = [
            {"method": "PATCH", "url": path, "referenceId": "write", "body": values},
            {"method": "GET", "url": read, "referenceId": "read"},
        ]
        body = {"allOrNone": True, "compositeRequest": asked}
        try:
            return _last_of(self._http.write("POST", "composite", body))
        except Rejected as error:
            error.fields = error.fields or tuple(values)
            raise

    def _check_words(self, changes: Mapping[str, str]) -> None:
        """Refuse what a picklist does not have: the API takes any word, and no list shows it."""
        for name in _PICKLISTS:
            value = changes.get(name)
            if not value or self._has_word(name, value):
                continue
            self.look_again()  # an administrator may have added it since
            if not self._has_word(name, value):
                said = f'Salesforce has no {name} "{value}"'
                if name == "status":
                    said += "; name the one to use under [status] in crm.toml"
                    raise OutcomeMissing.in_crm_file(said, name)
                raise OutcomeMissing(said, fields=(name,))

    def _has_word(self, name: OptionField, value: str) -> bool:
        words = dict(self.words(name))
        return not words or value in words

    def rows_of_emails(self, emails: Sequence[str]) -> Sequence[Row]:
        """Return the leads with one of these addresses, the oldest first."""
        these = f"Email IN {listed(emails)}"
        return self.query(select("Id, Email", "Lead", these, end="ORDER BY Id"))

    def find_numbers(self, numbers: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads with one of these numbers, however it is written there."""
        found: dict[str, RemoteLead] = {}
        for number in numbers:
            digits = re.sub(r"\D", "", number)[-9:]
            if len(digits) < 5:
                continue
            like = quoted(f"%{'%'.join(digits)}")
            rows = self.rows_of("lead", f"(Phone LIKE {like} OR MobilePhone LIKE {like})")
            found |= {lead.lead_id: lead for lead in self.leads_of(rows)}
        return tuple(found.values())

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create those that do not exist, in one request."""
        there = self.find_leads([lead.email for lead in leads if lead.email])
        new = [self.new_body(lead, owner_id) for lead in leads if lead.email not in there]
        made: Any = []
        if new:
            body = {"allOrNone": False, "records": new}
            made = self._http.write("POST", "composite/sobjects", body)
            if not isinstance(made, list) or len(made) != len(new):
                raise Unreadable("it has no result for each record")
        results = map(_added, made)
        return tuple(
            Added(there[lead.email], existed=True) if lead.email in there else next(results)
            for lead in leads
        )

    def new_body(self, lead: NewLead, owner_id: str) -> dict[str, Any]:
        """Return the body of a new lead: last name and company are required."""
        body = super().new_body(lead, owner_id)
        named = body.get("LastName") or body.pop("FirstName", "") or lead.email.partition("@")[0]
        body |= {
            "attributes": {"type": "Lead"},
            "LastName": one_line(named or "Unknown", limit=80),
            "Company": body.get("Company") or _NO_COMPANY,
        }
        return body | ({"Description": "\n".join(lead.notes)} if lead.notes else {})

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a lead into the campaign of this name."""
        named = f"Name = {quoted(list_name)}"
        rows = self.query(select("Id", "Campaign", named, end="ORDER BY Id"))
        if not rows:
            raise OutcomeMissing(f'Salesforce has no campaign named "{list_name}" to add leads to')
        campaign = identity(rows[0].get("Id"))
        with suppress(Conflicting):  # it is in there already
            body = {"CampaignId": campaign, "LeadId": lead_id}
            self._http.write("POST", "sobjects/CampaignMember", body)
        return campaign

    # Activities.

    @property
    def _statuses(self) -> tuple[str, str]:
        """The org's words for a task that is done and for one that is not."""
        if self._task_words is None:
            rows = self.query(select("ApiName, IsClosed, IsDefault", "TaskStatus"))
            rows.sort(key=lambda row: row.get("IsDefault") is not True)
            named = [(str(row.get("ApiName")), row.get("IsClosed") is True) for row in rows]
            done = next((name for name, closed in named if closed), "Completed")
            waiting = next((name for name, closed in named if not closed), "Not Started")
            self._task_words = done, waiting
        return self._task_words

    def create(self, item: CreateItem) -> str:
        """Log an activity, by its key where the org keeps it unique."""
        names = self._names
        if item.mode is not KeyMode.MARKER and not names.key:
            raise KeyFieldMissing(f"Salesforce has no field {self._said.key} on Activity")
        try:
            return self._made(item)
        except (KeyFieldMissing, Gone) as error:
            # Also as "not found", where the field for the key was removed or is not shown.
            self.look_again()
            if item.mode is not KeyMode.MARKER and not self._names.key:
                raise KeyFieldMissing(error.message) from error
            if isinstance(error, Gone):
                raise
            if self._names != names:  # another field was removed: do without it
                return self.create(item)
            raise Rejected(error.message, fields=error.fields) from error
        except (Conflicting, Rejected) as error:
            return self._there_already(item, error)

    def _made(self, item: CreateItem) -> str:
        body, key = self.body_of(Draft(item)), self._names.key
        path = f"sobjects/{self.entities[item.kind]}"
        if item.mode is not KeyMode.UPSERT:
            keyed = {key: item.key} if item.mode is KeyMode.FIELD else {}
            return _id_of(self._http.write("POST", path, body | keyed))
        found = self._http.write("PATCH", f"{path}/{key}/{step(item.key)}", body)
        if isinstance(found, list):  # several have the key: nothing was done
            return str(found[0]).rsplit("/", 1)[-1]
        return _id_of(found)

    def _there_already(self, item: CreateItem, error: Conflicting | Rejected) -> str:
        """Return the id of an activity that is there, after a refusal that changed nothing."""
        if isinstance(error, Rejected):  # the subtype of a task that is there cannot be written
            is_repeat = _ONLY_NEW in error.codes
        else:
            is_repeat = bool(self._names.key) and self._names.key in error.message
        there = self.find(item) if is_repeat else ""
        if is_repeat and not there and isinstance(error, Conflicting):
            raise Locked from error  # another desk sends it right now, and is not through yet
        if not there:
            raise error
        return there

    def body_of(self, draft: Draft) -> dict[str, Any]:
        """Return the body of a new activity, without its key."""
        return mapping.body_of(draft, self._names, self._zone, *self._statuses)

    def find_keyed(self, item: CreateItem) -> str:
        """Return the id of the activity with the item's key in its field."""
        keyed = f"{self._names.key} = {quoted(item.key)}"
        rows = self.query(select("Id", self.entities[item.kind], keyed))
        return identity(rows[0].get("Id")) if rows else ""

    def find_marked(self, item: CreateItem) -> str:
        """Return the id of the activity whose text ends with the item's key.

        Long texts cannot be searched: those of the lead are read.
        """
        of_lead = f"WhoId = {quoted(item.lead_id)}"
        latest = f"ORDER BY CreatedDate DESC LIMIT {_MOST_MARKED}"
        entity = self.entities[item.kind]
        for row in self.query(select("Id, Description", entity, of_lead, end=latest)):
            if mark_of(item.key) in str(row.get("Description") or ""):
                return identity(row.get("Id"))
        return ""

    def put(self, kind: ActivityKindName, crm_id: str, values: Mapping[str, object]) -> None:
        """Write fields of an activity."""
        self._http.write("PATCH", f"sobjects/{self.entities[kind]}/{step(crm_id)}", values)

    def task_values(self, changes: Mapping[str, str]) -> dict[str, object]:
        """Return the fields of a task for these changes."""
        closed, opened = self._statuses
        body: dict[str, object] = {}
        if "open" in changes:
            body["Status"] = opened if changes["open"] == "true" else closed
        if "due_at" in changes:
            body |= mapping.due(changes["due_at"], self._zone)
        if changes.get("owner_id"):
            body["OwnerId"] = changes["owner_id"]  # a task always has an owner
        if changes.get("subject"):
            body["Subject"] = one_line(changes["subject"], limit=240)
        return body

    def stamp(self, moment: datetime) -> str:
        """Return a moment as the CRM takes it."""
        return iso(moment)

    # Setting up.

    def is_mark(self, name: str, definition: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Return whether a field of leads says yes or no, and a rep may write it."""
        return definition.get("type") == "boolean" and definition.get("updateable") is True

    def candidates(self, marks: tuple[LeadField, ...]) -> tuple[LeadField, ...]:
        """Return the field that every org has, if it is there."""
        return tuple(mark for mark in marks if mark.name == self._said.do_not_call) or marks

    def missing_rights(self) -> tuple[str, ...]:
        """Return the fields that a rep needs and may not write."""
        return tuple(
            f"{entity}.{name}"
            for entity, name, right in _NEEDED
            if self.fields_of(entity).get(name, {}).get(right) is not True
        )

    def schema_changes(self) -> Iterator[SchemaChange]:
        """Yield the field that an administrator has to make; the REST API cannot make fields."""
        if self.mode_of("call") is not KeyMode.UPSERT:
            what = f"the field {self._said.key} of Activity: text of 40, external id, unique"
            yield "call", what, _BY_HAND

    def mode_of(self, kind: ActivityKindName) -> KeyMode:
        """Return what the description of the key field says."""
        field = self.fields_of(self.entities[kind]).get(self._said.key, {})
        if not field.get("createable"):
            return KeyMode.MARKER
        unique = field.get("externalId") is True and field.get("unique") is True
        return KeyMode.UPSERT if unique else KeyMode.FIELD

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Return how a kind is logged once; nothing is written."""
        self.look_again()
        return self.mode_of(kind)


def step(text: str) -> str:
    """Return an id or a key as one step of a path.

    Raises:
        Rejected: it has a character that none has.
    """
    if not _STEP.fullmatch(text):
        raise Rejected(f"Salesforce has no record with the id {one_line(text, limit=40)!r}")
    return text


def _id_of(found: Any) -> str:
    return id_of(found.get("id") if isinstance(found, dict) else None)


def _last_of(found: Any) -> Row:
    """Return the body of the last answer of a composite request.

    Raises:
        SdrDeskError: one of its requests was refused, so none was carried out.
    """
    answers = found.get("compositeResponse") if isinstance(found, dict) else None
    if not isinstance(answers, list) or not answers:
        raise Unreadable("it has no composite answer")
    refused = [
        error
        for answer in answers
        if isinstance(answer, dict)
        and (error := problem_of(int(answer.get("httpStatusCode") or 0), answer.get("body")))
    ]
    # Those that were only halted come with a code of their own.
    refused.sort(key=lambda error: "PROCESSING_HALTED" in getattr(error, "codes", ()))
    if refused:
        raise refused[0]
    body = answers[-1].get("body") if isinstance(answers[-1], dict) else None
    if not isinstance(body, dict):
        raise Unreadable("it has no record")
    return body


def _added(answer: Any) -> Added:
    if isinstance(answer, dict) and answer.get("success") is True:
        return Added(_id_of(answer))
    errors = answer.get("errors") if isinstance(answer, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else {}
    first = first if isinstance(first, dict) else {}
    error = refusal(400, str(first.get("statusCode") or "no reason stated"), first)
    return Added(problem=getattr(error, "message", error.what))
