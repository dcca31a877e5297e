"""Fields of a lead that both sides may change: what is shown, and what the CRM last said.

``lead`` shows the *effective* value: a change of the rep counts at once. ``lead_base`` remembers
what the CRM last said, but only for fields with an unsent change; wherever it has no row, the CRM
last said what ``lead`` shows. That keeps a first load of 100,000 leads free of 600,000 rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sdrdesk.store.connect import Connection
from sdrdesk.store.many import chunks, marks

COLUMN: Mapping[str, str] = {
    "status": "status",
    "lifecycle": "lifecycle",
    "do_not_call": "do_not_call",
    "persona": "persona_value",
    "time_zone": "time_zone",
    "owner_id": "owner_id",
}
"""Field of a ``ContactIntent`` to the column of ``lead``."""

UNSENT = "('held', 'queued', 'sending', 'blocked')"


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
    """Return what the rep saw at the CRM when they first changed each unsent field of a lead."""
    found: dict[str, str] = {}
    for _, payload in reversed(_unsent(connection, [lead_id])):
        found.update({n: str(v) for n, v in payload.get("base", {}).items()})
    return found


def _unsent(
    connection: Connection, lead_ids: Sequence[str]
) -> list[tuple[str, dict[str, dict[str, object]]]]:
    """Return lead and payload of every unsent change, oldest first.

    Without the fields that a later change of the rep has set at the CRM meanwhile: an older one
    that waits for its next try is overtaken there, and must not come back here either.
    """
    rows = connection.execute(
        "SELECT lead_id, payload_json, seq FROM outbox"  # noqa: S608  # constants, placeholders
        f" WHERE kind = 'contact' AND state IN {UNSENT} AND lead_id IN ({marks(lead_ids)})"
        " ORDER BY seq",
        tuple(lead_ids),
    ).fetchall()
    found = []
    for lead_id, text, seq in rows:
        payload = json.loads(text)
        over = settled_later(connection, str(lead_id), int(seq))
        for part in ("changes", "base"):
            kept = {n: v for n, v in payload.get(part, {}).items() if n not in over}
            payload[part] = kept
        found.append((str(lead_id), payload))
    return found


def settled_later(connection: Connection, lead_id: str, seq: int) -> set[str]:
    """Return the fields of a lead that changes after ``seq`` have settled at the CRM.

    Written, found there already, or in conflict; a change that left a field alone settled nothing.
    """
    rows = connection.execute(
        "SELECT payload_json FROM outbox WHERE lead_id = ? AND kind = 'contact' AND seq > ?"
        " AND state = 'sent'",
        (lead_id, seq),
    ).fetchall()
    payloads = [json.loads(text) for (text,) in rows]
    return {n for p in payloads for n in p.get("changes", {}) if n not in p.get("left", {})}


def set_base(connection: Connection, lead_id: str, values: Mapping[str, str], at_ms: int) -> None:
    """Remember what the CRM says about fields that have an unsent change."""
    connection.executemany(
        "INSERT INTO lead_base (lead_id, field, value, at_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (lead_id, field) DO UPDATE SET value = excluded.value,"
        " at_ms = excluded.at_ms",
        [(lead_id, name, value, at_ms) for name, value in values.items()],
    )


def settle_fields(
    connection: Connection, lead_id: str, theirs: Mapping[str, str], now_ms: int
) -> None:
    """Take over what the CRM says now about these fields, where no other change is unsent.

    Call it after the item that changed them has left its unsent state.
    """
    waiting = pending(connection, [lead_id]).get(lead_id, {})
    known = {name: value for name, value in theirs.items() if name in COLUMN}
    set_base(connection, lead_id, {n: v for n, v in known.items() if n in waiting}, now_ms)
    for name, value in known.items():
        if name not in waiting:
            show(connection, lead_id, name, value)
            connection.execute(
                "DELETE FROM lead_base WHERE lead_id = ? AND field = ?", (lead_id, name)
            )


def show(connection: Connection, lead_id: str, name: str, value: str) -> None:
    """Set the effective value of one field."""
    column = COLUMN[name]
    stored: object = value == "true" if name == "do_not_call" else value
    connection.execute(
        f"UPDATE lead SET {column} = ? WHERE lead_id = ?",  # noqa: S608  # a name from COLUMN
        (stored, lead_id),
    )


def take_back(connection: Connection, key: str, now_ms: int) -> None:
    """Show what the CRM last said again, for the fields of an item that was given up."""
    row = connection.execute(
        "SELECT lead_id, payload_json FROM outbox WHERE key = ?", (key,)
    ).fetchone()
    if row is None:
        return
    lead_id, payload = str(row[0]), json.loads(row[1])
    base = {name: str(value) for name, value in payload.get("base", {}).items() if name in COLUMN}
    said = connection.execute(
        "SELECT field, value FROM lead_base WHERE lead_id = ?", (lead_id,)
    ).fetchall()
    base |= {name: value for name, value in said if name in payload.get("changes", {})}
    settle_fields(connection, lead_id, base, now_ms)
