"""Questions about items whose lead somebody moved, deleted or qualified after they were recorded.

An item with an open question is ``blocked``, so that every list shows it and nothing is sent. The
items of one outcome are asked about together; those of a deleted lead as one, and those of a lead
that was taken away: it moved, and the CRM does not say to whom. Each question ends with the rep's
answer, or on its own when the CRM shows the lead as it was.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sdrdesk.domain.errors import NotFoundError
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import fields, json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.pending_fields import resend_overtaken, show_crm_values
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.store.promises.promises import settle

Reason = Literal["moved", "deleted", "qualified"]
Answer = Literal["write", "note", "drop"]

FACTS = ("call", "note", "meeting", "email", "message")
"""Kinds of items that tell what happened; the others change the lead or plan work with it."""

_OPEN = "asks <> '' AND answer = ''"
_HIDDEN = "(asks = 'deleted' OR asks = 'moved' AND theirs_json = '{}')"
_UNTRIED = "state IN ('held', 'queued') AND attempts = 0"


class Seen(NamedTuple):
    """The lead of an item as the CRM showed it when the item was recorded."""

    owner_id: str
    lifecycle: str
    do_not_call: bool


class QuestionRow(NamedTuple):
    """One item that waits for an answer. Times are aware UTC."""

    key: str
    kind: str
    lead_id: str
    activity_key: str
    payload: dict[str, object]
    reason: Reason
    owner_id: str
    """The CRM's owner when the rep was asked, else ``""``."""
    lifecycle: str
    status: str
    asked_at: datetime
    recorded_at: datetime

    @property
    def is_hidden(self) -> bool:
        """True if the CRM does not show the lead any more: nothing can be written to it."""
        return self.reason == "deleted" or (self.reason == "moved" and not self.owner_id)


def seen_lead(connection: Connection, key: str) -> Seen | None:
    """Return the lead of an item as it was then, ``None`` when that is not known."""
    row = connection.execute(
        "SELECT owner_id, lifecycle, do_not_call FROM outbox_lead WHERE key = ?", (key,)
    ).fetchone()
    return None if row is None else Seen(str(row[0]), str(row[1]), bool(row[2]))


def may_be_asked(connection: Connection, item: Sending) -> bool:
    """Return whether the rep can still be asked about an item.

    Not about what is answered or partly sent, about a correction of what is there, and never about
    "do not call".
    """
    if item.attempts or item.crm_id or _answer(connection, item.key):
        return False
    if item.activity_key:
        row = connection.execute(
            "SELECT corrects FROM activity WHERE activity_key = ?", (item.activity_key,)
        ).fetchone()
        if row is not None and row[0]:
            return False
    elif "change" in item.payload:
        return False  # a task of the rep's own, completed without a call
    return not any(
        attempts or state == "sent" or _bars(json_object(text))
        for state, attempts, text in connection.execute(
            "SELECT state, attempts, payload_json FROM outbox WHERE key = ?"
            " OR activity_key = ? AND activity_key <> ''",
            (item.key, item.activity_key),
        ).fetchall()
    )


def _bars(payload: Mapping[str, object]) -> bool:
    changes = payload.get("changes")
    mark = changes.get("do_not_call") if isinstance(changes, dict) else None
    return payload.get("barred") is True or mark == "true"


def own_values(connection: Connection, lead_id: str, name: str) -> set[str]:
    """Return the values that changes of this desk give a field of a lead, sent or not."""
    rows = connection.execute(
        "SELECT payload_json FROM outbox WHERE lead_id = ? AND kind = 'contact'"
        " AND state <> 'undone'",
        (lead_id,),
    ).fetchall()
    changes = (fields(json_object(text), "changes") for (text,) in rows)
    return {str(change[name]) for change in changes if name in change}


def ask(
    connection: Connection, item: Sending, reason: Reason, theirs: Mapping[str, str], now_ms: int
) -> None:
    """Ask about an item and everything recorded with it; nothing of it has been sent."""
    rows = connection.execute(
        f"SELECT key FROM outbox WHERE (key = ? OR activity_key = ? AND activity_key <> '')"  # noqa: S608
        f" AND {_UNTRIED}",
        (item.key, item.activity_key),
    ).fetchall()
    _ask(connection, [str(key) for (key,) in rows], reason, theirs, now_ms, "")


