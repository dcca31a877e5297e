"""The interface to a CRM, in sdrdesk's own terms.

A second CRM is one new package that implements ``CrmClient``. No HTTP and no CRM's own names here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, runtime_checkable

from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.crm.intents import (
    CallIntent,
    EmailIntent,
    MeetingIntent,
    MessageIntent,
    NoteIntent,
    TaskIntent,
)
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
from sdrdesk.sync.capabilities import Capabilities as Capabilities
from sdrdesk.sync.capabilities import KeyMode as KeyMode

ActivityIntent = CallIntent | TaskIntent | NoteIntent | MeetingIntent | EmailIntent | MessageIntent

RecordT = TypeVar("RecordT")


@dataclass(frozen=True, slots=True)
class Page(Generic[RecordT]):
    """One page of a listing in the CRM's own stable order."""

    records: tuple[RecordT, ...]
    next_cursor: str = ""
    """Cursor of the next page, ``""`` on the last."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The id of a changed record and its date in the CRM's index."""

    record_id: str
    modified_ms: int
    record: RemoteLead | RemoteCompany | RemoteActivity | None = None
    """The record itself, where the CRM's answer has it; otherwise it is read by its id."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The end of the CRM's index for one kind."""

    modified_ms: int
    """0 when there is no record."""
    total: int


@dataclass(frozen=True, slots=True)
class LeadsRead:
    """Leads read by id."""

    found: tuple[RemoteLead, ...]
    deleted: tuple[str, ...] = ()
    """Archived or purged."""
    moved: dict[str, str] = field(default_factory=dict)
    """Merged: the requested id to the surviving one, which is in ``found``."""
    taken_away: tuple[str, ...] = ()
    """There, but not for this rep any more."""


@dataclass(frozen=True, slots=True)
class Departed:
    """Leads that left the CRM, or the rep's sight, since a moment."""

    deleted: tuple[str, ...] = ()
    moved: dict[str, str] = field(default_factory=dict)
    """Merged: the old id to the surviving one."""
    taken_away: tuple[str, ...] = ()
    until_ms: int = 0
    """The CRM's time up to which this is complete; the next question begins there."""


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
    facts_in_text: bool = False
    """The account has no field for the facts (``domain.crm.shared_facts``): they go at the end of
    the text, as always with ``KeyMode.MARKER``."""


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """The token's account, user and scopes."""

    account_id: str
    ui_domain: str
    time_zone: str
    """IANA name of the account, ``""`` unknown."""
    scopes: tuple[str, ...] | None
    """``None`` when the CRM does not say."""
    token_kind: str
    user_id: str = ""
    server: str = ""
    """The CRM's own name and version, ``""`` when it has none."""


@dataclass(frozen=True, slots=True)
class LeadField:
    """A writable field of leads at the account."""

    name: str
    label: str
    is_boolean: bool = False
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of each option; empty for booleans and free text."""
    kind: str = ""
    """As in ``sync.field_use``; ``""`` when it does not matter."""


STATUSES = "lead statuses"
"""Key of ``Survey.not_read`` for them."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The account's fields and permissions, for ``setup`` and ``doctor``."""

    options: tuple[RemoteOption, ...]
    do_not_call_fields: tuple[LeadField, ...]
    """Candidates for the account's "do not call" field, yes-or-no ones first."""
    lead_fields: tuple[LeadField, ...]
    """Every field that could be chosen for it."""
    do_not_call_problem: str
    """The problem with the configured field, ``""`` none."""
    key_modes: dict[ActivityKindName, KeyMode]
    """Best mode by the field definitions alone; ``SetupPort.probe`` proves ``UPSERT``."""
    missing_scopes: tuple[str, ...]
    number_fields: tuple[LeadField, ...] = ()
    """Fields that look like telephone numbers and are not read."""
    lists: tuple[str, ...] | None = None
    """Names of the static lists; ``None`` when they could not be read."""
    list_ids: Mapping[str, str] = field(default_factory=dict)
    """Name to id of those lists whose ids outlive a renaming."""
    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The account's own fields that are used, by table of ``crm.toml``: our name to its own."""
    mapping_problems: tuple[str, ...] = ()
    """Names in ``crm.toml`` that the account does not have, in words."""
    not_read: Mapping[str, str] = field(default_factory=dict)
    """Parts that could not be read, in words, and why. Nothing is known of it."""
    properties: Mapping[str, tuple[LeadField, ...]] = field(default_factory=dict)
    """Every field that can be read, also those that cannot be written, of ``lead`` and ``company``;
    a missing key is one that could not be read."""

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


