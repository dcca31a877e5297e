"""EspoCRM's fields and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sdrdesk.domain.crm.foreign_values import ForeignRecord, OddError, identity
from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity, RemoteLead
from sdrdesk.domain.outcome.meeting_result import OPEN
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.kit.entries import Draft, Told
from sdrdesk.sync.kit.fields import Names, Row, is_true
from sdrdesk.sync.kit.values import written

ENTITY: Final[Mapping[str, str]] = {
    "lead": "Lead", "call": "Call", "task": "Task", "meeting": "Meeting", "note": "Note",
    "email": "Note", "message": "Note",
}  # fmt: skip
"""Names of our kinds there. E-mails and messages are posts in the lead's stream."""
PULLED: Final = ("lead", "call", "task", "meeting")
"""Kinds that are read. Posts can only be read lead by lead."""
TEXTS: Final = {kind: "post" if ENTITY[kind] == "Note" else "description" for kind in ENTITY}

NAMES: Final = Names(
    lead={
        "status": "status", "owner_id": "assignedUserId", "first_name": "firstName",
        "last_name": "lastName", "job_title": "title", "email": "emailAddress",
        "phone": "phoneNumber", "company_text": "accountName", "country": "addressCountry",
        "state": "addressState", "city": "addressCity", "website": "website", "source": "source",
    },
    new={"street": "addressStreet", "postcode": "addressPostalCode"},
    persona="cPersona",
    do_not_call="doNotCall",
    outcome="cOutcome",
    key="cSdrdeskKey",
)  # fmt: skip
LEAD_MORE: Final = (
    "phoneNumberIsOptedOut", "phoneNumberIsInvalid", "createdAt", "modifiedAt", "description",
    "emailAddressIsOptedOut",
)  # fmt: skip
ACTIVITY: Final = (
    "name", "status", "direction", "dateStart", "dateEnd", "parentType", "parentId", "leadsIds",
    "assignedUserId", "description", "modifiedAt", "createdAt",
)  # fmt: skip

_COMPARED: Final = {
    "=": "equals", ">": "greaterThan", ">=": "greaterThanOrEquals", "<": "lessThan", "in": "in",
    "like": "contains",
}  # fmt: skip
_TITLE: Final = 249
_CLOSED: Final = ("Completed", "Canceled", "Deferred")
_NOT_IN_NAMES: Final = re.compile(r"[<>=]+")
"""EspoCRM refuses these in names of activities."""


def to_lead(found: Row, names: Names) -> RemoteLead:
    """Return a lead, with its primary number: EspoCRM's lists show no other.

    A number that was opted out, or is invalid, is left out.
    """
    p = ForeignRecord("lead", identity(found.get("id")), dict(found))
    opted_out = found.get("phoneNumberIsOptedOut") is True
    is_usable = not opted_out and found.get("phoneNumberIsInvalid") is not True
    return names.to_lead(
        p,
        found,
        "createdAt",
        phone=p.line("phoneNumber") if is_usable else "",
        lifecycle="opportunity" if p.line("status") == "Converted" else "lead",
        message=p.text("description"),
        do_not_call=is_true(p.value(names.do_not_call)) or opted_out,
        email_opt_out=is_true(p.value("emailAddressIsOptedOut")),
        modified_ms=p.moment("modifiedAt") or 0,
    )


