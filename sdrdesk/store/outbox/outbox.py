"""The states of outbox items: held → queued → sending → sent | blocked, or undone.

Items are inserted with their outcome (``record.outcomes``). A row is never deleted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sdrdesk.domain.crm.intent_check import problem_of
from sdrdesk.domain.crm.meaning import Remap, former_values
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.activity import OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.batches import marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import arrived, fields, json_object, json_object_or_none
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.pending_fields import (
    resend_overtaken,
    settled_later,
    show_crm_values,
)
from sdrdesk.store.outbox.meaning import map_again, own_values, queue_again
from sdrdesk.store.outbox.repair import repair_payload
from sdrdesk.store.promises.promises import bind_task, settle

_LAST_LOOK = 1000
"""As ``looks``: one look at the CRM is enough, the try that may have sent the item is long over."""


@dataclass(frozen=True, slots=True)
class Sending:
    """An outbox item as the sender needs it."""

    seq: int
    key: str
    kind: OutboxKind
    lead_id: str
    activity_key: str
    payload: dict[str, object]
    attempts: int
    unknown: bool
    """The last try may have arrived: look for the key before sending again."""
    looks: int
    """Number of looks without result since the last try."""
    crm_id: str
    """Set while the record exists at the CRM without its links."""
    created_ms: int
    problem: str = ""
    """Reason the payload cannot be sent, ``""`` when it can."""


@dataclass(frozen=True, slots=True)
class Depth:
    """Number of waiting items by state."""

    held: int = 0
    queued: int = 0
    sending: int = 0
    blocked: int = 0

    @property
    def left(self) -> int:
        """Items that will be sent without help from a person."""
        return self.held + self.queued + self.sending


def release(connection: Connection, now_ms: int, *, everything: bool) -> int:
    """Queue items whose grace period is over (or ``everything``) and return the count."""
    return connection.execute(
        "UPDATE outbox SET state = 'queued' WHERE state = 'held'"
        " AND (? OR hold_until_ms IS NULL OR hold_until_ms <= ?)",
        (everything, now_ms),
    ).rowcount


def recover(connection: Connection) -> None:
    """Queue what a dead process was sending. Only for the holder of the push lock.

    An item that is ``sending`` and not unknown never left this machine, or may safely leave again.
    """
    connection.execute("UPDATE outbox SET state = 'queued' WHERE state = 'sending' AND unknown = 0")


def mark_uncertain(connection: Connection) -> int:
    """Have every unsent item looked for once before it is sent, and return the count.

    For a restored database: another copy of it may have sent them.
    """
    return connection.execute(
        "UPDATE outbox SET unknown = 1, looks = ? WHERE unknown = 0"
        " AND kind NOT IN ('contact', 'list')"
        " AND state IN ('held', 'queued', 'sending', 'blocked')",
        (_LAST_LOOK,),
    ).rowcount


def release_blocked_by_pages(connection: Connection, looks: int) -> int:
    """Queue items that an older version blocked because of a page from the network; count them.

    That version took any such page for a refusal. Refusals are worded differently now, so each item
    is found once. The CRM may have carried the request out, so items that would make a second
    record are looked for first.

    Args:
        connection: inside the push's transaction.
        looks: number of looks that count as made already.
    """
    return connection.execute(
        "UPDATE outbox SET unknown = kind NOT IN ('contact', 'list'), looks = ?,"
        " next_try_ms = NULL,"
        " state = CASE WHEN kind IN ('contact', 'list') THEN 'queued' ELSE 'sending' END"
        " WHERE state = 'blocked' AND (last_error GLOB 'HTTP [1-5][0-9][0-9]'"
        " OR last_error = 'nothing was written'"
        " OR (correlation_id = '' AND last_error GLOB 'the lead * was deleted at the CRM'))",
        (looks,),
    ).rowcount


_SENDING = (
    "SELECT seq, key, kind, lead_id, activity_key, payload_json, attempts, unknown, looks,"
    " crm_id, created_ms FROM outbox WHERE state IN ('queued', 'sending')"
)


def next_item(
    connection: Connection, now_ms: int, without: Sequence[OutboxKind] = ()
) -> Sending | None:
    """Return the most urgent item that may be tried now, of another kind than ``without``."""
    row = connection.execute(
        f"{_SENDING} AND (next_try_ms IS NULL OR next_try_ms <= ?)"
        f" AND kind NOT IN ({marks(without)}) ORDER BY priority, seq LIMIT 1",
        (now_ms, *without),
    ).fetchone()
    return None if row is None else _sending(row)


def waiting(connection: Connection, key: str) -> Sending | None:
    """Return an item as it is now, ``None`` when it is no longer due to be sent."""
    row = connection.execute(f"{_SENDING} AND key = ?", (key,)).fetchone()
    return None if row is None else _sending(row)


def _sending(row: Sequence[Any]) -> Sending:
    seq, key, kind, lead_id, activity_key, payload, attempts, unknown, looks, crm_id, made = row
    return Sending(
        seq=seq,
        key=key,
        kind=OutboxKind(kind),
        lead_id=lead_id,
        activity_key=activity_key,
        payload=json_object(payload),
        problem=problem_of(OutboxKind(kind), json_object_or_none(payload)),
        attempts=attempts,
        unknown=bool(unknown),
        looks=looks,
        crm_id=crm_id,
        created_ms=made,
    )


def begin_sending(connection: Connection, key: str, *, unknown: bool) -> bool:
    """Mark an item as being sent; ``False`` when it was undone or dropped in the meantime.

    Where sending twice makes two records, ``unknown`` must be committed before the first byte.
    """
    cursor = connection.execute(
        "UPDATE outbox SET state = 'sending', unknown = ?, looks = 0, attempts = attempts + 1"
        " WHERE key = ? AND state IN ('queued', 'sending')",
        (unknown, key),
    )
    return cursor.rowcount == 1


def certainly_not_sent(connection: Connection, key: str) -> None:
    """Clear the mark that a try may have arrived."""
    connection.execute(
        "UPDATE outbox SET state = 'queued', unknown = 0 WHERE key = ? AND state = 'sending'",
        (key,),
    )


def is_unknown(connection: Connection, key: str) -> bool:
    """Return whether a try of this item may have arrived."""
    row = connection.execute("SELECT unknown FROM outbox WHERE key = ?", (key,)).fetchone()
    return bool(row and row[0])


def state_of(connection: Connection, key: str) -> str:
    """Return the state of an item, ``""`` when there is none."""
    row = connection.execute("SELECT state FROM outbox WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def put_payload(connection: Connection, key: str, payload: dict[str, object]) -> None:
    """Replace the content of an item."""
    connection.execute(
        "UPDATE outbox SET payload_json = ? WHERE key = ?", (json.dumps(payload), key)
    )


def hold_crm_id(connection: Connection, key: str, crm_id: str) -> None:
    """Remember the CRM record before its links are made."""
    connection.execute("UPDATE outbox SET crm_id = ? WHERE key = ?", (crm_id, key))


def sent(connection: Connection, item: Sending, crm_id: str, now_ms: int) -> None:
    """Mark an item as sent, and its activity as known to the CRM."""
    connection.execute(
        "UPDATE outbox SET state = 'sent', unknown = 0, crm_id = ?, sent_ms = ?, last_error = '',"
        " correlation_id = '', next_try_ms = NULL WHERE key = ?",
        (crm_id, now_ms, item.key),
    )
    if item.kind is OutboxKind.TASK:
        bind_task(connection, item.key, crm_id)
    if item.kind not in (OutboxKind.CONTACT, OutboxKind.LIST):
        bind_activity(connection, item, crm_id)


def bind_activity(connection: Connection, item: Sending, crm_id: str) -> None:
    """Link the rep's own record to the CRM's; delete a copy that was pulled without its key.

    An outcome without a call (kind ``change``) is a note at the CRM with the outcome's key.
    """
    own = connection.execute(
        "SELECT crm_id FROM activity WHERE activity_key = ? AND local = 1"
        " AND (kind = ? OR kind = 'change' AND activity_key = ?)",
        (item.activity_key, item.kind.value, item.key),
    ).fetchone()
    if own is None or own[0] == crm_id:
        return
    connection.execute(
        "DELETE FROM activity WHERE kind = ? AND crm_id = ? AND crm_id <> '' AND local = 0",
        (item.kind.value, crm_id),
    )
    connection.execute(
        "UPDATE activity SET crm_id = ? WHERE activity_key = ?", (crm_id, item.activity_key)
    )


def defer(
    connection: Connection,
    key: str,
    *,
    state: OutboxState,
    next_try_ms: int,
    error: str,
    correlation_id: str = "",
    unknown: bool,
    looked: bool = False,
) -> None:
    """Postpone an item until ``next_try_ms``, with its error, unless it was undone meanwhile."""
    connection.execute(
        "UPDATE outbox SET state = ?, unknown = ?, looks = looks + ?, next_try_ms = ?,"
        " last_error = ?, correlation_id = ? WHERE key = ? AND state <> 'undone'",
        (state.value, unknown, looked, next_try_ms, error, correlation_id, key),
    )


def block(connection: Connection, key: str, error: str, correlation_id: str = "") -> None:
    """Set an item aside for a person, unless it was undone; whether it may have arrived stays."""
    connection.execute(
        "UPDATE outbox SET state = 'blocked', last_error = ?, correlation_id = ?,"
        " next_try_ms = NULL WHERE key = ? AND state <> 'undone'",
        (error, correlation_id, key),
    )


def later_fields(connection: Connection, item: Sending) -> set[str]:
    """Return the fields of the lead that a later change has settled at the CRM.

    A later change that still waits does not count: it may be undone, and then this one is needed.
    """
    return settled_later(connection, item.lead_id, item.seq)


def later_tries(connection: Connection, item: Sending) -> dict[str, set[str]]:
    """Return, per field, the values of later changes that wait but may have arrived."""
    rows = connection.execute(
        "SELECT payload_json FROM outbox WHERE lead_id = ? AND kind = 'contact' AND seq > ?"
        " AND attempts > 0 AND state IN ('queued', 'sending', 'blocked')",
        (item.lead_id, item.seq),
    ).fetchall()
    found: dict[str, set[str]] = {}
    for (payload,) in rows:
        for name in fields(json_object(payload), "changes"):
            found.setdefault(name, set()).update(own_values(json_object(payload), name))
    return found


def earlier_values(connection: Connection, item: Sending, name: str) -> tuple[str, ...]:
    """Return the values of a field before earlier changes of ours that never reached the CRM.

    The rep saw their own change as the field's value; the CRM may still show the previous one.
    """
    rows = connection.execute(
        "SELECT payload_json FROM outbox WHERE lead_id = ? AND kind = 'contact'"
        " AND seq < ? ORDER BY seq DESC",
        (item.lead_id, item.seq),
    ).fetchall()
    current = str(fields(item.payload, "base").get(name, ""))
    known: list[str] = []
    if item.attempts:
        known += former_values(item.payload, name)  # a try may have written them
    for (payload,) in rows:
        earlier = json_object(payload)
        values = own_values(earlier, name)
        if current not in values:
            continue
        if name in arrived(earlier):
            # The CRM had that value: a later change of it is not ours.
            known += [value for value in values[-1:] if value != current]
            break
        known += [value for value in values if value != current]
        current = str(fields(earlier, "base").get(name, ""))
        known.append(current)
    return tuple(known)


def depth(connection: Connection) -> Depth:
    """Return the number of waiting items by state."""
    rows = connection.execute(
        "SELECT state, count(*) FROM outbox WHERE state IN"
        " ('held', 'queued', 'sending', 'blocked') GROUP BY state"
    ).fetchall()
    return Depth(**{str(state): int(count) for state, count in rows})


def outbox_items(db: Database, *, with_sent: bool = False) -> list[OutboxItem]:
    """Return waiting and refused items in the order of sending; sent ones too when asked for."""
    where = "" if with_sent else " WHERE state IN ('held', 'queued', 'sending', 'blocked')"
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT key, kind, lead_id, activity_key, payload_json, state, priority, seq, attempts,"  # noqa: S608  # constants
            " last_error, correlation_id, crm_id, hold_until_ms, next_try_ms, created_ms, sent_ms"
            f" FROM outbox{where} ORDER BY priority, seq"
        ).fetchall()
    return [_item(*row) for row in rows]


def outbox_depth(db: Database) -> Depth:
    """Return the number of waiting items by state."""
    with db.reader() as connection:
        return depth(connection)


def retry(db: Database, key: str, remap: Remap | None = None) -> None:
    """Queue a refused item again because the rep said so.

    Args:
        db: the database.
        key: of the item.
        remap: maps a refused change again: its mapping may have been corrected.

    Raises:
        NotFoundError: there is no such item.
        UsageError: it was sent, undone or is held, or it cannot be read.
    """
    with db.writer() as connection:
        state, kind = _state(connection, key)
        if state not in ("blocked", "queued", "sending"):
            raise UsageError(f"This item is {state}; there is nothing to retry.")
        if state == "blocked":
            repair_payload(connection, key)
            if remap is not None:
                map_again(connection, key, kind, remap)
            queue_again(connection, key)
        connection.execute("UPDATE outbox SET next_try_ms = NULL WHERE key = ?", (key,))


def drop(db: Database, key: str, now: datetime) -> None:
    """Give an item up because the rep said so; the local log keeps what they recorded.

    Raises:
        NotFoundError: there is no such item.
        UsageError: it was sent, undone, or is being sent.
    """
    with db.writer() as connection:
        state, kind = _state(connection, key)
        if state not in ("held", "queued", "blocked"):
            raise UsageError(f"This item is {state}; it cannot be dropped.")
        connection.execute(
            "UPDATE outbox SET state = 'undone', next_try_ms = NULL,"
            " last_error = CASE WHEN last_error = '' THEN 'dropped' ELSE 'dropped: ' || last_error"
            " END WHERE key = ?",
            (key,),
        )
        if kind == "contact":
            show_crm_values(connection, key, to_ms(now))
            resend_overtaken(connection, key, to_ms(now))
        elif kind == "task":
            row = connection.execute("SELECT lead_id FROM outbox WHERE key = ?", (key,)).fetchone()
            settle(connection, [str(row[0])], to_ms(now))


def _state(connection: Connection, key: str) -> tuple[str, str]:
    row = connection.execute("SELECT state, kind FROM outbox WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFoundError(f"There is no outbox item {key}.", next_step="See sdrdesk outbox.")
    return str(row[0]), str(row[1])


def _item(
    key: str,
    kind: str,
    lead_id: str,
    activity_key: str,
    payload: object,
    state: str,
    *rest: Any,
) -> OutboxItem:
    priority, seq, attempts, error, correlation, crm_id, *moments = rest
    hold, next_try, created, sent_at = map(from_ms, moments)
    return OutboxItem(
        key=key,
        kind=OutboxKind(kind),
        lead_id=lead_id,
        activity_key=activity_key,
        payload=json_object(payload),
        state=OutboxState(state),
        priority=priority,
        seq=seq,
        attempts=attempts,
        hold_until=hold,
        next_try_at=next_try,
        last_error=error,
        correlation_id=correlation,
        crm_id=crm_id,
        created_at=created,
        sent_at=sent_at,
    )
