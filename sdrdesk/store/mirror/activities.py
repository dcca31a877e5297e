"""What happened: one lead's timeline, one day's activities, the last outcome of a rep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sdrdesk.domain.lead.activity import Activity, ActivityKind
from sdrdesk.domain.text.plain_text import clean_all
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, known_number, to_ms
from sdrdesk.store.mirror.leads import resolve

_ACTIVITY = (
    "a.activity_key, a.lead_id, a.owner_id, a.kind, a.at_ms, a.disposition, a.outcome_label,"
    " a.duration_s, a.number, a.note, a.reason, a.callback_ms, a.meeting_ms, a.script_id,"
    " a.qualify_json, a.crm_id, a.local, a.undone_ms, a.corrects"
)
_STATES = "(SELECT group_concat(x.state) FROM outbox x WHERE x.activity_key = a.activity_key)"

_WORST_FIRST = ("blocked", "sending", "queued", "held", "sent", "undone")
"""An activity stands where the item that is furthest from the CRM stands."""

_Row = tuple[
    str, str, str, str, int, str, str, int, str, str, str,
    int | None, int | None, str, str, str, int, int | None, str,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened with a lead, by any rep. Times are aware UTC."""

    at: datetime
    kind: ActivityKind
    who: str
    """Name of the rep, else their id, ``""`` when unknown."""
    disposition: str
    """Key of the outcome, ``""`` for what other tools logged."""
    outcome_label: str
    """The CRM's label of the outcome."""
    duration_s: int
    note: str
    title: str
    state: str
    """``"crm"`` (pulled), ``"held"``, ``"queued"``, ``"sending"``, ``"sent"``, ``"blocked"`` or
    ``"undone"``."""
    activity_key: str
    crm_id: str
    undone: bool
    """Taken back, before it was sent or by a later correction."""
    local: bool = True
    corrects: str = ""
    reason: str = ""
    done: bool = True
    """False for a task or meeting that is still open."""
    shift_ms: int = 0
    """By how much ``at`` was put right, because the clock was wrong when it was recorded."""


