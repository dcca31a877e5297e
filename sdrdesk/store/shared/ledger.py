"""The last agreed version of every shared item, and the next one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, cast

from sdrdesk.domain.crm.shared_items import (
    AHEAD_MS,
    Kind,
    SharedItem,
    Value,
    block_moment,
    merged,
)
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.forget.digests import Forgotten, read_forgotten
from sdrdesk.store.shared.present import (
    apply_item,
    called_since,
    changed_at,
    present_items,
    put_block_calls,
)

_KEPT_MS: Final = 90 * 86_400_000
"""Time that a removed item stays listed. A machine that was off for longer may bring it back."""
_MOST: Final = 20_000
_PASSING: Final = ("block", "cadence")
"""Listed for some time and never removed: it ends on its own."""
_UNKNOWN_MS: Final = 1
"""The time of what was decided before the first exchange and has no time of its own: the other
machine's version wins."""


def agreed(connection: Connection) -> dict[tuple[str, str], SharedItem]:
    """Return the last agreed items by key."""
    rows = connection.execute("SELECT kind, item_id, value_json, at_ms, machine FROM shared_item")
    return {
        (kind, item_id): SharedItem(
            cast(Kind, kind), item_id, cast("Value | None", json.loads(value)), at_ms, machine
        )
        for kind, item_id, value, at_ms, machine in rows.fetchall()
    }


def own_changes(connection: Connection, machine: str, now_ms: int) -> list[SharedItem]:
    """Return what changed on this machine since the last exchange."""
    known = agreed(connection)
    changed: list[SharedItem] = []
    seen: set[tuple[str, str]] = set()
    for found in present_items(connection, now_ms):
        item, before = found, known.get(found.key)
        seen.add(item.key)
        if before is not None and item.kind == "block" and before.value is not None:
            # Calls of the other machine may not have been pulled yet.
            item = merged(before, _at(item, max(item.at_ms, before.at_ms), "~"))
        if before is None or before.value != item.value:
            at_ms = _moment(connection, item, before, now_ms, first=not known)
            changed.append(_at(item, at_ms, machine))
    for key, before in known.items():
        if key not in seen and before.value is not None and before.kind not in _PASSING:
            gone = SharedItem(before.kind, before.item_id, None, 0, machine)
            at_ms = _moment(connection, gone, before, now_ms, first=False)
            changed.append(_at(gone, at_ms, machine))
    return changed


def note_own(connection: Connection, machine: str, now_ms: int) -> None:
    """Note what changed on this machine, before the versions of others are looked at."""
    for item in own_changes(connection, machine, now_ms):
        _put(connection, item)


def _moment(
    connection: Connection, item: SharedItem, before: SharedItem | None, now_ms: int, *, first: bool
) -> int:
    """Return when an item was changed, later than the version before it."""
    if item.kind == "block" and item.value is not None:
        return max(block_moment(item.value), before.at_ms if before else 0)
    known_ms = item.at_ms or changed_at(connection, item)
    if before is None:
        return known_ms or (_UNKNOWN_MS if first else now_ms)
    return known_ms if known_ms > before.at_ms else max(now_ms, before.at_ms + 1)


def news_in(connection: Connection, items: Iterable[SharedItem], now_ms: int) -> list[SharedItem]:
    """Return those items of another machine that change what is agreed."""
    known = agreed(connection)
    return [
        item
        for item in items
        if item.at_ms <= now_ms + AHEAD_MS
        and merged(known.get(item.key), item) != known.get(item.key)
    ]


def take(connection: Connection, items: Iterable[SharedItem], machine: str, now_ms: int) -> int:
    """Merge the items of another machine into this one; return how many changed something here."""
    known, changed = agreed(connection), 0
    gone = read_forgotten(connection)
    for item in items:
        if item.at_ms > now_ms + AHEAD_MS or _is_forgotten(gone, item):
            continue
        before = known.get(item.key)
        after = merged(before, item)
        if after == before:
            continue
        if after.kind == "rest" and after.value is not None:
            called_ms = called_since(connection, after.item_id, after.at_ms)
            if called_ms:  # the outcome of a later call here ended it
                after = SharedItem("rest", after.item_id, None, called_ms, machine)
        _put(connection, after)
        known[item.key] = after
        if before is None or before.value != after.value:
            apply_item(connection, after)
            changed += 1
    return changed


def _is_forgotten(gone: Forgotten, item: SharedItem) -> bool:
    """Return whether the item is about a person who was erased on this machine."""
    if not gone.rows or item.kind == "block":
        return False
    first, _, second = item.item_id.partition("|")
    if item.kind == "dnc":
        return gone.has("number" if first == "number" else "lead", second)
    return gone.has("lead", first)


def has_blocks(connection: Connection) -> bool:
    """Return whether any block is listed."""
    return bool(connection.execute("SELECT 1 FROM shared_item WHERE kind = 'block'").fetchone())


def count_block_calls(connection: Connection) -> None:
    """Count calls of the other machine in the blocks of both, as soon as they were pulled."""
    rows = connection.execute(
        "SELECT item_id, value_json FROM shared_item WHERE kind = 'block'"
    ).fetchall()
    for block_id, text in rows:
        value = json.loads(text)
        if value is not None:
            put_block_calls(connection, str(block_id), value)


def items_to_tell(connection: Connection, now_ms: int) -> list[SharedItem]:
    """Return the items for the other machine, at most 20,000, the latest ones first.

    Removed ones, blocks and cadences stay listed for 90 days.
    """
    old_ms = now_ms - _KEPT_MS
    found = [
        item
        for item in agreed(connection).values()
        if item.at_ms >= old_ms or (item.value is not None and item.kind not in _PASSING)
    ]
    return sorted(found, key=lambda item: (-item.at_ms, item.key))[:_MOST]


def _at(item: SharedItem, at_ms: int, machine: str) -> SharedItem:
    return SharedItem(item.kind, item.item_id, item.value, at_ms, machine)


def _put(connection: Connection, item: SharedItem) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO shared_item (kind, item_id, value_json, at_ms, machine)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            item.kind, item.item_id, json.dumps(item.value, sort_keys=True), item.at_ms,
            item.machine,
        ),
    )  # fmt: skip
