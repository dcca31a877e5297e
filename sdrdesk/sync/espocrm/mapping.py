"""EspoCRM's fields and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal, cast

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord, OddError, identity
from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity, RemoteLead
from sdrdesk.domain.outcome.meeting_result import OPEN
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.plain_crm import written
from sdrdesk.sync.plain_fields import OwnNames, lines_of, own_properties
from sdrdesk.sync.plain_texts import number_of, split_lines, split_text, text_of
from sdrdesk.sync.port import CreateItem, KeyMode

ENTITY: Final[Mapping[ActivityKindName, str]] = {
    "call": "Call", "task": "Task", "meeting": "Meeting", "note": "Note", "email": "Note",
    "message": "Note",
}  # fmt: skip
"""Names of our kinds there. E-mails and messages are posts in the lead's stream."""

PULLED: Final = ("call", "task", "meeting")
"""Kinds that are read. Posts can only be read lead by lead."""

_TITLE: Final = 249
_CONVERTED: Final = "Converted"
_OPEN_TASK: Final = ("Completed", "Canceled", "Deferred")
RESULT: Final = re.compile(r"\AResult: ([a-z ]{1,20})(?:\n+|\Z)")
"""The first line of a meeting, in the words of ``MeetingPort``."""
_NOT_IN_NAMES: Final = re.compile(r"[<>=]+")
"""EspoCRM refuses these in names of activities."""


_LEAD: Final = {
    "status": "status",
    "owner_id": "assignedUserId",
    "first_name": "firstName",
    "last_name": "lastName",
    "job_title": "title",
    "email": "emailAddress",
    "phone": "phoneNumber",
    "company_text": "accountName",
}


@dataclass(frozen=True, slots=True)
class Names(OwnNames):
    """The account's own fields, by ``crm.toml``."""

    persona: str = "cPersona"
    do_not_call: str = "doNotCall"
    outcome: str = "cOutcome"
    key: str = "cSdrdeskKey"
    usual = _LEAD

    @property
    def lead_select(self) -> str:
        """The fields that are read of a lead."""
        return ",".join((*_LEAD.values(), self.persona, self.do_not_call, *_LEAD_MORE, *self.also))

    @property
    def activity_select(self) -> str:
        """The fields that are read of an activity."""
        return ",".join((*_ACTIVITY, self.outcome, self.key))


_SHOWN: Final = {
    "country": "addressCountry", "state": "addressState", "city": "addressCity",
    "website": "website", "source": "source",
}  # fmt: skip
_LINES: Final = {n: f for n, f in (_LEAD | _SHOWN).items() if n not in ("owner_id", "phone")}
_LEAD_MORE: Final = (
    *_SHOWN.values(), "phoneNumberIsOptedOut", "phoneNumberIsInvalid", "createdAt", "modifiedAt",
    "description", "emailAddressIsOptedOut",
)  # fmt: skip
_ACTIVITY: Final = (
    "name", "status", "direction", "dateStart", "dateEnd", "parentType", "parentId", "leadsIds",
    "assignedUserId", "description", "modifiedAt", "createdAt",
)  # fmt: skip


def to_lead(found: Mapping[str, Any], names: Names) -> RemoteLead:
    """Return a lead, with its primary number: EspoCRM's lists show no other.

    A number that was opted out, or is invalid, is left out.
    """
    p = ForeignRecord("lead", identity(found.get("id")), dict(found))
    status = p.line("status")
    opted_out = found.get("phoneNumberIsOptedOut") is True
    is_usable = not opted_out and found.get("phoneNumberIsInvalid") is not True
    converted = p.moment("createdAt")
    lead = RemoteLead(
        lead_id=p.record_id,
        **lines_of(p, _LINES),
        phone=p.line("phoneNumber") if is_usable else "",
        persona=p.line(names.persona),
        lifecycle="opportunity" if status == _CONVERTED else "lead",
        owner_id=p.record("assignedUserId"),
        converted_ms=converted,
        conversions=1,
        message=p.text("description"),
        properties=own_properties(found, names.also),
        do_not_call=p.value(names.do_not_call) in (True, "true") or opted_out,
        email_opt_out=p.value("emailAddressIsOptedOut") in (True, "true"),
        created_ms=converted,
        modified_ms=p.moment("modifiedAt") or 0,
    )
    return lead._replace(left_out=p.left_out) if p.left_out else lead


