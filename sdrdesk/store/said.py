"""JSON objects that a row holds, read so that a damaged one costs itself and nobody else."""

from __future__ import annotations

import json

_MAPS = ("changes", "base")


def json_object(text: object) -> dict[str, object]:
    """Return the object a column holds, an empty one when it holds none that can be read."""
    return readable(text) or {}


def readable(text: object) -> dict[str, object] | None:
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
    """Return ``changes`` or ``base`` of a change, empty without."""
    found = payload.get(name)
    return found if isinstance(found, dict) else {}
