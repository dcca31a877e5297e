"""The data of an outcome: the rep's entry, the account's rules, the resulting plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Literal

from sdrdesk.domain.lead.activity import Activity, OutboxItem
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome.qualification import Qualification
from sdrdesk.domain.text.humanize import option_words

Scope = Literal["person", "number", "company"]
"""Whom a do-not-call covers."""

DEFAULT_STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)
"""The order of the stages that the rules that ship name, until the account's own is known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The rep's input. Times are aware UTC, durations whole seconds."""

    disposition: str
    at: datetime
    """Start of the call; without a call, when the rep decided."""
    note: str = ""
    duration_s: int = 0
    number: str = ""
    """The dialled number; ``""`` when unknown or without a call. See ``incoming``."""
    callback_at: datetime | None = None
    meeting_at: datetime | None = None
    meeting_minutes: int = 30
    attendees: tuple[str, ...] = ()
    """E-mail addresses, or names without one. A text with commas is several people."""
    reason: str = ""
    """Key (or label) of one of the outcome's reasons."""
    qualify: dict[str, str] = field(default_factory=dict)
    """Slot to the person's answer."""
    qualified_before: dict[str, str] | None = None
    """Slot to the answer of an earlier call, which the hand-off note repeats; ``None``: those on
    record."""
    script_id: str = ""
    do_not_call_scope: Scope = "person"
    without_call: bool = False
    """Recorded without a dial, by an outcome that allows it: ``NURTURE`` or ``WITHOUT_CALL``."""
    for_team: bool = False
    """Anybody of the team may keep the callback: its task gets no owner."""
    incoming: bool = False
    """They called; ``number`` is the one they called from."""
    at_given: bool = False
    """A person entered ``at``, so it is right even when this machine's clock was wrong."""


@dataclass(frozen=True, slots=True)
class AccountRules:
    """The options of the CRM account and how the team uses it."""

    qualified_stage: str = "salesqualifiedlead"
    """Stage of qualified leads; teams without SQL use ``opportunity``."""
    stage_order: tuple[str, ...] = DEFAULT_STAGES
    """The account's lifecycle stages; leads only move forward in it."""
    do_not_call_mapped: bool = False
    """True if the account has a field for "do not call"."""
    known_outcomes: frozenset[str] | None = None
    """Labels of the account's call outcomes; ``None`` when not known yet."""
    known_statuses: frozenset[str] | None = None
    """Lead status values of the account, empty if the field has no options; ``None`` when not known
    yet."""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The account's labels by field (``status``, ``lifecycle``) and value."""
    takes_unowned: bool = False
    """True if the first call takes a lead that nobody owns (a shared pool)."""
    slots: Qualification = field(default_factory=Qualification)
    """The questions the team qualifies leads by."""

    def label(self, name: str, value: str) -> str:
        """Return a value of a field, ``status`` or ``lifecycle``, as the account calls it."""
        return self.labels.get(name, {}).get(value) or option_words(value) or "none"

    @property
    def stage_places(self) -> dict[str, int]:
        """The position of each lifecycle stage in the account's order."""
        return {stage: at for at, stage in enumerate(self.stage_order)}


@dataclass(frozen=True, slots=True)
class LeadChange:
    """The new state of the lead here, applied at once; ``None`` clears a moment."""

    fields: Mapping[str, str] = field(default_factory=dict)
    """``status``, ``lifecycle``, ``do_not_call`` (``"true"``) to the new value, if changed."""
    attempts_delta: int = 0
    last_attempt_at: datetime | None = None
    """The moment of this dial; ``None`` without one: the old value stays."""
    next_due_at: datetime | None = None
    """Not before this moment."""
    callback_at: datetime | None = None
    """The callback that is open from now on."""
    callback_note: str = ""
    number_held: str = ""
    """A number not to be dialled again for this lead, ``""`` none."""
    suppress: tuple[tuple[Scope, str], ...] = ()
    """New do-not-calls: ``("person", lead id)``, ``("number", as dialled)``,
    ``("company", company id)``."""
    leaves_queue: Literal["", "until_reconversion", "for_good"] = ""


@dataclass(frozen=True, slots=True)
class OutcomePlan:
    """An outcome, ready to be recorded in one transaction."""

    activity: Activity
    items: tuple[OutboxItem, ...]
    """Outbox items, most urgent first, all held until ``hold_until``. The item of the record itself
    (the call, or the note without one) carries the activity's key."""
    change: LeadChange
    preview: tuple[str, ...]
    """Every change at the CRM, and every field that stays by a rule, line by line."""
    local: tuple[str, ...] = ()
    """Changes that are made here only (retry, held number, queue), line by line."""
    stays: tuple[str, ...] = ()
    """Of ``preview``: the fields that stay, each with the rule."""
    warnings: tuple[str, ...] = ()
    """Values that the CRM will refuse; the item waits in the outbox for a person."""
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The lines of ``preview`` by the key of their item."""
