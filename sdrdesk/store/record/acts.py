"""The acts of a rep in the order of doing: what undo takes back and redo does again.

An act is written in the transaction that does it, and marked in the transaction that takes it
back. A kill leaves both or neither.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import to_ms

ActKind = Literal["outcome", "touch", "decision", "line", "fields", "promise"]
ActState = Literal["done", "undone", "corrected", "closed"]

KEPT = 5_000
"""Acts kept: some weeks of work. Redo needs what was typed, which must not pile up."""

_COLUMNS = "seq, step, lead_id, kind, label, item_key, before_json, after_json, state"


@dataclass(frozen=True, slots=True)
class Act:
    """One act about one lead."""

    seq: int
    """Its place in the order; 0 for an outcome that is older than the order."""
    step: str
    lead_id: str
    kind: ActKind
    label: str
    """Its name, such as ``snooze``."""
    item_key: str
    """Key of the activity, or of the outbox item of a removed callback; ``""`` without one."""
    before: Mapping[str, Any]
    """The changed values before it, JSON-safe."""
    after: Mapping[str, Any]
    """The values that redo needs, JSON-safe."""
    state: ActState = "done"


def add_act(connection: Connection, act: Act, owner_id: str, at: datetime) -> None:
    """Add an act as the latest; what was undone before it can no longer be redone."""
    connection.execute(
        "UPDATE act SET state = 'closed' WHERE owner_id = ? AND state IN ('undone','corrected')",
        (owner_id,),
    )
    seq = connection.execute(
        "INSERT INTO act (step, owner_id, lead_id, kind, label, item_key, before_json, after_json,"
        " at_ms, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'done') RETURNING seq",
        (
            act.step, owner_id, act.lead_id, act.kind, act.label, act.item_key,
            json.dumps(dict(act.before)), json.dumps(dict(act.after)), to_ms(at),
        ),
    ).fetchone()[0]  # fmt: skip
    connection.execute("DELETE FROM act WHERE seq <= ?", (seq - KEPT,))


def redo_act(connection: Connection, seq: int, act: Act) -> None:
    """Write an act that was done again in its old place."""
    connection.execute(
        "UPDATE act SET state = 'done', lead_id = ?, item_key = ?, before_json = ?, after_json = ?"
        " WHERE seq = ?",
        (act.lead_id, act.item_key, json.dumps(dict(act.before)), json.dumps(dict(act.after)), seq),
    )


def mark_act(connection: Connection, act: Act, state: ActState) -> None:
    """Write what became of an act."""
    connection.execute("UPDATE act SET state = ? WHERE seq = ?", (state, act.seq))


def close_acts(db: Database, acts: Sequence[Act]) -> None:
    """Leave these acts to what they are: neither undo nor redo comes back to them."""
    with db.writer() as connection:
        for act in acts:
            mark_act(connection, act, "closed")


def last_step(db: Database, owner_id: str) -> list[Act]:
    """Return the standing acts of what a rep did last, in the order of doing."""
    return _step(
        db,
        "SELECT step FROM act WHERE owner_id = ? AND state = 'done' ORDER BY seq DESC LIMIT 1",
        owner_id,
        "state = 'done'",
    )


def last_meeting_result(db: Database, owner_id: str) -> list[Act]:
    """Return the standing acts done with the last result of a meeting that a rep recorded."""
    return _step(
        db,
        "SELECT step FROM act WHERE owner_id = ? AND state = 'done' AND kind = 'promise'"
        " AND json_type(before_json, '$.meeting') IS NOT NULL ORDER BY seq DESC LIMIT 1",
        owner_id,
        "state = 'done'",
    )


def step_of(db: Database, activity_key: str) -> list[Act]:
    """Return the standing acts that were done together with an outcome, in the order of doing."""
    return _step(
        db,
        "SELECT step FROM act WHERE item_key = ? AND state = 'done' LIMIT 1",
        activity_key,
        "state = 'done'",
    )


def undone_step(db: Database, owner_id: str) -> list[Act]:
    """Return what a rep undid last and did not redo, in the order of doing."""
    return _step(
        db,
        "SELECT step FROM act WHERE owner_id = ? AND state IN ('undone','corrected')"
        " ORDER BY seq LIMIT 1",
        owner_id,
        "state IN ('undone','corrected')",
    )


def _step(db: Database, which: str, key: str, state: str) -> list[Act]:
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM act WHERE step = ({which}) AND {state} ORDER BY seq",  # noqa: S608
            (key,),
        ).fetchall()
    return [
        Act(seq, step, lead, kind, label, key, json_object(before), json_object(after), state)
        for seq, step, lead, kind, label, key, before, after, state in rows
    ]