def to_activity(kind: ActivityKindName, found: Row, names: Names) -> RemoteActivity:
    """Return an activity. Its duration is its end less its start: EspoCRM's own is wrong."""
    p = ForeignRecord(kind, identity(found.get("id")), dict(found))
    told = Told.of(kind, p.text(TEXTS[kind]), p.record(names.key))
    start, end, status = p.moment("dateStart"), p.moment("dateEnd"), p.line("status")
    is_open = kind == "task" and status not in _CLOSED
    asks = _asks(p.line("name")) if is_open else ""
    lasts = max(0, (end - start) // 1000) if kind == "call" and start and end else 0
    return told.activity(
        kind,
        p,
        _leads(p, found),
        owner_id=p.record("assignedUserId"),
        at_ms=(end if kind == "task" else start) or p.moment("createdAt") or 0,
        title=p.line("name"),
        outcome=p.line(names.outcome) if kind == "call" else "",
        duration_s=lasts,
        done=not is_open if kind == "task" else status != "Planned",
        modified_ms=p.moment("modifiedAt") or 0,
        direction="in" if p.value("direction") == "Inbound" else "",
        open_call=asks == "call",
        open_other="" if asks == "call" else asks,
        result=_result(status, told.result) if kind == "meeting" else "",
    )


def _result(status: str, said: str) -> str:
    """Return what became of a meeting: its status decides, its text which kind of "Not Held"."""
    if status == "Held":
        return "completed"
    if status == "Planned":
        return said if said in OPEN else ""
    return said if said in ("no_show", "canceled") else status.casefold()


def _asks(name: str) -> str:
    """Return what a task asks for; EspoCRM's tasks have no type, so its name says it."""
    words = name.casefold().replace("e-mail", "email").split()
    first = words[0].rstrip(":") if words else ""
    return "call" if first.startswith("call") else "email" if first == "email" else "todo"


def _leads(p: ForeignRecord, found: Row) -> tuple[str, ...]:
    """Return the leads. After a merge only the list of attendees names the survivor."""
    ids = found.get("leadsIds")
    if isinstance(ids, list) and ids:
        try:
            return tuple(dict.fromkeys(identity(i) for i in ids))
        except OddError as odd:
            p.note("leadsIds", ids, str(odd))
    return (p.record("parentId"),) if p.value("parentType") == "Lead" else ()


def body_of(
    draft: Draft, names: Names, me: tuple[str, list[str]], *, has_outcome: bool
) -> dict[str, Any]:
    """Return the body of a new activity.

    Args:
        draft: the activity.
        names: the account's own fields.
        me: the user whose key it is, since EspoCRM takes no activity without one, and its teams:
            a role may see and edit the team's only.
        has_outcome: whether calls have a field for the outcome; else the text names it.
    """
    kind, lead_id, outcome = draft.item.kind, draft.item.lead_id, draft.item.outcome
    is_post = ENTITY[kind] == "Note"
    keyed = draft.is_keyed and not is_post
    lines = {
        "Outcome": "" if has_outcome else outcome,
        "Number": draft.number if kind == "call" else "",
    }
    text = draft.text(lines, marked=not keyed)
    body: dict[str, Any] = {"parentType": "Lead", "parentId": lead_id}
    if is_post:
        subject = draft.line("subject") if kind != "note" else ""
        return body | {"type": "Post", "post": f"{subject}\n{text}".strip()}
    body |= {"description": text, **_when(kind, draft)}
    body["name"] = name_of(draft.line("title", "subject", limit=_TITLE)) or ENTITY[kind]
    owner, teams = draft.owner or me[0], me[1]
    body |= {"assignedUserId": owner} if owner else {}
    body |= {"teamsIds": teams} if teams else {}
    if kind != "task":
        body["leadsIds"] = [lead_id]
        body |= {"usersIds": [owner]} if owner else {}
    body |= {names.outcome: outcome} if outcome and has_outcome else {}
    return body | ({names.key: draft.item.key} if keyed else {})


def name_of(title: str) -> str:
    """Return a title as EspoCRM takes it for an activity."""
    return one_line(_NOT_IN_NAMES.sub(" ", title), limit=_TITLE)


def _when(kind: ActivityKindName, draft: Draft) -> dict[str, Any]:
    if kind == "task":
        return {"status": "Not Started", "dateEnd": written(draft.moment("due_at"))}
    if kind == "meeting":
        start, end = draft.moment("start_at"), draft.moment("end_at")
        way = {"status": "Held" if draft.intent.get("held") else "Planned"}
    else:
        start = draft.moment("at").replace(microsecond=0)
        end = start + timedelta(seconds=draft.seconds)
        way = {"status": "Held", "direction": "Inbound" if draft.is_incoming else "Outbound"}
    return {**way, "dateStart": written(start), "dateEnd": written(end)}


def conditions(where: Sequence[tuple[str, str, object]]) -> list[tuple[str, str]]:
    """Return conditions as EspoCRM takes them in an address."""
    query = []
    for place, (name, how, value) in enumerate(where):
        at = f"where[{place}]"
        query += [(f"{at}[type]", _COMPARED[how]), (f"{at}[attribute]", name)]
        if isinstance(value, str):
            query.append((f"{at}[value]", value))
        elif isinstance(value, Sequence):
            query += [(f"{at}[value][]", str(one)) for one in value]
    return query
