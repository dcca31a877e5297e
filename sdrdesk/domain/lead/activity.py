"""Activities between a rep and a lead, an append-only record, and their outbox items."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from sdrdesk.domain.light_dataclass import dataclass


class ActivityKind(StrEnum):
    """Kinds of timeline rows."""

    CALL = "call"
    TASK = "task"
    NOTE = "note"
    MEETING = "meeting"
    EMAIL = "email"
    MESSAGE = "message"
    """On LinkedIn, by SMS, by WhatsApp …: ``channel`` says which."""
    CHANGE = "change"
    """An outcome without a call (disqualified on sight) or a corrected field."""


class OutboxKind(StrEnum):
    """Kinds of outbox items, by the record they create or change at the CRM."""

    CALL = "call"
    CONTACT = "contact"
    TASK = "task"
    NOTE = "note"
    MEETING = "meeting"
    LIST = "list"
    EMAIL = "email"
    MESSAGE = "message"


class OutboxState(StrEnum):
    """States of an outbox item. While ``held`` (the grace period), undo leaves no trace."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Activity:
    """An action of a rep. Times are aware UTC, durations whole seconds."""

    activity_key: str
    """UUID made before sending; the key against sending twice."""
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
    """Slot (budget, authority, need, timing …) to the person's answer."""
    crm_id: str = ""
    """Id at the CRM once sent or pulled; ``""`` before."""
    local: bool = True
    """Recorded here, not pulled from the CRM."""
    undone_at: datetime | None = None
    corrects: str = ""
    """Key of the sent activity that this one corrects."""
    direction: str = ""
    """``in`` for what came from the person; ``""`` and ``out`` are ours."""
    channel: str = ""
    """``email``, ``linkedin``, ``sms`` … of a touch without a call, else ``""``."""
    number_works: str = ""
    """``yes``, ``no``, or ``""`` where the call says nothing about its number."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An item to send to the CRM exactly once."""

    key: str
    kind: OutboxKind
    lead_id: str
    activity_key: str
    payload: dict[str, object]
    """JSON-safe, in the form of ``domain.crm.intents``; the connector translates."""
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
