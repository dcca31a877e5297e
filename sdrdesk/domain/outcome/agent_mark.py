"""The mark of what an agent recorded: the first line of its note, here and at the CRM."""

from __future__ import annotations

import re

from sdrdesk.domain.text.plain_text import one_line

_LONGEST = 40
_MARK = re.compile(r"^\[Recorded by an agent: ([^\]\n]{1,40})\]")


def agent_name(given: str) -> str:
    """Return the name of an agent as the mark can hold it."""
    kept = re.sub(r"[\[\]]", "", one_line(given, limit=_LONGEST)).strip()
    return kept or "unnamed"


def with_mark(note: str, agent: str) -> str:
    """Return a note with the mark of the agent that wrote it."""
    mark = f"[Recorded by an agent: {agent_name(agent)}]"
    return f"{mark}\n{note}" if note.strip() else mark


def agent_of(note: str) -> str:
    """Return the agent that wrote a note, ``""`` for a person."""
    found = _MARK.match(note)
    return found[1] if found else ""
