"""Odoo's records and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity, RemoteLead
from sdrdesk.domain.outcome.meeting_result import OPEN
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.kit.entries import Draft, Told, mark_of
from sdrdesk.sync.kit.fields import Names, Row, own_properties
from sdrdesk.sync.kit.values import written
from sdrdesk.sync.richtext import to_html, to_text

MODEL: Final[Mapping[str, str]] = {
    "lead": "crm.lead", "task": "mail.activity", "meeting": "calendar.event",
    "call": "mail.message", "note": "mail.message", "email": "mail.message",
    "message": "mail.message",
}  # fmt: skip
"""Places of our kinds. Calls are log entries of the activity type for calls."""
TEXTS: Final = {"mail.message": "body", "mail.activity": "note", "calendar.event": "description"}

LOST: Final = "Lost"
"""The status of an archived lead."""
DONE: Final = "Called back with sdrdesk."
"""Odoo's own entry when sdrdesk closes a call-back: the call itself is logged apart."""
_HOUR: Final = re.compile(r"\b([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))? ([A-Za-z][\w+/-]{1,40})\Z")
_MORNING: Final = timedelta(hours=9)
"""When a call-back is due that says no hour."""
_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class OdooNames(Names):
    """The database's own fields and words."""

    last_outcome: str = "x_sdrdesk_outcome"
    """On the lead."""
    duration: str = "x_sdrdesk_duration"
    """On the log entry of a call, as ``outcome`` and ``key`` are."""
    nurture: str = "Nurture"
    """The tag of leads that rest; the status they show."""
    lost_reason: str = ""
    type: str = ""
    """``lead`` or ``opportunity``: only these; empty: both."""
    language: str = ""
    """Of the words for stages, tags and options, such as ``fr_FR``; empty: the user's own."""


NAMES: Final = OdooNames(
    lead={
        "status": "stage_id", "first_name": "contact_name", "last_name": "contact_name",
        "owner_id": "user_id", "job_title": "function", "email": "email_from", "phone": "phone",
        "mobile": "mobile", "company_text": "partner_name", "city": "city", "website": "website",
        "converted_on": "name",
    },
    new={"street": "street", "postcode": "zip"},
    persona="x_sdrdesk_persona",
    do_not_call="x_sdrdesk_dnc",
    outcome="x_sdrdesk_outcome",
    key="x_sdrdesk_key",
)  # fmt: skip
LEAD_MORE: Final = (
    "state_id", "country_id", "description", "source_id", "active",
    "type", "tag_ids", "create_date", "write_date", "phone_blacklisted", "mobile_blacklisted",
)  # fmt: skip
_ACTIVITY: Final = {
    "mail.message": ("res_id", "date", "body", "create_uid", "mail_activity_type_id", "write_date",
                     "message_type", "subject", "create_date"),
    "mail.activity": ("res_id", "summary", "note", "date_deadline", "user_id", "active",
                      "activity_type_id", "write_date", "create_date"),
    "calendar.event": ("name", "start", "stop", "description", "opportunity_id", "user_id",
                       "active", "write_date", "create_date"),
}  # fmt: skip


_TIMELINE: Final = {
    "task": ("res_id", "user_id", "summary", ""),
    "meeting": ("opportunity_id", "user_id", "name", "start"),
}
"""Names of lead, owner, title and moment; those of log entries are others."""


@dataclass(slots=True)
class Shape:
    """Fields and words of a database, as far as they were asked for."""

    names: OdooNames
    fields: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """Model to field to its definition."""
    zone: tzinfo = UTC
    """The user's own time zone."""
    stages: Mapping[int, tuple[str, bool]] | None = None
    """Id to name and whether it is won, in order."""
    nurture_tag: int = 0
    call_type: int = 0

    def has(self, model: str, name: str) -> bool:
        """Return whether a model has a field."""
        return name in self.fields.get(model, {})

    def selection(self, model: str, name: str) -> tuple[tuple[str, str], ...]:
        """Return value and label of the options of a field."""
        found = self.fields.get(model, {}).get(name, {}).get("selection")
        pairs = found if isinstance(found, list) else []
        return tuple((str(p[0]), one_line(str(p[1]))) for p in pairs if isinstance(p, list))

    def stage(self, row: Row) -> tuple[str, bool]:
        """Return the name of the stage of a lead, and whether it is won."""
        name, won = (self.stages or {}).get(link_of(row, "stage_id"), ("", False))
        return name or label_of(row, "stage_id"), won

    def read_of(self, kind: str) -> list[str]:
        """Return the names of the fields that are read of a kind."""
        model, names = MODEL[kind], self.names
        if kind == "lead":
            return [n for n in names.read_of_lead(*LEAD_MORE) if self.has(model, n)]
        own = (names.key, names.outcome, names.duration)
        return [*_ACTIVITY[model], *(n for n in own if self.has(model, n))]


