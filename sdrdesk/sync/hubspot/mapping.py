"""HubSpot's contacts, companies, owners and options as sdrdesk's records, in both directions.

Incoming values are untrusted: ``domain.crm.foreign_values`` reads them, so that they are plain (no
control, escape or bidirectional-override characters), without markup, and storable.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from sdrdesk.domain.crm.foreign_values import (
    MOST_WHOLE,
    ForeignRecord,
    OddError,
    identity,
    moment,
)
from sdrdesk.domain.crm.records import (
    OptionField,
    RemoteCompany,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.lead.properties import as_json
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.hubspot.own_names import STANDARD, OwnNames
from sdrdesk.sync.hubspot.payloads import OwnerAnswer, PropertyDefinition, Record

LEAD_PROPERTIES: Final = (
    "firstname", "lastname", "email", "jobtitle", "hs_seniority", "hs_role", "hs_buying_role",
    "associatedcompanyid", "company", "phone", "mobilephone", "hs_timezone", "country", "state",
    "city", "hs_language", "hs_persona", "lifecyclestage", "hs_lead_status", "hubspot_owner_id",
    "recent_conversion_date", "recent_conversion_event_name", "first_conversion_date",
    "first_conversion_event_name", "num_conversion_events", "message",
    "hs_analytics_num_page_views", "hs_analytics_num_visits", "hs_analytics_last_url",
    "hs_latest_source", "hs_analytics_source", "hubspotscore", "createdate", "lastmodifieddate",
    "hs_merged_object_ids", "ip_country_code", "hs_country_region_code", "hs_state_code",
    "hs_ip_timezone", "website", "hs_linkedin_url", "hs_email_optout",
)  # fmt: skip

STAGE_DATES: Final = tuple(
    (stage, f"hs_lifecyclestage_{stage}_date")
    for stage in (
        "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
        "customer", "evangelist",
    )
)  # fmt: skip
"""HubSpot's own stages and the date each was entered. Custom stages have no such property."""

COMPANY_PROPERTIES: Final = (
    "name", "domain", "industry", "numberofemployees", "country", "state", "city", "timezone",
    "phone", "hs_lastmodifieddate",
)  # fmt: skip

FIELD_PROPERTY: Final[dict[str, str]] = {
    "status": "hs_lead_status",
    "lifecycle": "lifecyclestage",
    "persona": "hs_persona",
    "time_zone": "hs_timezone",
    "owner_id": "hubspot_owner_id",
    "first_name": "firstname",
    "last_name": "lastname",
    "job_title": "jobtitle",
    "email": "email",
    "phone": "phone",
    "mobile": "mobilephone",
    "company_text": "company",
}
"""Fields a rep may change, and their properties; ``do_not_call`` is the account's own."""

