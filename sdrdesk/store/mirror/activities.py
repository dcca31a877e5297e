"""Reads activities: a lead's timeline, a day's activities, a rep's last outcome."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sdrdesk.domain.lead.activity import Activity, ActivityKind
from sdrdesk.domain.lead.own_words import own_words
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.text.plain_text import clean_all
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, known_number, to_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED, STATES
from sdrdesk.store.mirror.lead_ids import resolve

_MOMENTS = {
    "at": "at_ms",
    "callback_at": "callback_ms",
    "meeting_at": "meeting_ms",
    "undone_at": "undone_ms",
}
_FIELDS = tuple(field.name for field in fields(Activity))
_COLUMNS = tuple((_MOMENTS | {"qualify": "qualify_json"}).get(name, name) for name in _FIELDS)
_ACTIVITY = ", ".join(f"a.{column}" for column in _COLUMNS)

_WORST_FIRST = ("blocked", "sending", "queued", "held", "sent", "undone")
"""The state of an activity is that of its item that is furthest from the CRM."""


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
    """Undone before it was sent, or corrected later."""
    local: bool = True
    corrects: str = ""
    reason: str = ""
    done: bool = True
    """False for a task or meeting that is still open."""
    shift_ms: int = 0
    """Correction of ``at`` in milliseconds: the clock was wrong when it was recorded."""
    direction: str = ""
    channel: str = ""
    recording_url: str = ""
    attachments: tuple[str, ...] = ()
    """Ids of the CRM's files."""
    number: str = ""
    result: str = ""
    """The CRM's outcome of a meeting, in lower case."""


def timeline(db: Database, lead_id: str, limit: int = 200) -> list[TimelineEntry]:
    """Return a lead's activities, newest first, at most ``limit`` entries."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT a.at_ms, a.kind, coalesce(nullif(o.name, ''), a.owner_id), a.disposition,"  # noqa: S608
            f" a.outcome_label, a.duration_s, a.note, a.title, {STATES}, a.activity_key,"
            " a.crm_id, a.undone_ms, a.local, a.corrects, a.reason, a.done,"
            " coalesce(s.shift_ms, 0), a.direction, a.channel, a.recording_url, a.attachments,"
            " a.number, a.result, a.qualify_json FROM activity a"
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
            note=clean_all(
                own_words(note, reason, _answers(answers), is_call=kind == "call")
                if disposition and not local
                else note
            ),
            title=clean_all(title),
            # A comment without an outbox item stays local.
            state="kept"
            if kind == "note" and local and states is None and not crm_id
            else state_of(states, undone, local),
            activity_key=key,
            crm_id=crm_id,
            undone=undone is not None or key in corrected,
            local=bool(local),
            corrects=corrects,
            reason=clean_all(reason),
            done=bool(done),
            shift_ms=shift,
            direction=direction,
            channel=channel,
            recording_url=recording,
            attachments=tuple(part for part in files.split(";") if part),
            number=number,
            result=result,
        )
        for (
            at, kind, who, disposition, label, seconds, note, title, states, key, crm_id, undone,
            local, corrects, reason, done, shift, direction, channel, recording, files, number,
            result, answers,
        ) in rows
    ]  # fmt: skip


def day_activities(
    db: Database, start: datetime, end: datetime, owner_ids: Sequence[str] | None
) -> list[tuple[Activity, str]]:
    """Return the activities with ``start <= at < end``, oldest first, each with its state.

    Args:
        db: the database.
        start: aware; the first moment of the day in the reader's zone.
        end: aware; the first moment of the next day there.
        owner_ids: the reps; ``None`` means all.
    """
    whose, values = _whose(owner_ids)
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_ACTIVITY}, {STATES}, a.undone_ms, a.local FROM activity a"  # noqa: S608
            f" WHERE a.at_ms >= ? AND a.at_ms < ?{whose} ORDER BY a.at_ms, a.activity_key",
            (to_ms(start), to_ms(end), *values),
        ).fetchall()
    return [(_activity(row[:-3]), state_of(*row[-3:])) for row in rows]


_STANDS = (
    "a.local = 1 AND a.undone_ms IS NULL AND a.disposition <> '' AND a.corrects = ''"
    f" AND NOT {CORRECTED}"
)
"""SQL: an outcome recorded here that was neither undone nor corrected."""


_HELD_TOUCH = (
    "a.local = 1 AND a.undone_ms IS NULL AND a.channel <> '' AND EXISTS (SELECT 1 FROM outbox x"
    " WHERE x.activity_key = a.activity_key AND x.state = 'held')"
)
"""SQL: a touch without a call that has not left this machine."""


def last_disposition(db: Database, owner_id: str) -> Activity | None:
    """Return the last outcome this rep recorded here that was neither undone nor corrected.

    A touch without a call counts while it is held; once sent, it is deleted at the CRM.

    Last by the order of recording: a call logged late for this morning comes after one logged at
    noon. A correction is not an outcome.
    """
    with db.reader() as connection:
        row = connection.execute(
            f"SELECT {_ACTIVITY} FROM activity a"  # noqa: S608
            f" WHERE ({_STANDS} OR {_HELD_TOUCH}) AND a.owner_id = ?"
            " ORDER BY a.rowid DESC LIMIT 1",
            (owner_id,),
        ).fetchone()
    return None if row is None else _activity(row)


def uncorrected_outcome(db: Database, activity_key: str) -> Activity | None:
    """Return an outcome recorded here, ``None`` when it was undone, corrected, or never existed."""
    with db.reader() as connection:
        row = connection.execute(
            f"SELECT {_ACTIVITY} FROM activity a WHERE a.activity_key = ? AND {_STANDS}",  # noqa: S608
            (activity_key,),
        ).fetchone()
    return None if row is None else _activity(row)


def activity_of(db: Database, activity_key: str) -> Activity | None:
    """Return one activity, ``None`` when there is none."""
    with db.reader() as connection:
        return activity_in(connection, activity_key)


def outcomes_of_lead(db: Database, lead_id: str, owner_id: str, limit: int = 50) -> list[Activity]:
    """Return a rep's calls and outcomes of a lead that count, from anywhere, newest first."""
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_ACTIVITY} FROM activity a WHERE a.lead_id = ? AND a.owner_id = ?"  # noqa: S608
            f" AND ({_STANDS} OR a.local = 0 AND a.kind = 'call' AND a.crm_id <> ''"
            f" AND NOT {CORRECTED}) ORDER BY a.at_ms DESC, a.activity_key LIMIT ?",
            (resolve(connection, lead_id), owner_id, limit),
        ).fetchall()
    return [_activity(row) for row in rows]


