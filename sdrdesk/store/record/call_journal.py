"""Calls in progress, stored as the rep types, so that a crash loses nothing.

One row per running sdrdesk (``desk``). Each sdrdesk sees all rows: the call of a crashed process is
offered again, and ``call_claim`` keeps two of them from calling the same person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.leads import resolve
from sdrdesk.store.record import call_claim
from sdrdesk.store.record.call_claim import IDLE, PersonInCall
from sdrdesk.store.record.opening_lines import first_line_in

_READ = (
    "SELECT desk, pid, lead_id, number, started_ms, updated_ms, note, qualify_json, script_id,"  # noqa: S608
    " talking_ms, owner_id, CAST(s.value AS INTEGER), direction FROM call_journal"
    " LEFT JOIN call_talk USING (desk) LEFT JOIN call_claim USING (desk)"
    f" LEFT JOIN sync_state s ON s.name = '{IDLE}' || desk"
)


@dataclass(frozen=True, slots=True)
class CallInProgress:
    """A call without an outcome yet. Times are aware UTC."""

    desk: str
    """The running sdrdesk that holds it."""
    pid: int
    """Its process on this machine: shows whether it crashed or is a second window."""
    lead_id: str
    number: str
    started_at: datetime
    updated_at: datetime
    note: str = ""
    qualify: Mapping[str, str] = field(default_factory=dict)
    script_id: str = ""
    talking_at: datetime | None = None
    """When the person picked up, by the rep's key."""
    owner_id: str = ""
    """The rep in the call, ``""`` unknown."""
    idle_s: int = 0
    """Seconds that do not count: after an outcome that was undone, or a night without sdrdesk."""
    incoming: bool = False
    """The person called: nothing was dialled, and ``number`` is the one they called from."""


def start_call(
    db: Database,
    desk: str,
    pid: int,
    lead_id: str,
    number: str,
    at: datetime,
    *,
    owner_id: str = "",
    anyway: bool = False,
    incoming: bool = False,
) -> CallInProgress:
    """Claim the lead, store the start of a call and return it; a call to the same lead continues.

    The opening note for the lead's next call becomes its first note. The clock of an incoming call
    starts as talk.

    Raises:
        PersonInCall: another sdrdesk is in a call with this lead, or at this number, and the rep
            does not call ``anyway``.
        UsageError: this desk is in a call with another lead and has notes for it.
    """
    with db.writer() as connection:
        lead_id = resolve(connection, lead_id)
        running = call_in(connection, desk)
        if running is not None and running.lead_id == lead_id:
            call_claim.hold(connection, desk, owner_id or running.owner_id, at)
            return running
        if running is not None and (running.note.strip() or running.qualify):
            raise UsageError(
                f"You are still in a call with lead {running.lead_id}.",
                kept="Its notes are kept.",
                next_step="Record its outcome first.",
            )
        if not anyway:
            other = call_claim.other_claim(connection, desk, lead_id, number, at)
            if other is not None:
                raise PersonInCall(other)
        line = first_line_in(connection, lead_id)
        forget_call(connection, desk)
        connection.execute(
            "INSERT INTO call_journal (desk, pid, lead_id, number, started_ms, updated_ms, note,"
            " qualify_json, script_id, direction) VALUES (?, ?, ?, ?, ?, ?, ?, '{}', '', ?)",
            (desk, pid, lead_id, number, to_ms(at), to_ms(at), line, "in" if incoming else ""),
        )
        if incoming:
            connection.execute("INSERT INTO call_talk VALUES (?, ?)", (desk, to_ms(at)))
        call_claim.hold(connection, desk, owner_id, at)
    talking_at = at if incoming else None
    return CallInProgress(
        desk, pid, lead_id, number, at, at, line,
        talking_at=talking_at, owner_id=owner_id, incoming=incoming,
    )  # fmt: skip


def save_call(
    db: Database,
    desk: str,
    note: str,
    qualify: Mapping[str, str],
    script_id: str,
    at: datetime,
) -> bool:
    """Store the notes so far; ``False`` when this desk's call has ended."""
    with db.writer() as connection:
        cursor = connection.execute(
            "UPDATE call_journal SET note = ?, qualify_json = ?, script_id = ?, updated_ms = ?"
            " WHERE desk = ?",
            (note, json.dumps(dict(qualify)), script_id, to_ms(at), desk),
        )
        return cursor.rowcount == 1


def talk(db: Database, desk: str, at: datetime | None) -> CallInProgress | None:
    """Set when the person picked up (``None`` clears it); return the call, ``None`` without one."""
    with db.writer() as connection:
        if call_in(connection, desk) is None:
            return None
        connection.execute("DELETE FROM call_talk WHERE desk = ?", (desk,))
        if at is not None:
            connection.execute("INSERT INTO call_talk VALUES (?, ?)", (desk, to_ms(at)))
        return call_in(connection, desk)


def current_calls(db: Database) -> list[CallInProgress]:
    """Return the calls of every desk on this database, oldest first."""
    with db.reader() as connection:
        rows = connection.execute(f"{_READ} ORDER BY started_ms, desk").fetchall()
    return [_call(row) for row in rows]


def adopt_call(
    db: Database, from_desk: str, desk: str, pid: int, at: datetime
) -> CallInProgress | None:
    """Take over the call of a crashed sdrdesk with its claim; ``None`` when it is gone.

    A long time since the last sign of it is no part of the call.

    Raises:
        UsageError: this desk is in a call.
    """
    with db.writer() as connection:
        left = call_in(connection, from_desk)
        if left is None or from_desk == desk:
            return left
        if call_in(connection, desk) is not None:
            raise UsageError(
                "You are already in a call.",
                kept="Both calls are kept.",
                next_step="Record its outcome first.",
            )
        call_claim.hand_over(connection, from_desk, desk, at)
        connection.execute(
            "UPDATE call_journal SET desk = ?, pid = ? WHERE desk = ?", (desk, pid, from_desk)
        )
        connection.execute("UPDATE call_talk SET desk = ? WHERE desk = ?", (desk, from_desk))
        connection.execute(
            "UPDATE OR REPLACE sync_state SET name = ? WHERE name = ?",
            (IDLE + desk, IDLE + from_desk),
        )
        return call_in(connection, desk)


def end_call(db: Database, desk: str) -> None:
    """Delete the call of this desk without an outcome (recording one deletes it too)."""
    with db.writer() as connection:
        forget_call(connection, desk)


def forget_call(connection: Connection, desk: str) -> None:
    """Delete the call of this desk in the caller's transaction."""
    connection.execute("DELETE FROM call_journal WHERE desk = ?", (desk,))
    connection.execute("DELETE FROM call_talk WHERE desk = ?", (desk,))
    call_claim.release(connection, desk)
    connection.execute("DELETE FROM sync_state WHERE name = ?", (IDLE + desk,))


def call_in(connection: Connection, desk: str) -> CallInProgress | None:
    """Return the call of this desk, ``None`` without one, in the caller's transaction."""
    row = connection.execute(f"{_READ} WHERE desk = ?", (desk,)).fetchone()
    return None if row is None else _call(row)


def _call(row: tuple[Any, ...]) -> CallInProgress:
    desk, pid, lead_id, number, started, updated, note, qualify, script, talking, *rest = row
    owner, idle, direction = rest
    return CallInProgress(
        desk, pid, lead_id, number, from_ms(started), from_ms(updated), note,
        {name: str(said) for name, said in json_object(qualify).items()}, script, from_ms(talking),
        owner or "", max(0, idle or 0), direction == "in",
    )  # fmt: skip
