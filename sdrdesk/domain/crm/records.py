"""What a CRM tells about its records, in sdrdesk's own words: the plain shapes that sync carries.

A connector makes them, the store's mirror keeps them. Every value in them went through
``domain.crm.foreign_values``: text is plain, moments are milliseconds since the epoch, UTC (``0``
or ``None`` is an unknown one), and all of it fits the store and the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sdrdesk.domain.crm.foreign_values import LeftOut

RemoteKind = Literal["company", "lead", "call", "task", "note", "meeting"]
"""Kinds of record that are pulled."""

ActivityKindName = Literal["call", "task", "note", "meeting"]
"""Kinds of record that sit on a lead's timeline."""

ACTIVITY_KINDS: tuple[ActivityKindName, ...] = ("call", "task", "note", "meeting")

OptionField = Literal["persona", "status", "lifecycle", "outcome"]
"""Fields whose options the account defines; the names used in ``crm_option.field``."""

LEAD_FIELDS: tuple[str, ...] = (
    "status",
    "lifecycle",
    "do_not_call",
    "persona",
    "time_zone",
    "owner_id",
)
"""Fields of a lead that a rep may change here, by their names in ``ContactIntent``."""


@dataclass(frozen=True, slots=True)
class RemoteOwner:
    """A rep, former ones included (``archived``)."""

    owner_id: str
    user_id: str = ""
    email: str = ""
    name: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RemoteOption:
    """One option of a field; ``position`` gives the account's own order."""

    field: OptionField
    value: str
    label: str
    position: int = 0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class RemoteCompany:
    """A company as the CRM holds it."""

    company_id: str
    name: str = ""
    domain: str = ""
    industry: str = ""
    employees: int | None = None
    country: str = ""
    state: str = ""
    city: str = ""
    time_zone: str = ""
    phone: str = ""
    modified_ms: int = 0
    archived: bool = False
    left_out: tuple[LeftOut, ...] = ()
    """Values of this record that could not be held."""


class RemoteLead(NamedTuple):
    """A lead as the CRM holds it. A tuple: made five times sooner, which a first load notices."""

    lead_id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    job_title: str = ""
    seniority: str = ""
    department: str = ""
    buying_role: str = ""
    company_id: str = ""
    company_text: str = ""
    phone: str = ""
    mobile: str = ""
    time_zone: str = ""
    country: str = ""
    state: str = ""
    city: str = ""
    language: str = ""
    persona: str = ""
    """The account's own value, not the label."""
    lifecycle: str = ""
    status: str = ""
    owner_id: str = ""
    converted_ms: int | None = None
    converted_on: str = ""
    first_converted_ms: int | None = None
    first_converted_on: str = ""
    conversions: int = 0
    message: str = ""
    page_views: int = 0
    visits: int = 0
    last_url: str = ""
    source: str = ""
    crm_score: int | None = None
    do_not_call: bool = False
    created_ms: int | None = None
    modified_ms: int = 0
    archived: bool = False
    merged_ids: tuple[str, ...] = ()
    """Ids that were merged into this lead."""
    stages: tuple[tuple[str, int], ...] = ()
    """Stages the CRM says it entered, each with the moment of it in milliseconds."""
    left_out: tuple[LeftOut, ...] = ()
    """Values of this record that could not be held."""


@dataclass(frozen=True, slots=True)
class RemoteActivity:
    """A call, task, note or meeting on somebody's timeline, logged by any rep with any tool."""

    kind: ActivityKindName
    crm_id: str
    lead_ids: tuple[str, ...] = ()
    owner_id: str = ""
    at_ms: int = 0
    """When it happened; for a task when it is due."""
    title: str = ""
    note: str = ""
    outcome: str = ""
    """The account's own value of a call's outcome, not the label."""
    duration_s: int = 0
    number: str = ""
    done: bool = True
    modified_ms: int = 0
    key: str = ""
    """The outbox key, when sdrdesk made this record; ``""`` otherwise."""
    left_out: tuple[LeftOut, ...] = ()
    """Values of this record that could not be held."""


@dataclass(frozen=True, slots=True)
class LeadFields:
    """The writable fields of one lead, read at the CRM a moment ago."""

    lead_id: str
    """The id the CRM answers with; another than asked for means the lead was merged."""
    values: dict[str, str] = field(default_factory=dict)
    """Field of ``LEAD_FIELDS`` to value; ``do_not_call`` is ``"true"`` or ``"false"``."""
    changed_ms: dict[str, int] = field(default_factory=dict)
    """Field to the moment it was last set there; only when asked for."""
    company_id: str = ""
    modified_ms: int = 0


@dataclass(frozen=True, slots=True)
class NewLead:
    """A person the CRM may not know yet."""

    email: str = ""
    """In lower case; what tells whether the CRM has them. ``""``: their numbers tell it."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Any of first_name, last_name, title, company, phone, mobile, street, city, postcode, state,
    country."""
    do_not_call: bool = False
    """Must be marked in the creation itself."""
    numbers: tuple[str, ...] = ()
    """What the numbers dial (E.164), for a person without an address."""
    notes: tuple[str, ...] = ()
    """What the CRM has no field for, line by line."""


class Known(NamedTuple):
    """A person that is there already, as far as telling them apart needs."""

    lead_id: str
    first_name: str
    last_name: str
    numbers: tuple[str, ...]
    """In E.164."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one new lead."""

    lead_id: str = ""
    """``""`` when the CRM refused it."""
    existed: bool = False
    """Somebody else made them known meanwhile; they are left as they are."""
    problem: str = ""
    """The CRM's own words."""
