"""Salesforce's fields and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from sdrdesk.clock import iso, parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord, OddError, identity, moment
from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity, RemoteLead
from sdrdesk.domain.outcome.meeting_result import OPEN
from sdrdesk.sync.kit.entries import OUTCOMES, Draft, Told, mark_of
from sdrdesk.sync.kit.fields import Names, Row

ENTITY: Final[Mapping[str, str]] = {
    "lead": "Lead", "call": "Task", "task": "Task", "meeting": "Event", "note": "Task",
    "email": "Task", "message": "Task",
}  # fmt: skip
"""Names of our kinds there. One key field on Activity serves all of them."""

CONDITION: Final[Mapping[str, str]] = {
    "call": "TaskSubtype = 'Call'",
    "email": "TaskSubtype = 'Email'",
    "note": "TaskSubtype = 'Task' AND Subject = 'Note'",
    "message": "TaskSubtype = 'Task' AND Subject LIKE 'Message: %'",
    "task": "TaskSubtype = 'Task' AND Subject != 'Note' AND (NOT Subject LIKE 'Message: %')",
}
"""The condition on records of a kind."""

QUEUE: Final = "00G"
"""The beginning of a queue's id: its leads have no rep."""

_MOST_TEXT: Final = 32_000
_NUMBER: Final = re.compile(r"\+[0-9]{4,20}")
_WHEN: Final = re.compile(r"(\+[0-9]{4,20})? ?(\d{4}-\d\d-\d\dT[0-9:.]{8,15}Z)")


@dataclass(frozen=True, slots=True)
class ForceNames(Names):
    """Names of fields, and outcomes."""

    outcomes: str = ";".join(OUTCOMES)
    """Used where the field for the outcome has no options."""


NAMES: Final = ForceNames(
    lead={
        "status": "Status", "owner_id": "OwnerId", "first_name": "FirstName",
        "last_name": "LastName", "job_title": "Title", "email": "Email", "phone": "Phone",
        "mobile": "MobilePhone", "company_text": "Company", "country": "Country", "state": "State",
        "city": "City", "website": "Website", "source": "LeadSource",
    },
    new={"street": "Street", "postcode": "PostalCode"},
    persona="Persona__c",
    do_not_call="DoNotCall",
    outcome="CallDisposition",
    key="sdrdesk_key__c",
)  # fmt: skip
READ: Final[Mapping[str, tuple[str, ...]]] = {
    "Lead": ("Id", "IsConverted", "CreatedDate", "SystemModstamp", "Description"),
    "Task": (
        "Id", "Subject", "Status", "IsClosed", "TaskSubtype", "WhoId", "OwnerId", "Description",
        "ActivityDate", "ReminderDateTime", "IsReminderSet", "CompletedDateTime", "CallObject",
        "CallDurationInSeconds", "CallType", "CreatedDate", "SystemModstamp",
    ),
    "Event": (
        "Id", "Subject", "WhoId", "OwnerId", "Description", "StartDateTime", "EndDateTime",
        "CreatedDate", "SystemModstamp",
    ),
}  # fmt: skip
"""Fields that are read besides those with names of ours."""


def owner_of(p: ForeignRecord) -> str:
    """Return the rep of a record, ``""`` for a queue."""
    found = p.record("OwnerId")
    return "" if found.startswith(QUEUE) else found


def to_lead(found: Row, names: Names) -> RemoteLead:
    """Return a lead."""
    p = ForeignRecord("lead", identity(found.get("Id")), dict(found))
    return names.to_lead(
        p,
        found,
        "CreatedDate",
        lifecycle="opportunity" if p.value("IsConverted") is True else "lead",
        owner_id=owner_of(p),
        message=p.text("Description"),
        modified_ms=p.moment("SystemModstamp") or 0,
    )


