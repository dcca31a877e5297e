"""Facts of an outcome beyond the CRM's own fields, in one short line of its record at the CRM.

Every sdrdesk of the account reads it back, so a team lead counts what the rep counts. Where the
account has a field for it the line is there, else at the end of the text::

    [sdrdesk outcome=callback script=demo@3 callback=2026-12-01T09:00:00Z #4f2a91]

Anybody can write into a CRM. The digits at the end bind the line to the key of its record, so a
line that was copied, changed or pasted from an e-mail does not count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote_plus, unquote_plus

from sdrdesk.clock import iso, parse_iso
from sdrdesk.domain.crm.foreign_values import EARLIEST_MS, LATEST_MS
from sdrdesk.domain.digest import sha256_of
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.text.plain_text import one_line

NAMES: Final = (
    "outcome", "reason", "script", "callback", "meeting", "answered", "corrects", "about", "to",
    "waits",
    "call",
)  # fmt: skip
"""The facts in the order of the line; unknown ones of a later version are passed over."""

_LONGEST: Final = 100
"""Characters of one fact."""
_LONGEST_LIST: Final = 1_000
"""Characters of the answered slots: room for the keys of every set that is allowed."""
_MOST: Final = 4_000
"""Characters of a line."""
_MOST_LINES: Final = 8
"""Lines looked at in one text: a stranger may write thousands."""
_START: Final = "[sdrdesk "
_LINE: Final = re.compile(r"\[sdrdesk ((?:[a-z]{1,20}=[^\s\[\]]{0,1200} ){1,12})#([0-9a-f]{6})\]")
_WORD: Final = re.compile(r"[0-9A-Za-z_.:@/-]{1,100}")


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """The facts of one record; ``""`` and ``None`` where it says nothing."""

    outcome: str = ""
    """Key of the outcome, as the rep's team calls it."""
    reason: str = ""
    script: str = ""
    callback_ms: int | None = None
    meeting_ms: int | None = None
    answered: tuple[str, ...] = ()
    """Slots that were answered, in the order of the lines of the text."""
    corrects: str = ""
    """Key of the record whose outcome was a mistake."""
    about: str = ""
    """Key of the call that a comment is about."""
    to: str = ""
    """Owner id of the rep a comment is for."""
    waits_ms: int | None = None
    """Until when the customer asked to wait, ``reason`` says why; at or before the record's own
    moment: no longer."""
    call: str = ""
    """Key of the call in which a meeting was set."""


class LineRead(NamedTuple):
    """The content of a line."""

    facts: SharedFacts | None
    """``None`` when it does not count."""
    problem: str = ""
    """Why it does not count, as the end of a sentence."""


def facts_of(activity: Activity) -> dict[str, str]:
    """Return the facts of an outcome by name, without empty ones."""
    said = {
        "outcome": activity.disposition,
        "reason": activity.reason,
        "script": activity.script_id,
        "callback": iso(activity.callback_at) if activity.callback_at else "",
        "meeting": iso(activity.meeting_at) if activity.meeting_at else "",
        "answered": ",".join(slot for slot, answer in activity.qualify.items() if answer),
        "corrects": activity.corrects,
    }
    return {name: value for name, value in said.items() if value}


def line_of(facts: Mapping[str, str], key: str) -> str:
    """Return the line for the record with this key, ``""`` without facts."""
    said = ((name, _cut(name, facts.get(name, ""))) for name in NAMES)
    words = " ".join(
        f"{name}={quote_plus(value, safe=',:@')}" for name, value in said if value
    )  # fmt: skip
    return f"{_START}{words} #{_digits(words, key)}]" if words and key else ""


class FactsInText(NamedTuple):
    """A text and the facts that were in it."""

    text: str
    """Without the line, if it counts."""
    facts: SharedFacts | None = None
    problem: str = ""
    """Why a line in it does not count, as the end of a sentence; ``""`` without one."""


def find_facts(text: str, key: str) -> FactsInText:
    """Return the facts in the text of the record with this key: the last line that counts."""
    end, problem = len(text), ""
    for _ in range(_MOST_LINES):
        start = text.rfind(_START, 0, end)
        if start < 0:
            break
        close = text.find("]", start, start + _MOST) + 1
        read = read_line(text[start:close], key)
        if read.facts is not None:
            before, after = text[:start].rstrip(), text[close:].lstrip()
            return FactsInText("\n".join(part for part in (before, after) if part), read.facts)
        problem, end = problem or read.problem, start
    # A stranger's text in brackets, in a record that is not ours, is nobody's business.
    return FactsInText(text, None, problem if key else "")


def read_line(line: str, key: str) -> LineRead:
    """Return the facts of a line in the record with this key."""
    found = _LINE.fullmatch(line[:_MOST])
    if found is None:
        return LineRead(None, "is damaged")
    if not key:
        return LineRead(None, "is not sdrdesk's: the record has no key")
    words = found[1].rstrip()
    if found[2] != _digits(words, key):
        return LineRead(None, "does not belong to this record, or was changed")
    said: dict[str, str] = {}
    for word in words.split(" "):
        name, _, value = word.partition("=")
        said[name] = unquote_plus(value)
    return LineRead(read_facts(said))


def read_facts(said: Mapping[str, str]) -> SharedFacts:
    """Return facts by name as they are read back; values that cannot be right are left out."""
    said = {name: _cut(name, value) for name, value in said.items()}
    return SharedFacts(
        outcome=_key(said, "outcome"),
        reason=said.get("reason", ""),
        script=_key(said, "script"),
        callback_ms=_moment_ms(said.get("callback", "")),
        meeting_ms=_moment_ms(said.get("meeting", "")),
        answered=tuple(s for s in said.get("answered", "").split(",") if _WORD.fullmatch(s)),
        corrects=_key(said, "corrects"),
        about=_key(said, "about"),
        to=_key(said, "to"),
        waits_ms=_moment_ms(said.get("waits", "")),
        call=_key(said, "call"),
    )


def answers_in(text: str, answered: tuple[str, ...]) -> dict[str, str]:
    """Return slot to answer from a record's text: its last lines, ``Label: answer`` each.

    Where somebody changed these lines, an answer says only that there is one.
    """
    lines = [line for line in text.splitlines() if line.strip()][-len(answered) :]
    pairs = [line.partition(": ") for line in lines]
    if len(pairs) < len(answered) or not all(between for _, between, _ in pairs):
        return dict.fromkeys(answered, "see the note")
    return {slot: said for slot, (_, _, said) in zip(answered, pairs, strict=True)}


def _cut(name: str, value: str) -> str:
    return one_line(value, limit=_LONGEST_LIST if name == "answered" else _LONGEST)


def _key(said: Mapping[str, str], name: str) -> str:
    value = said.get(name, "")
    return value if _WORD.fullmatch(value) else ""


def _moment_ms(value: str) -> int | None:
    if not value:
        return None
    try:
        at_ms = round(parse_iso(value).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return at_ms if EARLIEST_MS <= at_ms < LATEST_MS else None


def _digits(words: str, key: str) -> str:
    return sha256_of([f"{key} {words}".encode()])[:6]