def to_activity(kind: ActivityKindName, found: Mapping[str, Any], names: Names) -> RemoteActivity:
    """Return an activity. Its duration is its end less its start: EspoCRM's own is wrong."""
    p = ForeignRecord(kind, identity(found.get("id")), dict(found))
    text = p.text("post" if ENTITY[kind] == "Note" else "description")
    key, facts, text = split_text(text, p.record(names.key))
    lines, text = split_lines(text) if key and kind == "call" else ({}, text)
    start, end = p.moment("dateStart"), p.moment("dateEnd")
    status, is_task = p.line("status"), kind == "task"
    is_meeting = kind == "meeting"
    said = RESULT.match(text) if is_meeting else None
    text = text[said.end() :] if said else text
    open_task = is_task and status not in _OPEN_TASK
    return RemoteActivity(
        kind=kind,
        crm_id=p.record_id,
        lead_ids=_leads(p, found),
        owner_id=p.record("assignedUserId"),
        at_ms=(end if is_task else start) or p.moment("createdAt") or 0,
        title=p.line("name"),
        note=text.strip(),
        outcome=p.line(names.outcome) or lines.get("Outcome", "") if kind == "call" else "",
        duration_s=max(0, (end - start) // 1000) if kind == "call" and start and end else 0,
        number=lines.get("Number", ""),
        done=not open_task if is_task else status != "Planned",
        modified_ms=p.moment("modifiedAt") or 0,
        key=key,
        facts=facts,
        direction="in" if p.value("direction") == "Inbound" else "",
        left_out=p.left_out,
        open_call=open_task and _asks(p) == "call",
        open_other=_other(p) if open_task else "",
        result=_result(status, said[1].replace(" ", "_") if said else "") if is_meeting else "",
    )


def _result(status: str, said: str) -> str:
    """Return what became of a meeting: its status decides, its text which kind of "Not Held"."""
    if status == "Held":
        return "completed"
    if status == "Planned":
        return said if said in OPEN else ""
    return said if said in ("no_show", "canceled") else status.casefold()


def _asks(p: ForeignRecord) -> str:
    """Return what a task asks for; EspoCRM's tasks have no type, so its name says it."""
    words = p.line("name").casefold().replace("e-mail", "email").split()
    first = words[0].rstrip(":") if words else ""
    return "call" if first.startswith("call") else "email" if first == "email" else "todo"


def _other(p: ForeignRecord) -> Literal["", "email", "todo"]:
    asks = _asks(p)
    return "" if asks == "call" else "email" if asks == "email" else "todo"


def _leads(p: ForeignRecord, found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the leads. After a merge only the list of attendees names the survivor."""
    ids = found.get("leadsIds")
    if isinstance(ids, list) and ids:
        try:
            return tuple(dict.fromkeys(identity(i) for i in ids))
        except OddError as odd:
            p.note("leadsIds", ids, str(odd))
    parent = p.record("parentId") if p.value("parentType") == "Lead" else ""
    return (parent,) if parent else ()


def body_of(
    item: CreateItem,
    names: Names,
    *,
    user: str = "",
    teams: Sequence[str] = (),
    has_outcome: bool = True,
) -> dict[str, Any]:
    """Return the body of a new activity.

    Args:
        item: the activity.
        names: the account's own fields.
        user: the user whose key it is: EspoCRM takes no activity without one.
        teams: the teams of the user whose key it is: a role may see and edit the team's only.
        has_outcome: whether calls have a field for the outcome; else the text names it.
    """
    intent = cast("Mapping[str, Any]", item.intent)
    keyed = item.mode is not KeyMode.MARKER and ENTITY[item.kind] != "Note"
    lines = {
        "Outcome": "" if has_outcome else item.outcome,
        "Number": number_of(intent) if item.kind == "call" else "",
    }
    text = text_of(intent, item.key, lines, marked=not keyed)
    if item.kind in ("email", "message"):
        text = f"{one_line(str(intent.get('subject', '')))}\n{text}".strip()
    parent = {"parentType": "Lead", "parentId": item.lead_id}
    if ENTITY[item.kind] == "Note":
        return {"type": "Post", "post": text, **parent}
    owner = str(intent.get("owner_id") or user)
    body: dict[str, Any] = {"description": text, **parent, **_when(item.kind, intent)}
    body["name"] = name_of(str(intent.get("title", intent.get("subject", "")))) or ENTITY[item.kind]
    body |= {"assignedUserId": owner} if owner else {}
    body |= {"teamsIds": list(teams)} if teams else {}
    if item.kind != "task":
        body["leadsIds"] = [item.lead_id]
        body |= {"usersIds": [owner]} if owner else {}
    body |= {names.outcome: item.outcome} if item.outcome and has_outcome else {}
    return body | ({names.key: item.key} if keyed else {})


def name_of(title: str) -> str:
    """Return a title as EspoCRM takes it for an activity."""
    return one_line(_NOT_IN_NAMES.sub(" ", title), limit=_TITLE)


def _when(kind: ActivityKindName, intent: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "task":
        return {"status": "Not Started", "dateEnd": stamp(str(intent["due_at"]))}
    if kind == "meeting":
        status = "Held" if intent.get("held") else "Planned"
        times = {"dateStart": stamp(intent["start_at"]), "dateEnd": stamp(intent["end_at"])}
        return {"status": status, **times}
    start = parse_iso(str(intent["at"]))
    end = start.replace(microsecond=0) + timedelta(seconds=max(0, int(intent["duration_s"])))
    return {
        "status": "Held",
        "direction": "Inbound" if intent.get("direction") == "in" else "Outbound",
        "dateStart": written(start),
        "dateEnd": written(end),
    }


def stamp(moment: str) -> str:
    """Return a moment (ISO 8601) as EspoCRM writes it: whole seconds, UTC."""
    return written(parse_iso(moment))


def where(conditions: Sequence[tuple[str, str, str | Sequence[str]]]) -> list[tuple[str, str]]:
    """Return the query of conditions: type, attribute, value."""
    query = []
    for place, (kind, attribute, value) in enumerate(conditions):
        query += [(f"where[{place}][type]", kind), (f"where[{place}][attribute]", attribute)]
        if isinstance(value, str):
            query.append((f"where[{place}][value]", value))
        else:
            query += [(f"where[{place}][value][]", one) for one in value]
    return query
