"""The interface to a CRM, in sdrdesk's own terms.

A second CRM is one new package that implements ``CrmClient``. No HTTP and no CRM's own names here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.crm.intents import CallIntent, MeetingIntent, NoteIntent, TaskIntent
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    Added,
    LeadFields,
    NewLead,
    OptionField,
    RemoteActivity,
    RemoteCompany,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)

ActivityIntent = CallIntent | TaskIntent | NoteIntent | MeetingIntent

RecordT = TypeVar("RecordT")


class KeyMode(StrEnum):
    """How an activity is made findable again, so that it is logged once."""

    UPSERT = "upsert"
    """The CRM keeps the key unique: sending twice is one record."""
    FIELD = "field"
    """The key is stored in a field of its own; look before sending again."""
    MARKER = "marker"
    """The key is a visible reference at the end of the body; needs no change at the account."""


@dataclass(frozen=True, slots=True)
class Page(Generic[RecordT]):
    """One page of a listing in the CRM's own stable order."""

    records: tuple[RecordT, ...]
    next_cursor: str = ""
    """Hand it back to go on; ``""`` on the last page."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that changed, by id only. ``modified_ms`` is what the CRM's index shows."""

    record_id: str
    modified_ms: int


@dataclass(frozen=True, slots=True)
class Newest:
    """The end of the CRM's index for one kind."""

    modified_ms: int
    """0 when there is no record."""
    total: int


@dataclass(frozen=True, slots=True)
class LeadsRead:
    """What became of the leads that were asked for by id."""

    found: tuple[RemoteLead, ...]
    deleted: tuple[str, ...] = ()
    """Archived or purged."""
    moved: dict[str, str] = field(default_factory=dict)
    """Merged: the id asked for to the id that survived (which is in ``found``)."""


@dataclass(frozen=True, slots=True)
class CreateItem:
    """One activity to log."""

    kind: ActivityKindName
    key: str
    lead_id: str
    company_id: str
    intent: ActivityIntent
    mode: KeyMode
    outcome: str = ""
    """The account's own value of a call's outcome, ``""`` none."""


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """Who the token belongs to and what it may do."""

    account_id: str
    ui_domain: str
    time_zone: str
    """IANA name of the account, ``""`` unknown."""
    scopes: tuple[str, ...] | None
    """``None`` when the CRM does not say."""
    token_kind: str
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class LeadField:
    """A field of leads that the account has and that can be written."""

    name: str
    label: str
    is_boolean: bool = False
    """Whether it holds yes or no and nothing else."""
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of each option; empty for yes or no and for free text."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What ``setup`` and ``doctor`` look at."""

    options: tuple[RemoteOption, ...]
    do_not_call_fields: tuple[LeadField, ...]
    """Candidates for the account's "do not call" field, yes-or-no ones first."""
    lead_fields: tuple[LeadField, ...]
    """Every field that could be chosen for it."""
    do_not_call_problem: str
    """What is wrong with the configured field, ``""`` nothing."""
    key_modes: dict[ActivityKindName, KeyMode]
    """Best mode by the field definitions alone; ``SetupPort.probe`` proves ``UPSERT``."""
    missing_scopes: tuple[str, ...]

    def labels(self, name: OptionField) -> frozenset[str]:
        """Return the labels of a field's visible options."""
        return frozenset(o.label for o in self.options if o.field == name and not o.hidden)


@dataclass(frozen=True, slots=True)
class KeyStep:
    """One change of the account's schema, made or (``dry_run``) only planned."""

    kind: ActivityKindName
    what: str
    done: bool
    problem: str = ""


class AccountPort(Protocol):
    """Questions about the account itself."""

    @property
    def requests(self) -> int:
        """How many requests were sent since this client was made."""

    @property
    def crowding(self) -> float:
        """How much slower than usual we ask because others use the account too; 1 not at all."""

    @property
    def clock_offset_s(self) -> float | None:
        """The CRM's clock minus ours by the last answer, seconds; ``None`` before any."""

    def account_id(self) -> str:
        """Return which account the token opens, as the CRM states it: its kind and number.

        Two accounts never have the same; an account keeps it when its address changes.
        """

    def check(self) -> float:
        """Return the CRM's clock minus ours, in seconds; proves that the token works."""

    def whoami(self) -> AccountInfo:
        """Return account, zone and scopes of the token."""

    def close(self) -> None:
        """Let connections go."""


