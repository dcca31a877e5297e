"""Checks of outbox payloads before sending: a disk may have damaged them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sdrdesk.domain.lead.activity import OutboxKind

_MOMENT: Final = "a moment"
_Kind = type | str

_SHAPES: Final[Mapping[OutboxKind, Mapping[str, _Kind]]] = {
    OutboxKind.CALL: {
        "at": _MOMENT,
        "title": str,
        "note": str,
        "outcome_label": str,
        "duration_s": int,
        "number": str,
        "owner_id": str,
    },
    OutboxKind.CONTACT: {"changes": dict},
    OutboxKind.TASK: {
        "due_at": _MOMENT,
        "subject": str,
        "body": str,
        "owner_id": str,
        "call": bool,
    },
    OutboxKind.NOTE: {"at": _MOMENT, "body": str, "owner_id": str},
    OutboxKind.MEETING: {
        "start_at": _MOMENT,
        "end_at": _MOMENT,
        "title": str,
        "body": str,
        "owner_id": str,
    },
    OutboxKind.EMAIL: {
        "at": _MOMENT,
        "subject": str,
        "body": str,
        "owner_id": str,
        "direction": str,
    },
    OutboxKind.MESSAGE: {"at": _MOMENT, "channel": str, "body": str, "owner_id": str},
    OutboxKind.LIST: {"list_name": str},
}
"""The fields a connector needs, by kind; see ``domain.crm.intents``."""


_TASK_CHANGE: Final[Mapping[str, _Kind]] = {"task": str, "change": str, "seen_due_at": _MOMENT}
"""The fields of a ``TaskChange``."""


_MEETING_CHANGE: Final[Mapping[str, _Kind]] = {"meeting": str, "result": str, "seen": str}
"""The fields of a ``MeetingChange``."""


def problem_of(kind: OutboxKind, payload: Mapping[str, object] | None) -> str:
    """Return why an item cannot be sent, ``""`` when it can; ``None`` is an unreadable payload."""
    if payload is None:
        return "The content of this item cannot be read from the disk."
    shape = _SHAPES.get(kind, {})
    if kind is OutboxKind.TASK and "change" in payload:
        shape = _TASK_CHANGE
    if kind is OutboxKind.MEETING and payload.get("change") == "result":
        shape = _MEETING_CHANGE
    for name, wanted in shape.items():
        if not _fits(payload.get(name), wanted):
            return f'The content of this item is damaged on the disk ("{name}").'
    return ""


def _fits(value: object, wanted: _Kind) -> bool:
    if isinstance(wanted, type):
        return isinstance(value, wanted)
    try:
        datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True
