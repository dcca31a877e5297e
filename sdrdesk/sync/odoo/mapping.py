"""Odoo's records and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord, identity
from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity, RemoteLead
from sdrdesk.domain.outcome.meeting_result import OPEN
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.plain_crm import written
from sdrdesk.sync.plain_fields import OwnNames, lines_of, own_properties
from sdrdesk.sync.plain_texts import mark_of, number_of, split_lines, split_text, text_of
from sdrdesk.sync.port import CreateItem, KeyMode
from sdrdesk.sync.richtext import to_html, to_text

MODEL: Final[Mapping[str, str]] = {
    "lead": "crm.lead", "task": "mail.activity", "meeting": "calendar.event",
    "call": "mail.message", "note": "mail.message", "email": "mail.message",
    "message": "mail.message",
}  # fmt: skip
"""Places of our kinds. Calls are log entries of the activity type for calls."""

LOST: Final = "Lost"
"""The status of an archived lead."""
DONE: Final = "Called back with sdrdesk."
"""Odoo's own entry when sdrdesk closes a call-back: the call itself is logged apart."""
_HOUR: Final = re.compile(r"\b([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))? ([A-Za-z][\w+/-]{1,40})\Z")
_MORNING: Final = timedelta(hours=9)
"""When a call-back is due that says no hour."""
_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Names(OwnNames):
    """The database's own fields, by ``crm.toml``."""

    persona: str = "x_sdrdesk_persona"
    do_not_call: str = "x_sdrdesk_dnc"
    last_outcome: str = "x_sdrdesk_outcome"
    """On the lead."""
    outcome: str = "x_sdrdesk_outcome"
    """On the log entry of a call, as ``duration`` and ``key`` are."""
    duration: str = "x_sdrdesk_duration"
    key: str = "x_sdrdesk_key"
    nurture: str = "Nurture"
    """The tag of leads that rest; the status they show."""
    lost_reason: str = ""
    type: str = ""
    """``lead`` or ``opportunity``: only these; empty: both."""
    language: str = ""
    """Of the words for stages, tags and options, such as ``fr_FR``; empty: the user's own."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Fields and words used here that a database has."""

    names: Names
    fields: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """Model to field to its definition."""
    zone: tzinfo = UTC
    """The user's own time zone."""
    stages: Mapping[int, tuple[str, bool]] = field(default_factory=dict)
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

    def stage_name(self, stage_id: int) -> str:
        """Return the name of a stage, ``""`` for none."""
        return self.stages.get(stage_id, ("", False))[0]

    def lead_fields(self) -> list[str]:
        """Return the fields that are read of a lead."""
        return [n for n in (*_LEAD, *self._own) if self.has("crm.lead", n)]

    @property
    def _own(self) -> tuple[str, ...]:
        return (self.names.persona, self.names.do_not_call, *self.names.also)

    def activity_fields(self, kind: str) -> list[str]:
        """Return the fields that are read of an activity."""
        model = MODEL[kind]
        own = (self.names.key, self.names.outcome, self.names.duration)
        return [*_ACTIVITY[model], *(n for n in own if self.has(model, n))]


_LEAD: Final = (
    "name", "contact_name", "partner_name", "email_from", "phone", "mobile", "function", "website",
    "city", "state_id", "country_id", "description", "source_id", "stage_id", "user_id", "active",
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
PLAIN: Final = {
    "owner_id": "user_id", "job_title": "function", "email": "email_from", "phone": "phone",
    "mobile": "mobile", "company_text": "partner_name",
}  # fmt: skip
"""Fields of ``LEAD_FIELDS`` that are one field in Odoo as well."""
_LINES: Final = {
    "email": "email_from", "job_title": "function", "company_text": "partner_name",
    "city": "city", "website": "website", "converted_on": "name",
}  # fmt: skip


def _record(kind: str, row: Mapping[str, Any]) -> ForeignRecord:
    """Return a record without Odoo's ``false`` for nothing, and with the ids of links."""
    values = {}
    for name, value in row.items():
        if value is False or value is None:
            continue
        is_link = isinstance(value, list) and len(value) == 2 and isinstance(value[1], str)
        values[name] = value[0] if is_link else value
    return ForeignRecord(kind, identity(row.get("id")), values)


def label_of(row: Mapping[str, Any], name: str) -> str:
    """Return the name of a linked record, ``""`` without one."""
    value = row.get(name)
    return one_line(str(value[1])) if isinstance(value, list) and len(value) == 2 else ""


def link_of(row: Mapping[str, Any], name: str) -> int:
    """Return the id of a linked record, 0 without one."""
    value = row.get(name)
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, int) and not isinstance(first, bool) else 0


def split_name(name: str) -> tuple[str, str]:
    """Return first and last name of Odoo's one field."""
    first, _, last = name.partition(" ")
    return first, last.strip()