def ask_gone(
    connection: Connection,
    item: Sending,
    reason: Literal["deleted", "moved"],
    now_ms: int,
    error: str,
    correlation_id: str,
) -> None:
    """Ask once about everything that waits for a lead that was deleted or taken away."""
    rows = connection.execute(
        f"SELECT key FROM outbox WHERE lead_id = ? AND {_UNTRIED}",  # noqa: S608
        (item.lead_id,),
    ).fetchall()
    keys = dict.fromkeys([item.key, *(str(key) for (key,) in rows)])
    _ask(connection, list(keys), reason, {}, now_ms, error, correlation_id)


def _ask(
    connection: Connection,
    keys: Sequence[str],
    reason: Reason,
    theirs: Mapping[str, str],
    now_ms: int,
    error: str,
    correlation_id: str = "",
) -> None:
    for key in keys:
        connection.execute(
            "INSERT INTO outbox_lead (key, owner_id, lifecycle, do_not_call, asks, theirs_json,"
            " asked_ms, shown, answer) VALUES (?, '', '', 0, ?, ?, ?, 0, '')"
            " ON CONFLICT (key) DO UPDATE SET asks = excluded.asks, shown = 0, answer = '',"
            " theirs_json = excluded.theirs_json, asked_ms = excluded.asked_ms",
            (key, reason, json.dumps(dict(theirs)), now_ms),
        )
        connection.execute(
            "UPDATE outbox SET state = 'blocked', next_try_ms = NULL, last_error = ?,"
            " correlation_id = ? WHERE key = ? AND state <> 'undone'",
            (error or _WORDS[reason], correlation_id, key),
        )


_WORDS: Mapping[str, str] = {
    "moved": "the lead moved to another owner after you recorded this",
    "qualified": "somebody qualified the lead after you recorded this",
}


def withdraw(connection: Connection, key: str, why: str) -> None:
    """Take an item back that was never sent."""
    connection.execute(
        "UPDATE outbox SET state = 'undone', last_error = ?, next_try_ms = NULL WHERE key = ?",
        (why, key),
    )


def end_settled(connection: Connection) -> int:
    """Queue the items whose lead is again as it was when they were recorded; return the count.

    Call it after a pull. A pull that has not shown the reason yet proves nothing.
    """
    connection.execute(
        f"UPDATE outbox_lead SET shown = 1 WHERE {_OPEN} AND EXISTS"  # noqa: S608
        " (SELECT 1 FROM outbox o LEFT JOIN lead l ON l.lead_id = o.lead_id"
        f"  WHERE o.key = outbox_lead.key AND ({_HIDDEN} AND coalesce(l.archived, 1)"
        f"  OR NOT {_HIDDEN} AND asks = 'moved' AND l.owner_id <> outbox_lead.owner_id))"
    )
    rows = connection.execute(
        "SELECT q.key FROM outbox_lead q JOIN outbox o ON o.key = q.key"  # noqa: S608
        " JOIN lead l ON l.lead_id = o.lead_id"
        " WHERE q.asks <> '' AND q.answer = '' AND q.shown AND o.state = 'blocked'"
        f" AND NOT l.archived AND ({_HIDDEN} OR q.asks = 'moved' AND l.owner_id = q.owner_id)"
    ).fetchall()
    for (key,) in rows:
        _queue(connection, str(key))
        connection.execute("UPDATE outbox_lead SET asks = '', shown = 0 WHERE key = ?", (key,))
    return len(rows)


def count_open(connection: Connection) -> int:
    """Return the number of items that wait for an answer."""
    row = connection.execute(
        "SELECT count(*) FROM outbox_lead q JOIN outbox o ON o.key = q.key"  # noqa: S608
        f" WHERE {_OPEN} AND o.state = 'blocked'"
    ).fetchone()
    return int(row[0])