def record_of(kind: str, row: Row) -> ForeignRecord:
    """Return a record without Odoo's ``false`` for nothing, and with the ids of links."""
    values = {n: bare(v) for n, v in row.items() if v is not False}
    return ForeignRecord(kind, identity(row.get("id")), values)


def bare(value: Any) -> Any:
    """Return the id of a linked record, other values as they are."""
    return value[0] if _is_link(value) else value


def label_of(row: Row, name: str) -> str:
    """Return the name of a linked record, ``""`` without one."""
    value: Any = row.get(name)
    return one_line(value[1]) if _is_link(value) else ""


def _is_link(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], str)


def link_of(row: Row, name: str) -> int:
    """Return the id of a linked record, 0 without one."""
    value = row.get(name)
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, int) and not isinstance(first, bool) else 0


def split_name(p: ForeignRecord) -> tuple[str, str]:
    """Return first and last name of Odoo's one field."""
    first, _, last = p.line("contact_name").partition(" ")
    return first, last.strip()


def status_of(row: Row, shape: Shape) -> str:
    """Return the status: lost, resting, or the stage."""
    if row.get("active") is False:
        return LOST
    rests = shape.nurture_tag and shape.nurture_tag in (row.get("tag_ids") or ())
    return shape.names.nurture if rests else shape.stage(row)[0]


def to_lead(row: Row, shape: Shape) -> RemoteLead:
    """Return a lead; blacklisted numbers are left out."""
    p, names = record_of("lead", row), shape.names
    first, last = split_name(p)
    barred = row.get("phone_blacklisted") is True
    mobile_barred = row.get("mobile_blacklisted") is True
    usable = ("" if barred else p.line("phone"), "" if mobile_barred else p.line("mobile"))
    no_number = (barred or mobile_barred) and not any(usable)
    is_customer = shape.stage(row)[1] and row.get("active") is not False
    kinds = shape.fields.get("crm.lead", {})
    given = {
        n: row[n]
        for n in names.also
        if n in row and (row[n] is not False or kinds.get(n, {}).get("type") == "boolean")
    }
    return names.to_lead(
        p,
        row,
        "create_date",
        first_name=first,
        last_name=last,
        phone=usable[0] or usable[1],
        mobile=usable[1] if usable[0] else "",
        country=label_of(row, "country_id"),
        state=label_of(row, "state_id").partition(" (")[0],
        persona=label_of(row, names.persona) or p.line(names.persona),
        lifecycle="customer" if is_customer else "lead",
        status=status_of(row, shape),
        message=to_text(p.raw("description")),
        source=label_of(row, "source_id"),
        properties=own_properties(given, names.also),
        do_not_call=row.get(names.do_not_call) is True or no_number,
        # A number's standing shows in no date: a millisecond tells the two states apart.
        modified_ms=(p.moment("write_date") or 0) + barred + 2 * mobile_barred,
    )


def to_activity(kind: ActivityKindName, row: Row, shape: Shape) -> RemoteActivity:
    """Return an activity."""
    p, names = record_of(kind, row), shape.names
    told = Told.of(kind, to_text(p.raw(TEXTS[MODEL[kind]])), p.record(names.key))
    is_task, is_there = kind == "task", row.get("active") is not False
    lead, owner, title, at = _TIMELINE.get(kind, ("res_id", "create_uid", "subject", "date"))
    made = p.moment("create_date") or 0
    name, due = p.line(title), str(row.get("date_deadline") or "")
    return told.activity(
        kind,
        p,
        (p.record(lead),),
        owner_id=p.record(owner),
        at_ms=_due_ms(due, name, shape.zone) if is_task else p.moment(at) or made,
        title=name or label_of(row, "activity_type_id"),
        outcome=p.line(names.outcome),
        duration_s=p.whole(names.duration) or 0,
        done=not is_there or (not is_task and (kind != "meeting" or told.result not in OPEN)),
        open_call=is_task and is_there,
        result=told.result or ("" if is_there or kind != "meeting" else "canceled"),
        modified_ms=p.moment("write_date") or 0,
        created_ms=made,
    )


