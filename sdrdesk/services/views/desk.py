"""What screens and commands show: plain frozen data, ready to draw, nothing to look up.

Times are aware UTC unless a name says ``local``; ages and durations are whole seconds. Text from
the CRM is plain (no control characters) but still a stranger's: draw it with markup off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from sdrdesk.domain.ranking.scoring import Reason

if TYPE_CHECKING:
    from sdrdesk.services.views.block import BlockView

Lane = Literal["callback", "new", "retry", "reengaged"]
SlaWord = Literal["on_track", "at_risk", "breached", "met", "none"]


class QueueSnapshot(NamedTuple):
    """The order of the queue at one moment. Rows are fetched by id when they are drawn."""

    as_of: datetime
    lead_ids: Sequence[str]
    """Best first."""
    total: int
    """Leads on disk; while ``whole`` is false only those that are known of yet."""
    find: str = ""
    """The text the list was narrowed by, ``""`` for the whole queue."""
    view: str = "callable"
    whole: bool = True
    """False: only the first leads of the order, as many as were asked for."""

    @property
    def callable(self) -> int:
        """How many leads are in the list."""
        return len(self.lead_ids)


class ViewChoice(NamedTuple):
    """A view to choose from."""

    name: str
    text: str
    words: str
    """Its conditions in words, ``""`` none."""


class QueueRow(NamedTuple):
    """One row of the queue."""

    rank: int
    lead_id: str
    name: str
    company: str
    title: str
    persona: str
    lane: Lane
    score: float
    reasons: tuple[Reason, ...]
    """Their points sum to ``score``."""
    converted_at: datetime | None
    converted_on: str
    age_s: int | None
    """Since the latest conversion; ``None`` when no conversion is known."""
    fit: int
    attempts: int
    phone: str
    """E.164, or the raw text when it cannot be parsed; never truncated on screen."""
    lead_local_time: str
    """``HH:MM`` there, ``""`` unknown."""
    time_zone: str
    callable: bool
    next_due_at: datetime | None
    callback_at: datetime | None
    sla_state: SlaWord
    sla_due_at: datetime | None
    lifecycle: str
    status: str
    window_closes_at: datetime | None
    pinned: bool = False
    callback_note: str = ""
    extension: str = ""
    """Digits to dial after ``phone``, ``""`` none."""

    @property
    def phone_text(self) -> str:
        """The number with its extension, as short as can be."""
        return f"{self.phone} x{self.extension}" if self.extension else self.phone


class TimelineItem(NamedTuple):
    """One thing that happened with a lead, by any rep, here or at the CRM."""

    at: datetime
    kind: str
    """``call``, ``task``, ``note``, ``meeting``, ``change`` or ``conversion``."""
    who: str
    what: str
    """Outcome, subject or title, in words."""
    note: str
    duration_s: int
    state: str
    """``crm`` (pulled), ``sent``, ``held``, ``queued``, ``sending``, ``blocked``, ``undone``."""
    activity_key: str = ""


class Colleague(NamedTuple):
    """Another person of the lead's company."""

    lead_id: str
    name: str
    title: str
    last_call: str
    """Who called them last, when and how it went, in words; ``""`` never."""


class Number(NamedTuple):
    """A number of the lead."""

    display: str
    """As it is read best, with its extension; the raw text of one that nobody can dial."""
    e164: str
    """``""`` when it cannot be dialled."""
    kind: str
    held: str
    """Why it must not be dialled (``wrong number`` …), ``""`` when it may."""
    extension: str = ""
    assumed_country: str = ""
    """Country that was assumed because neither number nor lead names one, ``""`` none."""

    @property
    def usable(self) -> bool:
        """Whether it may be dialled."""
        return bool(self.e164) and not self.held


class LeadView(NamedTuple):
    """Everything the call screen and the lead screen show about one lead."""

    row: QueueRow
    email: str
    message: str
    source: str
    last_url: str
    conversions: int
    page_views: int
    first_converted_at: datetime | None
    first_converted_on: str
    company_line: str
    """Industry, size and place, in words."""
    persona_reason: str
    zone_note: str
    numbers: tuple[Number, ...]
    timeline: tuple[TimelineItem, ...]
    colleagues: tuple[Colleague, ...]
    qualify: Mapping[str, str]
    """Slots filled in earlier calls."""
    owner: str
    status_label: str
    lifecycle_label: str
    do_not_call: bool
    duplicates: tuple[str, ...] = ()
    proposal: str = ""
    """What sdrdesk proposes to do with the lead, ``""`` for going on as usual."""
    proposal_outcome: str = ""
    """Key of the outcome that does it."""


