"""A note on the feed: which record changed, whose it is, and when. No names, numbers or texts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sdrdesk.domain.feed.offers import STEPS
from sdrdesk.domain.feed.subjects import NOBODY, FeedNames, is_word

KINDS: Final = frozenset({"lead", "company", "call", "task", "note", "meeting", "offer"})
MANY_DESKS: Final = 100
"""With more desks on the feed, what each asks the CRM for on its own has to be little: if each of a
thousand looked through everybody's changes, that alone would take ten times the account's searches.
"""
_LONGEST: Final = 512
"""Bytes of a note; more is no note."""
_LATEST_MS: Final = 4_102_444_800_000


@dataclass(frozen=True, slots=True)
class FeedNote:
    """A record that changed at the CRM."""

    kind: str
    record_id: str
    owner: str
    """The word of its owner, ``""`` nobody."""
    at_ms: int
    """When it changed, milliseconds UTC, 0 unknown. A hint for people; nothing is decided by it."""
    step: str = ""
    """Of an offer: one of ``STEPS``."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A record that may have changed, from the CRM. Hints may be late, doubled or in any order."""

    kind: str
    record_id: str
    at_ms: int = 0
    """When, by the CRM, milliseconds UTC; 0 unknown."""


def note_body(at_ms: int, step: str = "") -> bytes:
    """Return what a note carries next to its subject; ``step`` of an offer."""
    told = {"at": at_ms, "s": step} if step else {"at": at_ms}
    return json.dumps(told, separators=(",", ":")).encode()


def parse_note(names: FeedNames, subject: str, body: bytes) -> FeedNote | None:
    """Return the note of a message, ``None`` for anything else: publishers make mistakes.

    A body that cannot be read costs only its moment: the subject says which record to read.
    """
    head = f"sdrdesk.{names.account}.note."
    words = subject.removeprefix(head).split(".") if subject.startswith(head) else []
    if len(words) != 3 or len(body) > _LONGEST:
        return None
    owner, kind, record_id = words
    if kind not in KINDS or not is_word(record_id):
        return None
    at_ms, step = _told(body)
    if (kind == "offer") != (step != ""):
        return None
    return FeedNote(kind, record_id, "" if owner == NOBODY else owner, at_ms, step)


def _told(body: bytes) -> tuple[int, str]:
    try:
        told = json.loads(body)
        at, step = told["at"], told.get("s", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return 0, ""
    at_ms = at if type(at) is int and 0 <= at < _LATEST_MS else 0
    return at_ms, step if isinstance(step, str) and step in STEPS else ""