class PullPort(Protocol):
    """Everything that is read."""

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every rep, former ones last."""

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return the options the account defines for these fields (all by default), in order."""

    def list_companies(self, cursor: str) -> Page[RemoteCompany]:
        """Return one page of all companies; ``cursor`` ``""`` begins."""

    def list_leads(self, cursor: str) -> Page[RemoteLead]:
        """Return one page of all leads, by ascending numeric id."""

    def list_activities(self, kind: ActivityKindName, cursor: str) -> Page[RemoteActivity]:
        """Return one page of all activities of a kind with the leads they belong to."""

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification the CRM's index knows, and how many records."""

    def changed(
        self, kind: RemoteKind, since_ms: int, owner_id: str = ""
    ) -> Iterator[tuple[Changed, ...]]:
        """Yield what changed at or after ``since_ms``, oldest first, any number of records.

        With ``owner_id`` only what belongs to that rep.
        """

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return the leads with these ids (at most a page) as they stand now.

        Without ``fates`` nobody asks what became of those that are no longer there.
        """

    def read_companies(self, ids: Sequence[str]) -> tuple[RemoteCompany, ...]:
        """Return the companies with these ids that still exist."""

    def read_activities(
        self, kind: ActivityKindName, ids: Sequence[str]
    ) -> tuple[RemoteActivity, ...]:
        """Return the activities with these ids (two pages at most) that exist, with their leads."""

    def unreadable(self) -> tuple[LeftOut, ...]:
        """Return what could not be read at all since this was last asked; thread-safe.

        Values of a record that was read are told by the record itself (``left_out``).
        """


class PushPort(Protocol):
    """Everything that is written. Raises the tree of ``sync.errors``."""

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:
        """Return fields of a lead as they stand at this moment; ``Gone`` when it is deleted."""

    def change_lead(self, lead_id: str, changes: dict[str, str]) -> LeadFields:
        """Write fields of a lead and return what the CRM answered they are now."""

    def create(self, item: CreateItem) -> str:
        """Log an activity and return its id.

        With ``KeyMode.UPSERT`` the links to lead and company still have to be made by ``link``.
        """

    def find(self, item: CreateItem, *, thorough: bool = True) -> str:
        """Return the id of the activity that carries the item's key, ``""`` when not found.

        Looks along the lead's own links, never only in an index that may lag; in an index at all
        only when ``thorough``.
        """

    def link(self, item: CreateItem, crm_id: str) -> None:
        """Make the links of an activity to its lead and company; repeating is harmless."""

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a lead on a list and return the list's id; repeating is harmless."""


class SetupPort(Protocol):
    """What ``setup`` asks and, by consent, changes."""

    def survey(self) -> Survey:
        """Look at options, fields and scopes; changes nothing."""

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:
        """Make the field that holds sdrdesk's key, per kind of activity, where it is missing."""

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Find out how a kind can be made findable: writes one record and archives it again."""


class LeadPort(Protocol):
    """Making people known to the CRM."""

    @property
    def can_mark(self) -> bool:
        """Whether the account has a do-not-call field that can be written."""

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail (lower case) to id of those the CRM has, at most a page asked for."""

    def find_numbers(self, numbers: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads that may have one of these numbers (E.164, any count).

        By the CRM's index, which may lag; the caller compares the numbers.
        """

    def leads_after(self, lead_id: str) -> Iterator[tuple[RemoteLead, ...]]:
        """Yield the leads that were made after this one, page by page, and never from an index."""

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create leads, at most a page, and answer for each in the order given.

        One whose address exists already is left as it is and answered with its id. One that must
        not be called is marked in the creation itself, or refused.
        """


class CrmClient(AccountPort, PullPort, PushPort, SetupPort, LeadPort, Protocol):
    """A CRM, whole."""