def status_of(row: Mapping[str, Any], shape: Shape) -> str:
    """Return the status: lost, resting, or the stage."""
    if row.get("active") is False:
        return LOST
    tags = row.get("tag_ids")
    if shape.nurture_tag and isinstance(tags, list) and shape.nurture_tag in tags:
        return shape.names.nurture
    return shape.stage_name(link_of(row, "stage_id")) or label_of(row, "stage_id")


def to_lead(row: Mapping[str, Any], shape: Shape) -> RemoteLead:
    """Return a lead; blacklisted numbers are left out."""
    p = _record("lead", row)
    first, last = split_name(p.line("contact_name"))
    phone, mobile = p.line("phone"), p.line("mobile")
    barred = row.get("phone_blacklisted") is True
    mobile_barred = row.get("mobile_blacklisted") is True
    usable = ("" if barred else phone, "" if mobile_barred else mobile)
    no_number = (barred or mobile_barred) and not any(usable)
    made, changed = p.moment("create_date"), p.moment("write_date") or 0
    won = shape.stages.get(link_of(row, "stage_id"), ("", False))[1]
    lead = RemoteLead(
        lead_id=p.record_id,
        first_name=first,
        last_name=last,
        **lines_of(p, _LINES),
        phone=usable[0] or usable[1],
        mobile=usable[1] if usable[0] else "",
        country=label_of(row, "country_id"),
        state=label_of(row, "state_id").partition(" (")[0],
        persona=label_of(row, shape.names.persona) or p.line(shape.names.persona),
        lifecycle="customer" if won and row.get("active") is not False else "lead",
        status=status_of(row, shape),
        owner_id=p.record("user_id"),
        converted_ms=made,
        conversions=1,
        message=to_text(p.raw("description")),
        source=label_of(row, "source_id"),
        properties=own_properties(_given(row, shape), shape.names.also),
        do_not_call=row.get(shape.names.do_not_call) is True or no_number,
        created_ms=made,
        # A number's standing shows in no date: a millisecond tells the two states apart.
        modified_ms=changed + (1 if barred else 0) + (2 if mobile_barred else 0),
    )
    return lead._replace(left_out=p.left_out) if p.left_out else lead


