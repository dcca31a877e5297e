"""Texts that sdrdesk wrote to calls and notes at the CRM, to tell them from those of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sdrdesk.domain.crm.meaning import former_values
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.mirror.mirror import known_outcomes


@dataclass(frozen=True, slots=True)
class SentRecord:
    """The record of one outcome at the CRM."""

    key: str
    crm_id: str
    """``""`` while it is not there."""
    state: str
    """State of the item that makes it, ``""`` when there is none."""
    texts: tuple[str, ...]
    """Every text that sdrdesk gave it, or meant to."""
    outcomes: tuple[str, ...]
    """The labels of every outcome that sdrdesk gave it, or meant to."""


def sent_record(connection: Connection, activity_key: str) -> SentRecord:
    """Return the record of an outcome in the caller's transaction."""
    crm_id, state = "", ""
    texts, outcomes = [], []
    rows = connection.execute(
        "SELECT o.key, o.state, o.crm_id, a.crm_id, o.payload_json FROM outbox o"
        " JOIN activity a ON a.activity_key = o.activity_key"
        " WHERE o.activity_key = ? ORDER BY o.seq",
        (activity_key,),
    ).fetchall()
    for key, item_state, item_id, own_id, text in rows:
        payload = json_object(text)
        if key != activity_key and payload.get("change") != "correct":
            continue
        if key == activity_key:
            state, crm_id = str(item_state), str(own_id or item_id)
        else:  # one that came from the CRM has no item of its own
            crm_id = crm_id or str(own_id)
            was = payload.get("was")
            before = was if isinstance(was, dict) else {}
            texts.append(str(before.get("note", "")))
            outcomes.append(str(before.get("outcome_label", "")))
        outcomes += former_values(payload, "outcome_label")
        texts.append(str(payload.get("note", payload.get("body", ""))))
        outcomes.append(str(payload.get("outcome_label", "")))
    return SentRecord(activity_key, crm_id, state, tuple(texts), tuple(outcomes))


def outcome_values(connection: Connection, labels: Iterable[str]) -> set[str]:
    """Return the account's values of call outcomes with these labels."""
    wanted = {label.strip().casefold() for label in labels}
    rows = connection.execute("SELECT value, label FROM crm_option WHERE field = 'outcome'")
    found = {str(value) for value, label in rows if str(label).strip().casefold() in wanted}
    return found | {v for name, v in known_outcomes(connection).items() if name in wanted}
