"""The records of a CRM in sdrdesk's own terms, from connector to mirror.

Every value went through ``domain.crm.foreign_values``: text is plain, moments are milliseconds
since the epoch, UTC (``0`` or ``None`` is unknown), and every value fits the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.crm.shared_facts import SharedFacts
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.light_tuple import NamedTuple

RemoteKind = Literal["company", "lead", "call", "task", "note", "meeting", "email", "message"]
"""Kinds of record that are pulled."""

ActivityKindName = Literal["call", "task", "note", "meeting", "email", "message"]
"""Kinds of record on a lead's timeline."""

ACTIVITY_KINDS: tuple[ActivityKindName, ...] = (
    "call", "task", "note", "meeting", "email", "message",
)  # fmt: skip

LISTED_KINDS: tuple[ActivityKindName, ...] = ("call", "task", "note", "meeting")
"""Kinds of which every record is read."""

RECENT_KINDS: tuple[ActivityKindName, ...] = ("email", "message")
"""Kinds of which only what changed lately is read: an account may hold millions of them."""

OptionField = Literal["persona", "status", "lifecycle", "outcome"]
"""Fields with options of the account, as named in ``crm_option.field``."""

PERSON_DATA: tuple[str, ...] = (
    "first_name",
    "last_name",
    "job_title",
    "email",
    "phone",
    "mobile",
    "company_text",
)
"""Fields of a lead about the person, as named in ``RemoteLead`` and ``ContactIntent``."""

LEAD_FIELDS: tuple[str, ...] = (
    "status",
    "lifecycle",
    "do_not_call",
    "persona",
    "time_zone",
    "owner_id",
    *PERSON_DATA,
)
"""Fields of a lead that a rep may change, as named in ``ContactIntent``."""


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
    """An option of a field, with its position in the account's order."""

    field: OptionField
    value: str
    label: str
    position: int = 0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class RemoteCompany:
    """A company of the CRM."""

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
    properties: str = ""
    """As in ``RemoteLead``."""
    modified_ms: int = 0
    archived: bool = False
    left_out: tuple[LeftOut, ...] = ()
    """Values of this record that could not be kept."""


class RemoteLead(NamedTuple):
    """A lead of the CRM. A tuple is made five times faster, which matters for a first load."""

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
    """The account's value, not the label."""
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
    website: str = ""
    linkedin: str = ""
    properties: str = ""
    """Those that the team's rules name (``domain.lead.properties``)."""
    source: str = ""
    crm_score: int | None = None
    do_not_call: bool = False
    email_opt_out: bool = False
    """The person wants no e-mail."""
    created_ms: int | None = None
    modified_ms: int = 0
    archived: bool = False
    merged_ids: tuple[str, ...] = ()
    """Ids that were merged into this lead."""
    stages: tuple[tuple[str, int], ...] = ()
    """Lifecycle stages with the moment of entering them, in milliseconds."""
    left_out: tuple[LeftOut, ...] = ()
    """Values of this record that could not be kept."""


@dataclass(frozen=True, slots=True)
class RemoteActivity:
    """A record on a lead's timeline, logged by any rep with any tool."""

    kind: ActivityKindName
    crm_id: str
    lead_ids: tuple[str, ...] = ()
    owner_id: str = ""
    at_ms: int = 0
    """When it happened; for a task when it is due."""
    title: str = ""
    note: str = ""
    outcome: str = ""
    """The account's value of a call's outcome, not the label."""
    duration_s: int = 0
    number: str = ""
    number_works: str = ""
    """True if the call says that its number works: ``yes``, ``no``, or ``""`` for neither."""
    done: bool = True
    modified_ms: int = 0
    key: str = ""
    """The outbox key of a record made by sdrdesk, else ``""``."""
    direction: str = ""
    """``in`` for what came from the person, else ``""``."""
    channel: str = ""
    """``email``, ``linkedin``, ``sms``, ``whatsapp`` … of an e-mail or a message, else ``""``."""
    recording_url: str = ""
    """A web link, else ``""``."""
    attachments: str = ""
    """Ids of the CRM's files, separated by a semicolon."""
    left_out: tuple[LeftOut, ...] = ()
    """Values of this record that could not be kept."""
    open_call: bool = False
    """An open task to call the person."""
    open_other: Literal["", "email", "todo"] = ""
    """The kind of an open task that is not a call; ``""`` for every other record."""
    in_queue: bool = False
    """A task in one of the CRM's task queues."""
    automated: bool = False
    """Made by an automation of the CRM."""
    not_made: str = ""
    """Why a call did not take place: ``scheduled``, ``queued``, ``failed``, ``canceled`` or
    ``missed``; ``""`` for one that did."""
    created_ms: int = 0
    """When the CRM made the record, 0 unknown."""
    result: str = ""
    """The CRM's outcome of a meeting in lower case: ``scheduled``, ``no_show`` …, else ``""``."""
    facts: SharedFacts | None = None
    """Facts that sdrdesk wrote beyond the CRM's fields, ``None`` for nothing that counts."""

    @property
    def is_open_task(self) -> bool:
        """True if it is a task that waits for somebody."""
        return self.open_call or bool(self.open_other)


@dataclass(frozen=True, slots=True)
class LeadFields:
    """The writable fields of a lead, just read from the CRM."""

    lead_id: str
    """The id in the CRM's answer; it differs from the requested one after a merge."""
    values: dict[str, str] = field(default_factory=dict)
    """Field of ``LEAD_FIELDS`` to value; ``do_not_call`` is ``"true"`` or ``"false"``."""
    changed_ms: dict[str, int] = field(default_factory=dict)
    """Field to the moment it was last set; only on request."""
    company_id: str = ""
    modified_ms: int = 0
    version: str = ""
    """The version of the lead at a CRM that can compare and set, else ``""``."""
    changed_by: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Field to what set it last, ``crm``, ``integration``, ``import``, ``automation``, ``form``,
    ``merge`` or ``""``, and the id of the user, ``""`` unknown; only on request."""


@dataclass(frozen=True, slots=True)
class NewLead:
    """A person to create in the CRM, if missing."""

    email: str = ""
    """In lower case; identifies the person, else their numbers do."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Any of first_name, last_name, title, company, phone, mobile, street, city, postcode, state,
    country."""
    do_not_call: bool = False
    """Set in the creating request itself."""
    numbers: tuple[str, ...] = ()
    """Numbers in E.164, for a person without an e-mail address."""
    notes: tuple[str, ...] = ()
    """Values without a field in the CRM, line by line."""


class Known(NamedTuple):
    """An existing person, with the fields that tell people apart."""

    lead_id: str
    first_name: str
    last_name: str
    numbers: tuple[str, ...]
    """In E.164."""


@dataclass(frozen=True, slots=True)
class Added:
    """The result of creating a lead."""

    lead_id: str = ""
    """``""`` when the CRM refused it."""
    existed: bool = False
    """Created by somebody else meanwhile; left unchanged."""
    problem: str = ""
    """The CRM's own words."""