class Block(NamedTuple):
    """A rule that keeps a lead out of the queue."""

    rule: str
    until: datetime | None
    text: str


class WhyView(NamedTuple):
    """Where a lead stands and why."""

    lead_id: str
    name: str
    rank: int | None
    callable: bool
    blocked_by: tuple[Block, ...]
    score: float
    reasons: tuple[Reason, ...]
    above: str
    """Name of the lead one place above, ``""`` at the top or out of the queue."""
    above_reasons: tuple[Reason, ...]
    overtakes_at: datetime | None
    overtakes_because: str = ""
    """What brings it about, in words."""


class FunnelStep(NamedTuple):
    """One rule of the waterfall."""

    rule: str
    text: str
    removed: int
    left: int


class FunnelView(NamedTuple):
    """How the leads on disk shrink to the callable ones. ``total - removed … == callable``."""

    total: int
    steps: tuple[FunnelStep, ...]
    callable: int


class ScriptItem(NamedTuple):
    """One line of a script section."""

    text: str
    slot: str = ""
    """Qualification slot the line asks for, ``""`` none."""
    key: str = ""
    """Key that opens it (objections), ``""`` none."""
    answer: str = ""
    """What to say to an objection."""


class ScriptSection(NamedTuple):
    """A part of a script: opener, reason, questions, objections, voicemail, gatekeeper, close."""

    kind: str
    title: str
    text: str
    items: tuple[ScriptItem, ...] = ()


class ScriptView(NamedTuple):
    """The script for one lead, rendered, with the reason for the match."""

    script_id: str
    title: str
    version: str
    reasons: tuple[str, ...]
    sections: tuple[ScriptSection, ...]


class OutboxView(NamedTuple):
    """One item that waits to be sent, was refused, or has its receipt."""

    key: str
    kind: str
    lead_id: str
    lead_name: str
    state: str
    attempts: int
    last_error: str
    crm_id: str
    created_at: datetime
    next_try_at: datetime | None
    hold_until: datetime | None
    what: str
    """What it does, in words."""


class ConflictView(NamedTuple):
    """A field both sides changed."""

    key: str
    lead_id: str
    lead_name: str
    field: str
    base: str
    mine: str
    theirs: str
    mine_at: datetime
    theirs_at: datetime


class Disposed(NamedTuple):
    """What recording an outcome did."""

    activity_key: str
    lead_id: str
    lead_name: str
    disposition: str
    label: str
    undo_until: datetime
    outbox: tuple[tuple[str, str, str], ...]
    """Key, kind and state of each item to be sent."""
    next_lead_id: str | None
    meeting_file: str = ""
    """Path of the calendar file of a meeting that was set, ``""`` without one."""
    problem: str = ""
    """What went wrong or will be refused, in words; the outcome is recorded all the same."""
    notes: tuple[str, ...] = ()
    """Fields that stay as they are at the CRM, and what it will refuse: line by line."""


class Undone(NamedTuple):
    """What taking back did."""

    lead_id: str
    lead_name: str
    label: str
    clean: bool
    """True: nothing had left, no trace upstream. False: a correction was recorded, or part of
    what was to be taken back still stands; the message says which."""
    message: str
    leads: int = 1
    """Leads it was taken back of; of several, ``lead_id`` and ``lead_name`` are the first."""
    note: str = ""
    """What the rep had written with an outcome that left no trace, for the next try."""
    qualify: tuple[tuple[str, str], ...] = ()
    """The slots that were filled with it."""
    lifted: bool = False
    """A "do not call" that was sent is lifted by a correction."""


class CallView(NamedTuple):
    """A call in progress, journalled as the rep types."""

    lead_id: str
    number: str
    started_at: datetime
    note: str = ""
    qualify: Mapping[str, str] = MappingProxyType({})
    script_id: str = ""
    mine: bool = True
    """False: another running sdrdesk on this database is on this call."""
    first_line: str = ""
    """The line that was kept for this call; while it is all there is, nothing was typed."""
    talking_at: datetime | None = None
    """When somebody picked up, as far as the rep said so; until then it rings."""


