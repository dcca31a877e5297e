"""Call blocks: one open per rep, on disk from the start, so that no crash loses one.

``note_call`` assigns an outcome to a block in the transaction that records it. Progress is counted
from the activities, so an undone outcome no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED, KIND
from sdrdesk.store.mirror.sync_state import get_state, set_state

if TYPE_CHECKING:
    from sdrdesk.domain.block.block import Block

_COLUMNS = "block_id, owner_id, started_ms, length_s, goal_kind, goal_count, recipe, ended_ms"
_NOTICES = "block.told."
"""Per rep: the last block with notices shown, and those notices."""
_Row = tuple[str, str, int, int, str, int, str, int | None]


class BlockCall(NamedTuple):
    """One outcome of a block that was not undone. Times are aware UTC."""

    activity_key: str
    lead_id: str
    kind: str
    disposition: str
    outcome_label: str
    at: datetime
    duration_s: int
    ended_at: datetime
    part: str
    corrected: bool
    callback_at: datetime | None
    meeting_at: datetime | None


def open_block(db: Database, owner_id: str) -> Block | None:
    """Return a rep's open block, ``None`` without one."""
    with db.reader() as connection:
        return _open(connection, owner_id)


def last_block(db: Database, owner_id: str) -> Block | None:
    """Return the latest block of a rep, open or ended, ``None`` without any."""
    with db.reader() as connection:
        return _one(connection, "owner_id = ? ORDER BY started_ms DESC LIMIT 1", owner_id)


def start_block(db: Database, block: Block) -> Block:
    """Store a new block and return it.

    Raises:
        UsageError: the rep has an open block.
    """
    with db.writer() as connection:
        if _open(connection, block.owner_id) is not None:
            raise UsageError(
                "You are already in a block.",
                kept="It goes on.",
                next_step="End it first.",
            )
        connection.execute(
            f"INSERT INTO block ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,NULL)",  # noqa: S608
            (
                block.block_id,
                block.owner_id,
                to_ms(block.started_at),
                block.length_s,
                block.goal.kind.value,
                block.goal.count,
                block.recipe,
            ),
        )
    return block


def pause_block(db: Database, owner_id: str, reason: str, at: datetime) -> Block:
    """Pause the open block from ``at`` on.

    Raises:
        UsageError: there is no open block, or it is already paused.
    """
    with db.writer() as connection:
        block = _need(connection, owner_id)
        if block.pause is not None:
            raise UsageError("The block is already paused.", kept="It stays paused.")
        # Pauses have different starts: the later one begins a millisecond after the earlier.
        begun = max([to_ms(at), *(to_ms(p.ended_at or at) + 1 for p in block.pauses[-1:])])
        connection.execute(
            "INSERT INTO block_pause (block_id, started_ms, reason, ended_ms)"
            " VALUES (?, ?, ?, NULL)",
            (block.block_id, begun, reason),
        )
        return _need(connection, owner_id)


def resume_block(db: Database, owner_id: str, at: datetime) -> Block:
    """Resume the open block.

    Raises:
        UsageError: there is no open block, or it is not paused.
    """
    with db.writer() as connection:
        block = _need(connection, owner_id)
        if block.pause is None:
            raise UsageError("The block is not paused.", kept="It goes on.")
        _end_pause(connection, block, at)
        return _need(connection, owner_id)


def end_block(db: Database, owner_id: str, at: datetime) -> Block:
    """End the open block, and its pause if it is paused, at ``at`` and return it.

    Raises:
        UsageError: there is no open block.
    """
    with db.writer() as connection:
        block = _need(connection, owner_id)
        _end_pause(connection, block, at)
        connection.execute(
            "UPDATE block SET ended_ms = ? WHERE block_id = ?",
            (max(to_ms(at), to_ms(block.started_at)), block.block_id),
        )
        ended = _one(connection, "block_id = ?", block.block_id)
    return ended or replace(block, ended_at=at)


def note_call(
    connection: Connection, owner_id: str, activity_key: str, part: str, at: datetime
) -> None:
    """Assign an outcome to the rep's open block, if any, in the transaction that records it.

    The first assignment of an outcome stays.
    """
    connection.execute(
        "INSERT OR IGNORE INTO block_call (activity_key, block_id, part, at_ms)"
        " SELECT ?, block_id, ?, ? FROM block WHERE owner_id = ? AND ended_ms IS NULL",
        (activity_key, part, to_ms(at), owner_id),
    )