def _given(row: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Return a record without empty fields, for which Odoo says ``False``."""
    kinds = shape.fields.get("crm.lead", {})
    return {
        name: value
        for name, value in row.items()
        if value is not False or kinds.get(name, {}).get("type") == "boolean"
    }


def to_activity(kind: ActivityKindName, row: Mapping[str, Any], shape: Shape) -> RemoteActivity:
    """Return an activity."""
    p = _record(kind, row)
    model = MODEL[kind]
    html = {"mail.message": "body", "mail.activity": "note", "calendar.event": "description"}
    text = to_text(p.raw(html[model]))
    key, facts, text = split_text(text, p.record(shape.names.key))
    has_lines = bool(key) and kind in ("call", "meeting")
    said, text = split_lines(text) if has_lines else ({}, text)
    common: dict[str, Any] = {
        "kind": kind,
        "crm_id": p.record_id,
        "note": text.strip(),
        "modified_ms": p.moment("write_date") or 0,
        "created_ms": p.moment("create_date") or 0,
        "key": key,
        "facts": facts,
    }
    made: dict[str, Any]
    if model == "mail.activity":
        made = _task(p, row, shape)
    elif model == "calendar.event":
        result = said.get("Result", "").casefold().replace(" ", "_")
        made = {
            "lead_ids": _ids(p.record("opportunity_id")),
            "owner_id": p.record("user_id"),
            "at_ms": p.moment("start") or 0,
            "title": p.line("name"),
            "result": result or ("" if row.get("active") is not False else "canceled"),
            "done": result not in OPEN or row.get("active") is False,
        }
    else:
        seconds = said.get("Duration", "").partition(" ")[0]
        made = {
            "lead_ids": _ids(p.record("res_id")),
            "owner_id": p.record("create_uid"),
            "at_ms": p.moment("date") or p.moment("create_date") or 0,
            "title": p.line("subject"),
            "outcome": p.line(shape.names.outcome) or said.get("Outcome", ""),
            "duration_s": p.whole(shape.names.duration)
            or (int(seconds) if seconds.isascii() and seconds.isdigit() else 0),
            "number": said.get("Number", ""),
            "direction": "in" if said.get("Direction") == "incoming" else "",
        }
    return RemoteActivity(**common, **made, left_out=p.left_out)


def _task(p: ForeignRecord, row: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    is_open = row.get("active") is not False
    summary = p.line("summary")
    return {
        "lead_ids": _ids(p.record("res_id")),
        "owner_id": p.record("user_id"),
        "at_ms": _due_ms(str(row.get("date_deadline") or ""), summary, shape.zone),
        "title": summary or label_of(row, "activity_type_id"),
        "done": not is_open,
        "open_call": is_open,
    }


def _ids(found: str) -> tuple[str, ...]:
    return (found,) if found else ()


def _due_ms(day: str, summary: str, zone: tzinfo) -> int:
    """Return when a call-back is due: Odoo keeps the day, the end of the summary the hour."""
    try:
        start = datetime.strptime(day[:10], "%Y-%m-%d")  # noqa: DTZ007  # the zone comes below
    except ValueError:
        return 0
    hour = _HOUR.search(summary)
    where = zone_of(hour[4]) if hour else None
    if hour and where is not None:
        at = timedelta(hours=int(hour[1]), minutes=int(hour[2]), seconds=int(hour[3] or 0))
        return round((start + at).replace(tzinfo=where).timestamp() * 1000)
    return round((start + _MORNING).replace(tzinfo=zone).timestamp() * 1000)


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


def columns_of(item: CreateItem, shape: Shape) -> dict[str, str]:
    """Return the columns of ``load`` for a new activity."""
    intent = cast("Mapping[str, Any]", item.intent)
    model = MODEL[item.kind]
    keyed = item.mode is not KeyMode.MARKER and shape.has(model, shape.names.key)
    columns = {"id": f"sdrdesk.{item.kind}_{item.key}"}
    html = html_of(item, shape, keyed=keyed)
    owner = str(intent.get("owner_id") or "")
    if model == "mail.activity":
        subject = str(intent.get("subject", ""))
        columns |= {
            "res_model_id/id": "crm.model_crm_lead",
            "res_id": item.lead_id,
            "activity_type_id/.id": str(shape.call_type),
            "note": html,
            "user_id/.id": owner,
            **due_of(str(intent["due_at"]), subject, shape.zone),
        }
    elif model == "calendar.event":
        columns |= {
            "name": one_line(str(intent.get("title", "")), limit=_TITLE) or "Meeting",
            "start": written(parse_iso(str(intent["start_at"]))),
            "stop": written(parse_iso(str(intent["end_at"]))),
            "description": html,
            "opportunity_id/.id": item.lead_id,
            "user_id/.id": owner,
        }
    else:
        columns |= {
            "model": "crm.lead",
            "res_id": item.lead_id,
            "body": html,
            "message_type": "comment",
            "subtype_id/id": "mail.mt_note",
            "date": written(parse_iso(str(intent["at"]))),
        }
        if item.kind == "call":
            columns |= _call_columns(item, shape)
        elif item.kind != "note":
            columns["subject"] = _subject(item.kind, intent)
    columns |= {shape.names.key: item.key} if keyed else {}
    return {name: value for name, value in columns.items() if value}


def _call_columns(item: CreateItem, shape: Shape) -> dict[str, str]:
    model, names = "mail.message", shape.names
    seconds = _seconds(item)
    columns = {"mail_activity_type_id/.id": str(shape.call_type)}
    if shape.has(model, names.outcome):
        columns[names.outcome] = item.outcome
    if shape.has(model, names.duration):
        columns[names.duration] = str(seconds) if seconds else ""
    return columns


def html_of(item: CreateItem, shape: Shape, *, keyed: bool) -> str:
    """Return the text of an activity: facts of a call first, then the note, then the mark."""
    intent = cast("Mapping[str, Any]", item.intent)
    lines: dict[str, object] = {}
    if item.kind == "call":
        seconds = _seconds(item)
        way = "incoming" if intent.get("direction") == "in" else "outgoing"
        labels = dict(shape.selection("mail.message", shape.names.outcome))
        lines = {  # also what has a field: Odoo's own screen shows no field of a log entry
            "Outcome": labels.get(item.outcome, item.outcome),
            "Duration": f"{seconds} s" if seconds else "",
            "Number": number_of(intent),
            "Direction": f"{way}\n",
        }
    if item.kind == "meeting" and intent.get("held"):
        lines["Result"] = "completed\n"
    text = text_of(intent, item.key, lines, marked=False)
    html = to_html(text, "" if keyed else mark_of(item.key))
    return html or "<p></p>"


def _seconds(item: CreateItem) -> int:
    return max(0, int(cast("Mapping[str, Any]", item.intent).get("duration_s") or 0))


def _subject(kind: str, intent: Mapping[str, Any]) -> str:
    what = "E-mail" if kind == "email" else str(intent.get("channel") or "message").title()
    about = one_line(str(intent.get("subject") or ""), limit=_TITLE)
    return f"{what}: {about}" if about else what


def numbers(ids: Sequence[str]) -> list[int]:
    """Return ids as Odoo takes them; what is no number is no id of Odoo."""
    return [int(i) for i in ids if i.isascii() and i.isdigit()]
