"""Decisions that the CRM has no field for, shared with a rep's other machine.

The later writer of an item wins; an item that was removed stays as a tombstone, so that the other
machine does not bring it back. Blocks are joined: calls of both machines count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast, get_args

Kind = Literal["rest", "pin", "zone", "line", "number", "dnc", "block", "cadence"]
Value = dict[str, Any]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
AHEAD_MS: Final = 86_400_000
"""An item from further in the future was written by a wrong clock; it would win for ever."""
_LONGEST_ID: Final = 400
_LONGEST_TEXT: Final = 2_000
_MOST_PARTS: Final = 2_000
_LATEST_MS: Final = 4_102_444_800_000

_FIELDS: Final[dict[Kind, dict[str, type]]] = {
    "rest": {"until_ms": int, "reason": str, "seen_ms": int, "promise": bool},
    "pin": {"at_ms": int},
    "zone": {"zone": str},
    "line": {"text": str},
    "number": {"reason": str},
    "dnc": {},
    "cadence": {
        "run_id": str, "cadence": str, "owner_id": str, "lifecycle": str, "by_id": str,
        "started_ms": int, "reason": str,
    },
    "block": {
        "owner_id": str, "started_ms": int, "length_s": int, "goal_kind": str, "goal_count": int,
        "recipe": str, "ended_ms": int, "pauses": list, "calls": list,
    },
}  # fmt: skip
"""Fields of a value. A moment that is not set is -1."""


@dataclass(frozen=True, slots=True)
class SharedItem:
    """One decision. ``at_ms`` is when it was made, by the clock of its machine, UTC."""

    kind: Kind
    item_id: str
    value: Value | None
    """``None``: it was removed."""
    at_ms: int
    machine: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what identifies the item."""
        return self.kind, self.item_id


def checked(kind: object, item_id: object, value: object, at_ms: object) -> SharedItem | None:
    """Return an item that was read from a file, ``None`` when it cannot be one of ours."""
    if kind not in KINDS or not isinstance(item_id, str) or not 0 < len(item_id) <= _LONGEST_ID:
        return None
    if not isinstance(at_ms, int) or not 0 < at_ms < _LATEST_MS:
        return None
    if value is None:
        return SharedItem(kind, item_id, None, at_ms, "")
    wanted = _FIELDS[kind]
    if not isinstance(value, dict) or set(value) != set(wanted):
        return None
    if not all(_fits(value[name], kind_) for name, kind_ in wanted.items()):
        return None
    if kind == "block" and not _is_block(value):
        return None
    return SharedItem(kind, item_id, value, at_ms, "")


def _fits(value: object, wanted: type) -> bool:
    if type(value) is not wanted:
        return False
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT and value.isprintable()
    if isinstance(value, list):
        return len(value) <= _MOST_PARTS
    return not isinstance(value, int) or -1 <= value < _LATEST_MS


def _is_block(value: Value) -> bool:
    good = value["goal_kind"] in ("dials", "conversations", "meetings")
    good = good and value["length_s"] > 0 and value["goal_count"] > 0 and value["started_ms"] > 0
    shapes = {"pauses": (int, str, int), "calls": (str, str, int)}
    return good and all(
        isinstance(part, list) and len(part) == 3 and all(map(_fits, part, shape))
        for name, shape in shapes.items()
        for part in value[name]
    )


def merged(mine: SharedItem | None, theirs: SharedItem) -> SharedItem:
    """Return what counts of two versions of an item, the same on both machines."""
    if mine is None:
        return theirs
    later, earlier = (
        (theirs, mine)
        if (theirs.at_ms, theirs.machine) > (mine.at_ms, mine.machine)
        else (mine, theirs)
    )
    if later.kind == "block" and later.value is not None and earlier.value is not None:
        return replace(later, value=_joined(later.value, earlier.value))
    return later


def _joined(later: Value, earlier: Value) -> Value:
    """Return one block: calls of both, ended when either ended it."""
    ends = [v["ended_ms"] for v in (later, earlier) if v["ended_ms"] >= 0]
    calls = {tuple(call[:1]): call for call in (*earlier["calls"], *later["calls"])}
    return {
        **later,
        "ended_ms": min(ends, default=-1),
        "calls": [calls[key] for key in sorted(calls)][:_MOST_PARTS],
    }


def block_moment(value: Value) -> int:
    """Return when a block was changed last."""
    moments = [value["started_ms"], value["ended_ms"]]
    moments += [at for begun, _, ended in value["pauses"] for at in (begun, ended)]
    return cast(int, max([*moments, *(at for _, _, at in value["calls"])]))