def block_calls(db: Database, block_id: str) -> list[BlockCall]:
    """Return the outcomes of a block that were not undone, in the order of recording."""
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT a.activity_key, a.lead_id, {KIND}, a.disposition, a.outcome_label, a.at_ms,"  # noqa: S608
            f" a.duration_s, b.at_ms, b.part, {CORRECTED}, a.callback_ms, a.meeting_ms"
            " FROM block_call b JOIN activity a ON a.activity_key = b.activity_key"
            " WHERE b.block_id = ? AND a.undone_ms IS NULL ORDER BY b.at_ms, a.activity_key",
            (block_id,),
        ).fetchall()
    return [
        BlockCall(
            key, lead, kind, disposition, label, from_ms(at), duration, from_ms(ended), part,
            bool(corrected), from_ms(callback), from_ms(meeting),
        )
        for (
            key, lead, kind, disposition, label, at, duration, ended, part, corrected, callback,
            meeting,
        ) in rows
    ]  # fmt: skip


def claim_notices(db: Database, block: Block, what: Iterable[str], at: datetime) -> frozenset[str]:
    """Return those of ``what`` that were not shown for this block yet, and mark them as shown."""
    wanted = frozenset(what)
    with db.reader() as connection:
        if wanted <= _shown(connection, block):
            return frozenset()
    with db.writer() as connection:
        shown = _shown(connection, block)
        value = " ".join((block.block_id, *sorted(shown | wanted)))
        set_state(connection, f"{_NOTICES}{block.owner_id}", value, to_ms(at))
    return wanted - shown


def _shown(connection: Connection, block: Block) -> frozenset[str]:
    of, *shown = get_state(connection, f"{_NOTICES}{block.owner_id}").split() or [""]
    return frozenset(shown) if of == block.block_id else frozenset()


def unsent_of(db: Database, block_id: str) -> tuple[int, int]:
    """Return the numbers of waiting and of refused outbox items of a block."""
    with db.reader() as connection:
        waits, blocked = connection.execute(
            "SELECT count(*) FILTER (WHERE o.state IN ('held','queued','sending')),"
            " count(*) FILTER (WHERE o.state = 'blocked')"
            " FROM block_call c JOIN outbox o ON o.activity_key = c.activity_key"
            " WHERE c.block_id = ?",
            (block_id,),
        ).fetchone()
    return int(waits), int(blocked)


def _open(connection: Connection, owner_id: str) -> Block | None:
    return _one(connection, "owner_id = ? AND ended_ms IS NULL", owner_id)


def _one(connection: Connection, where: str, value: str) -> Block | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM block WHERE {where}",  # noqa: S608  # constants
        (value,),
    ).fetchone()
    return None if row is None else _block(connection, row)


def _need(connection: Connection, owner_id: str) -> Block:
    found = _open(connection, owner_id)
    if found is None:
        raise UsageError("You are in no block.", next_step="Start one first.")
    return found


def _end_pause(connection: Connection, block: Block, at: datetime) -> None:
    if block.pause is not None:
        connection.execute(
            "UPDATE block_pause SET ended_ms = ? WHERE block_id = ? AND ended_ms IS NULL",
            (max(to_ms(at), to_ms(block.pause.started_at)), block.block_id),
        )


def _block(connection: Connection, row: _Row) -> Block:
    # Every command asks whether a block is running; most of the time none is.
    from sdrdesk.domain.block.block import Block, Goal, GoalKind, Pause

    block_id, owner_id, started, length_s, kind, count, recipe, ended = row
    pauses = connection.execute(
        "SELECT reason, started_ms, ended_ms FROM block_pause WHERE block_id = ?"
        " ORDER BY started_ms",
        (block_id,),
    ).fetchall()
    return Block(
        block_id,
        owner_id,
        from_ms(started),
        length_s,
        Goal(GoalKind(kind), count),
        recipe,
        tuple(Pause(reason, from_ms(begun), from_ms(over)) for reason, begun, over in pauses),
        from_ms(ended),
    )
