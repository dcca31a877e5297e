"""Promised calls: a callback recorded here and a call task of the CRM are the same thing.

Every open call task of a contact is a promise to that contact, no matter who made it: a rep with
sdrdesk, a colleague by hand, or an automation of the CRM. A task without an owner is
everybody's to keep.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final, Literal

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.text.plain_text import one_line

Origin = Literal["sdrdesk", "crm", "automation", "no_show"]
"""The maker of a promise: a rep with sdrdesk, a person in the CRM, or an automation of the CRM. A
``no_show`` is a missed meeting that is worth another call; it has no task at the CRM."""

CALLBACK_EARLY: Final = timedelta(minutes=15)
"""A call up to this long before a promised callback counts as the callback."""

STALE_AFTER: Final = timedelta(days=7)
"""A task of the CRM that is overdue by more is forgotten work, not a promise: it does not lift its
lead above a fresh one. The next call closes it all the same."""

LONGEST_NOTE: Final = 500
"""Characters of a promise's note on screen."""

_OPENING: Final = re.compile(r"(?m)^Promised for [^\n]*$\n?")
"""The first line of a task's body that sdrdesk writes; moving a task puts a new one on top."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promised call. Times are aware UTC."""

    key: str
    """The key of the outbox item that makes its task, else made from the CRM's id."""
    lead_id: str
    due_at: datetime
    owner_id: str = ""
    """The rep who promised; ``""`` is anybody of the team."""
    note: str = ""
    """One plain line."""
    origin: Origin = "sdrdesk"
    team: bool = False
    """Anybody may keep it: without an owner, or in a task queue of the CRM."""
    crm_id: str = ""
    """Id of the task at the CRM, ``""`` before it was sent."""
    is_open: bool = True
    what: str = "call"
    """``call``, or what another task of the CRM asks for: ``email`` or ``todo``."""

    @property
    def has_task(self) -> bool:
        """True if the CRM has a call task for it, or will have."""
        return self.origin != "no_show"

    @property
    def said_by_a_rep(self) -> bool:
        """True if it was recorded with sdrdesk."""
        return self.origin == "sdrdesk"


def task_note(title: str, body: str) -> str:
    """Return the note of a call task as one line.

    Args:
        title: subject of the task.
        body: its text, without markup. Where sdrdesk made or moved the task, the rep's note is
            below its own first line.
    """
    if opening := _OPENING.match(body):
        said = _OPENING.split(body[opening.end() :], maxsplit=1)[0]
        return one_line(said, limit=LONGEST_NOTE)
    first, rest = one_line(title), one_line(body, limit=LONGEST_NOTE)
    return one_line(f"{first}: {rest}" if first and rest else first or rest, limit=LONGEST_NOTE)


def task_body(when: str, note: str) -> str:
    """Return the body of a call task that ``task_note`` reads back.

    Args:
        when: the promised time in words.
        note: the rep's note; may have several lines.
    """
    return "\n".join(part for part in (f"Promised for {when}.", note.strip()) if part)


def was_kept(due_at: datetime, touched_at: datetime | None, last_call_at: datetime | None) -> bool:
    """Return whether a call has kept a promise whose task nobody has ticked off.

    Args:
        due_at: the promised time.
        touched_at: when the task was last changed at the CRM, ``None`` before it was there.
        last_call_at: the last call to the person, by anybody with any tool.

    A task that somebody changed after that call is open on purpose.
    """
    if touched_at is None or last_call_at is None:
        return False
    return last_call_at >= due_at - CALLBACK_EARLY and last_call_at >= touched_at


def is_stale(promise: Promise, now: datetime) -> bool:
    """Return whether a promise is forgotten work of the CRM."""
    return not promise.said_by_a_rep and promise.due_at < now - STALE_AFTER


def next_promise(promises: list[Promise], now: datetime) -> Promise | None:
    """Return the promised call that counts for a lead: the earliest open one, ``None`` for none."""
    counting = [p for p in promises if p.is_open and p.what == "call" and not is_stale(p, now)]
    return min(counting, key=lambda p: (p.due_at, p.crm_id or p.key), default=None)