class TraitsPort(Protocol):
    """The engine's view of a CRM."""

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities of this CRM. They may depend on the account and its version."""


class AccountPort(TraitsPort, Protocol):
    """Questions about the account itself."""

    @property
    def requests(self) -> int:
        """Requests sent by this client."""

    @property
    def crowding(self) -> float:
        """Factor by which searches are slower than usual because of other desks; 1 not at all."""

    @property
    def clock_offset_s(self) -> float | None:
        """The CRM's clock minus ours by the last answer, seconds; ``None`` before any."""

    def account_id(self) -> str:
        """Return the token's account: the CRM's name and the account's number there.

        It is unique and stays when the account's address changes.
        """

    @property
    def account_zone(self) -> str:
        """The account's time zone by the last ``account_id``; ``""`` unknown."""

    def check(self) -> float:
        """Return the CRM's clock minus ours, in seconds; proves that the token works."""

    def whoami(self) -> AccountInfo:
        """Return account, zone and scopes of the token."""

    def lead_link(self) -> str:
        """Return the link of a lead in the CRM's own screen, with ``{id}``; ``""`` for none."""

    def close(self) -> None:
        """Close every connection."""


class PullPort(Protocol):
    """Reading records."""

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every rep, former ones last."""

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return the options the account defines for these fields (all by default), in order."""

    def list_companies(self, cursor: str) -> Page[RemoteCompany]:
        """Return one page of all companies; the first with ``cursor`` ``""``."""

    def list_leads(self, cursor: str) -> Page[RemoteLead]:
        """Return one page of all leads, in an order in which edits move none."""

    def list_activities(self, kind: ActivityKindName, cursor: str) -> Page[RemoteActivity]:
        """Return one page of all activities of a kind with their leads."""

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification and the number of records in the CRM's index."""

    def changed(
        self, kind: RemoteKind, since_ms: int, owner_id: str = ""
    ) -> Iterator[tuple[Changed, ...]]:
        """Yield changes at or after ``since_ms``, oldest first, any number of records.

        With ``owner_id`` only that rep's records.
        """

    def gone(self, since_ms: int) -> Departed:
        """Return the leads that went since this moment; called with ``gone_feed`` only."""

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return the leads with these ids, at most ``read_size``.

        Without ``explain_missing``, missing leads are not looked up as deleted, merged, or taken
        away.
        """

    def read_companies(self, ids: Sequence[str]) -> tuple[RemoteCompany, ...]:
        """Return the existing companies with these ids."""

    def read_activities(
        self, kind: ActivityKindName, ids: Sequence[str]
    ) -> tuple[RemoteActivity, ...]:
        """Return the existing activities with these ids, at most two times ``read_size``."""

    def unreadable(self) -> tuple[LeftOut, ...]:
        """Return the records that could not be read since the last call; thread-safe.

        Unreadable values of other records are in their ``left_out``.
        """


@runtime_checkable
class LeadDatesPort(Protocol):
    """Asking which leads changed without reading them; not every connector can."""

    def lead_dates(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Return the modification date of each lead in milliseconds; missing ones are left out."""


