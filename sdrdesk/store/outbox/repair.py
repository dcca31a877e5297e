"""Rebuilds a damaged outbox payload from the rep's own record of the call."""

from __future__ import annotations

import json

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intent_check import problem_of
from sdrdesk.domain.crm.intents import CallIntent
from sdrdesk.domain.crm.shared_facts import facts_of
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import OutboxKind
from sdrdesk.domain.outcome.note_text import call_note
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import json_object_or_none
from sdrdesk.store.mirror.activities import activity_in


def repair_payload(connection: Connection, key: str) -> None:
    """Rebuild the payload of an item that cannot be sent as it is.

    Raises:
        UsageError: it cannot be read, and there is no call to rebuild it from.
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
        return  # the next try reports the problem
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
    call = activity_in(connection, activity_key)
    if call is None or not call.local:
        return None
    made = CallIntent(
        at=iso(call.at),
        title=call.outcome_label or "Call",
        note=call_note(call.note, call.reason, call.qualify, ""),
        outcome_label=call.outcome_label,
        duration_s=max(0, call.duration_s),
        number=call.number,
        owner_id=call.owner_id,
        connected=False,
    )
    if call.direction:
        made["direction"] = call.direction
    made["facts"] = facts_of(call)
    return made