def timeline(db: Database, lead_id: str, limit: int = 200) -> list[TimelineEntry]:
    """Return what happened with a lead, newest first, at most ``limit`` entries."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT a.at_ms, a.kind, coalesce(nullif(o.name, ''), a.owner_id), a.disposition,"  # noqa: S608
            f" a.outcome_label, a.duration_s, a.note, a.title, {_STATES}, a.activity_key,"
            " a.crm_id, a.undone_ms, a.local, a.corrects, a.reason, a.done,"
            " coalesce(s.shift_ms, 0) FROM activity a"
            " LEFT JOIN owner o ON o.owner_id = a.owner_id"
            " LEFT JOIN clock_shift s ON s.activity_key = a.activity_key"
            " WHERE a.lead_id = ? ORDER BY a.at_ms DESC, a.activity_key LIMIT ?",
            (resolve(connection, lead_id), limit),
        ).fetchall()
    corrected = {row[13] for row in rows if row[13] and row[11] is None}
    return [
        TimelineEntry(
            at=from_ms(at),
            kind=ActivityKind(kind),
            who=who,
            disposition=disposition,
            outcome_label=label,
            duration_s=known_number(seconds) or 0,
            note=clean_all(note),
            title=clean_all(title),
            # A comment that nobody asked to send is no record of the CRM's.
            state="kept"
            if kind == "note" and local and states is None and not crm_id
            else _state(states, undone, local),
            activity_key=key,
            crm_id=crm_id,
            undone=undone is not None or key in corrected,
            local=bool(local),
            corrects=corrects,
            reason=clean_all(reason),
            done=bool(done),
            shift_ms=shift,
        )
        for (
            at, kind, who, disposition, label, seconds, note, title, states, key, crm_id, undone,
            local, corrects, reason, done, shift,
        ) in rows
    ]  # fmt: skip


def day_activities(
    db: Database, start: datetime, end: datetime, owner_ids: Sequence[str] | None
) -> list[tuple[Activity, str]]:
    """Return the activities with ``start <= at < end``, oldest first, each with its state.

    Args:
        db: the database.
        start: aware; the first moment of the day in the zone of whoever asks.
        end: aware; the first moment of the next day there.
        owner_ids: whose; ``None`` means everybody's.
    """
    whose, values = _whose(owner_ids)
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_ACTIVITY}, {_STATES} FROM activity a"  # noqa: S608
            f" WHERE a.at_ms >= ? AND a.at_ms < ?{whose} ORDER BY a.at_ms, a.activity_key",
            (to_ms(start), to_ms(end), *values),
        ).fetchall()
    return [(_activity(row[:-1]), _state(row[-1], row[17], row[16])) for row in rows]


_STANDS = (
    "a.local = 1 AND a.undone_ms IS NULL AND a.disposition <> '' AND a.corrects = ''"
    " AND NOT EXISTS (SELECT 1 FROM activity c WHERE c.corrects = a.activity_key"
    "  AND c.corrects <> '' AND c.undone_ms IS NULL)"
)
"""An outcome recorded here that was neither taken back nor corrected."""


def last_disposition(db: Database, owner_id: str) -> Activity | None:
    """Return the newest outcome this rep recorded here that still stands, for undo.

    A correction is not an outcome, and what a correction took back does not stand. Newest is what
    was recorded last: a call logged late for this morning comes after one logged at noon.
    """
    with db.reader() as connection:
        row = connection.execute(
            f"SELECT {_ACTIVITY} FROM activity a"  # noqa: S608
            f" WHERE {_STANDS} AND a.owner_id = ? ORDER BY a.rowid DESC LIMIT 1",
            (owner_id,),
        ).fetchone()
    return None if row is None else _activity(row)


def standing(db: Database, activity_key: str) -> Activity | None:
    """Return an outcome recorded here, ``None`` when it was taken back, corrected, or never was."""
    with db.reader() as connection:
        row = connection.execute(
            f"SELECT {_ACTIVITY} FROM activity a WHERE a.activity_key = ? AND {_STANDS}",  # noqa: S608
            (activity_key,),
        ).fetchone()
    return None if row is None else _activity(row)


def get_activity(db: Database, activity_key: str) -> Activity | None:
    """Return one activity, ``None`` when there is none."""
    with db.reader() as connection:
        return activity_in(connection, activity_key)


def activity_in(connection: Connection, activity_key: str) -> Activity | None:
    """Return one activity within a transaction that is already open."""
    row = connection.execute(
        f"SELECT {_ACTIVITY} FROM activity a WHERE a.activity_key = ?",  # noqa: S608
        (activity_key,),
    ).fetchone()
    return None if row is None else _activity(row)


def _whose(owner_ids: Sequence[str] | None) -> tuple[str, tuple[str, ...]]:
    if owner_ids is None:
        return "", ()
    return f" AND a.owner_id IN ({', '.join('?' * len(owner_ids))})", tuple(owner_ids)


def _state(states: str | None, undone_ms: int | None, local: int) -> str:
    if undone_ms is not None:
        return "undone"
    if states is None:
        return "sent" if local else "crm"
    present = set(states.split(","))
    return next(state for state in _WORST_FIRST if state in present)


def _activity(row: _Row) -> Activity:
    (
        key, lead_id, owner_id, kind, at, disposition, label, seconds, number, note, reason,
        callback, meeting, script_id, qualify, crm_id, local, undone, corrects,
    ) = row  # fmt: skip
    return Activity(
        activity_key=key,
        lead_id=lead_id,
        owner_id=owner_id,
        kind=ActivityKind(kind),
        at=from_ms(at),
        disposition=disposition,
        outcome_label=label,
        duration_s=known_number(seconds) or 0,
        number=number,
        note=clean_all(note),
        reason=clean_all(reason),
        callback_at=from_ms(callback),
        meeting_at=from_ms(meeting),
        script_id=script_id,
        qualify={name: str(said) for name, said in json_object(qualify).items()},
        crm_id=crm_id,
        local=bool(local),
        undone_at=from_ms(undone),
        corrects=corrects,
    )
