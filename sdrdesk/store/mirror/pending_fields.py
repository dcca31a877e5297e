"""Lead fields that both sides may change: the shown value and the CRM's last value.

``lead`` shows the *effective* value: a change of the rep counts at once. ``lead_base`` holds the
CRM's last value, but only for fields with an unsent change; without a row there, the CRM's last
value is the one in ``lead``. That spares a first load of 100,000 leads 600,000 rows.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intents import ContactIntent
from sdrdesk.domain.crm.records import LEAD_FIELDS, PERSON_DATA
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import arrived, fields, json_object
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.sync_state import STALE

COLUMN: Mapping[str, str] = {
    name: "persona_value" if name == "persona" else name for name in LEAD_FIELDS
}
"""Field of a ``ContactIntent`` to the column of ``lead``."""

OVERTAKEN = "a later change of yours counts"
"""Receipt text of a field that was not written."""

_PRIORITY = 30
"""The place of a lead's change in the outbox, unless its outcome says otherwise."""

_UNSENT = "('held', 'queued', 'sending', 'blocked')"


def queue_change(
    connection: Connection,
    lead_id: str,
    changes: dict[str, str],
    base: dict[str, str],
    now_ms: int,
    *,
    at: str = "",
    activity_key: str = "",
    priority: int = _PRIORITY,
) -> str:
    """Queue a change of a lead's fields for the CRM, show it, and return the item's key.

    Args:
        connection: inside the caller's transaction.
        lead_id: the lead's present id.
        changes: field to new value.
        base: the same fields as the rep saw them at the CRM.
        now_ms: the present moment.
        at: when the rep acted (ISO 8601), ``""`` for now.
        activity_key: the outcome behind the change.
        priority: place in the outbox.
    """
    key = str(uuid.uuid4())
    intent = ContactIntent(changes=changes, base=base, at=at or iso(from_ms(now_ms)))
    connection.execute(
        "INSERT INTO outbox (key, kind, lead_id, activity_key, payload_json, state, priority,"
        " attempts, unknown, looks, last_error, correlation_id, crm_id, created_ms)"
        " VALUES (?, 'contact', ?, ?, ?, 'queued', ?, 0, 0, 0, '', '', '', ?)",
        (key, lead_id, activity_key, json.dumps(intent), priority, now_ms),
    )
    for name, value in changes.items():
        show_value(connection, lead_id, name, value)
    return key