def activity_in(connection: Connection, activity_key: str) -> Activity | None:
    """Return one activity, ``None`` when there is none, in the caller's transaction."""
    row = connection.execute(
        f"SELECT {_ACTIVITY} FROM activity a WHERE a.activity_key = ?",  # noqa: S608
        (activity_key,),
    ).fetchone()
    return None if row is None else _activity(row)


def _whose(owner_ids: Sequence[str] | None) -> tuple[str, tuple[str, ...]]:
    if owner_ids is None:
        return "", ()
    return f" AND a.owner_id IN ({', '.join('?' * len(owner_ids))})", tuple(owner_ids)


def state_of(states: str | None, undone_ms: int | None, local: int) -> str:
    """Return the state of an activity from those of its outbox items (``STATES``)."""
    if undone_ms is not None:
        return "undone"
    if states is None:
        return "sent" if local else "crm"
    present = set(states.split(","))
    return next(state for state in _WORST_FIRST if state in present)


def activity_row(activity: Activity) -> dict[str, object]:
    """Return an activity as columns of its table."""
    values: dict[str, object] = {name: getattr(activity, name) for name in _FIELDS}
    values |= {name: to_ms(getattr(activity, name)) for name in _MOMENTS}
    values["kind"] = activity.kind.value
    values["qualify"] = json.dumps(activity.qualify)
    return dict(zip(_COLUMNS, values.values(), strict=True))


def _answers(text: str) -> dict[str, str]:
    return {slot: str(said) for slot, said in json_object(text).items()}


def _activity(row: Sequence[Any]) -> Activity:
    values = dict(zip(_FIELDS, row, strict=True))
    values |= {name: from_ms(values[name]) for name in _MOMENTS}
    values |= {
        "kind": ActivityKind(values["kind"]),
        "duration_s": known_number(values["duration_s"]) or 0,
        "note": clean_all(values["note"]),
        "reason": clean_all(values["reason"]),
        "qualify": _answers(values["qualify"]),
        "local": bool(values["local"]),
    }
    return Activity(**values)
