"""JSON objects that a row holds, read so that a damaged one costs itself and nobody else."""

from __future__ import annotations

import json

_MAPS = ("changes", "base")


def json_object(text: object) -> dict[str, object]:
    """Return the object a column holds, an empty one when it holds none that can be read."""
    return json_object_or_none(text) or {}


def json_object_or_none(text: object) -> dict[str, object] | None:
    """Return the object a column holds, ``None`` when it holds none that can be read.

    Fields of a change that are no fields at all are left out, so that readers need not ask.
    """
    try:
        found = json.loads(text) if isinstance(text, str | bytes) else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {n: v for n, v in found.items() if n not in _MAPS or isinstance(v, dict)}


def fields(payload: dict[str, object], name: str) -> dict[str, object]:
    """Return ``changes``, ``base`` or ``left`` of a change, empty without."""
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def field_names(payload: dict[str, object], part: str) -> set[str]:
    """Return the fields that one part of a change's receipt lists, empty without."""
    found = payload.get(part)
    return {str(name) for name in found} if isinstance(found, list) else set()


def arrived(payload: dict[str, object]) -> set[str]:
    """Return the fields of a change that the CRM showed at the rep's value once, in any try.

    That part of the change is done: whoever changed such a field since is somebody else.
    """
    return field_names(payload, "written") | field_names(payload, "agreed")
