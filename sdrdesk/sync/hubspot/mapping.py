"""HubSpot's words onto sdrdesk's, and back. Nothing else translates.

Everything that comes in is a stranger's text: it leaves here plain (no control, escape or
bidirectional-override characters) and without markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from sdrdesk.domain.remote import (
    ActivityKindName,
    OptionField,
    RemoteActivity,
    RemoteCompany,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.text import clean, one_line
from sdrdesk.sync.hubspot.payloads import Definition, Owner, Record
from sdrdesk.sync.hubspot.richtext import to_text

Values = dict[str, str | None]

KEY_PROPERTY: Final = "sdrdesk_key"
"""Our own property on activities, once ``setup`` made it."""

LEAD_PROPERTIES: Final = (
    "firstname", "lastname", "email", "jobtitle", "hs_seniority", "hs_role", "hs_buying_role",
    "associatedcompanyid", "company", "phone", "mobilephone", "hs_timezone", "country", "state",
    "city", "hs_language", "hs_persona", "lifecyclestage", "hs_lead_status", "hubspot_owner_id",
    "recent_conversion_date", "recent_conversion_event_name", "first_conversion_date",
    "first_conversion_event_name", "num_conversion_events", "message",
    "hs_analytics_num_page_views", "hs_analytics_num_visits", "hs_analytics_last_url",
    "hs_latest_source", "hs_analytics_source", "hubspotscore", "createdate", "lastmodifieddate",
    "hs_merged_object_ids", "ip_country_code", "hs_country_region_code", "hs_state_code",
    "hs_ip_timezone",
)  # fmt: skip

STAGE_DATES: Final = tuple(
    (stage, f"hs_lifecyclestage_{stage}_date")
    for stage in (
        "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
        "customer", "evangelist",
    )
)  # fmt: skip
"""HubSpot's own stages and when each was entered. Stages an account made have no such property."""

COMPANY_PROPERTIES: Final = (
    "name", "domain", "industry", "numberofemployees", "country", "state", "city", "timezone",
    "phone", "hs_lastmodifieddate",
)  # fmt: skip

BODY: Final[dict[ActivityKindName, str]] = {
    "call": "hs_call_body",
    "task": "hs_task_body",
    "note": "hs_note_body",
    "meeting": "hs_meeting_body",
}
"""Where the text of an activity is, as HTML."""

_COMMON: Final = ("hs_timestamp", "hubspot_owner_id", "hs_lastmodifieddate", KEY_PROPERTY)

ACTIVITY_PROPERTIES: Final[dict[ActivityKindName, tuple[str, ...]]] = {
    "call": (
        "hs_call_title", BODY["call"], "hs_call_disposition", "hs_call_duration",
        "hs_call_to_number", *_COMMON,
    ),
    "task": ("hs_task_subject", BODY["task"], "hs_task_status", *_COMMON),
    "note": (BODY["note"], *_COMMON),
    "meeting": (
        "hs_meeting_title", BODY["meeting"], "hs_meeting_start_time", "hs_meeting_outcome",
        *_COMMON,
    ),
}  # fmt: skip

_TITLE: Final[dict[ActivityKindName, str]] = {
    "call": "hs_call_title",
    "task": "hs_task_subject",
    "note": "",
    "meeting": "hs_meeting_title",
}

FIELD_PROPERTY: Final[dict[str, str]] = {
    "status": "hs_lead_status",
    "lifecycle": "lifecyclestage",
    "persona": "hs_persona",
    "time_zone": "hs_timezone",
    "owner_id": "hubspot_owner_id",
}
"""Fields a rep may change to HubSpot's property; ``do_not_call`` is the account's own."""

MARKER: Final = re.compile(r"\s*\[ref sdrdesk ([0-9A-Za-z-]{8,64})\]\s*")

_SAID_NO: Final = {"", "false", "no", "0", "n"}


@dataclass(frozen=True, slots=True)
class DoNotCall:
    """The account's own "do not call" field: HubSpot has none built in."""

    name: str
    """Internal name of the property."""
    value: str = ""
    """The value that means it; ``""``: any value that does not say no."""

    @classmethod
    def parse(cls, text: str | None) -> DoNotCall | None:
        """Return the field named by ``property`` or ``property=value``, ``None`` for none."""
        name, _, value = (text or "").strip().partition("=")
        return cls(name.strip(), value.strip()) if name.strip() else None

    def says(self, value: str | None) -> bool:
        """Return whether a property value means "do not call"."""
        held = (value or "").strip()
        if self.value:
            return self.value in held.split(";")
        return held.casefold() not in _SAID_NO

    def write(self, *, on: bool) -> str:
        """Return the property value that says so."""
        return (self.value or "true") if on else ("" if self.value else "false")


