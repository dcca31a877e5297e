"""What a rep decides about a lead without an outcome: snooze, pin, time zone, callback seen.

Each change is one row in one transaction and returns the state before it, so that it can be taken
back with ``restore``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sdrdesk.domain.errors import NotFoundError
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.leads import resolve


@dataclass(frozen=True, slots=True)
class DeskState:
    """Everything the rep decided about one lead. Times are aware UTC."""

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


_MOMENTS = {
    "next_due_at": "next_due_ms",
    "callback_at": "callback_ms",
    "snoozed_until": "snoozed_until_ms",
    "pinned_at": "pinned_ms",
    "worked_out_at": "worked_out_ms",
}
_FIELDS = tuple(field.name for field in fields(DeskState))
_COLUMNS = tuple(_MOMENTS.get(name, name) for name in _FIELDS)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM lead_desk WHERE lead_id = ?"  # noqa: S608
_REPLACE = (
    f"INSERT OR REPLACE INTO lead_desk ({', '.join(_COLUMNS)})"  # noqa: S608
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
)


def desk_state(db: Database, lead_id: str) -> DeskState:
    """Return what the rep decided about a lead; all empty when nothing."""
    with db.reader() as connection:
        return state_in(connection, resolve(connection, lead_id))


def snooze(db: Database, lead_id: str, until: datetime, reason: str = "") -> DeskState:
    """Let a lead rest until ``until``. Raises NotFoundError for a lead that does not exist."""
    return _change(db, lead_id, snoozed_until=until, snooze_reason=reason)


def clear_snooze(db: Database, lead_id: str) -> DeskState:
    """Wake a lead that was put to rest. Raises NotFoundError."""
    return _change(db, lead_id, snoozed_until=None, snooze_reason="")


def pin(db: Database, lead_id: str, at: datetime) -> DeskState:
    """Keep a lead on top from ``at`` on. Raises NotFoundError."""
    return _change(db, lead_id, pinned_at=at)


def unpin(db: Database, lead_id: str) -> DeskState:
    """Let a pinned lead go back to its place. Raises NotFoundError."""
    return _change(db, lead_id, pinned_at=None)


def set_zone(db: Database, lead_id: str, zone: str) -> DeskState:
    """Settle the lead's time zone (an IANA name, checked by the caller; ``""`` unsettles it).

    Raises NotFoundError.
    """
    return _change(db, lead_id, rep_time_zone=zone)


def acknowledge_callback(db: Database, lead_id: str) -> DeskState:
    """Close a promised callback without an outcome. Raises NotFoundError."""
    return _change(db, lead_id, callback_at=None, callback_note="", callback_activity_key="")


def restore(db: Database, before: DeskState, only: Sequence[str] = ()) -> None:
    """Take a change back: put the state, or ``only`` these fields of it, to what it was.

    Naming the fields keeps what was decided about the others since.
    """
    with db.writer() as connection:
        if only:
            now = state_in(connection, before.lead_id)
            changes = {name: getattr(before, name) for name in only}
            before = replace(now, **changes)
        put_state(connection, before)


def state_in(connection: Connection, lead_id: str) -> DeskState:
    """Return the state within a transaction that is already open."""
    row = connection.execute(_SELECT, (lead_id,)).fetchone()
    if row is None:
        return DeskState(lead_id)
    values = dict(zip(_FIELDS, row, strict=True))
    for name in _MOMENTS:
        values[name] = from_ms(values[name])
    return DeskState(**values)


def put_state(connection: Connection, state: DeskState) -> None:
    """Write the state within a transaction that is already open; all empty means no row."""
    if state == DeskState(state.lead_id):
        connection.execute("DELETE FROM lead_desk WHERE lead_id = ?", (state.lead_id,))
        return
    values = [getattr(state, name) for name in _FIELDS]
    values = [
        to_ms(value) if name in _MOMENTS else value
        for name, value in zip(_FIELDS, values, strict=True)
    ]
    connection.execute(_REPLACE, values)


def _change(db: Database, lead_id: str, **changes: datetime | str | None) -> DeskState:
    with db.writer() as connection:
        lead_id = resolve(connection, lead_id)
        if not connection.execute("SELECT 1 FROM lead WHERE lead_id = ?", (lead_id,)).fetchone():
            raise NotFoundError(f"There is no lead {lead_id}.", kept="Nothing was changed.")
        before = state_in(connection, lead_id)
        put_state(connection, replace(before, **changes))  # type: ignore[arg-type]  # same names
    return before
