"""Conflicts: fields that both sides changed, for the rep to settle."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Literal

from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.pending_fields import COLUMN, queue_change
from sdrdesk.store.mirror.put_back import give_in

_COLUMNS = (
    "key, lead_id, field, base, mine, theirs, mine_ms, theirs_ms, taken, settled_ms, theirs_from,"
    " theirs_user"
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field of one lead. Times are aware UTC; ``None`` unknown."""

    key: str
    lead_id: str
    field: str
    base: str
    """The last value both sides agreed on."""
    mine: str
    theirs: str
    mine_at: datetime | None
    theirs_at: datetime | None
    taken: Literal["", "mine", "theirs"] = ""
    settled_at: datetime | None = None
    theirs_from: str = ""
    """The source of the CRM's value, as in ``LeadFields.changed_by``."""
    theirs_user: str = ""
    """Id of the user in the CRM."""


def add(
    connection: Connection,
    *,
    lead_id: str,
    field: str,
    base: str,
    mine: str,
    theirs: str,
    mine_ms: int,
    theirs_ms: int,
    theirs_by: tuple[str, str] = ("", ""),
) -> str:
    """Open a conflict, or update the open one of the field, and return its key."""
    row = connection.execute(
        "SELECT key FROM conflict WHERE lead_id = ? AND field = ? AND taken = ''", (lead_id, field)
    ).fetchone()
    key = str(row[0]) if row else str(uuid.uuid4())
    connection.execute(
        "INSERT INTO conflict (key, lead_id, field, base, mine, theirs, mine_ms, theirs_ms, taken,"
        " theirs_from, theirs_user) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET"
        " mine = excluded.mine, theirs = excluded.theirs, mine_ms = excluded.mine_ms,"
        " theirs_ms = excluded.theirs_ms, theirs_from = excluded.theirs_from,"
        " theirs_user = excluded.theirs_user",
        (key, lead_id, field, base, mine, theirs, mine_ms, theirs_ms, *theirs_by),
    )
    return key


def close_agreed(
    connection: Connection, lead_id: str, field: str, value: str, at_ms: int, mine_ms: int = 0
) -> None:
    """Settle an open conflict whose sides now agree: the CRM shows the rep's value.

    ``mine_ms`` is when the rep chose that value; an earlier choice no longer counts.
    """
    connection.execute(
        "UPDATE conflict SET taken = CASE WHEN mine = ? THEN 'mine' ELSE 'theirs' END,"
        " settled_ms = ? WHERE lead_id = ? AND field = ? AND taken = ''"
        " AND (mine = ? OR mine_ms < ?)",
        (value, at_ms, lead_id, field, value, mine_ms),
    )


def cancel(connection: Connection, lead_id: str, field: str, mine: str, at_ms: int) -> None:
    """Settle an open conflict about a value that the rep withdrew: the CRM's value stays."""
    connection.execute(
        "UPDATE conflict SET taken = 'theirs', settled_ms = ?"
        " WHERE lead_id = ? AND field = ? AND taken = '' AND mine = ?",
        (at_ms, lead_id, field, mine),
    )


def count_open(connection: Connection) -> int:
    """Return the number of open conflicts."""
    row = connection.execute("SELECT count(*) FROM conflict WHERE taken = ''").fetchone()
    return int(row[0])


def open_conflicts(db: Database, *, with_settled: bool = False) -> list[Conflict]:
    """Return the open conflicts, oldest change first; with settled ones when asked for."""
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM conflict WHERE ? OR taken = '' ORDER BY mine_ms, key",  # noqa: S608
            (with_settled,),
        ).fetchall()
    return [
        Conflict(
            key, lead_id, field, base, mine, theirs, from_ms(mine_ms or None),
            from_ms(theirs_ms or None), taken, from_ms(settled), by, user,
        )
        for (
            key, lead_id, field, base, mine, theirs, mine_ms, theirs_ms, taken, settled, by, user,
        ) in rows
    ]  # fmt: skip


def settle_conflict(
    db: Database,
    key: str,
    take: Literal["mine", "theirs"],
    now: datetime,
    catalog: Dispositions | None = None,
) -> str:
    """Settle a conflict and return the key of the outbox item for it, ``""`` for none.

    ``theirs`` keeps the CRM's value; a lead that the rep's value had rejected is open again, by the
    outcomes of ``catalog``. ``mine`` sends the rep's value again, based on the value the
    rep saw when they chose, so a third change in between is a new conflict.

    Raises:
        NotFoundError: there is no such conflict.
        UsageError: it is settled already.
    """
    with db.writer() as connection:
        return settle_in(connection, key, take, to_ms(now), catalog)


def settle_in(
    connection: Connection,
    key: str,
    take: Literal["mine", "theirs"],
    now_ms: int,
    catalog: Dispositions | None = None,
) -> str:
    """Settle a conflict as ``settle_conflict`` does, in the caller's transaction."""
    row = connection.execute(
        "SELECT lead_id, field, mine, theirs, taken FROM conflict WHERE key = ?", (key,)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"There is no conflict {key}.", next_step="See sdrdesk conflicts.")
    lead_id, field, mine, theirs, taken = (str(part) for part in row)
    if taken:
        raise UsageError(f"This conflict was already settled: {taken}.")
    connection.execute(
        "UPDATE conflict SET taken = ?, settled_ms = ? WHERE key = ?", (take, now_ms, key)
    )
    if take == "theirs" and field == "status" and catalog is not None:
        give_in(connection, lead_id, mine, catalog)
    if take == "theirs" or field not in COLUMN:
        return ""
    return queue_change(connection, lead_id, {field: mine}, {field: theirs}, now_ms)
