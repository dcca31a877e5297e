"""Results of booked meetings: the rep's word until it is sent, and the no-shows it brings back.

A no-show is a promise without a task: every desk derives it from the meeting's outcome at the CRM,
so nothing is sent for it, and the next call keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sdrdesk.clock import iso, parse_iso
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.outcome.meeting_result import (
    AT_CRM,
    COMES_BACK,
    NO_SHOW,
    OPEN,
    MeetingResult,
    result_of,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.lead_ids import display_name
from sdrdesk.store.promises.promises import settle
from sdrdesk.store.record.acts import Act

_UNSENT = "state IN ('held', 'queued', 'sending', 'blocked')"
_PRIORITY = 10
_MEETING = (
    "SELECT a.activity_key, a.crm_id, a.lead_id, a.owner_id, a.at_ms, a.result, a.title,"
    " coalesce(l.first_name, ''), coalesce(l.last_name, ''), coalesce(l.email, '')"
    " FROM activity a LEFT JOIN lead l ON l.lead_id = a.lead_id"
    " WHERE a.kind = 'meeting' AND a.crm_id <> '' AND a.undone_ms IS NULL"
)


class BookedMeeting(NamedTuple):
    """A meeting of the CRM. Times are aware UTC."""

    key: str
    crm_id: str
    lead_id: str
    owner_id: str
    start_at: datetime
    result: str
    """``held``, ``no-show``, ``cancelled`` or the account's own word; ``""`` while it is open."""
    title: str
    name: str
    """Of the lead."""


def meeting_by(db: Database, key: str) -> BookedMeeting | None:
    """Return one meeting by its key here, its CRM id, or the key of the item that made it."""
    with db.reader() as connection:
        row = connection.execute(
            f"{_MEETING} AND (a.activity_key = ? OR a.crm_id = ? OR a.crm_id ="  # noqa: S608
            " (SELECT x.crm_id FROM outbox x WHERE x.key = ? AND x.kind = 'meeting'"
            "  AND x.crm_id <> ''))",
            (key, key, key),
        ).fetchone()
    return None if row is None else _meeting(row)


def past_meetings(db: Database, start: datetime, end: datetime) -> list[BookedMeeting]:
    """Return the meetings that began in a span, latest first."""
    with db.reader() as connection:
        rows = connection.execute(
            f"{_MEETING} AND a.at_ms >= ? AND a.at_ms < ? ORDER BY a.at_ms DESC, a.activity_key",
            (to_ms(start), to_ms(end)),
        ).fetchall()
    return [_meeting(row) for row in rows]


def _meeting(row: tuple[object, ...]) -> BookedMeeting:
    key, crm_id, lead_id, owner, at_ms, result, title, first, last, email = row
    return BookedMeeting(
        str(key),
        str(crm_id),
        str(lead_id),
        str(owner),
        from_ms(int(str(at_ms))),
        result_of(str(result)),
        one_line(str(title)),
        display_name(str(first), str(last), str(email), str(lead_id)),
    )


def set_result(
    db: Database,
    meeting: BookedMeeting,
    result: MeetingResult,
    new_key: str,
    now: datetime,
    hold_until: datetime,
    start_at: datetime | None = None,
    note: Note | None = None,
) -> None:
    """Record what became of a meeting, and its item for the CRM, in one transaction.

    An earlier word that has not left this machine is replaced. ``note`` notes the act for undo.

    Raises:
        NotFoundError: the meeting is gone.
        UsageError: it says so already.
    """
    with db.writer(durable=True) as connection:
        row = connection.execute(
            "SELECT result, at_ms, lead_id FROM activity WHERE activity_key = ? AND kind ="
            " 'meeting'",
            (meeting.key,),
        ).fetchone()
        if row is None:
            raise NotFoundError("This meeting is gone.", kept="Nothing was changed.")
        seen, at_ms, lead_id = str(row[0]), int(row[1]), str(row[2])
        was, wanted = seen, AT_CRM[result]
        if seen == wanted and start_at is None:
            raise UsageError(f"It is {result} already.", kept="Nothing was changed.")
        for key, text in connection.execute(
            "SELECT key, payload_json FROM outbox WHERE kind = 'meeting' AND unknown = 0"
            " AND attempts = 0 AND state IN ('held', 'queued', 'blocked')"
            " AND lead_id = ? ORDER BY seq DESC",
            (lead_id,),
        ).fetchall():
            earlier = json_object(text)
            if earlier.get("change") == "result" and earlier.get("meeting") == meeting.crm_id:
                connection.execute("UPDATE outbox SET state = 'undone' WHERE key = ?", (key,))
                seen = str(earlier.get("seen", ""))
        payload: dict[str, object] = {
            "change": "result",
            "meeting": meeting.crm_id,
            "result": wanted,
            "seen": seen,
            "at": iso(now),
        }
        if start_at is not None:
            payload |= {"start_at": iso(start_at), "seen_start_at": iso(from_ms(at_ms))}
        _queue(connection, new_key, lead_id, payload, now, hold_until)
        _show(connection, payload)
        follow_no_shows(connection, [lead_id], to_ms(now))
        if note is not None:
            note(
                connection,
                lead_id,
                item_key=new_key,
                before={"meeting": meeting.key, "result": was, "at_ms": at_ms},
                after={"said": wanted, "result": result, "start_at": iso(start_at or now)},
            )


