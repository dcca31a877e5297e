"""The shapes of one outcome: what a rep enters, what the account allows, what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sdrdesk.domain.lead.activity import Activity, OutboxItem

Scope = Literal["person", "number", "company"]
"""Who must not be called any more."""

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
"""The CRM's own lifecycle order, used until the account's is known (HubSpot documentation of the
lifecycle stage property, read 2026-11-21)."""

CALLBACK_EARLY = timedelta(minutes=15)
"""A call this long before a promised callback keeps the promise; one earlier does not."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a rep recorded. Times are aware UTC, durations whole seconds."""

    disposition: str
    at: datetime
    """When the call began (or, without a call, when the rep decided)."""
    note: str = ""
    duration_s: int = 0
    number: str = ""
    """The number dialled; ``""`` when unknown or when there was no call."""
    callback_at: datetime | None = None
    meeting_at: datetime | None = None
    meeting_minutes: int = 30
    attendees: tuple[str, ...] = ()
    """Who comes to the meeting: e-mail addresses, or names where nobody gave one. A text with
    commas is several people."""
    reason: str = ""
    """Key (or label) of one of the outcome's reasons."""
    qualify: dict[str, str] = field(default_factory=dict)
    """Slot to what the person said."""
    script_id: str = ""
    do_not_call_scope: Scope = "person"
    without_call: bool = False
    """Settled without a dial, by an outcome that allows it: ``NURTURE`` or ``WITHOUT_CALL``."""
    at_given: bool = False
    """A person named ``at``: it is theirs, however wrong this machine's clock was."""


@dataclass(frozen=True, slots=True)
class AccountRules:
    """What the CRM account allows and how the team uses it."""

    qualified_stage: str = "salesqualifiedlead"
    """Where qualified leads go; teams that dropped SQL say ``opportunity``."""
    stage_order: tuple[str, ...] = DEFAULT_STAGES
    """The account's lifecycle stages; leads only move forward along it."""
    do_not_call_mapped: bool = False
    """Whether the account has a field for "do not call"."""
    known_outcomes: frozenset[str] | None = None
    """Labels of the account's call outcomes; ``None`` when not known yet."""
    known_statuses: frozenset[str] | None = None
    """Lead status values of the account; ``None`` when not known yet."""


@dataclass(frozen=True, slots=True)
class LeadChange:
    """What changes on the lead here, at once and without the network.

    Where a field is a moment, ``None`` clears it: the change is the new state, not a difference.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    """``status``, ``lifecycle``, ``do_not_call`` (``"true"``) to the new value; only changes."""
    attempts_delta: int = 0
    last_attempt_at: datetime | None = None
    """The moment of this dial; ``None`` when there was none: then the old one stays."""
    next_due_at: datetime | None = None
    """Not before this moment."""
    callback_at: datetime | None = None
    """The promise that is open from now on."""
    callback_note: str = ""
    number_held: str = ""
    """A number that must not be dialled again for this lead, ``""`` none."""
    suppress: tuple[tuple[Scope, str], ...] = ()
    """Who must not be called: ``("person", lead id)``, ``("number", as dialled)``,
    ``("company", company id)``."""
    leaves_queue: Literal["", "until_reconversion", "for_good"] = ""


@dataclass(frozen=True, slots=True)
class OutcomePlan:
    """One outcome, ready to be recorded in one transaction."""

    activity: Activity
    items: tuple[OutboxItem, ...]
    """What the CRM must be told, most urgent first, all held until ``hold_until``. The first kind
    of the record itself (call, or note without one) carries the activity's own key."""
    change: LeadChange
    preview: tuple[str, ...]
    """Exactly what will change upstream, and what deliberately will not, line by line."""
    local: tuple[str, ...] = ()
    """What changes here only (retry, held number, queue), line by line."""
    stays: tuple[str, ...] = ()
    """Of ``preview``: fields that stay as they are, and by which rule."""
    warnings: tuple[str, ...] = ()
    """What the CRM will refuse, in words: it waits in the outbox until a person mends it."""
