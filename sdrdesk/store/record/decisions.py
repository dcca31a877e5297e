"""Decisions of a rep about a lead without an outcome: snooze, pin, time zone, callback closed.

Each change is one transaction and returns the state before it, for ``restore``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.lead_ids import existing_lead
from sdrdesk.store.promises.removing import remove_promise


@dataclass(frozen=True, slots=True)
class DeskState:
    """The rep's decisions about one lead. Times are aware UTC."""

    lead_id: str
    next_due_at: datetime | None = None
    callback_at: datetime | None = None
    callback_note: str = ""
    callback_activity_key: str = ""
    snoozed_until: datetime | None = None
    snooze_reason: str = ""
    pinned_at: datetime | None = None
    rep_time_zone: str = ""
    worked_out_at: datetime | None = None
    callback_owner_id: str = ""
    callback_team: bool = False
    callback_origin: str = ""
    rest_seen_at: datetime | None = None
    """The latest conversion seen when the snooze began; see ``LeadDeskRow``."""
    rest_promise: bool = False


REST = ("snoozed_until", "snooze_reason", "rest_seen_at", "rest_promise")
"""The fields of a snooze."""
NO_REST = {name: getattr(DeskState(""), name) for name in REST}
_NOTHING_SEEN = from_ms(0)
_MOMENTS = {
    "next_due_at": "next_due_ms",
    "callback_at": "callback_ms",
    "snoozed_until": "snoozed_until_ms",
    "pinned_at": "pinned_ms",
    "worked_out_at": "worked_out_ms",
    "rest_seen_at": "rest_seen_ms",
}
DESK_COLUMNS = {field.name: _MOMENTS.get(field.name, field.name) for field in fields(DeskState)}
"""Field of ``DeskState`` to the column of ``lead_desk``."""
_NAMES = ", ".join(DESK_COLUMNS.values())
_SELECT = f"SELECT {_NAMES} FROM lead_desk WHERE lead_id = ?"  # noqa: S608
_REPLACE = (
    f"INSERT OR REPLACE INTO lead_desk ({_NAMES})"  # noqa: S608
    f" VALUES ({', '.join('?' * len(DESK_COLUMNS))})"
)


Noted = Callable[[Connection, DeskState, DeskState], None]
"""Writes more in the transaction of a change: the state before it, and after it."""


def snooze(
    db: Database,
    lead_id: str,
    until: datetime | None,
    reason: str = "",
    *,
    now: datetime,
    firm: bool = False,
    with_promise: bool | None = None,
    also: Noted | None = None,
) -> DeskState:
    """Snooze a lead until the person converts again, and no longer than ``until``.

    Args:
        db: the database.
        lead_id: the lead.
        until: aware; ``None`` for a conversion alone.
        reason: why, in the rep's words.
        now: aware.
        firm: a conversion does not end it.
        with_promise: hold back a callback, due now or later. ``None``: one that is due by now, as
            the rep saw it.
        also: writes more in the same transaction.

    Raises:
        NotFoundError: there is no such lead.
    """
    with db.writer() as connection:
        lead_id = existing_lead(connection, lead_id)
        before = state_in(connection, lead_id)
        due = before.callback_at is not None and before.callback_at <= now
        resting = replace(
            before,
            snoozed_until=until,
            snooze_reason=reason,
            rest_seen_at=None if firm else seen_conversion(connection, lead_id),
            rest_promise=due if with_promise is None else with_promise,
        )
        put_state(connection, resting)
        if also is not None:
            also(connection, before, resting)
    return before


def seen_conversion(connection: Connection, lead_id: str) -> datetime:
    """Return the latest conversion of a lead that is known here; long ago without one.

    A rest ends with a conversion the rep had not seen. Their time is not compared with this
    machine's clock: one that happened before the rest began may arrive after it.
    """
    row = connection.execute(
        "SELECT converted_ms FROM lead WHERE lead_id = ?", (lead_id,)
    ).fetchone()
    return (from_ms(row[0]) if row else None) or _NOTHING_SEEN