def pending(connection: Connection, lead_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return, per lead, the fields with an unsent change and the value the rep gave them."""
    found: dict[str, dict[str, str]] = {}
    for part in chunks(sorted(set(lead_ids))):
        for lead_id, payload in _unsent(connection, part):
            changes = payload.get("changes", {})
            found.setdefault(lead_id, {}).update(
                {name: str(value) for name, value in changes.items() if name in COLUMN}
            )
    return found


def seen_bases(connection: Connection, lead_id: str) -> dict[str, str]:
    """Return, per unsent field, the CRM's value that the rep saw when they first changed it."""
    found: dict[str, str] = {}
    for _, payload in reversed(_unsent(connection, [lead_id])):
        found.update({n: str(v) for n, v in payload.get("base", {}).items()})
    return found


def _unsent(
    connection: Connection, lead_ids: Sequence[str]
) -> list[tuple[str, dict[str, dict[str, object]]]]:
    """Return lead and payload of every unsent change, oldest first.

    Leaves out fields that a later change of the rep has meanwhile set at the CRM: the older value
    must not come back here. Leaves out fields that an earlier try of the change wrote, too: for
    those the CRM's value counts.
    """
    rows = connection.execute(
        "SELECT lead_id, payload_json, seq FROM outbox"  # noqa: S608  # constants, placeholders
        f" WHERE kind = 'contact' AND state IN {_UNSENT} AND lead_id IN ({marks(lead_ids)})"
        " ORDER BY seq",
        tuple(lead_ids),
    ).fetchall()
    found = []
    for lead_id, text, seq in rows:
        payload = json_object(text)
        over = settled_later(connection, str(lead_id), int(seq)) | arrived(payload)
        kept = {
            part: {n: v for n, v in fields(payload, part).items() if n not in over}
            for part in ("changes", "base")
        }
        found.append((str(lead_id), kept))
    return found


def settled_later(connection: Connection, lead_id: str, seq: int) -> set[str]:
    """Return the fields of a lead that changes after ``seq`` have settled at the CRM.

    Written, found there already, or in conflict; a change that left a field alone settled nothing.
    """
    rows = connection.execute(
        "SELECT state, payload_json FROM outbox WHERE lead_id = ? AND kind = 'contact' AND seq > ?",
        (lead_id, seq),
    ).fetchall()
    found: set[str] = set()
    for state, text in rows:
        payload = json_object(text)
        settled = fields(payload, "changes").keys() - fields(payload, "left").keys()
        # A change that was refused or given up in part has settled what did go out.
        found |= settled if state == "sent" else arrived(payload)
    return found


def set_base(connection: Connection, lead_id: str, values: Mapping[str, str], at_ms: int) -> None:
    """Store the CRM's values of fields that have an unsent change."""
    connection.executemany(
        "INSERT INTO lead_base (lead_id, field, value, at_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (lead_id, field) DO UPDATE SET value = excluded.value,"
        " at_ms = excluded.at_ms",
        [(lead_id, name, value, at_ms) for name, value in values.items()],
    )


def settle_fields(
    connection: Connection, lead_id: str, theirs: Mapping[str, str], now_ms: int
) -> None:
    """Show the CRM's values of these fields, except where another change is unsent.

    Call it after the item that changed them has left its unsent state.
    """
    waiting = pending(connection, [lead_id]).get(lead_id, {})
    known = {name: value for name, value in theirs.items() if name in COLUMN}
    set_base(connection, lead_id, {n: v for n, v in known.items() if n in waiting}, now_ms)
    for name, value in known.items():
        if name not in waiting:
            show_value(connection, lead_id, name, value)
            connection.execute(
                "DELETE FROM lead_base WHERE lead_id = ? AND field = ?", (lead_id, name)
            )


def show_value(connection: Connection, lead_id: str, name: str, value: str) -> None:
    """Set the effective value of one field."""
    column = COLUMN[name]
    if name in PERSON_DATA:
        note_to_derive(connection, lead_id, column, value)
    stored: object = value == "true" if name == "do_not_call" else value
    connection.execute(
        f"UPDATE lead SET {column} = ? WHERE lead_id = ?",  # noqa: S608  # a name from COLUMN
        (stored, lead_id),
    )


def note_to_derive(connection: Connection, lead_id: str, column: str, value: str) -> None:
    """Note that a lead's number, persona and fit have to be derived again, if ``value`` is new."""
    connection.execute(
        "INSERT INTO sync_state (name, value, at_ms) SELECT ?, '', 0 FROM lead"  # noqa: S608
        f" WHERE lead_id = ? AND {column} <> ? ON CONFLICT (name) DO UPDATE SET value = ''",
        (f"{STALE}{lead_id}", lead_id, value),
    )


def show_crm_values(connection: Connection, key: str, now_ms: int) -> None:
    """Show the CRM's last values again, for the fields of a dropped item."""
    row = connection.execute(
        "SELECT lead_id, payload_json FROM outbox WHERE key = ?", (key,)
    ).fetchone()
    if row is None:
        return
    lead_id, payload = str(row[0]), json_object(row[1])
    base = {
        name: str(value)
        for name, value in fields(payload, "base").items()
        if name in COLUMN and name not in arrived(payload)  # the CRM has those
    }
    said = connection.execute(
        "SELECT field, value FROM lead_base WHERE lead_id = ?", (lead_id,)
    ).fetchall()
    base |= {name: value for name, value in said if name in fields(payload, "changes")}
    settle_fields(connection, lead_id, base, now_ms)


def put_changes(
    connection: Connection, key: str, payload: dict[str, object], changes: Mapping[str, str]
) -> None:
    """Replace the values that an unsent item changes, and show them."""
    row = connection.execute("SELECT lead_id FROM outbox WHERE key = ?", (key,)).fetchone()
    base = {name: str(value) for name, value in fields(payload, "base").items()}
    shown = {name: value for name, value in changes.items() if name not in arrived(payload)}
    for name in fields(payload, "changes"):
        if name not in changes:
            shown[name] = base.pop(name, "")
    made = {**payload, "changes": dict(changes), "base": base}
    connection.execute("UPDATE outbox SET payload_json = ? WHERE key = ?", (json.dumps(made), key))
    waiting = pending(connection, [str(row[0])]).get(str(row[0]), {})
    for name, value in shown.items():
        if name in COLUMN:  # a later change of the rep still shows
            show_value(connection, str(row[0]), name, waiting.get(name, value))


def resend_overtaken(connection: Connection, key: str, now_ms: int) -> None:
    """Queue earlier changes again that a now dropped item had overtaken.

    They counted as sent because the CRM showed the later value. That value may be another
    person's, so they are sent once more.
    """
    row = connection.execute(
        "SELECT lead_id, seq, payload_json FROM outbox WHERE key = ?", (key,)
    ).fetchone()
    if row is None:
        return
    lead_id, seq, payload = str(row[0]), int(row[1]), json_object(row[2])
    for name in sorted(fields(payload, "changes").keys() - arrived(payload)):
        if name in COLUMN and not _set_later(connection, lead_id, seq, name):
            _revive_field(connection, lead_id, seq, name, now_ms)


def _set_later(connection: Connection, lead_id: str, seq: int, name: str) -> bool:
    rows = connection.execute(
        "SELECT payload_json FROM outbox WHERE lead_id = ? AND kind = 'contact' AND seq > ?"
        " AND state <> 'undone'",
        (lead_id, seq),
    )
    return any(name in fields(json_object(text), "changes") for (text,) in rows)


def _revive_field(connection: Connection, lead_id: str, seq: int, name: str, now_ms: int) -> None:
    earlier = connection.execute(
        "SELECT state, payload_json, activity_key FROM outbox WHERE lead_id = ?"
        " AND kind = 'contact' AND seq < ? AND state <> 'undone' ORDER BY seq DESC",
        (lead_id, seq),
    ).fetchall()
    for state, text, activity_key in earlier:
        payload = json_object(text)
        if name not in fields(payload, "changes"):
            continue
        if state != "sent" or fields(payload, "left").get(name) != OVERTAKEN:
            return  # the latest earlier change went out, or will as it is
        queue_change(
            connection,
            lead_id,
            {name: str(fields(payload, "changes")[name])},
            {name: str(fields(payload, "base").get(name, ""))},
            now_ms,
            at=str(payload.get("at", "")),
            activity_key=activity_key,
        )
        return
