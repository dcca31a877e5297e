"""Salesforce's fields and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sdrdesk.clock import iso, parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord, OddError, identity, moment
from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity, RemoteLead
from sdrdesk.domain.outcome.meeting_result import OPEN
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.plain_fields import OwnNames, lines_of, own_properties
from sdrdesk.sync.plain_texts import OUTCOMES, mark_of, split_lines, split_text, text_of
from sdrdesk.sync.port import CreateItem, KeyMode

ENTITY: Final[Mapping[ActivityKindName, str]] = {
    "call": "Task", "task": "Task", "meeting": "Event", "note": "Task", "email": "Task",
    "message": "Task",
}  # fmt: skip
"""Names of our kinds there. One key field on Activity serves all of them."""

CONDITION: Final[Mapping[ActivityKindName, str]] = {
    "call": "TaskSubtype = 'Call'",
    "email": "TaskSubtype = 'Email'",
    "note": "TaskSubtype = 'Task' AND Subject = 'Note'",
    "message": "TaskSubtype = 'Task' AND Subject LIKE 'Message: %'",
    "task": "TaskSubtype = 'Task' AND Subject != 'Note' AND (NOT Subject LIKE 'Message: %')",
    "meeting": "",
}
"""The condition on records of a kind."""

QUEUE: Final = "00G"
"""The beginning of a queue's id: its leads have no rep."""

_MOST_TEXT: Final = 32_000
_WHEN: Final = re.compile(r"(\+[0-9]{4,20})? ?(\d{4}-\d\d-\d\dT[0-9:.]{8,15}Z)")
_RESULT: Final = re.compile(r"\A\[result ([a-z_]{1,20})\]\s*")


LEAD: Final = {
    "status": "Status",
    "owner_id": "OwnerId",
    "first_name": "FirstName",
    "last_name": "LastName",
    "job_title": "Title",
    "email": "Email",
    "phone": "Phone",
    "mobile": "MobilePhone",
    "company_text": "Company",
}


@dataclass(frozen=True, slots=True)
class Names(OwnNames):
    """The account's own fields, by ``crm.toml``; ``""`` for one that it does not have."""

    persona: str = "Persona__c"
    do_not_call: str = "DoNotCall"
    outcome: str = "CallDisposition"
    key: str = "sdrdesk_key__c"
    outcomes: str = ";".join(OUTCOMES)
    """Used where the field for the outcome has no options."""
    usual = LEAD


_SHOWN: Final = {
    "country": "Country", "state": "State", "city": "City", "website": "Website",
    "source": "LeadSource",
}  # fmt: skip
_LINES: Final = {name: field for name, field in (LEAD | _SHOWN).items() if name != "owner_id"}
LEAD_MORE: Final = (
    "Id", "IsConverted", "CreatedDate", "SystemModstamp", "Description", *_SHOWN.values(),
)  # fmt: skip
NEW_LEAD: Final = {
    "first_name": "FirstName", "last_name": "LastName", "title": "Title", "company": "Company",
    "phone": "Phone", "mobile": "MobilePhone", "street": "Street", "city": "City",
    "postcode": "PostalCode", "state": "State", "country": "Country",
}  # fmt: skip
TASK: Final = (
    "Id", "Subject", "Status", "IsClosed", "TaskSubtype", "WhoId", "OwnerId", "Description",
    "ActivityDate", "ReminderDateTime", "IsReminderSet", "CompletedDateTime", "CallObject",
    "CallDurationInSeconds", "CallType", "CreatedDate", "SystemModstamp",
)  # fmt: skip
EVENT: Final = (
    "Id", "Subject", "WhoId", "OwnerId", "Description", "StartDateTime", "EndDateTime",
    "CreatedDate", "SystemModstamp",
)  # fmt: skip


def owner_of(p: ForeignRecord) -> str:
    """Return the rep of a record, ``""`` for a queue."""
    found = p.record("OwnerId")
    return "" if found.startswith(QUEUE) else found


def to_lead(found: Mapping[str, Any], names: Names) -> RemoteLead:
    """Return a lead."""
    p = ForeignRecord("lead", identity(found.get("Id")), dict(found))
    created = p.moment("CreatedDate")
    lead = RemoteLead(
        lead_id=p.record_id,
        **lines_of(p, _LINES),
        persona=p.line(names.persona) if names.persona else "",
        lifecycle="opportunity" if p.value("IsConverted") is True else "lead",
        owner_id=owner_of(p),
        converted_ms=created,
        conversions=1,
        message=p.text("Description"),
        properties=own_properties(found, names.also),
        do_not_call=bool(names.do_not_call) and p.value(names.do_not_call) in (True, "true"),
        created_ms=created,
        modified_ms=p.moment("SystemModstamp") or 0,
    )
    return lead._replace(left_out=p.left_out) if p.left_out else lead