class PushPort(Protocol):
    """Writing records. Raises the errors of ``sync.errors``."""

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:
        """Return the current fields of a lead; raise ``Gone`` when it is deleted."""

    def change_lead(
        self, lead_id: str, changes: dict[str, str], *, seen_version: str = ""
    ) -> LeadFields:
        """Write fields of a lead and return their values in the CRM's answer.

        Raises:
            ChangedSince: the lead is not as it was at ``seen_version`` (``LeadFields.version``, of
                a CRM that can compare and set); nothing was written.
        """

    def create(self, item: CreateItem) -> str:
        """Log an activity and return its id.

        The key is read back: a CRM may drop a field that it does not know.

        Raises:
            Conflicting: with ``KeyMode.ONCE``, it is there already.
            KeyFieldMissing: the key cannot be kept; nothing was written, unless the error has the
                id of a record that was made without it.
        """

    def find(self, item: CreateItem, *, thorough: bool = True) -> str:
        """Return the id of the activity with the item's key, ``""`` when not found.

        Checks the activities of the lead; the index, which may lag, only when ``thorough``.
        """

    def link(self, item: CreateItem, crm_id: str) -> None:
        """Link an activity to its lead and company; safe to repeat."""

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a lead on a list and return the list's id; safe to repeat."""


@runtime_checkable
class ListIdPort(Protocol):
    """Lists that keep their id when they are renamed; not every connector has them."""

    def add_to_list_by_id(self, list_id: str, lead_id: str) -> bool:
        """Put a lead on a list; safe to repeat. Return whether there still is such a list."""


class SetupPort(Protocol):
    """Setting up an account."""

    def survey(self) -> Survey:
        """Return options, fields and scopes; changes nothing."""

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:
        """Create the field for sdrdesk's key on each kind of activity without one."""

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Return the best mode for a kind: writes one record and archives it again."""


class LeadPort(TraitsPort, Protocol):
    """Creating leads."""

    @property
    def can_mark(self) -> bool:
        """True if the account has a do-not-call field that can be written."""

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail (lower case) to id of the leads found, for at most ``write_size``."""

    def find_numbers(self, numbers: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads that may have one of these numbers (E.164, any count).

        From the CRM's index, which may lag; the caller compares the numbers.
        """

    def leads_after(self, lead_id: str) -> Iterator[tuple[RemoteLead, ...]]:
        """Yield the leads created after this one, page by page, not from an index.

        Not called where ``absence_is_certain``.
        """

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create leads, at most ``write_size``, and return a result for each in order.

        Leads whose address exists stay unchanged; the result has their id. Leads who must not be
        called are created with the mark, or refused.
        """


class TaskPort(Protocol):
    """Call tasks that exist. Raises ``Gone`` for one that was deleted."""

    def read_task(self, crm_id: str) -> RemoteActivity:
        """Return one task as it is now, without its leads."""

    def change_task(self, crm_id: str, changes: Mapping[str, str]) -> RemoteActivity:
        """Change a task and return it as it is then.

        ``changes`` are any of open (``"true"`` or ``"false"``), due_at (ISO 8601), owner_id (``""``
        for nobody), subject, and body, which goes on top of the present text.
        """

    def deleted_activities(self, kind: ActivityKindName, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of these ids whose record was deleted, at most ``read_size``."""


class MeetingPort(Protocol):
    """Meetings that exist. Raises ``Gone`` for one that was deleted."""

    def change_meeting(self, crm_id: str, result: str, start_at: str = "") -> None:
        """Write what became of a meeting, and its new beginning (ISO 8601) if it was moved.

        ``result`` is ``completed``, ``no_show``, ``rescheduled`` or ``canceled``, and ``scheduled``
        for one that is open again. Safe to repeat.
        """


class MergePort(Protocol):
    """Merging two leads into one."""

    @property
    def can_merge(self) -> bool:
        """True if the CRM's API merges leads; else only its own screen does."""

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        """Merge ``other_id`` into ``keep_id`` for good and return the surviving id.

        Safe to repeat: leads that are one already stay as they are.

        Raises:
            Unknown: no response; the merge may have happened. Repeat it later.
        """


class CorrectionPort(Protocol):
    """Calls and notes that exist. Raises ``Gone`` for one that was deleted."""

    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity as it is now, without its leads."""

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        """Change an activity in place; safe to repeat.

        ``parts`` are any of text (the note), outcome (with the title) and facts.
        """


class CrmClient(
    AccountPort,
    PullPort,
    PushPort,
    SetupPort,
    LeadPort,
    TaskPort,
    MeetingPort,
    MergePort,
    CorrectionPort,
    Protocol,
):
    """A CRM client."""
