"""The meaning of an item: the outcome behind it, whatever the account calls its values today.

An item keeps the key of its outcome. Labels, statuses, stages and lists are those of the team's
files at the moment of sending, so that a renamed option does not hold up what was recorded before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sdrdesk.domain.lead.activity import OutboxKind

Remap = Callable[[str, dict[str, str]], dict[str, str]]
"""Maps an outcome's key and the values it set (fields of the lead, ``outcome_label`` of the call,
``list_name``) to the values by the present files. A value that the outcome no longer sets is left
out; one of an outcome that the team no longer has stays."""

_SETS: Final = ("status", "lifecycle")
"""Fields whose value an outcome takes from the team's files."""

_NAMED: Final[Mapping[OutboxKind, str]] = {
    OutboxKind.CALL: "outcome_label",
    OutboxKind.LIST: "list_name",
}


def as_recorded(_: str, changes: dict[str, str]) -> dict[str, str]:
    """Return the values as they were recorded: a ``Remap`` without files."""
    return changes


def meant_fields(changes: Iterable[str], outcome: str) -> dict[str, str]:
    """Return ``means`` of a ``ContactIntent`` whose fields an outcome sets."""
    return {name: outcome for name in changes if name in _SETS}


def meant_now(
    kind: OutboxKind, payload: Mapping[str, object], remap: Remap, done: Iterable[str] = ()
) -> dict[str, str]:
    """Return the values of an item that differ by now, ``""`` for one that is left out.

    Args:
        kind: of the item.
        payload: its content.
        remap: the present mapping.
        done: fields that reached the CRM already; they stay.
    """
    if kind in _NAMED:
        name, key = _NAMED[kind], payload.get("outcome")
        meant = {name: (key, payload.get(name))} if key else {}
    else:
        means, changes = payload.get("means"), payload.get("changes")
        if not isinstance(means, dict) or not isinstance(changes, dict):
            return {}
        left = changes.keys() - set(done)
        meant = {name: (key, changes[name]) for name, key in means.items() if name in left}
    found = {}
    for name, (key, value) in meant.items():
        if not isinstance(key, str) or not isinstance(value, str):
            continue  # damaged on the disk: sent as it is
        now = remap(key, {name: value}).get(name, "")
        if now != value and (now or kind is not OutboxKind.LIST):
            found[name] = now
    return found


def with_former(payload: Mapping[str, object], values: Mapping[str, object]) -> dict[str, object]:
    """Return ``former`` after these values were replaced."""
    found: dict[str, object] = {n: list(former_values(payload, n)) for n in _names(payload)}
    for name, value in values.items():
        found[name] = list(dict.fromkeys((*former_values(payload, name), str(value))))
    return found


def former_values(payload: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return the values that ``name`` had before in an item, oldest first."""
    former = payload.get("former")
    values = former.get(name) if isinstance(former, dict) else None
    return tuple(v for v in values if isinstance(v, str)) if isinstance(values, list) else ()


def _names(payload: Mapping[str, object]) -> list[str]:
    former = payload.get("former")
    return [str(name) for name in former] if isinstance(former, dict) else []