def lead_properties(do_not_call: DoNotCall | None) -> tuple[str, ...]:
    """Return the names to ask for."""
    names = (*LEAD_PROPERTIES, *(name for _, name in STAGE_DATES))
    return (*names, do_not_call.name) if do_not_call else names


def to_lead(record: Record, do_not_call: DoNotCall | None) -> RemoteLead:
    """Return a contact as a lead."""
    p = record.properties
    merged = tuple(i for i in (p.get("hs_merged_object_ids") or "").split(";") if i)
    return RemoteLead(
        lead_id=record.id,
        first_name=_line(p, "firstname"),
        last_name=_line(p, "lastname"),
        email=_line(p, "email"),
        job_title=_line(p, "jobtitle"),
        seniority=_line(p, "hs_seniority"),
        department=_line(p, "hs_role"),
        buying_role=_line(p, "hs_buying_role"),
        company_id=_digits(p.get("associatedcompanyid")),
        company_text=_line(p, "company"),
        phone=_line(p, "phone"),
        mobile=_line(p, "mobilephone"),
        time_zone=zone_in(p.get("hs_timezone")) or zone_in(p.get("hs_ip_timezone")),
        country=(
            _line(p, "country") or _line(p, "hs_country_region_code") or _line(p, "ip_country_code")
        ),
        state=_line(p, "state") or _line(p, "hs_state_code"),
        city=_line(p, "city"),
        language=_line(p, "hs_language"),
        persona=_line(p, "hs_persona"),
        lifecycle=_line(p, "lifecyclestage"),
        status=_line(p, "hs_lead_status"),
        owner_id=_line(p, "hubspot_owner_id"),
        converted_ms=ms(p.get("recent_conversion_date")),
        converted_on=_line(p, "recent_conversion_event_name"),
        first_converted_ms=ms(p.get("first_conversion_date")),
        first_converted_on=_line(p, "first_conversion_event_name"),
        conversions=whole(p.get("num_conversion_events")) or 0,
        message=clean(p.get("message")),
        page_views=whole(p.get("hs_analytics_num_page_views")) or 0,
        visits=whole(p.get("hs_analytics_num_visits")) or 0,
        last_url=_line(p, "hs_analytics_last_url"),
        source=_line(p, "hs_latest_source") or _line(p, "hs_analytics_source"),
        crm_score=whole(p.get("hubspotscore")),
        do_not_call=do_not_call is not None and do_not_call.says(p.get(do_not_call.name)),
        created_ms=ms(p.get("createdate")),
        modified_ms=ms(p.get("lastmodifieddate")) or 0,
        archived=record.archived,
        merged_ids=merged,
        stages=tuple(
            (stage, at) for stage, name in STAGE_DATES if (at := ms(p.get(name))) is not None
        ),
    )


def to_company(record: Record) -> RemoteCompany:
    """Return a company."""
    p = record.properties
    return RemoteCompany(
        company_id=record.id,
        name=_line(p, "name"),
        domain=_line(p, "domain"),
        industry=_line(p, "industry"),
        employees=whole(p.get("numberofemployees")),
        country=_line(p, "country"),
        state=_line(p, "state"),
        city=_line(p, "city"),
        time_zone=zone_in(p.get("timezone")),
        phone=_line(p, "phone"),
        modified_ms=ms(p.get("hs_lastmodifieddate")) or 0,
        archived=record.archived,
    )


def to_activity(
    kind: ActivityKindName, record: Record, lead_ids: tuple[str, ...]
) -> RemoteActivity:
    """Return a call, task, note or meeting."""
    p = record.properties
    text, marked = split_marker(to_text(p.get(BODY[kind])))
    at = ms(p.get("hs_meeting_start_time")) or ms(p.get("hs_timestamp")) or 0
    done = True
    if kind == "task":
        done = p.get("hs_task_status") == "COMPLETED"
    elif kind == "meeting":
        done = p.get("hs_meeting_outcome") not in (None, "", "SCHEDULED", "RESCHEDULED")
    return RemoteActivity(
        kind=kind,
        crm_id=record.id,
        lead_ids=lead_ids,
        owner_id=_line(p, "hubspot_owner_id"),
        at_ms=at,
        title=_line(p, _TITLE[kind]) if _TITLE[kind] else "",
        note=text,
        outcome=_line(p, "hs_call_disposition"),
        duration_s=max(0, round((whole(p.get("hs_call_duration")) or 0) / 1000)),
        number=_line(p, "hs_call_to_number"),
        done=done,
        modified_ms=ms(p.get("hs_lastmodifieddate")) or 0,
        key=p.get(KEY_PROPERTY) or marked,
    )


