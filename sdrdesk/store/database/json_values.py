"""Reads JSON columns so that a damaged value affects only its own row."""

from __future__ import annotations

import json

_MAPS = ("changes", "base")


def json_object(text: object) -> dict[str, object]:
    """Return the JSON object of a column, empty when it cannot be read."""
    return json_object_or_none(text) or {}


def json_object_or_none(text: object) -> dict[str, object] | None:
    """Return the JSON object of a column, ``None`` when it cannot be read.

    ``changes`` and ``base`` are left out when they are not objects.
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
    """Return the field names in one part of a change's receipt, empty without."""
    found = payload.get(part)
    return {str(name) for name in found} if isinstance(found, list) else set()


def arrived(payload: dict[str, object]) -> set[str]:
    """Return the fields of a change that reached the CRM in any try.

    A later change of such a field at the CRM is another person's.
    """
    return field_names(payload, "written") | field_names(payload, "agreed")