def callbacks_of(db: Database, lead_ids: Sequence[str]) -> dict[str, datetime]:
    """Return the open callbacks of these leads by lead id, aware UTC, the earliest first."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT lead_id, callback_ms FROM lead_desk WHERE callback_ms IS NOT NULL"
            " AND lead_id IN (SELECT value FROM json_each(?)) ORDER BY callback_ms, lead_id",
            (json.dumps(list(lead_ids)),),
        ).fetchall()
    return {str(lead_id): from_ms(at) for lead_id, at in rows}


def clear_snooze(db: Database, lead_id: str, also: Noted | None = None) -> DeskState:
    """End a snooze. Raises NotFoundError."""
    return change(db, lead_id, NO_REST, also)


def pin(db: Database, lead_id: str, at: datetime, also: Noted | None = None) -> DeskState:
    """Pin a lead to the top from ``at`` on, which ends its snooze. Raises NotFoundError."""
    return change(db, lead_id, {"pinned_at": at, **NO_REST}, also)


def unpin(db: Database, lead_id: str, also: Noted | None = None) -> DeskState:
    """Unpin a lead. Raises NotFoundError."""
    return change(db, lead_id, {"pinned_at": None}, also)


def set_zone(db: Database, lead_id: str, zone: str, also: Noted | None = None) -> DeskState:
    """Set the lead's time zone: an IANA name, checked by the caller, or ``""`` to clear it.

    Raises NotFoundError.
    """
    return change(db, lead_id, {"rep_time_zone": zone}, also)


def acknowledge_callback(
    db: Database,
    lead_id: str,
    now: datetime,
    hold_until: datetime,
    also: Callable[[Connection, DeskState, str], None] | None = None,
) -> tuple[DeskState, str]:
    """Close a promised callback without an outcome, and its task at the CRM.

    ``also`` writes more in the same transaction: the state before, and the key of the item.

    Returns:
        The state before, and the key of the item for the CRM, which is held until ``hold_until``;
        ``""`` for a callback that has no task.

    Raises:
        NotFoundError: there is no such lead.
    """
    with db.writer(durable=True) as connection:
        lead_id = existing_lead(connection, lead_id)
        before = state_in(connection, lead_id)
        key = remove_promise(connection, lead_id, now, hold_until)
        if not key:
            put_state(
                connection,
                replace(before, callback_at=None, callback_note="", callback_activity_key=""),
            )
        if also is not None:
            also(connection, before, key)
    return before, key


def restore(db: Database, before: DeskState, only: Sequence[str] = ()) -> None:
    """Undo a change: restore the state, or ``only`` these fields of it.

    Naming the fields keeps later decisions about the others.
    """
    with db.writer() as connection:
        if only:
            now = state_in(connection, before.lead_id)
            changes = {name: getattr(before, name) for name in only}
            before = replace(now, **changes)
        put_state(connection, before)


def state_in(connection: Connection, lead_id: str) -> DeskState:
    """Return the decisions about a lead, all empty without any, in the caller's transaction."""
    row = connection.execute(_SELECT, (lead_id,)).fetchone()
    if row is None:
        return DeskState(lead_id)
    values = dict(zip(DESK_COLUMNS, row, strict=True))
    for name in _MOMENTS:
        values[name] = from_ms(values[name])
    for name in ("callback_team", "rest_promise"):
        values[name] = bool(values[name])
    return DeskState(**values)


def put_state(connection: Connection, state: DeskState) -> None:
    """Write the state in the caller's transaction; all empty means no row."""
    if state == DeskState(state.lead_id):
        connection.execute("DELETE FROM lead_desk WHERE lead_id = ?", (state.lead_id,))
        return
    values = ((name, getattr(state, name)) for name in DESK_COLUMNS)
    connection.execute(_REPLACE, [to_ms(v) if name in _MOMENTS else v for name, v in values])


def change(
    db: Database, lead_id: str, changes: Mapping[str, Any], also: Noted | None = None
) -> DeskState:
    """Change fields of ``DeskState`` and return the state before. Raises NotFoundError."""
    with db.writer() as connection:
        lead_id = existing_lead(connection, lead_id)
        before = state_in(connection, lead_id)
        after = replace(before, **changes)
        put_state(connection, after)
        if also is not None:
            also(connection, before, after)
    return before


def values_of(state: DeskState, names: Sequence[str]) -> dict[str, Any]:
    """Return fields of the state as JSON-safe values; moments in milliseconds, UTC."""
    return {
        name: to_ms(getattr(state, name)) if name in _MOMENTS else getattr(state, name)
        for name in names
    }


def fields_from(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that ``values_of`` wrote; names this version does not know are left out."""
    return {
        name: from_ms(value) if name in _MOMENTS else value
        for name, value in values.items()
        if name in DESK_COLUMNS
    }