def to_owner(owner: Owner) -> RemoteOwner:
    """Return a rep."""
    name = one_line(f"{owner.first_name or ''} {owner.last_name or ''}")
    return RemoteOwner(
        owner_id=owner.id,
        user_id=owner.user_id or owner.user_id_ever or "",
        email=one_line(owner.email),
        name=name or one_line(owner.email) or f"owner {owner.id}",
        archived=owner.archived,
    )


OPTION_PROPERTIES: Final[tuple[tuple[OptionField, RemoteKind, str], ...]] = (
    ("persona", "lead", "hs_persona"),
    ("status", "lead", "hs_lead_status"),
    ("lifecycle", "lead", "lifecyclestage"),
    ("outcome", "call", "hs_call_disposition"),
)
"""Our name of a field, the kind it is defined on, HubSpot's name."""


def to_options(name: OptionField, definition: Definition) -> tuple[RemoteOption, ...]:
    """Return a property's options in the account's own order."""
    ordered = sorted(
        enumerate(definition.options),
        # -1 is HubSpot's "no order given": such options keep their place at the end.
        key=lambda pair: (*_placed(pair[1].display_order), pair[0]),
    )
    return tuple(
        RemoteOption(
            field=name,
            value=option.value,
            label=one_line(option.label) or one_line(option.description) or one_line(option.value),
            position=position,
            hidden=option.hidden,
        )
        for position, (_, option) in enumerate(ordered)
    )


def _placed(order: int | None) -> tuple[bool, int]:
    return (True, 0) if order is None or order < 0 else (False, order)


def fields_out(changes: dict[str, str], do_not_call: DoNotCall | None) -> dict[str, str]:
    """Return changes of a lead as properties to write.

    Raises:
        KeyError: a field that has no property (``do_not_call`` when none is configured).
    """
    out = {}
    for name, value in changes.items():
        if name == "do_not_call":
            if do_not_call is None:
                raise KeyError(name)
            out[do_not_call.name] = do_not_call.write(on=value == "true")
        elif name == "time_zone":
            out[FIELD_PROPERTY[name]] = zone_out(value)
        else:
            out[FIELD_PROPERTY[name]] = value
    return out


def property_of(name: str, do_not_call: DoNotCall | None) -> str:
    """Return HubSpot's name of a field, ``""`` when the account has none."""
    if name == "do_not_call":
        return do_not_call.name if do_not_call else ""
    return FIELD_PROPERTY.get(name, "")


def field_in(name: str, value: str | None, do_not_call: DoNotCall | None) -> str:
    """Return the value of one field of a lead in our words."""
    if name == "do_not_call":
        return "true" if do_not_call and do_not_call.says(value) else "false"
    return zone_in(value) if name == "time_zone" else one_line(value)


def split_marker(text: str) -> tuple[str, str]:
    """Return the text without our visible reference, and the key in it."""
    found = MARKER.search(text)
    if found is None:
        return text, ""
    return (text[: found.start()] + text[found.end() :]).strip(), found.group(1)


def ms(value: str | None) -> int | None:
    """Return a HubSpot moment (ISO 8601 or epoch milliseconds) in milliseconds."""
    if not value:
        return None
    if value.lstrip("-").isdigit():
        return int(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def whole(value: str | None) -> int | None:
    """Return a HubSpot number (also ``1.0`` and ``1E3``) as a whole one."""
    if not value:
        return None
    try:
        return int(value) if value.lstrip("-").isdigit() else int(float(value))
    except (ValueError, OverflowError):
        return None


def zone_in(value: str | None) -> str:
    """Return an IANA name for ``america_slash_new_york`` or ``America/New_York``, else ``""``."""
    if not value:
        return ""
    name = value.strip().lower().replace("_slash_", "/").replace(" ", "_")
    return _zones().get(name, "")


def zone_out(name: str) -> str:
    """Return the option value of an IANA name."""
    return name.lower().replace("/", "_slash_")


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _line(values: Values, name: str) -> str:
    value = values.get(name)
    return one_line(value) if value else ""


def _digits(value: str | None) -> str:
    text = (value or "").strip()
    return text if text.isdigit() and text != "0" else ""