def take_back_result(
    db: Database,
    act: Act,
    new_key: str,
    now: datetime,
    hold_until: datetime,
    mark: Callable[[Connection], None],
) -> None:
    """Put a meeting back to what it was before ``act``, in one transaction with ``mark``.

    What has not left this machine is not sent; else the CRM gets the word before.

    Raises:
        NotFoundError: the meeting is gone.
        UsageError: somebody said something else since.
    """
    was, at_ms, said = str(act.before["result"]), int(act.before["at_ms"]), str(act.after["said"])
    with db.writer(durable=True) as connection:
        row = connection.execute(
            "SELECT result, at_ms, lead_id, crm_id FROM activity"
            " WHERE activity_key = ? AND kind = 'meeting'",
            (act.before["meeting"],),
        ).fetchone()
        if row is None:
            raise NotFoundError("This meeting is gone.", kept="Nothing was changed.")
        result, moved_ms, lead_id, crm_id = str(row[0]), int(row[1]), str(row[2]), str(row[3])
        if result != said:
            now_is = result_of(result) or "open"
            raise UsageError(f"This meeting is {now_is} since.", kept="Nothing was changed.")
        unsent = connection.execute(
            "UPDATE outbox SET state = 'undone' WHERE key = ? AND unknown = 0 AND attempts = 0"
            " AND state IN ('held', 'queued', 'blocked') RETURNING payload_json",
            (act.item_key,),
        ).fetchone()
        at_crm = str(json_object(unsent[0]).get("seen", "")) if unsent else said
        payload: dict[str, object] = {
            "change": "result",
            "meeting": crm_id,
            "result": was or "scheduled",
            "seen": at_crm,
            "at": iso(now),
        }
        back = moved_ms != at_ms and not unsent
        if back:
            payload |= {"start_at": iso(from_ms(at_ms)), "seen_start_at": iso(from_ms(moved_ms))}
        if back or (at_crm != was and not (at_crm in OPEN and was in OPEN)):
            _queue(connection, new_key, lead_id, payload, now, hold_until)
        _show(connection, payload | {"result": was, "start_at": iso(from_ms(at_ms))})
        follow_no_shows(connection, [lead_id], to_ms(now))
        mark(connection)


def _queue(
    connection: Connection,
    key: str,
    lead_id: str,
    payload: Mapping[str, object],
    now: datetime,
    hold_until: datetime,
) -> None:
    connection.execute(
        "INSERT INTO outbox (key, kind, lead_id, activity_key, payload_json, state, priority,"
        " attempts, unknown, looks, hold_until_ms, last_error, correlation_id, crm_id,"
        " created_ms) VALUES (?, 'meeting', ?, '', ?, 'held', ?, 0, 0, 0, ?, '', '', '', ?)",
        (key, lead_id, json.dumps(dict(payload)), _PRIORITY, to_ms(hold_until), to_ms(now)),
    )


