"""The Salesforce client: account, reading, writing and setup over one connection."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Unpack

from sdrdesk.clock import iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    Added,
    LeadFields,
    NewLead,
    RemoteActivity,
    RemoteLead,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.access import Access
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    Conflicting,
    Gone,
    KeyFieldMissing,
    OutcomeMissing,
    Rejected,
    TakenAway,
    Unreadable,
)
from sdrdesk.sync.net.json_http import Means
from sdrdesk.sync.plain_crm import Row, id_of
from sdrdesk.sync.plain_fields import changed_values, in_our_words, read_values
from sdrdesk.sync.plain_texts import mark_of, moved_end
from sdrdesk.sync.port import CreateItem
from sdrdesk.sync.salesforce.mapping import (
    ENTITY,
    NEW_LEAD,
    QUEUE,
    Names,
    body_of,
    due,
)
from sdrdesk.sync.salesforce.setup import Setup
from sdrdesk.sync.salesforce.soql import listed, quoted, select
from sdrdesk.sync.salesforce.traits import API_VERSION
from sdrdesk.sync.salesforce.transport import Transport, problem_of, refusal

_STEP: Final = re.compile(r"[0-9A-Za-z_-]{1,100}")
_NO_COMPANY: Final = "[not provided]"
_ONLY_NEW: Final = "INVALID_FIELD_FOR_INSERT_UPDATE"
_MOST_MARKED: Final = 2000


class SalesforceClient(Setup):
    """One org behind one login; implements ``port.CrmClient``."""

    can_merge = False

    def __init__(
        self,
        base_url: str,
        access: Access,
        *,
        mapping: Mapping[str, Mapping[str, object]],
        **means: Unpack[Means],
    ) -> None:
        url = access.server or base_url
        http = Transport(url, access, day_share=_share(mapping), **means)
        super().__init__(http, Names.of(mapping), mapping)
        self._task_statuses: tuple[str, str] | None = None

    def __repr__(self) -> str:
        return f"SalesforceClient({self._http!r})"

    @property
    def can_mark(self) -> bool:
        """True if this user may write the do-not-call field."""
        return bool(self._fields("Lead").get(self._names.do_not_call, {}).get("updateable"))

    # Leads.

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:  # noqa: ARG002
        """Return fields of a lead, of its survivor after a merge."""
        rows = self._lead_rows(lead_id)
        if not rows:
            deleted, moved, _ = self.fate([lead_id])
            if lead_id in moved:
                rows = self._lead_rows(moved[lead_id])
            elif lead_id not in deleted:
                raise TakenAway("Salesforce shows this lead no more: it belongs to another rep.")
        if not rows:
            raise Gone("Salesforce: the lead is deleted")
        return self._read(rows[0], names)

    def _lead_rows(self, lead_id: str) -> list[Row]:
        return self._rows_of("lead", f"Id = {quoted(lead_id)}")

    def _read(self, row: Row, names: Sequence[str]) -> LeadFields:
        values = read_values(row, names, self._names.lead_field)
        if values.get("owner_id", "").startswith(QUEUE):
            values["owner_id"] = ""
        return LeadFields(lead_id=identity(row.get("Id")), values=values)

    def change_lead(
        self,
        lead_id: str,
        changes: dict[str, str],
        *,
        seen_version: str = "",  # noqa: ARG002
    ) -> LeadFields:
        """Change a lead and return its fields: both in one request."""
        body = changed_values("Salesforce", changes, self._names.lead_field)
        path = f"/services/data/{API_VERSION}/sobjects/Lead/{step(lead_id)}"
        asked = {
            "allOrNone": True,
            "compositeRequest": [
                {"method": "PATCH", "url": path, "referenceId": "write", "body": body},
                {
                    "method": "GET",
                    "url": f"{path}?fields=Id,{','.join(body)}",
                    "referenceId": "read",
                },
            ],
        }
        try:
            return self._read(_last_of(self._http.write("POST", "composite", asked)), [*changes])
        except Rejected as error:
            found = in_our_words(error, changes, self._names.lead_field)
            found.fields = found.fields or tuple(changes)
            raise found from error

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail to id of the leads found."""
        if not emails:
            return {}
        these = f"Email IN {listed(emails)}"
        rows = self._query(select("Id, Email", "Lead", these, end="ORDER BY Id"))
        return {str(row.get("Email")).lower(): identity(row.get("Id")) for row in reversed(rows)}

    def find_numbers(self, numbers: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads with one of these numbers, however it is written there."""
        found: dict[str, RemoteLead] = {}
        for number in numbers:
            digits = re.sub(r"\D", "", number)[-9:]
            if len(digits) < 5:
                continue
            like = quoted(f"%{'%'.join(digits)}")
            rows = self._rows_of("lead", f"(Phone LIKE {like} OR MobilePhone LIKE {like})")
            found |= {lead.lead_id: lead for lead in self.leads_of(rows)}
        return tuple(found.values())

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create those that do not exist, in one request."""
        there = self.find_leads([lead.email for lead in leads if lead.email])
        new = [lead for lead in leads if lead.email not in there]
        made: list[Added] = []
        if new:
            rows = [self._new(lead, owner_id) for lead in new]
            body = {"allOrNone": False, "records": rows}
            answers = self._http.write("POST", "composite/sobjects", body)
            if not isinstance(answers, list) or len(answers) != len(new):
                raise Unreadable("it has no result for each record")
            made = [_added(answer) for answer in answers]
        results = iter(made)
        return tuple(
            Added(there[lead.email], existed=True) if lead.email in there else next(results)
            for lead in leads
        )

    def _new(self, lead: NewLead, owner_id: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            NEW_LEAD[name]: value for name, value in lead.values.items() if name in NEW_LEAD
        }
        named = body.get("LastName") or body.pop("FirstName", "") or lead.email.partition("@")[0]
        body |= {
            "attributes": {"type": "Lead"},
            "LastName": one_line(named or "Unknown", limit=80),
            "Company": body.get("Company") or _NO_COMPANY,
        }
        body |= {"Email": lead.email} if lead.email else {}
        body |= {"OwnerId": owner_id} if owner_id else {}
        body |= {"Description": "\n".join(lead.notes)} if lead.notes else {}
        return body | ({self._names.do_not_call: True} if lead.do_not_call else {})

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        """Refuse: the REST API does not merge."""
        raise Rejected(f"Salesforce merges leads {keep_id} and {other_id} only in its own screen")

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a lead into the campaign of this name."""
        named = f"Name = {quoted(list_name)}"
        rows = self._query(select("Id", "Campaign", named, end="ORDER BY Id"))
        if not rows:
            raise OutcomeMissing(f'Salesforce has no campaign named "{list_name}" to add leads to')
        campaign = identity(rows[0].get("Id"))
        with suppress(Conflicting):  # it is in there already
            body = {"CampaignId": campaign, "LeadId": lead_id}
            self._http.write("POST", "sobjects/CampaignMember", body)
        return campaign

    # Activities.

    def _statuses(self) -> tuple[str, str]:
        """Return the org's words for a task that is done and for one that is not."""
        if self._task_statuses is None:
            rows = self._query(select("ApiName, IsClosed, IsDefault", "TaskStatus"))
            rows.sort(key=lambda row: row.get("IsDefault") is not True)
            named = [(str(row.get("ApiName")), row.get("IsClosed") is True) for row in rows]
            done = next((name for name, closed in named if closed), "Completed")
            waiting = next((name for name, closed in named if not closed), "Not Started")
            self._task_statuses = done, waiting
        return self._task_statuses

    def create(self, item: CreateItem) -> str:
        """Log an activity, by its key where the org keeps it unique."""
        names, (closed, opened) = self._names, self._statuses()
        body, entity = body_of(item, names, self._zone, closed, opened), ENTITY[item.kind]
        if item.mode is not KeyMode.MARKER and not names.key:
            raise KeyFieldMissing(f"Salesforce has no field {self._own.key} on Activity")
        try:
            if item.mode is KeyMode.UPSERT:
                path = f"sobjects/{entity}/{names.key}/{step(item.key)}"
                found = self._http.write("PATCH", path, body)
                if isinstance(found, list):  # several have the key: nothing was done
                    return str(found[0]).rsplit("/", 1)[-1]
                return _id_of(found)
            keyed = {names.key: item.key} if item.mode is KeyMode.FIELD else {}
            return _id_of(self._http.write("POST", f"sobjects/{entity}", body | keyed))
        except (KeyFieldMissing, Gone) as error:
            # Also as "not found", where the field for the key was removed or is not shown.
            self._forget_fields()
            if item.mode is not KeyMode.MARKER and not self._names.key:
                raise KeyFieldMissing(error.message) from error
            if isinstance(error, KeyFieldMissing):
                if self._names != names:  # another field was removed: do without it
                    return self.create(item)
                raise Rejected(error.message, fields=error.fields) from error
            raise
        except Rejected as error:
            # The subtype of a task that is there already cannot be written: nothing was changed.
            there = self.find(item) if _ONLY_NEW in error.codes else ""
            if not there:
                raise
            return there

    def find(self, item: CreateItem, *, thorough: bool = True) -> str:  # noqa: ARG002
        """Return the id of the activity with the item's key, ``""`` when not found."""
        entity = ENTITY[item.kind]
        if item.mode is not KeyMode.MARKER and (key := self._names.key):
            with suppress(Rejected):  # the field was removed
                rows = self._query(select("Id", entity, f"{key} = {quoted(item.key)}"))
                if rows:
                    return identity(rows[0].get("Id"))
        # Long texts cannot be searched: those of the lead are read.
        of_lead = f"WhoId = {quoted(item.lead_id)}"
        latest = f"ORDER BY CreatedDate DESC LIMIT {_MOST_MARKED}"
        mark = mark_of(item.key)
        for row in self._query(select("Id, Description", entity, of_lead, end=latest)):
            if mark in str(row.get("Description") or ""):
                return identity(row.get("Id"))
        return ""

    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity."""
        found = self.read_activities(kind, [crm_id])
        if not found:
            raise Gone(f"Salesforce: this {kind} is deleted")
        return found[0]

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        """Change the text, or the outcome and title, of an activity."""
        closed, opened = self._statuses()
        whole = body_of(item, self._names, self._zone, closed, opened)
        wanted = [*(["Description"] if "text" in parts else ())]
        wanted += ["Subject", self._names.outcome] if "outcome" in parts else []
        body = {name: whole[name] for name in wanted if name in whole}
        if body:
            self._http.write("PATCH", f"sobjects/{ENTITY[item.kind]}/{step(crm_id)}", body)

    def change_task(self, crm_id: str, changes: Mapping[str, str]) -> RemoteActivity:
        """Change a task and return it as it is then."""
        closed, opened = self._statuses()
        body: dict[str, Any] = {}
        if "open" in changes:
            body["Status"] = opened if changes["open"] == "true" else closed
        if "due_at" in changes:
            body |= due(changes["due_at"], self._zone)
        if changes.get("owner_id"):
            body["OwnerId"] = changes["owner_id"]  # a task always has an owner
        if changes.get("subject"):
            body["Subject"] = one_line(changes["subject"], limit=240)
        if changes.get("body"):
            body["Description"] = f"{changes['body']}\n\n{self._text_of('Task', crm_id)}".strip()
        if body:
            self._http.write("PATCH", f"sobjects/Task/{step(crm_id)}", body)
        return self.read_task(crm_id)

    def _text_of(self, entity: str, crm_id: str) -> str:
        rows = self._query(select("Id, Description", entity, f"Id = {quoted(crm_id)}"))
        if not rows:
            raise Gone(f"Salesforce: this {entity.lower()} is deleted")
        return str(rows[0].get("Description") or "")

    def change_meeting(self, crm_id: str, result: str, start_at: str = "") -> None:
        """Write what became of a meeting into its text; one that is moved keeps its length."""
        text = re.sub(r"\A\[result [a-z_]+\]\s*", "", self._text_of("Event", crm_id))
        body: dict[str, Any] = {"Description": f"[result {result}]\n{text}".strip()}
        if start_at:
            (row,) = self._rows_of("meeting", f"Id = {quoted(crm_id)}")[:1] or ({},)
            p = ForeignRecord("meeting", crm_id, dict(row))
            end = moved_end(p, "StartDateTime", "EndDateTime", start_at)
            body |= {"StartDateTime": start_at, "EndDateTime": iso(end)}
        self._http.write("PATCH", f"sobjects/Event/{step(crm_id)}", body)

    def deleted_activities(self, kind: ActivityKindName, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of these ids whose record is gone."""
        if not ids:
            return ()
        rows = self._query(select("Id", ENTITY[kind], f"Id IN {listed(ids)}"))
        here = {str(row.get("Id")) for row in rows}
        return tuple(i for i in ids if i not in here)


def step(text: str) -> str:
    """Return an id or a key as one step of a path.

    Raises:
        Rejected: it has a character that none has.
    """
    if not _STEP.fullmatch(text):
        raise Rejected(f"Salesforce has no record with the id {one_line(text, limit=40)!r}")
    return text


def _share(mapping: Mapping[str, Mapping[str, object]]) -> float:
    """Return the share of the day's requests from which on nothing is read in the background."""
    said = str(mapping.get("limits", {}).get("daily_share", ""))
    return int(said) / 100 if re.fullmatch(r"[1-9][0-9]?|100", said) else 0.8


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
    if refused:
        # Those that were only halted come with a code of their own.
        raise next(
            (e for e in refused if "PROCESSING_HALTED" not in getattr(e, "codes", ())), refused[0]
        )
    body = answers[-1].get("body") if isinstance(answers[-1], dict) else None
    if not isinstance(body, dict):
        raise Unreadable("it has no record")
    return body


def _added(answer: Any) -> Added:
    if isinstance(answer, dict) and answer.get("success") is True:
        return Added(_id_of(answer))
    errors = answer.get("errors") if isinstance(answer, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else {}
    if not isinstance(first, dict):
        first = {}
    error = refusal(400, str(first.get("statusCode") or "no reason stated"), first)
    return Added(problem=getattr(error, "message", error.what))
