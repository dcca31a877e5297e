"""The rep's entry as JSON-safe values: kept with an outcome, so that redo can record it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sdrdesk.domain.outcome.types import Entry

_NAMES = tuple(field.name for field in fields(Entry))
_MOMENTS = ("at", "callback_at", "meeting_at")


def entry_values(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON-safe values; moments with their offset."""
    values = {name: getattr(entry, name) for name in _NAMES}
    for name in _MOMENTS:
        if values[name] is not None:
            values[name] = values[name].isoformat()
    return values | {"attendees": list(entry.attendees)}


def entry_from(values: Mapping[str, Any]) -> Entry:
    """Return the entry that ``entry_values`` wrote; unknown names are left out.

    Raises:
        ValueError: a moment cannot be read.
        TypeError: outcome or time is missing.
    """
    given = {name: values[name] for name in _NAMES if name in values}
    for name in _MOMENTS:
        if given.get(name) is not None:
            given[name] = datetime.fromisoformat(given[name])
    return Entry(**given | {"attendees": tuple(given.get("attendees", ()))})
