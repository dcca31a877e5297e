"""The rep's decisions here as shared items, and shared items as decisions here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sdrdesk.domain.cadence.events import REASONS
from sdrdesk.domain.crm.shared_items import SharedItem, Value, block_moment
from sdrdesk.store.cadences.runs import run_by, run_of, stop
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.lead_ids import resolve
from sdrdesk.store.record.decisions import NO_REST, DeskState, put_state, state_in
from sdrdesk.store.record.opening_lines import restore_line

_BLOCK_DAYS_MS: Final = 2 * 86_400_000
_MOST_RUNS: Final = 20_000
_TOLD: Final = ("stopped", "undone", "finished", "outcome")
"""Why a cadence may have ended on the other machine alone."""
_OPENING: Final = 500
"""Longest opening note that is shared."""


def present_items(connection: Connection, now_ms: int) -> Iterator[SharedItem]:
    """Yield every decision of this machine; ``at_ms`` is its own time, 0 where none is kept."""
    for lead_id, until, reason, seen, promise, pinned, zone in connection.execute(
        "SELECT lead_id, snoozed_until_ms, snooze_reason, rest_seen_ms, rest_promise, pinned_ms,"
        " rep_time_zone FROM lead_desk WHERE snoozed_until_ms IS NOT NULL"
        " OR rest_seen_ms IS NOT NULL OR pinned_ms IS NOT NULL OR rep_time_zone <> ''"
    ).fetchall():
        if until is not None or seen is not None:
            rest = {
                "until_ms": _moment(until), "reason": _text(reason), "seen_ms": _moment(seen),
                "promise": bool(promise),
            }  # fmt: skip
            yield _item("rest", lead_id, rest)
        if pinned is not None:
            yield _item("pin", lead_id, {"at_ms": pinned}, pinned)
        if zone:
            yield _item("zone", lead_id, {"zone": zone})
    for lead_id, text, at in connection.execute(
        "SELECT f.lead_id, f.text, f.at_ms FROM first_line f LEFT JOIN activity a"
        " ON a.activity_key = f.used_by AND f.used_by <> ''"
        " WHERE f.text <> '' AND (f.used_by = '' OR a.undone_ms IS NOT NULL)"
    ).fetchall():
        yield _item("line", lead_id, {"text": _text(text)}, at)
    for lead_id, number, reason, at in connection.execute(
        "SELECT lead_id, number, reason, at_ms FROM number_hold"
    ).fetchall():
        yield _item("number", f"{lead_id}|{number}", {"reason": _text(reason)}, at)
    for scope, value, at in connection.execute(
        "SELECT scope, value, at_ms FROM suppression"
    ).fetchall():
        yield _item("dnc", f"{scope}|{value}", {}, at)
    yield from _blocks(connection, now_ms)
    yield from _cadences(connection)


def _cadences(connection: Connection) -> Iterator[SharedItem]:
    """Yield the latest cadence of each lead, without its step: that follows from the timeline.

    A change that the CRM reports to the other machine too (an answer, another owner) ends it
    there; only an end by hand or by an outcome without a call is listed.
    """
    rows = connection.execute(
        "SELECT r.lead_id, r.run_id, r.cadence, r.owner_id, r.lifecycle, r.by_id, r.started_ms,"
        " CASE WHEN r.reason IN ('stopped','undone') OR (r.reason IN ('finished','outcome')"
        " AND (r.ended_by = '' OR a.kind = 'change')) THEN r.reason ELSE '' END, r.ended_ms"
        " FROM cadence_run r LEFT JOIN activity a"
        " ON a.activity_key = r.ended_by AND r.ended_by <> '' ORDER BY r.started_ms DESC LIMIT ?",
        (_MOST_RUNS,),
    ).fetchall()
    latest = {str(row[0]): row for row in reversed(rows)}
    for lead_id, run_id, name, owner, lifecycle, by_id, started, reason, ended in latest.values():
        value: Value = {
            "run_id": run_id, "cadence": _text(name), "owner_id": owner, "lifecycle": lifecycle,
            "by_id": by_id, "started_ms": started, "reason": reason,
        }  # fmt: skip
        yield _item("cadence", lead_id, value, ended if reason else started)


def _blocks(connection: Connection, now_ms: int) -> Iterator[SharedItem]:
    for block_id, owner, started, length, goal, count, recipe, ended in connection.execute(
        "SELECT block_id, owner_id, started_ms, length_s, goal_kind, goal_count, recipe, ended_ms"
        " FROM block WHERE started_ms > ?",
        (now_ms - _BLOCK_DAYS_MS,),
    ).fetchall():
        pauses = connection.execute(
            "SELECT started_ms, reason, coalesce(ended_ms, -1) FROM block_pause"
            " WHERE block_id = ? ORDER BY started_ms",
            (block_id,),
        ).fetchall()
        calls = connection.execute(
            "SELECT a.crm_id, b.part, b.at_ms FROM block_call b JOIN activity a"
            " ON a.activity_key = b.activity_key AND a.kind = 'call' AND a.crm_id <> ''"
            " AND a.undone_ms IS NULL WHERE b.block_id = ? ORDER BY a.crm_id",
            (block_id,),
        ).fetchall()
        value: Value = {
            "owner_id": owner, "started_ms": started, "length_s": length, "goal_kind": goal,
            "goal_count": count, "recipe": recipe, "ended_ms": _moment(ended),
            "pauses": [list(row) for row in pauses], "calls": [list(row) for row in calls],
        }  # fmt: skip
        yield _item("block", block_id, value, block_moment(value))


def _item(kind: str, item_id: object, value: Value, at_ms: object = 0) -> SharedItem:
    moment = at_ms if isinstance(at_ms, int) else 0
    return SharedItem(kind, str(item_id), value, moment, "")  # type: ignore[arg-type]


def _moment(ms: object) -> int:
    return ms if isinstance(ms, int) else -1


def _text(text: object) -> str:
    return "".join(ch if ch.isprintable() else " " for ch in str(text))[:_OPENING]


def changed_at(connection: Connection, item: SharedItem) -> int:
    """Return when the rep last did something about the lead of an item, 0 unknown."""
    lead_id = item.item_id.partition("|")[0]
    row = connection.execute(
        "SELECT coalesce(max(at_ms), 0) FROM act WHERE lead_id = ?", (lead_id,)
    ).fetchone()
    return int(row[0])


def called_since(connection: Connection, lead_id: str, at_ms: int) -> int:
    """Return when an outcome of the lead was recorded here after ``at_ms``, 0 for never."""
    row = connection.execute(
        "SELECT coalesce(max(at_ms), 0) FROM activity WHERE lead_id = ? AND at_ms > ?"
        " AND local = 1 AND disposition <> '' AND undone_ms IS NULL",
        (resolve(connection, lead_id), at_ms),
    ).fetchone()
    return int(row[0])


def apply_item(connection: Connection, item: SharedItem) -> None:
    """Do here what was decided on another machine."""
    value, (first, _, second) = item.value, item.item_id.partition("|")
    if item.kind == "block":
        if value is not None:
            _put_block(connection, item.item_id, value)
    elif item.kind == "cadence":
        if value is not None:
            _put_cadence(connection, resolve(connection, first), value, item.at_ms)
    elif item.kind == "number":
        lead_id = resolve(connection, first)
        _put_row(connection, "number_hold", ("lead_id", "number"), (lead_id, second), item)
    elif item.kind == "dnc":
        name = resolve(connection, second) if first == "person" else second
        if first in ("person", "number", "company") and name:
            _put_row(connection, "suppression", ("scope", "value"), (first, name), item)
    elif item.kind == "line":
        text = "" if value is None else value["text"]
        row = {"text": text, "at_ms": item.at_ms, "used_by": ""}
        restore_line(connection, resolve(connection, first), row)
    else:
        state = state_in(connection, resolve(connection, first))
        put_state(connection, _decided(state, item))


def _decided(state: DeskState, item: SharedItem) -> DeskState:
    value = item.value
    if item.kind == "pin":
        return replace(state, pinned_at=None if value is None else from_ms(value["at_ms"]))
    if item.kind == "zone":
        return replace(state, rep_time_zone="" if value is None else value["zone"])
    if value is None:
        return replace(state, **NO_REST)
    return replace(
        state,
        snoozed_until=from_ms(value["until_ms"]) if value["until_ms"] >= 0 else None,
        snooze_reason=value["reason"],
        rest_seen_at=from_ms(value["seen_ms"]) if value["seen_ms"] >= 0 else None,
        rest_promise=value["promise"],
    )


def _put_row(
    connection: Connection,
    table: str,
    names: tuple[str, str],
    key: tuple[str, str],
    item: SharedItem,
) -> None:
    if item.value is None:
        connection.execute(f"DELETE FROM {table} WHERE {names[0]} = ? AND {names[1]} = ?", key)  # noqa: S608
        return
    more = {"at_ms": item.at_ms, "activity_key": "", **item.value}
    columns = (*names, *more)
    connection.execute(
        f"INSERT OR IGNORE INTO {table} ({', '.join(columns)})"  # noqa: S608  # names from above
        f" VALUES ({', '.join('?' * len(columns))})",
        (*key, *more.values()),
    )


def _put_cadence(connection: Connection, lead_id: str, value: Value, at_ms: int) -> None:
    """Put a lead into a cadence as on the other machine, or out of it; the step is worked out."""
    run, other = run_by(connection, value["run_id"]), run_of(connection, lead_id)
    reason = value["reason"] if value["reason"] in REASONS else ""
    if reason:
        if run is not None:
            stop(connection, run, reason, run.ended_ms or at_ms)
    elif run is None or (run.ended_ms is not None and not run.ended_by and run.reason in _TOLD):
        if other is not None:  # the later start counts
            stop(connection, other, "stopped", at_ms)
    else:
        return
    if run is None:
        connection.execute(
            "INSERT INTO cadence_run (run_id, lead_id, cadence, owner_id, lifecycle, by_id,"
            " started_ms, step, steps, what, since_ms, ended_ms, reason, ended_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 1, 'call', ?, ?, ?, '')",
            (
                value["run_id"], lead_id, value["cadence"], value["owner_id"], value["lifecycle"],
                value["by_id"], value["started_ms"], value["started_ms"],
                at_ms if reason else None, reason,
            ),
        )  # fmt: skip
    elif not reason:
        connection.execute(
            "UPDATE cadence_run SET ended_ms = NULL, reason = '', step = 0, due_ms = NULL"
            " WHERE run_id = ?",
            (run.run_id,),
        )


def _put_block(connection: Connection, block_id: str, value: Value) -> None:
    """Store a block with its pauses; of two that run, the one that began earlier ends."""
    ended = None if value["ended_ms"] < 0 else max(value["ended_ms"], value["started_ms"])
    if ended is None:
        other = connection.execute(
            "SELECT block_id, started_ms FROM block WHERE owner_id = ? AND ended_ms IS NULL"
            " AND block_id <> ?",
            (value["owner_id"], block_id),
        ).fetchone()
        if other is not None and (value["started_ms"], block_id) > (other[1], other[0]):
            _end(connection, str(other[0]), value["started_ms"])
        elif other is not None:
            ended = max(int(other[1]), value["started_ms"])
    connection.execute(
        "INSERT INTO block (block_id, owner_id, started_ms, length_s, goal_kind, goal_count,"
        " recipe, ended_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (block_id) DO UPDATE SET"
        " length_s = excluded.length_s, goal_kind = excluded.goal_kind,"
        " goal_count = excluded.goal_count, recipe = excluded.recipe, ended_ms = excluded.ended_ms",
        (
            block_id, value["owner_id"], value["started_ms"], value["length_s"],
            value["goal_kind"], value["goal_count"], value["recipe"], ended,
        ),
    )  # fmt: skip
    connection.execute("DELETE FROM block_pause WHERE block_id = ?", (block_id,))
    for started, reason, over in value["pauses"]:
        end = over if over >= 0 else ended
        connection.execute(
            "INSERT OR IGNORE INTO block_pause (block_id, started_ms, reason, ended_ms)"
            " VALUES (?, ?, ?, ?)",
            (block_id, started, reason, end),
        )


def _end(connection: Connection, block_id: str, at_ms: int) -> None:
    for table in ("block", "block_pause"):
        connection.execute(
            f"UPDATE {table} SET ended_ms = max(started_ms, ?)"  # noqa: S608  # names from above
            " WHERE block_id = ? AND ended_ms IS NULL",
            (at_ms, block_id),
        )


def put_block_calls(connection: Connection, block_id: str, value: Value) -> None:
    """Count calls of another machine that this one has pulled since."""
    for crm_id, part, at_ms in value["calls"]:
        connection.execute(
            "INSERT OR IGNORE INTO block_call (activity_key, block_id, part, at_ms)"
            " SELECT activity_key, ?, ?, ? FROM activity WHERE kind = 'call' AND crm_id = ?",
            (block_id, part, at_ms, crm_id),
        )
