"""What happened between a rep and a lead: an append-only record, and what must be sent for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ActivityKind(StrEnum):
    """What a row of the timeline is."""

    CALL = "call"
    TASK = "task"
    NOTE = "note"
    MEETING = "meeting"
    CHANGE = "change"
    """A disposition without a call (disqualified on sight) or a field a rep corrected."""


class OutboxKind(StrEnum):
    """What one outbox item creates or changes at the CRM."""

    CALL = "call"
    CONTACT = "contact"
    TASK = "task"
    NOTE = "note"
    MEETING = "meeting"
    LIST = "list"


class OutboxState(StrEnum):
    """Where an outbox item stands. ``held`` is the grace period in which undo leaves no trace."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing a rep did. Times are aware UTC, durations whole seconds."""

    activity_key: str
    """UUID made before anything was sent; the key that makes a push happen once."""
    lead_id: str
    owner_id: str
    kind: ActivityKind
    at: datetime
    disposition: str = ""
    """Key of the outcome in ``dispositions.toml``; ``""`` for activities other tools logged."""
    outcome_label: str = ""
    """The CRM's label of the outcome."""
    duration_s: int = 0
    number: str = ""
    note: str = ""
    reason: str = ""
    callback_at: datetime | None = None
    meeting_at: datetime | None = None
    script_id: str = ""
    qualify: dict[str, str] = field(default_factory=dict)
    """Slot (budget, authority, need, timing …) to what the person said."""
    crm_id: str = ""
    """Id at the CRM once sent or pulled; ``""`` before."""
    local: bool = True
    """Recorded with this sdrdesk (True) or pulled from the CRM (False)."""
    undone_at: datetime | None = None
    corrects: str = ""
    """Key of the activity this one takes back after it was already sent."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing the CRM must be told, exactly once."""

    key: str
    kind: OutboxKind
    lead_id: str
    activity_key: str
    payload: dict[str, object]
    """Own words, JSON-safe; the connector translates. Shapes: ``domain.crm.intents``."""
    state: OutboxState = OutboxState.HELD
    priority: int = 50
    """Lower goes first: 0 do-not-call, 10 meeting, 20 callback, 30 a change, 50 the rest."""
    seq: int = 0
    """Order of recording, set by the store."""
    attempts: int = 0
    hold_until: datetime | None = None
    next_try_at: datetime | None = None
    last_error: str = ""
    correlation_id: str = ""
    crm_id: str = ""
    created_at: datetime | None = None
    sent_at: datetime | None = None