def to_activity(kind: ActivityKindName, found: Row, names: Names) -> RemoteActivity:
    """Return an activity. A task has a day only: our own carry their moment in ``CallObject``."""
    p = ForeignRecord(kind, identity(found.get("Id")), dict(found))
    told = Told.of(kind, p.text("Description"), p.record(names.key))
    when = _WHEN.fullmatch(p.line("CallObject")) if kind != "meeting" else None
    is_call, is_open = kind == "call", kind == "task" and p.value("IsClosed") is not True
    subject = p.line("Subject")
    return told.activity(
        kind,
        p,
        (p.record("WhoId"),),
        owner_id=owner_of(p),
        at_ms=_at_ms(p, kind, when[2] if when else ""),
        title="" if kind == "note" else subject,
        outcome=p.line(names.outcome) if is_call else "",
        duration_s=(p.whole("CallDurationInSeconds") or 0) if is_call else 0,
        number=(when[1] or "") if when else "",
        done=told.result not in OPEN if kind == "meeting" else not is_open,
        modified_ms=p.moment("SystemModstamp") or 0,
        direction="in" if p.value("CallType") == "Inbound" else "",
        open_call=is_open and subject.casefold().startswith("call"),
        created_ms=p.moment("CreatedDate") or 0,
        result=told.result,
    )


def _at_ms(p: ForeignRecord, kind: str, stated: str) -> int:
    created = p.moment("CreatedDate") or 0
    if kind == "meeting":
        return p.moment("StartDateTime") or created
    if stated:
        try:
            return moment(stated)
        except OddError as odd:
            p.note("CallObject", stated, str(odd))
    reminds = kind == "task" and p.value("IsReminderSet") is True
    if reminds and (due := p.moment("ReminderDateTime")):
        return due
    done = None if kind == "task" else p.moment("CompletedDateTime")
    day = p.value("ActivityDate")
    noon = ForeignRecord(kind, p.record_id, {"day": f"{day}T12:00:00Z"}) if day else None
    return done or (noon.moment("day") if noon else None) or created


def body_of(draft: Draft, names: Names, zone: ZoneInfo, closed: str, opened: str) -> dict[str, Any]:
    """Return the body of a new activity, without its key.

    Args:
        draft: the activity.
        names: the account's fields.
        zone: whose days ``ActivityDate`` means.
        closed: the status of a task that is done.
        opened: the status of one that is not.
    """
    kind, outcome = draft.item.kind, draft.item.outcome
    in_text = kind == "call" and not names.outcome
    mark = "" if draft.is_keyed else f"\n{mark_of(draft.item.key)}"
    text = draft.text({"Outcome": outcome if in_text else ""}, marked=False)
    subject = draft.line("title", "subject")
    body: dict[str, Any] = {
        "WhoId": draft.item.lead_id,
        "Description": text[: _MOST_TEXT - len(mark)] + mark,
        **({"OwnerId": draft.owner} if draft.owner else {}),
    }
    if kind == "meeting":
        times = {"StartDateTime": draft.intent["start_at"], "EndDateTime": draft.intent["end_at"]}
        return body | {"Subject": subject or "Meeting", **times}
    if kind == "task":
        body |= {"Subject": subject or "Call back", "TaskSubtype": "Task", "Status": opened}
        return body | due(str(draft.intent["due_at"]), zone)
    at = draft.moment("at")
    number = draft.number if _NUMBER.fullmatch(draft.number) else ""
    named = {"note": "Note", "message": f"Message: {subject}"}
    body |= {
        "Status": closed,
        "ActivityDate": at.astimezone(zone).date().isoformat(),
        "CallObject": f"{number} {iso(at)}".strip(),
        "TaskSubtype": {"call": "Call", "email": "Email"}.get(kind, "Task"),
        "Subject": named.get(kind, subject or kind.title()),
    }
    if kind == "call":
        body["CallType"] = "Inbound" if draft.is_incoming else "Outbound"
        body["CallDurationInSeconds"] = draft.seconds
        body |= {names.outcome: outcome[:255]} if outcome and names.outcome else {}
    return body


def due(moment_text: str, zone: ZoneInfo) -> dict[str, Any]:
    """Return the fields of a due moment: a day, and a reminder that keeps the hour."""
    at = parse_iso(moment_text)
    return {
        "ActivityDate": at.astimezone(zone).date().isoformat(),
        "IsReminderSet": True,
        "ReminderDateTime": iso(at),
    }