class Dialled(NamedTuple):
    """What came of handing a number to a phone."""

    how: Literal["none", "tel", "command", "clipboard"]
    """``none``: nothing was dialled; ``clipboard``: whoever draws copies ``number``."""
    number: str
    said: str
    """In words, ``""`` when the rep dials by hand anyway."""
    failed: bool = False


class MeetingView(NamedTuple):
    """A meeting that was set here and is not over."""

    key: str
    lead_id: str
    lead_name: str
    start_at: datetime
    minutes: int
    attendees: tuple[str, ...]
    state: str
    """Of its item to the CRM: ``held``, ``queued``, ``sending``, ``sent``, ``blocked``."""
    file: str
    """Path of its calendar file."""


class Handed(NamedTuple):
    """What came of handing a link to another program."""

    said: str
    """In words, ``""`` when there was nothing to hand over."""
    failed: bool = False


class StatusView(NamedTuple):
    """The state line: what is online, how old the data is, what waits."""

    owner: str
    connection: Literal["online", "offline", "never", "refused", "stranger", "syncing", "none"]
    """``none``: no account is set up; ``refused``: the token was refused; ``stranger``: it opens
    another account than the one the database belongs to."""
    detail: str
    """One sentence for ``offline`` and ``refused``, ``""`` otherwise."""
    data_age_s: int | None
    unsent: int
    blocked: int
    conflicts: int
    sla_percent: int | None
    """Share of today's leads whose first attempt was in time, ``None`` without any."""
    encrypted: bool
    encryption_note: str
    dials_today: int
    meetings_today: int
    demo: bool = False
    callbacks_due: int = 0
    """Promised callbacks that are due, of the rep's leads."""
    next_callback_at: datetime | None = None
    """The next promise of the coming hour, ``None`` when there is none."""
    block: BlockView | None = None
    """The call block the rep is in."""
    clock_off: str = ""
    """How wrong this machine's clock is, in words (``10m fast``), ``""`` when it is right."""
    do_not_call_unread: bool = False
    """No "do not call" field of the account was chosen: marks at the CRM are not read."""
    left_out: tuple[str, ...] = ()
    """Values from the CRM that could not be held, each in words."""


class RepTotals(NamedTuple):
    """One rep's day."""

    owner_id: str
    name: str
    dials: int
    connects: int
    conversations: int
    meetings_set: int
    talk_s: int
    disqualified_without_call: int
    outcomes: Mapping[str, int]
    callbacks_kept: int = 0
    callbacks_missed: int = 0
    time_zone: str = ""
    """Where this rep's day began and ended, ``""`` for that of the log."""
    hours: tuple[int, ...] = ()
    """Dials per hour of the rep's clock, 24 numbers; empty when they were not counted."""


class LogEntry(NamedTuple):
    """One line of the day's timeline."""

    activity_key: str
    crm_id: str
    owner_id: str
    owner: str
    lead_id: str
    lead_name: str
    at: datetime
    disposition: str
    label: str
    duration_s: int
    note: str
    state: str
    kind: str = "call"
    """``call``, or ``change`` for an outcome without one."""
    corrected: bool = False
    """The outcome was taken back after it was sent: a dial, nothing else."""
    counted: tuple[str, ...] = ()
    """Names of the numbers of ``RepTotals`` that this line is one of."""
    clock_shift_s: int = 0
    """By how much ``at`` was put right, because the clock was wrong when it was recorded."""


class LogView(NamedTuple):
    """A day's activity log."""

    day: str
    time_zone: str
    reps: tuple[RepTotals, ...]
    activities: tuple[LogEntry, ...]


class PracticeView(NamedTuple):
    """How a lead of the sandbox answers a practice call."""

    answered: bool
    ring_s: int
    by: str
    reaction: str


class SyncEvent(NamedTuple):
    """Something the background sync wants shown. Later events replace earlier ones."""

    kind: Literal["started", "progress", "finished", "offline", "refused", "stranger", "failed"]
    text: str
    changed: bool = False
    """Local data changed: the queue should be read again."""
    fresh_lead_ids: tuple[str, ...] = ()
    """Leads whose conversion arrived with this sync."""