_SAID_NO: Final = {
    "", "false", "no", "0", "n", "-", "–", "nein", "non", "nee", "nej", "nie", "não", "nao",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DoNotCall:
    """The account's own "do not call" field; HubSpot has no standard one."""

    name: str
    """Internal name of the property."""
    value: str = ""
    """The value that means "do not call"; ``""``: any value but false, no and 0."""

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
        """Return the property value to write."""
        return (self.value or "true") if on else ("" if self.value else "false")


def lead_properties(do_not_call: DoNotCall | None, own: OwnNames = STANDARD) -> tuple[str, ...]:
    """Return the properties to request."""
    stages = (name for _, name in STAGE_DATES)
    names = (*LEAD_PROPERTIES, *stages, *own.more(), *own.wanted.lead)
    return tuple(dict.fromkeys((*names, do_not_call.name) if do_not_call else names))


def to_lead(record: Record, do_not_call: DoNotCall | None, own: OwnNames = STANDARD) -> RemoteLead:
    """Return a contact as a lead."""
    p = ForeignRecord("lead", record.id, own.standard(record.properties))
    line = p.line
    wanted = own.wanted.lead
    lead = RemoteLead(
        lead_id=record.id,
        first_name=line("firstname"),
        last_name=line("lastname"),
        email=line("email"),
        job_title=line("jobtitle"),
        seniority=line("hs_seniority"),
        department=line("hs_role"),
        buying_role=line("hs_buying_role"),
        company_id=p.record("associatedcompanyid"),
        company_text=line("company"),
        phone=line("phone"),
        mobile=line("mobilephone"),
        time_zone=zone_in(line("hs_timezone")) or zone_in(line("hs_ip_timezone")),
        country=line("country") or line("hs_country_region_code") or line("ip_country_code"),
        state=line("state") or line("hs_state_code"),
        city=line("city"),
        language=line("hs_language"),
        persona=line("hs_persona"),
        lifecycle=line("lifecyclestage"),
        status=line("hs_lead_status"),
        owner_id=line("hubspot_owner_id"),
        converted_ms=p.moment("recent_conversion_date"),
        converted_on=line("recent_conversion_event_name"),
        first_converted_ms=p.moment("first_conversion_date"),
        first_converted_on=line("first_conversion_event_name"),
        conversions=p.whole("num_conversion_events") or 0,
        message=p.text("message"),
        page_views=p.whole("hs_analytics_num_page_views") or 0,
        visits=p.whole("hs_analytics_num_visits") or 0,
        last_url=line("hs_analytics_last_url"),
        website=line("website"),
        linkedin=line("hs_linkedin_url"),
        # By the account's names, not by the standard ones.
        properties=_named(record, "lead", wanted) if wanted else "",
        source=line("hs_latest_source") or line("hs_analytics_source"),
        crm_score=p.whole("hubspotscore", least=-MOST_WHOLE),
        do_not_call=_not_to_be_called(p, do_not_call),
        email_opt_out=_not_to_be_called(p, _NO_EMAIL),
        created_ms=p.moment("createdate"),
        modified_ms=p.moment("lastmodifieddate") or 0,
        archived=record.archived is True,
        merged_ids=_merged(p),
        stages=tuple((stage, at) for stage, name in STAGE_DATES if (at := p.moment(name))),
    )
    return lead._replace(left_out=p.left_out) if p.left_out else lead


def company_properties(own: OwnNames) -> tuple[str, ...]:
    """Return the properties of companies to request."""
    more = (own.employees,) if own.employees else ()
    return tuple(dict.fromkeys((*COMPANY_PROPERTIES, *more, *own.wanted.company)))


def _named(record: Record, kind: str, names: tuple[str, ...]) -> str:
    p = ForeignRecord(kind, record.id, record.properties)
    return as_json({name: p.line(name) for name in names})


_NO_EMAIL: Final = DoNotCall("hs_email_optout")
"""HubSpot's own field; it says nothing about the telephone."""


def _not_to_be_called(p: ForeignRecord, chosen: DoNotCall | None) -> bool:
    """Return whether the field ``chosen`` has the mark; an unreadable value counts as one."""
    if chosen is None:
        return False
    value = p.value(chosen.name)
    if isinstance(value, bool):
        return chosen.says("true" if value else "false")
    noted = len(p.left_out)
    return chosen.says(p.raw(chosen.name)) or len(p.left_out) > noted


def _merged(p: ForeignRecord) -> tuple[str, ...]:
    ids = []
    for part in filter(None, (part.strip() for part in p.raw("hs_merged_object_ids").split(";"))):
        try:
            ids.append(identity(part))
        except OddError as odd:
            p.note("hs_merged_object_ids", part, str(odd))
    return tuple(ids)


def to_company(record: Record, own: OwnNames = STANDARD) -> RemoteCompany:
    """Return a company."""
    wanted = own.wanted.company
    p = ForeignRecord("company", record.id, record.properties)
    return RemoteCompany(
        company_id=record.id,
        name=p.line("name"),
        domain=p.line("domain"),
        industry=p.line("industry"),
        employees=p.whole(own.employees or "numberofemployees"),
        country=p.line("country"),
        state=p.line("state"),
        city=p.line("city"),
        time_zone=zone_in(p.line("timezone")),
        phone=p.line("phone"),
        properties=_named(record, "company", wanted) if wanted else "",
        modified_ms=p.moment("hs_lastmodifieddate") or 0,
        archived=record.archived is True,
        left_out=p.left_out,
    )


def to_owner(owner: OwnerAnswer) -> RemoteOwner:
    """Return a rep."""
    name = one_line(f"{owner.first_name or ''} {owner.last_name or ''}")
    return RemoteOwner(
        owner_id=owner.id,
        user_id=one_line(owner.user_id or owner.user_id_ever),
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
"""Our name of a field, its kind of record, and HubSpot's name."""


def to_options(name: OptionField, definition: PropertyDefinition) -> tuple[RemoteOption, ...]:
    """Return a property's options in the account's order."""
    ordered = sorted(
        enumerate(definition.options),
        # -1 is HubSpot's "no order": such options stay at the end.
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


def fields_out(
    changes: dict[str, str], do_not_call: DoNotCall | None, own: OwnNames = STANDARD
) -> dict[str, str]:
    """Return changes of a lead as properties to write.

    Raises:
        KeyError: a field without a property (``do_not_call`` when none is configured).
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
            out[own.property_of(FIELD_PROPERTY[name])] = value
    return out


def property_of(name: str, do_not_call: DoNotCall | None, own: OwnNames = STANDARD) -> str:
    """Return HubSpot's property of a field, ``""`` for none."""
    if name == "do_not_call":
        return do_not_call.name if do_not_call else ""
    return own.property_of(FIELD_PROPERTY.get(name, ""))


def field_in(name: str, record: Record, prop: str, do_not_call: DoNotCall | None) -> str:
    """Return the value of one field of a lead."""
    p = ForeignRecord("lead", record.id, record.properties)
    if name == "do_not_call":
        return "true" if _not_to_be_called(p, do_not_call) else "false"
    return zone_in(p.line(prop)) if name == "time_zone" else p.line(prop)


def time_ms(value: object) -> int | None:
    """Return a time (ISO 8601 or epoch milliseconds) in milliseconds, ``None`` if invalid."""
    try:
        return moment(value)
    except OddError:
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


_SOURCES = {
    "CRM_UI": "crm",
    "CRM_UI_BULK_ACTION": "crm",
    "CONTACTS_WEB": "crm",
    "MOBILE_IOS": "crm",
    "MOBILE_ANDROID": "crm",
    "INTEGRATION": "integration",
    "API": "integration",
    "IMPORT": "import",
    "AUTOMATION_PLATFORM": "automation",
    "WORKFLOWS": "automation",
    "FORM": "form",
    "MERGE_CONTACTS": "merge",
    "MERGE_OBJECTS": "merge",
}


def source_of(source_type: str) -> str:
    """Return what made a change, in our words; ``""`` for what we do not know."""
    return _SOURCES.get(source_type, "")