def open_questions(db: Database) -> list[QuestionRow]:
    """Return the items that wait for an answer, in the order of recording."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT o.key, o.kind, o.lead_id, o.activity_key, o.payload_json, q.asks,"  # noqa: S608
            " q.theirs_json, q.asked_ms, o.created_ms"
            " FROM outbox_lead q JOIN outbox o ON o.key = q.key"
            f" WHERE {_OPEN} AND o.state = 'blocked' ORDER BY o.seq"
        ).fetchall()
    found = []
    for key, kind, lead_id, activity_key, payload, reason, text, asked, made in rows:
        theirs = {name: str(value) for name, value in json_object(text).items()}
        found.append(
            QuestionRow(
                key, kind, lead_id, activity_key, json_object(payload), reason,
                theirs.get("owner_id", ""), theirs.get("lifecycle", ""), theirs.get("status", ""),
                from_ms(asked), from_ms(made),
            )
        )  # fmt: skip
    return found


def keys_with(db: Database, key: str) -> list[str]:
    """Return the open items that are asked about together with one; none without a question."""
    rows = open_questions(db)
    one = next((row for row in rows if row.key == key), None)
    if one is None:
        return []
    return [row.key for row in rows if group_of(row) == group_of(one)]


def group_of(row: QuestionRow) -> str:
    """Return what has the same value for items that are asked about together."""
    return f"lead:{row.lead_id}" if row.is_hidden else row.activity_key or row.key


Handover = Callable[[Sequence[QuestionRow]], Mapping[str, object]]
"""Writes the note that hands the decisions of these items over, as a ``NoteIntent``."""


def answer(
    db: Database, keys: Sequence[str], how: Answer, now: datetime, handover: Handover
) -> int:
    """Carry out the rep's answer for these items in one transaction; return how many there were.

    ``write`` queues them as they are. ``note`` queues what happened (calls, notes, meetings), and
    one note in place of the rest. ``drop`` gives them up; the local log keeps what was recorded.

    Raises:
        NotFoundError: none of them waits for an answer.
    """
    wanted, now_ms = set(keys), to_ms(now)
    rows = [row for row in open_questions(db) if row.key in wanted]
    with db.writer(durable=True) as connection:
        rows = [row for row in rows if _take(connection, row.key, how)]
        if not rows:
            raise NotFoundError(
                "None of these waits for an answer.",
                kept="Nothing was changed.",
                next_step="See sdrdesk outbox questions.",
            )
        handed = [row for row in rows if how == "note" and row.kind not in FACTS]
        for group in dict.fromkeys(map(group_of, handed)):
            together = [row for row in handed if group_of(row) == group]
            _queue_note(connection, together[0], handover(together), now_ms)
        for row in rows:
            if how == "drop" or row in handed:
                _give_up(connection, row, now_ms, "handed over" if handed else "")
            else:
                _queue(connection, row.key)
        settle(connection, {row.lead_id for row in rows}, now_ms)
    return len(rows)


def _take(connection: Connection, key: str, how: Answer) -> bool:
    return bool(
        connection.execute(
            f"UPDATE outbox_lead SET answer = ? WHERE key = ? AND {_OPEN} AND EXISTS"  # noqa: S608
            " (SELECT 1 FROM outbox o WHERE o.key = outbox_lead.key AND o.state = 'blocked')",
            (how, key),
        ).rowcount
    )


def _queue(connection: Connection, key: str) -> None:
    connection.execute(
        "UPDATE outbox SET state = CASE WHEN unknown THEN 'sending' ELSE 'queued' END, looks = 0,"
        " next_try_ms = NULL, last_error = '', correlation_id = '' WHERE key = ?",
        (key,),
    )


def _give_up(connection: Connection, row: QuestionRow, now_ms: int, why: str) -> None:
    connection.execute(
        "UPDATE outbox SET state = 'undone', next_try_ms = NULL,"
        " last_error = ? || ': ' || last_error WHERE key = ?",
        (why or "not written", row.key),
    )
    if row.kind == "contact":
        show_crm_values(connection, row.key, now_ms)
        resend_overtaken(connection, row.key, now_ms)


def _queue_note(
    connection: Connection, behind: QuestionRow, note: Mapping[str, object], now_ms: int
) -> None:
    key = str(uuid.uuid4())
    connection.execute(
        "INSERT INTO outbox (key, kind, lead_id, activity_key, payload_json, state, priority,"
        " attempts, unknown, looks, last_error, correlation_id, crm_id, created_ms)"
        " VALUES (?, 'note', ?, ?, ?, 'queued', 50, 0, 0, 0, '', '', '', ?)",
        (key, behind.lead_id, behind.activity_key, json.dumps(dict(note)), now_ms),
    )
    connection.execute("UPDATE outbox_lead SET answer = 'note' WHERE key = ?", (key,))


def _answer(connection: Connection, key: str) -> str:
    row = connection.execute("SELECT answer FROM outbox_lead WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def values_accepted(connection: Connection, key: str) -> Mapping[str, str]:
    """Return the CRM's values that the rep knew when they answered "write"; empty otherwise."""
    row = connection.execute(
        "SELECT theirs_json FROM outbox_lead WHERE key = ? AND answer = 'write'", (key,)
    ).fetchone()
    return {name: str(value) for name, value in json_object(row[0] if row else "{}").items()}
