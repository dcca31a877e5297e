"""Receipts of lead changes: the result for each field, kept with the outbox item."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import field_names, fields, json_object
from sdrdesk.store.outbox.outbox import Sending


@dataclass(frozen=True, slots=True)
class Receipt:
    """Result of one try of a change, by field.

    A field that is missing here is in conflict (with a row of its own) or was refused: then the
    item is blocked and has the reason as its error.
    """

    written: Collection[str] = ()
    agreed: Collection[str] = ()
    """The CRM showed the rep's value already."""
    left: Mapping[str, str] = field(default_factory=dict)
    """Fields that were not written, with the reason."""
    marked_ms: int = 0
    """When the CRM took this change's "do not call", by its own clock; 0 unknown."""


def keep_receipt(connection: Connection, item: Sending, done: Receipt) -> None:
    """Store the result of a try. Fields that earlier tries wrote stay listed."""
    before = item.payload
    receipt: dict[str, object] = {
        "written": sorted(field_names(before, "written").union(done.written)),
        "agreed": sorted(field_names(before, "agreed").union(done.agreed)),
        "left": dict(done.left),
        "marked_ms": done.marked_ms or _moment(before, "marked_ms"),
    }
    payload = {name: value for name, value in before.items() if name not in receipt}
    payload |= {name: value for name, value in receipt.items() if value or name == "written"}
    _put(connection, item, payload)


def note_do_not_call_try(connection: Connection, item: Sending, seen_ms: int) -> None:
    """Note that a "do not call" is about to be written, and the age of the lead's record.

    After a lost answer this distinguishes our own mark from an earlier one of another person.
    """
    _put(connection, item, {**item.payload, "mark_try_ms": seen_ms})


def marked_at_ms(connection: Connection, item: Sending) -> int:
    """Return when the CRM took the "do not call" that this item removes, 0 when unknown.

    Also 0 where a person confirmed the removal after a first attempt had been questioned.
    """
    rows = connection.execute(
        "SELECT state, payload_json FROM outbox WHERE lead_id = ? AND kind = 'contact'"
        " AND seq < ? ORDER BY seq DESC",
        (item.lead_id, item.seq),
    ).fetchall()
    for state, text in rows:
        payload = json_object(text)
        went_out = state == "sent" or "do_not_call" in field_names(payload, "written")
        if went_out and "do_not_call" in fields(payload, "changes"):
            return _moment(payload, "marked_ms")
    return 0


def _moment(payload: dict[str, object], name: str) -> int:
    value = payload.get(name)
    return value if isinstance(value, int) else 0


def _put(connection: Connection, item: Sending, payload: dict[str, object]) -> None:
    connection.execute(
        "UPDATE outbox SET payload_json = ? WHERE key = ?", (json.dumps(payload), item.key)
    )
