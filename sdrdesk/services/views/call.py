"""Views of a call: script, dialling, outcome, and what undoes it. Times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from sdrdesk.domain.light_tuple import NamedTuple


class ScriptItem(NamedTuple):
    """One line of a script section."""

    text: str
    slot: str = ""
    """Qualification slot the line asks for, ``""`` none."""
    key: str = ""
    """Key that opens it (objections), ``""`` none."""
    answer: str = ""
    """The answer to an objection."""


class ScriptSection(NamedTuple):
    """A section of a script: opener, questions, objections, voicemail and so on."""

    kind: str
    title: str
    text: str
    items: tuple[ScriptItem, ...] = ()


class ScriptView(NamedTuple):
    """The rendered script for one lead, with the reasons for the match."""

    script_id: str
    title: str
    version: str
    reasons: tuple[str, ...]
    sections: tuple[ScriptSection, ...]


class Disposed(NamedTuple):
    """The result of recording an outcome."""

    activity_key: str
    lead_id: str
    lead_name: str
    disposition: str
    label: str
    undo_until: datetime
    outbox: tuple[tuple[str, str, str], ...]
    """Key, kind and state of each outbox item."""
    next_lead_id: str | None
    meeting_file: str = ""
    """Path of the calendar file of a meeting, ``""`` without one."""
    problem: str = ""
    """A problem in words; the outcome is recorded all the same."""
    notes: tuple[str, ...] = ()
    """Fields that stay unchanged in the CRM, and changes it will refuse, line by line."""
    advice: str = ""
    """Advice of the team's rules against it; the outcome is recorded all the same."""


class Undone(NamedTuple):
    """The result of an undo."""

    lead_id: str
    lead_name: str
    label: str
    clean: bool
    """True: nothing had been sent, so the CRM shows no trace. False: a correction was recorded, or
    a part could not be undone; the message says which."""
    message: str
    leads: int = 1
    """Number of leads; of several, ``lead_id`` and ``lead_name`` are the first."""
    note: str = ""
    """The note of an outcome that left no trace, for the next try."""
    qualify: tuple[tuple[str, str], ...] = ()
    """The slots filled with it."""
    lifted: bool = False
    """A sent "do not call" is lifted by a correction."""
    activity_key: str = ""
    """The outcome, ``""`` for a decision or for several leads."""
    reopened: bool = False
    """Its call is open again, with clock, note and slots; nothing is dialled."""


class Redone(NamedTuple):
    """The result of a redo."""

    message: str
    lead_id: str
    leads: int = 1
    done: Disposed | None = None
    """The outcome that was recorded again, ``None`` for a decision or several leads."""


class OutcomeView(NamedTuple):
    """An outcome of the rep that can be corrected."""

    activity_key: str
    lead_id: str
    lead_name: str
    disposition: str
    label: str
    when: str
    """When the call was, in the rep's zone and in words."""
    note: str


class Corrected(NamedTuple):
    """A correction, planned or recorded."""

    activity_key: str
    lead_id: str
    lead_name: str
    before: str
    """Label of the outcome before."""
    label: str
    preview: tuple[str, ...]
    """Every change at the CRM, line by line."""
    stays: tuple[str, ...]
    """Effects that stay, line by line."""


class CallView(NamedTuple):
    """A call in progress, saved while the rep types."""

    lead_id: str
    number: str
    started_at: datetime
    note: str = ""
    qualify: Mapping[str, str] = MappingProxyType({})
    script_id: str = ""
    mine: bool = True
    """False: it was not started. Another running sdrdesk is on this call, or it is ``barred``."""
    first_line: str = ""
    """The opening note for this call; while the note equals it, the rep typed nothing."""
    talking_at: datetime | None = None
    """When the lead picked up, if the rep marked it; until then it rings."""
    holder: str = ""
    """The person in the call, or the reason not to call, in words, when it is not ``mine``."""
    idle_s: int = 0
    """Seconds between its outcome and the undo of it; they are not part of the call."""
    barred: bool = False
    """The person is not to be called."""
    incoming: bool = False
    """The lead called: ``number`` is the one they called from, ``""`` unknown."""

    @property
    def clock_from(self) -> datetime:
        """The moment from which its length is counted."""
        return self.started_at + timedelta(seconds=self.idle_s)


class Dialled(NamedTuple):
    """The result of dialling."""

    how: Literal["none", "tel", "command", "clipboard"]
    """``none``: nothing was dialled; ``clipboard``: the caller copies ``number``."""
    number: str
    said: str
    """A message, ``""`` when the rep dials by hand anyway."""
    failed: bool = False


class MeetingView(NamedTuple):
    """A coming meeting that was set here."""

    key: str
    lead_id: str
    lead_name: str
    start_at: datetime
    minutes: int
    attendees: tuple[str, ...]
    state: str
    """State of its outbox item: ``held``, ``queued``, ``sending``, ``sent``, ``blocked``."""
    file: str
    """Path of its calendar file, ``""`` for one that was not set here."""
    result: str = ""
    """``held``, ``no-show``, ``cancelled`` or the account's own word; ``""`` while it is open."""
    ask: bool = False
    """It was to begin, and nobody has said what became of it."""


class Handed(NamedTuple):
    """The result of opening a link."""

    said: str
    """A message, ``""`` when there was nothing to open."""
    failed: bool = False
    copy: str = ""
    """The address, where it could not be opened: for the clipboard."""


class PracticeView(NamedTuple):
    """The answer of a lead of the sandbox to a practice call."""

    answered: bool
    ring_s: int
    by: str
    reaction: str
