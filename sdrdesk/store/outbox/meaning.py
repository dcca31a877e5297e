"""Brings waiting items to the values that their outcomes have by the team's present files."""

from __future__ import annotations

import json

from sdrdesk.domain.crm.meaning import Remap, former_values, meant_now, with_former
from sdrdesk.domain.lead.activity import OutboxKind
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import arrived, fields, json_object
from sdrdesk.store.mirror.mirror import known_outcomes
from sdrdesk.store.mirror.pending_fields import put_changes

NO_OUTCOME = "the account has no call outcome"
"""Beginning of the refusal of a call whose outcome the account does not have."""


def differs(kind: OutboxKind, payload: dict[str, object], remap: Remap) -> bool:
    """Return whether an item has values that its outcome no longer has."""
    return bool(meant_now(kind, payload, remap, arrived(payload)))


def follow_files(connection: Connection, key: str, remap: Remap) -> bool:
    """Give an unsent item the values of the present files; return whether any changed.

    Former values stay in the item: a try may have written them, so they are ours at the CRM.
    """
    row = connection.execute(
        "SELECT kind, payload_json FROM outbox WHERE key = ?"
        " AND state IN ('held', 'queued', 'sending', 'blocked')",
        (key,),
    ).fetchone()
    if row is None:
        return False
    kind, payload = OutboxKind(row[0]), json_object(row[1])
    now = meant_now(kind, payload, remap, arrived(payload))
    if not now:
        return False
    before = fields(payload, "changes") if kind is OutboxKind.CONTACT else payload
    made = {**payload, "former": with_former(payload, {name: before[name] for name in now})}
    if kind is OutboxKind.CONTACT:
        changes = {n: str(v) for n, v in fields(payload, "changes").items() if n not in now}
        put_changes(connection, key, made, changes | {n: v for n, v in now.items() if v})
    else:
        connection.execute(
            "UPDATE outbox SET payload_json = ? WHERE key = ?", (json.dumps(made | now), key)
        )
    return True


def release_mended(connection: Connection, remap: Remap) -> int:
    """Queue refused items whose cause is gone, and return their number.

    The team's files name another value since, or the account has the call outcome by now.
    """
    rows = connection.execute(
        "SELECT key, kind, payload_json, last_error FROM outbox WHERE state = 'blocked'"
        " AND kind IN ('call', 'contact', 'list')"
    ).fetchall()
    known = known_outcomes(connection) if rows else {}
    count = 0
    for key, kind, text, error in rows:
        label = str(json_object(text).get("outcome_label", "")).strip().casefold()
        found = kind == "call" and str(error).startswith(NO_OUTCOME) and label in known
        if follow_files(connection, str(key), remap) or found:
            queue_again(connection, str(key))
            count += 1
    return count


def queue_again(connection: Connection, key: str) -> None:
    """Queue a refused item; one that may have arrived is looked for before it is sent again."""
    connection.execute(
        "UPDATE outbox SET state = CASE WHEN unknown THEN 'sending' ELSE 'queued' END,"
        " looks = 0, next_try_ms = NULL WHERE key = ?",
        (key,),
    )


def map_again(connection: Connection, key: str, kind: str, remap: Remap) -> None:
    """Give a refused item the values of the present files because the rep said so.

    An item of an older version does not name its outcome: its activity does.
    """
    if follow_files(connection, key, remap):
        return
    row = connection.execute(
        "SELECT o.payload_json, a.disposition FROM outbox o"
        " JOIN activity a ON a.activity_key = o.activity_key WHERE o.key = ?",
        (key,),
    ).fetchone()
    payload = json_object(row[0]) if row is not None else {}
    if row is None or not row[1] or "outcome" in payload or "means" in payload:
        return  # nothing to map
    if kind == "call":
        label = {"outcome_label": str(payload.get("outcome_label", ""))}
        made = {**payload, "outcome_label": remap(str(row[1]), label).get("outcome_label", "")}
        connection.execute(
            "UPDATE outbox SET payload_json = ? WHERE key = ?", (json.dumps(made), key)
        )
    elif kind == "contact":
        changes = {name: str(value) for name, value in fields(payload, "changes").items()}
        done = {name: value for name, value in changes.items() if name in arrived(payload)}
        waiting = {name: value for name, value in changes.items() if name not in done}
        mapped = remap(str(row[1]), waiting)
        if mapped != waiting:
            put_changes(connection, key, payload, done | mapped)


def own_values(payload: dict[str, object], name: str) -> tuple[str, ...]:
    """Return every value that a change gave a field, or meant to, the present one last."""
    value = fields(payload, "changes").get(name)
    return (*former_values(payload, name), *(() if value is None else (str(value),)))