def to_activity(kind: ActivityKindName, found: Mapping[str, Any], names: Names) -> RemoteActivity:
    """Return an activity. A task has a day only: our own carry their moment in ``CallObject``."""
    p = ForeignRecord(kind, identity(found.get("Id")), dict(found))
    text = p.text("Description")
    key, facts, text = split_text(text, p.record(names.key) if names.key else "")
    said, text = split_lines(text) if key and kind == "call" else ({}, text)
    result = _RESULT.match(text) if kind == "meeting" else None
    text = text[result.end() :] if result else text
    outcome = p.line(names.outcome) if names.outcome else said.get("Outcome", "")
    when = _WHEN.fullmatch(p.line("CallObject")) if kind != "meeting" else None
    who = p.record("WhoId")
    is_open = kind == "task" and p.value("IsClosed") is not True
    subject = p.line("Subject")
    return RemoteActivity(
        kind=kind,
        crm_id=p.record_id,
        lead_ids=(who,) if who else (),
        owner_id=owner_of(p),
        at_ms=_at_ms(p, kind, when[2] if when else ""),
        title="" if kind == "note" else subject,
        note=text.strip(),
        outcome=outcome if kind == "call" else "",
        duration_s=(p.whole("CallDurationInSeconds") or 0) if kind == "call" else 0,
        number=(when[1] or "") if when else "",
        done=(result[1] if result else "") not in OPEN if kind == "meeting" else not is_open,
        modified_ms=p.moment("SystemModstamp") or 0,
        key=key,
        facts=facts,
        direction="in" if p.value("CallType") == "Inbound" else "",
        left_out=p.left_out,
        open_call=is_open and subject.casefold().startswith("call"),
        created_ms=p.moment("CreatedDate") or 0,
        result=result[1] if result else "",
    )


def _at_ms(p: ForeignRecord, kind: str, stated: str) -> int:
    if kind == "meeting":
        return p.moment("StartDateTime") or p.moment("CreatedDate") or 0
    if stated:
        try:
            return moment(stated)
        except OddError as odd:
            p.note("CallObject", stated, str(odd))
    if (
        kind == "task"
        and p.value("IsReminderSet") is True
        and (due := p.moment("ReminderDateTime"))
    ):
        return due
    done = None if kind == "task" else p.moment("CompletedDateTime")
    day = p.value("ActivityDate")
    noon = ForeignRecord(kind, p.record_id, {"day": f"{day}T12:00:00Z"}) if day else None
    return done or (noon.moment("day") if noon else None) or p.moment("CreatedDate") or 0


def body_of(
    item: CreateItem, names: Names, zone: ZoneInfo, closed: str, opened: str
) -> dict[str, Any]:
    """Return the body of a new activity, without its key.

    Args:
        item: the activity.
        names: the account's fields.
        zone: whose days ``ActivityDate`` means.
        closed: the status of a task that is done.
        opened: the status of one that is not.
    """
    intent = cast("Mapping[str, Any]", item.intent)
    in_text = item.kind == "call" and not names.outcome
    text = text_of(intent, item.key, {"Outcome": item.outcome if in_text else ""}, marked=False)
    if item.mode is KeyMode.MARKER:
        mark = f"\n{mark_of(item.key)}"
        text = text[: _MOST_TEXT - len(mark)] + mark
    subject = one_line(str(intent.get("title", intent.get("subject", ""))), limit=240)
    owner = str(intent.get("owner_id", ""))
    body: dict[str, Any] = {
        "WhoId": item.lead_id,
        "Description": text[:_MOST_TEXT],
        **({"OwnerId": owner} if owner else {}),
    }
    if item.kind == "meeting":
        times = {"StartDateTime": intent["start_at"], "EndDateTime": intent["end_at"]}
        return body | {"Subject": subject or "Meeting", **times}
    if item.kind == "task":
        return body | due(str(intent["due_at"]), zone) | {
            "Subject": subject or "Call back", "TaskSubtype": "Task", "Status": opened,
        }  # fmt: skip
    at = parse_iso(str(intent["at"]))
    number = str(intent.get("number", ""))
    number = number if re.fullmatch(r"\+[0-9]{4,20}", number) else ""
    body |= {
        "Status": closed,
        "ActivityDate": at.astimezone(zone).date().isoformat(),
        "CallObject": f"{number} {iso(at)}".strip(),
        "TaskSubtype": {"call": "Call", "email": "Email"}.get(item.kind, "Task"),
        "Subject": {"note": "Note", "message": f"Message: {subject}"}.get(
            item.kind, subject or item.kind.title()
        ),
    }
    if item.kind == "call":
        body["CallType"] = "Inbound" if intent.get("direction") == "in" else "Outbound"
        body["CallDurationInSeconds"] = max(0, int(intent["duration_s"]))
        body |= {names.outcome: item.outcome[:255]} if item.outcome and names.outcome else {}
    return body


def due(moment_text: str, zone: ZoneInfo) -> dict[str, Any]:
    """Return the fields of a due moment: a day, and a reminder that keeps the hour."""
    at = parse_iso(moment_text)
    return {
        "ActivityDate": at.astimezone(zone).date().isoformat(),
        "IsReminderSet": True,
        "ReminderDateTime": iso(at),
    }