def _due_ms(day: str, summary: str, zone: tzinfo) -> int:
    """Return when a call-back is due: Odoo keeps the day, the end of the summary the hour."""
    try:
        start = datetime.strptime(day[:10], "%Y-%m-%d")  # noqa: DTZ007  # the zone comes below
    except ValueError:
        return 0
    hour = _HOUR.search(summary)
    where, at = zone_of(hour[4]) if hour else None, _MORNING
    if hour and where is not None:
        at = timedelta(hours=int(hour[1]), minutes=int(hour[2]), seconds=int(hour[3] or 0))
    return round((start + at).replace(tzinfo=where or zone).timestamp() * 1000)


def zone_of(name: str) -> tzinfo | None:
    """Return a time zone by its name, ``None`` when there is none."""
    if name == "UTC":
        return timezone.utc  # noqa: UP017  # needs no file
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def due_of(moment: str, subject: str, zone: tzinfo) -> dict[str, str]:
    """Return day and summary of a call-back at this moment (ISO 8601)."""
    local = parse_iso(moment).astimezone(zone)
    shown = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    name = str(zone) if isinstance(zone, ZoneInfo) else "UTC"
    words = _HOUR.sub("", one_line(subject, limit=_TITLE)).strip() or "Call back"
    return {"date_deadline": local.strftime("%Y-%m-%d"), "summary": f"{words} {shown} {name}"}


def columns_of(draft: Draft, shape: Shape) -> dict[str, str]:
    """Return the columns of ``load`` for a new activity; empty ones are left out."""
    kind, key, lead_id, names = draft.item.kind, draft.item.key, draft.item.lead_id, shape.names
    model, call_type = MODEL[kind], str(shape.call_type)
    keyed = draft.is_keyed and shape.has(model, names.key)
    columns = {"id": f"sdrdesk.{kind}_{key}", names.key: key if keyed else ""}
    columns[TEXTS[model]] = html_of(draft, shape, keyed=keyed)
    if kind == "task":
        due = due_of(str(draft.intent["due_at"]), draft.line("subject"), shape.zone)
        columns |= due | {"res_id": lead_id, "user_id/.id": draft.owner}
        columns |= {"res_model_id/id": "crm.model_crm_lead", "activity_type_id/.id": call_type}
    elif kind == "meeting":
        columns |= {"opportunity_id/.id": lead_id, "user_id/.id": draft.owner}
        columns["name"] = draft.line("title", limit=_TITLE) or "Meeting"
        columns["start"] = written(draft.moment("start_at"))
        columns["stop"] = written(draft.moment("end_at"))
    else:
        columns |= {"model": "crm.lead", "res_id": lead_id, "date": written(draft.moment("at"))}
        columns |= {"message_type": "comment", "subtype_id/id": "mail.mt_note"}
        columns["subject"] = _subject(draft)
    if kind == "call":
        columns["mail_activity_type_id/.id"] = call_type
        own = {names.outcome: draft.item.outcome, names.duration: str(draft.seconds or "")}
        columns |= {name: value for name, value in own.items() if shape.has(model, name)}
    return {name: value for name, value in columns.items() if value}


def html_of(draft: Draft, shape: Shape, *, keyed: bool) -> str:
    """Return the text of an activity: facts of a call first, then the note, then the mark."""
    kind, lines = draft.item.kind, dict[str, object]()
    if kind == "call":
        labels = dict(shape.selection("mail.message", shape.names.outcome))
        lines = {  # also what has a field: Odoo's own screen shows no field of a log entry
            "Outcome": labels.get(draft.item.outcome, draft.item.outcome),
            "Duration": f"{draft.seconds} s" if draft.seconds else "",
            "Number": draft.number,
            "Direction": f"{'incoming' if draft.is_incoming else 'outgoing'}\n",
        }
    if kind == "meeting" and draft.intent.get("held"):
        lines = {"Result": "completed\n"}
    mark = "" if keyed else mark_of(draft.item.key)
    return to_html(draft.text(lines, marked=False), mark) or "<p></p>"


def _subject(draft: Draft) -> str:
    """Return the subject, which only e-mails and messages have."""
    kind = draft.item.kind
    if kind in ("call", "note"):
        return ""
    what = "E-mail" if kind == "email" else str(draft.intent.get("channel") or "message").title()
    about = draft.line("subject", limit=_TITLE)
    return f"{what}: {about}" if about else what


def numbers(ids: Sequence[str]) -> list[int]:
    """Return ids as Odoo takes them; what is no number is no id of Odoo."""
    return [int(i) for i in ids if i.isascii() and i.isdigit()]
