"""Activities to log, and those that were read.

A CRM without a field for the key, the outcome or the number gets them in the text: ``Name: value``
lines first, then the note, then the line of shared facts, and the key at the very end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord
from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity
from sdrdesk.domain.crm.shared_facts import SharedFacts, find_facts, line_of
from sdrdesk.domain.text.plain_text import clean, one_line
from sdrdesk.sync.port import CreateItem, KeyMode

OUTCOMES: Final = (
    "Connected", "No answer", "Left voicemail", "Left live message", "Busy", "Wrong number",
)  # fmt: skip
"""Outcomes of a call where the account names none."""

_MARK: Final = re.compile(r"\s*\[ref sdrdesk ([0-9A-Za-z-]{8,64})\]\s*\Z")
_LINE: Final = re.compile(r"(Outcome|Duration|Number|Direction): ([^\n]{1,120})(?:\n|\Z)")
_RESULT: Final = re.compile(r"\AResult: ([a-z ]{1,20})(?:\n+|\Z)")
"""The first line of a meeting, in the words of ``MeetingPort``."""
_NOTE: Final = re.compile(r"\ANote:\n+")
"""Begins a note of ours that looks like one of these lines: a CRM would trim a blank line."""


def mark_of(key: str) -> str:
    """Return what ends a text whose record has no field for the key."""
    return f"[ref sdrdesk {key}]"


class Draft:
    """An activity to log."""

    def __init__(self, item: CreateItem) -> None:
        self.item = item
        self.intent = cast("Mapping[str, Any]", item.intent)
        self.owner = str(self.intent.get("owner_id") or "")
        self.seconds = max(0, int(self.intent.get("duration_s") or 0))
        self.is_incoming = self.intent.get("direction") == "in"
        self.number = self.line("number", limit=40)
        """The number that was dialled, ``""`` for none."""

    @property
    def is_keyed(self) -> bool:
        """True if the key goes into a field of its own."""
        return self.item.mode is not KeyMode.MARKER

    def line(self, *names: str, limit: int = 240) -> str:
        """Return the first of these texts that is given, on one line."""
        return next(filter(None, (self._line(name, limit) for name in names)), "")

    def _line(self, name: str, limit: int) -> str:
        return one_line(str(self.intent.get(name) or ""), limit=limit)

    def moment(self, name: str) -> datetime:
        """Return one of its moments."""
        return parse_iso(str(self.intent[name]))

    def text(self, lines: Mapping[str, object], *, marked: bool) -> str:
        """Return its text.

        Args:
            lines: the facts that the CRM has no field for; empty ones are left out.
            marked: whether the key ends the text, for want of a field.
        """
        note = clean(str(self.intent.get("note", self.intent.get("body", "")))).strip()
        if any(looks.match(note) for looks in (_LINE, _RESULT, _NOTE)):
            note = f"Note:\n{note}"
        facts, key = self.intent.get("facts"), self.item.key
        shared = {str(n): str(v) for n, v in facts.items()} if isinstance(facts, dict) else {}
        said = [f"{name}: {value}" for name, value in lines.items() if value]
        said += [note, line_of(shared, key), mark_of(key) if marked else ""]
        return "\n".join(line for line in said if line)


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of the text of an activity that was read."""

    key: str
    """The key in the record's own field, else in the text."""
    facts: SharedFacts | None
    note: str
    lines: Mapping[str, str]
    """Facts of a call of ours that the CRM has no field for."""
    result: str
    """Result of a meeting, in the words of ``MeetingPort``."""

    @classmethod
    def of(cls, kind: ActivityKindName, text: str, key: str) -> Told:
        """Return the parts of a text; ``key`` is in the record's own field, ``""`` for none."""
        if mark := _MARK.search(text):
            text = text[: mark.start()]
            key = key or mark[1]
        own = find_facts(text, key)
        text, lines, result = own.text, dict[str, str](), ""
        while kind == "call" and key and (found := _LINE.match(text)):
            lines[found[1]] = found[2].strip()
            text = text[found.end() :]
        if kind == "meeting" and (said := _RESULT.match(text)):
            result = said[1].replace(" ", "_")
            text = text[said.end() :]
        text = _NOTE.sub("", text.lstrip(), count=1) if key else text
        return cls(key, own.facts, text.strip(), lines, result)

    def activity(
        self, kind: ActivityKindName, p: ForeignRecord, lead_ids: tuple[str, ...], **own: Any
    ) -> RemoteActivity:
        """Return the activity; facts with a field of their own count before those of the text."""
        seconds = self.lines.get("Duration", "").partition(" ")[0]
        said: dict[str, Any] = {
            "outcome": self.lines.get("Outcome", ""),
            "duration_s": int(seconds) if seconds.isascii() and seconds.isdigit() else 0,
            "number": self.lines.get("Number", ""),
            "direction": "in" if self.lines.get("Direction") == "incoming" else "",
        }
        said |= {name: value for name, value in own.items() if value or name not in said}
        return RemoteActivity(
            kind, p.record_id, tuple(filter(None, lead_ids)), note=self.note, key=self.key,
            facts=self.facts, left_out=p.left_out, **said,
        )  # fmt: skip


def with_result(text: str, result: str) -> str:
    """Return the text of a meeting that begins with what became of it."""
    rest = _RESULT.sub("", text)
    return f"Result: {result.replace('_', ' ')}\n\n{rest}".strip()


def moved_end(meeting: ForeignRecord, began: str, ended: str, start_at: str) -> datetime:
    """Return when a meeting ends that now begins at ``start_at`` (ISO 8601): it keeps its length.

    ``began`` and ``ended`` are the CRM's names of its two moments.
    """
    before, after = meeting.moment(began), meeting.moment(ended)
    known = before is not None and after is not None and after > before
    lasts = timedelta(milliseconds=(after or 0) - (before or 0)) if known else timedelta(minutes=30)
    return parse_iso(start_at) + lasts
