"""Shared by connectors that keep facts of an activity in its text.

A CRM without a field for the key, the outcome or the number gets them in the text: ``Name: value``
lines first, then the note, then the line of shared facts, and the key at the very end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord
from sdrdesk.domain.crm.shared_facts import SharedFacts, find_facts, line_of
from sdrdesk.domain.text.plain_text import clean, one_line

OUTCOMES: Final = (
    "Connected", "No answer", "Left voicemail", "Left live message", "Busy", "Wrong number",
)  # fmt: skip
"""Outcomes of a call where the account names none."""

_MARK: Final = re.compile(r"\s*\[ref sdrdesk ([0-9A-Za-z-]{8,64})\]\s*\Z")
_LINE: Final = re.compile(r"(Outcome|Duration|Number|Direction|Result): ([^\n]{1,120})(?:\n|\Z)")


def mark_of(key: str) -> str:
    """Return what ends a text whose record has no field for the key."""
    return f"[ref sdrdesk {key}]"


def note_of(intent: Mapping[str, Any]) -> str:
    """Return the note of an activity to log; it cannot pass for a line of facts."""
    text = clean(str(intent.get("note", intent.get("body", "")))).strip()
    return f"\n{text}" if _LINE.match(text) else text


def facts_line(intent: Mapping[str, Any], key: str) -> str:
    """Return the line of shared facts, ``""`` without any."""
    facts = intent.get("facts")
    if not isinstance(facts, dict):
        return ""
    return line_of({str(name): str(value) for name, value in facts.items()}, key)


def text_of(
    intent: Mapping[str, Any], key: str, lines: Mapping[str, object], *, marked: bool
) -> str:
    """Return the text of an activity to log.

    Args:
        intent: the activity.
        key: its key.
        lines: the facts that the CRM has no field for; empty ones are left out.
        marked: whether the key ends the text, for want of a field.
    """
    said = [f"{name}: {value}" for name, value in lines.items() if value]
    said += [note_of(intent), facts_line(intent, key), mark_of(key) if marked else ""]
    return "\n".join(line for line in said if line)


def number_of(intent: Mapping[str, Any]) -> str:
    """Return the number that was dialled, ``""`` for none."""
    return one_line(str(intent.get("number") or ""), limit=40)


def split_text(text: str, key: str) -> tuple[str, SharedFacts | None, str]:
    """Return the key, the shared facts and the rest of a text.

    Args:
        text: the plain text of a record.
        key: the key in the record's own field, ``""`` for none.
    """
    mark = _MARK.search(text)
    text = text[: mark.start()] if mark else text
    key = key or (mark[1] if mark else "")
    own = find_facts(text, key)
    return key, own.facts, own.text


def split_lines(text: str) -> tuple[dict[str, str], str]:
    """Return the facts in the first lines of a text of ours, and the rest."""
    said: dict[str, str] = {}
    while found := _LINE.match(text):
        said[found[1]] = found[2].strip()
        text = text[found.end() :]
    return said, text


def moved_end(meeting: ForeignRecord, began: str, ended: str, start_at: str) -> datetime:
    """Return when a meeting ends that now begins at ``start_at`` (ISO 8601): it keeps its length.

    ``began`` and ``ended`` are the CRM's names of its two moments.
    """
    before, after = meeting.moment(began), meeting.moment(ended)
    known = before is not None and after is not None and after > before
    lasts = timedelta(milliseconds=(after or 0) - (before or 0)) if known else timedelta(minutes=30)
    return parse_iso(start_at) + lasts