class Note(Protocol):
    """Notes one act in the caller's transaction: ``services.lead.acts``."""

    def __call__(
        self,
        connection: Connection,
        lead_id: str,
        *,
        item_key: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """Note it."""


def keep_own_words(connection: Connection, lead_ids: Iterable[str], now_ms: int) -> None:
    """Show the rep's unsent words again after a pull, and follow the no-shows of these leads."""
    these = sorted(set(lead_ids))
    for part in chunks(these):
        rows = connection.execute(
            f"SELECT payload_json FROM outbox WHERE kind = 'meeting' AND {_UNSENT}"  # noqa: S608
            f" AND lead_id IN ({marks(part)}) ORDER BY seq",
            part,
        ).fetchall()
        for (text,) in rows:
            payload = json_object(text)
            if payload.get("change") == "result":
                _show(connection, payload)
    follow_no_shows(connection, these, now_ms)


def _show(connection: Connection, payload: Mapping[str, object]) -> None:
    result = str(payload.get("result", ""))
    connection.execute(
        "UPDATE activity SET result = ?, done = ? WHERE kind = 'meeting' AND crm_id = ?",
        (result, result not in OPEN, str(payload.get("meeting", ""))),
    )
    if "start_at" in payload:
        connection.execute(
            "UPDATE activity SET at_ms = ? WHERE kind = 'meeting' AND crm_id = ?",
            (to_ms(parse_iso(str(payload["start_at"]))), str(payload.get("meeting", ""))),
        )


def follow_no_shows(connection: Connection, lead_ids: Iterable[str], now_ms: int) -> None:
    """Open a promise for each no-show of these leads, and close it when it is none any more."""
    oldest_ms = now_ms - int(COMES_BACK.total_seconds() * 1000)
    touched: set[str] = set()
    for part in chunks(sorted(set(lead_ids))):
        rows = connection.execute(_NO_SHOWS.format(marks(part)), part).fetchall()
        for crm_id, lead_id, at_ms, result, title, owner in rows:
            key = f"no-show:{crm_id}"
            if result == NO_SHOW and at_ms >= oldest_ms:
                note = one_line(f"No-show: {title}", limit=200)
                values = (key, lead_id, at_ms, owner, note, at_ms, at_ms, owner, note)
                done = connection.execute(_OPEN, values)
            else:
                done = connection.execute(_CLOSE, (key,))
            if done.rowcount:
                touched.add(str(lead_id))
    settle(connection, touched, now_ms)


_NO_SHOWS = (
    "SELECT m.crm_id, m.lead_id, m.at_ms, m.result, m.title, coalesce("
    # The rep who set it calls again: the one of the call, not the colleague who would have held it.
    "(SELECT c.owner_id FROM activity c WHERE c.lead_id = m.lead_id AND c.kind = 'call'"
    "  AND c.undone_ms IS NULL AND c.at_ms <= m.at_ms AND c.owner_id <> ''"
    "  ORDER BY c.meeting_ms IS NULL, c.at_ms DESC LIMIT 1), m.owner_id)"
    " FROM activity m WHERE m.kind = 'meeting' AND m.crm_id <> '' AND m.lead_id IN ({})"
    " AND (m.result = 'no_show' OR EXISTS (SELECT 1 FROM promise p"
    "  WHERE p.promise_key = 'no-show:' || m.crm_id))"
)
_OPEN = """
INSERT INTO promise (promise_key, lead_id, crm_id, origin, base_open, base_due_ms, base_owner_id,
 base_note, in_queue, modified_ms, open, due_ms, owner_id, note)
VALUES (?, ?, '', 'no_show', 1, ?, ?, ?, 0, ?, 1, ?, ?, ?)
ON CONFLICT (promise_key) DO UPDATE SET lead_id = excluded.lead_id,
 base_due_ms = excluded.base_due_ms, base_note = excluded.base_note,
 base_owner_id = excluded.base_owner_id, modified_ms = excluded.modified_ms,
 base_open = CASE WHEN promise.modified_ms <> excluded.modified_ms THEN 1
  ELSE promise.base_open END
WHERE promise.lead_id <> excluded.lead_id OR promise.modified_ms <> excluded.modified_ms
 OR promise.base_note <> excluded.base_note OR promise.base_owner_id <> excluded.base_owner_id
"""
_CLOSE = (
    # Not removed by the rep: another no-show opens it again.
    "UPDATE promise SET base_open = 0, modified_ms = -1 WHERE promise_key = ? AND modified_ms <> -1"
)
