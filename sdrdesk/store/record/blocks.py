"""Call blocks: one open per rep, on disk from the first moment, so that no crash loses one.

Which outcomes belong to a block is noted in the transaction that records them (``note_call``); what
was done is then counted from the activities, so an outcome that is taken back counts no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sdrdesk.domain.errors import UsageError
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.sync_state import get_state, set_state

if TYPE_CHECKING:
    from sdrdesk.domain.block.block import Block

_COLUMNS = "block_id, owner_id, started_ms, length_s, goal_kind, goal_count, recipe, ended_ms"
_TOLD = "block.told."
"""Fact of each rep: the block they were told something of last, and what."""
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
    """Return the block a rep is in, ``None`` when they are in none."""
    with db.reader() as connection:
        return _open(connection, owner_id)


def last_block(db: Database, owner_id: str) -> Block | None:
    """Return the latest block of a rep, open or ended, ``None`` when there never was one."""
    with db.reader() as connection:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM block WHERE owner_id = ?"  # noqa: S608  # own columns
            " ORDER BY started_ms DESC LIMIT 1",
            (owner_id,),
        ).fetchone()
        return None if row is None else _block(connection, row)


def start_block(db: Database, block: Block) -> Block:
    """Keep a new block and return it.

    Raises:
        UsageError: the rep is in a block already.
    """
    with db.writer() as connection:
        if _open(connection, block.owner_id) is not None:
            raise UsageError(
                "You are in a block already.",
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
    """Let the clock of the open block stand from ``at`` on.

    Raises:
        UsageError: there is no open block, or it is paused already.
    """
    with db.writer() as connection:
        block = _need(connection, owner_id)
        if block.pause is not None:
            raise UsageError("The block is paused already.", kept="Its clock stands.")
        # Two pauses cannot begin in one millisecond: the later one begins after the earlier.
        begun = max([to_ms(at), *(to_ms(p.ended_at or at) + 1 for p in block.pauses[-1:])])
        connection.execute(
            "INSERT INTO block_pause (block_id, started_ms, reason, ended_ms)"
            " VALUES (?, ?, ?, NULL)",
            (block.block_id, begun, reason),
        )
        return _need(connection, owner_id)


def resume_block(db: Database, owner_id: str, at: datetime) -> Block:
    """Let the clock of the open block run again.

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
    """End the open block at ``at``, with its pause if it was paused, and return it.

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
        ended = _by_id(connection, block.block_id)
    return ended or replace(block, ended_at=at)


def note_call(
    connection: Connection, owner_id: str, activity_key: str, part: str, at: datetime
) -> None:
    """Note that an outcome belongs to the open block of a rep, in the transaction that records it.

    Without an open block nothing is noted. The first note of an outcome stays.
    """
    connection.execute(
        "INSERT OR IGNORE INTO block_call (activity_key, block_id, part, at_ms)"
        " SELECT ?, block_id, ?, ? FROM block WHERE owner_id = ? AND ended_ms IS NULL",
        (activity_key, part, to_ms(at), owner_id),
    )


def block_calls(db: Database, block_id: str) -> list[BlockCall]:
    """Return the outcomes of a block that count, in the order of recording."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT a.activity_key, a.lead_id, a.kind, a.disposition, a.outcome_label, a.at_ms,"
            " a.duration_s, c.at_ms, c.part, EXISTS (SELECT 1 FROM activity x"
            "  WHERE x.corrects = a.activity_key AND x.corrects <> '' AND x.undone_ms IS NULL),"
            " a.callback_ms, a.meeting_ms"
            " FROM block_call c JOIN activity a ON a.activity_key = c.activity_key"
            " WHERE c.block_id = ? AND a.undone_ms IS NULL ORDER BY c.at_ms, a.activity_key",
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


def tell(db: Database, block: Block, what: Iterable[str], at: datetime) -> frozenset[str]:
    """Return those of ``what`` that the rep was not told of this block yet; now they are."""
    wanted = frozenset(what)
    with db.reader() as connection:
        if wanted <= _told(connection, block):
            return frozenset()
    with db.writer() as connection:
        told = _told(connection, block)
        value = " ".join((block.block_id, *sorted(told | wanted)))
        set_state(connection, f"{_TOLD}{block.owner_id}", value, to_ms(at))
    return wanted - told


def _told(connection: Connection, block: Block) -> frozenset[str]:
    of, *told = get_state(connection, f"{_TOLD}{block.owner_id}").split() or [""]
    return frozenset(told) if of == block.block_id else frozenset()


def unsent_of(db: Database, block_id: str) -> tuple[int, int]:
    """Return how many outbox items of a block still wait, and how many were refused."""
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
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM block WHERE owner_id = ? AND ended_ms IS NULL",  # noqa: S608
        (owner_id,),
    ).fetchone()
    return None if row is None else _block(connection, row)


def _by_id(connection: Connection, block_id: str) -> Block | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM block WHERE block_id = ?",  # noqa: S608  # own columns
        (block_id,),
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
