"""Says once more what an outbox item was to tell, by the rep's own record, when it is damaged."""

from __future__ import annotations

import json

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intent_check import problem_of
from sdrdesk.domain.crm.intents import CallIntent
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import OutboxKind
from sdrdesk.domain.outcome.note_text import call_note
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import json_object_or_none
from sdrdesk.store.mirror.activities import activity_in


def repair_payload(connection: Connection, key: str) -> None:
    """Write the payload of an item anew where it cannot be sent as it is.

    Raises:
        UsageError: it cannot be read, and no call of the rep says what it was.
    """
    kind, text, activity_key = connection.execute(
        "SELECT kind, payload_json, activity_key FROM outbox WHERE key = ?", (key,)
    ).fetchone()
    payload = json_object_or_none(text)
    problem = problem_of(OutboxKind(kind), payload)
    if not problem:
        return
    intent = _call_of(connection, str(activity_key)) if kind == "call" else None
    if intent is None and payload is not None:
        return  # the next try says what is wrong with it
    if intent is None:
        raise UsageError(
            problem,
            kept="The item is kept, and nothing was sent.",
            next_step=f"Drop it with sdrdesk outbox drop {key}, then record it again.",
        )
    connection.execute(
        "UPDATE outbox SET payload_json = ? WHERE key = ?", (json.dumps(intent), key)
    )


def _call_of(connection: Connection, activity_key: str) -> CallIntent | None:
    """Return what a recorded call tells the CRM, in the words that are left of it."""
    call = activity_in(connection, activity_key)
    if call is None or not call.local:
        return None
    return CallIntent(
        at=iso(call.at),
        title=call.outcome_label or "Call",
        note=call_note(call.note, call.reason, call.qualify, ""),
        outcome_label=call.outcome_label,
        duration_s=max(0, call.duration_s),
        number=call.number,
        owner_id=call.owner_id,
        connected=False,
    )
