"""Views for screens and commands: plain frozen data, ready to draw.

Times are aware UTC unless a name says ``local``; ages and durations are whole seconds. Text from
the CRM has no control characters, but anyone may have written it: draw it with markup off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from sdrdesk.domain.lead.owner import Promiser
from sdrdesk.domain.ranking.scoring import Reason
from sdrdesk.domain.reports.doubts import Doubt

if TYPE_CHECKING:
    from sdrdesk.domain.lead.stage_history import StageSpan
    from sdrdesk.domain.people.links import LeadLink
    from sdrdesk.domain.queue.eligibility import Exclusion
    from sdrdesk.domain.ranking.ranking import Lane
    from sdrdesk.domain.sla.sla import SlaWord
    from sdrdesk.services.views.block import BlockView


class QueueSnapshot(NamedTuple):
    """The order of the queue at one moment. Rows are fetched by id when they are drawn."""

    as_of: datetime
    lead_ids: Sequence[str]
    """Best first."""
    total: int
    """Leads on disk; while ``whole`` is false, only those known so far."""
    find: str = ""
    """The search text, ``""`` for the whole queue."""
    view: str = "callable"
    whole: bool = True
    """False: only the first leads of the order, as many as requested."""
    live: bool = True
    """False: ranked for another time than now, so calls in progress do not count."""
    in_call: tuple[int, ...] = ()
    """Places (from 0) of leads in a call with someone else: in the list, without a rank."""
    where: str = ""
    """The conditions with exact times, to read the same list again later."""
    closing_first: bool = False
    """Ordered by which calling window closes first."""
    opens_at: datetime | None = None
    """Of an empty list: when the first lead becomes callable, if any does."""

    @property
    def callable(self) -> int:
        """Number of leads in the list that can be called."""
        return len(self.lead_ids) - len(self.in_call)


class ViewChoice(NamedTuple):
    """A view to choose from."""

    name: str
    text: str
    words: str
    """Its conditions in words, ``""`` for none."""


class QueueRow(NamedTuple):
    """One row of the queue."""

    rank: int
    """From 1; 0 has no rank: not in the queue, or in a call with someone else."""
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
    """``HH:MM`` in the lead's zone when the row was made, ``""`` unknown."""
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
    promised_by: Promiser = Promiser()
    extension: str = ""
    """Digits to dial after ``phone``, ``""`` none."""
    sla_waits: str = ""
    """Why the SLA rests: the customer asked to wait; ``""`` while it runs."""
    in_call: str = ""
    """Who else is in a call with the lead now, in words; ``""`` nobody."""
    other_zones: tuple[str, ...] = ()
    """Zones that other sources name for the lead: nobody has settled which is right."""
    comment: str = ""
    """A colleague's comment on a call of the rep, ``Ana: well done``, until they were told."""

    cadence: str = ""
    """Name of the cadence the lead is in and its next step, ``""`` none."""

    @property
    def phone_text(self) -> str:
        """The number with its extension."""
        return f"{self.phone} x{self.extension}" if self.extension else self.phone


class TimelineItem(NamedTuple):
    """One event with a lead, by any rep, here or in the CRM."""

    at: datetime
    kind: str
    """``call``, ``task``, ``note``, ``meeting``, ``email``, ``message``, ``change`` or
    ``conversion``."""
    who: str
    what: str
    """Outcome, subject or title, in words."""
    note: str
    duration_s: int
    state: str
    """``crm`` (pulled), ``sent``, ``held``, ``queued``, ``sending``, ``blocked``, ``undone``."""
    activity_key: str = ""
    direction: str = ""
    """``in`` for what came from the lead, else ``""``."""
    channel: str = ""
    """``email``, ``linkedin``, ``sms`` … of a touch without a call, else ``""``."""
    recording_url: str = ""
    """A web link that a person may open; nothing opens it by itself."""
    attachments: tuple[str, ...] = ()
    """Ids of the CRM's files, to be opened there."""


class Colleague(NamedTuple):
    """Another person of the lead's company."""

    lead_id: str
    name: str
    title: str
    last_call: str
    """The last call to this person: rep, time and outcome in words; ``""`` never."""


class Number(NamedTuple):
    """A number of the lead."""

    display: str
    """The number for display, with its extension; the raw text when it is not a number."""
    e164: str
    """``""`` when it cannot be dialled."""
    kind: str
    held: str
    """Why it must not be dialled (``wrong number`` …), ``""`` when it may be."""
    extension: str = ""
    assumed_country: str = ""
    """Country assumed because neither number nor lead names one, ``""`` for none."""

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
    """A proposed next step, ``""`` for none."""
    proposal_outcome: str = ""
    """Key of the outcome for the proposal."""
    facts: tuple[tuple[str, str], ...] = ()
    """``qualify`` with labels, the chosen set first."""
    voicemail: str = ""
    """Why no voicemail should be left in the call that comes next, ``""`` for no reason."""
    links: tuple[LeadLink, ...] = ()
    stages: tuple[StageSpan, ...] = ()
    """Lifecycle stages in the order of entering them, the present one last."""
    properties: tuple[tuple[str, str], ...] = ()
    """Properties of the account that the team's rules name, by the names rules use."""


class Standing(NamedTuple):
    """Where a lead stands in the queue at this moment."""

    rank: int
    """From 1; 0 while the lead is not callable."""
    in_call: str
    """Who else is in a call with the lead, in words; ``""`` nobody."""


class WhyView(NamedTuple):
    """The rank of a lead and its reasons."""

    lead_id: str
    name: str
    rank: int | None
    callable: bool
    blocked_by: tuple[Exclusion, ...]
    score: float
    reasons: tuple[Reason, ...]
    above: str
    """Name of the lead one place above, ``""`` at the top or outside the queue."""
    above_reasons: tuple[Reason, ...]
    overtakes_at: datetime | None
    overtakes_because: str = ""
    """The cause, in words."""


class FunnelStep(NamedTuple):
    """One step of the funnel."""

    rule: str
    text: str
    removed: int
    left: int


class FunnelView(NamedTuple):
    """The funnel from all leads to the callable ones. ``total - removed … == callable``."""

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


class OutboxView(NamedTuple):
    """One outbox item: waiting, refused, or sent."""

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
    """Its effect, in words."""


class ConflictView(NamedTuple):
    """A field that changed both here and in the CRM."""

    key: str
    lead_id: str
    lead_name: str
    field: str
    base: str
    mine: str
    theirs: str
    mine_at: datetime
    theirs_at: datetime
    theirs_by: str = ""
    """Who set the CRM's value, and from where, in words; ``""`` unknown."""
    labels: tuple[tuple[str, str], ...] = ()
    """The account's labels of the values."""


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
    """What the team's rules advised against; the outcome is recorded all the same."""


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
    """What cannot be taken back, line by line."""


class CallView(NamedTuple):
    """A call in progress, saved while the rep types."""

    lead_id: str
    number: str
    started_at: datetime
    note: str = ""
    qualify: Mapping[str, str] = MappingProxyType({})
    script_id: str = ""
    mine: bool = True
    """False: another running sdrdesk on this database is on this call."""
    first_line: str = ""
    """The opening note for this call; while the note equals it, the rep typed nothing."""
    talking_at: datetime | None = None
    """When the lead picked up, if the rep marked it; until then it rings."""
    holder: str = ""
    """Who is in the call, in words, when it is not ``mine``."""
    idle_s: int = 0
    """Seconds between its outcome and the undo of it; they are not part of the call."""
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


class StatusView(NamedTuple):
    """The state line: connection, age of the data, unsent items."""

    owner: str
    connection: Literal["online", "offline", "never", "refused", "stranger", "syncing", "none"]
    """``none``: no account is set up; ``refused``: the token was refused; ``stranger``: the token
    opens another account than the database belongs to."""
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
    """Due callbacks of the rep's leads."""
    next_callback_at: datetime | None = None
    """The next callback within the hour, ``None`` when there is none."""
    block: BlockView | None = None
    """The running call block."""
    clock_off: str = ""
    """Error of this machine's clock in words (``10 min fast``), ``""`` when it is right."""
    do_not_call_unread: bool = False
    """No "do not call" field of the account was chosen: marks in the CRM are not read."""
    left_out: tuple[str, ...] = ()
    """Values from the CRM that could not be stored, in words."""
    rules: str = ""
    """Version of the team's rules in force, ``""`` without pulled ones."""
    rules_problem: bool = False
    """A rule file is wrong: the last good set is in force."""


class RulesNews(NamedTuple):
    """What to tell of the team's rule files."""

    text: str
    changed: bool
    """Other rules are in force now."""
    problem: bool
    """A file is wrong, and the last good set is in force."""


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
    """Time zone of this rep's day, ``""`` for that of the log."""
    hours: tuple[int, ...] = ()
    """Dials per hour of the rep's clock, 24 numbers; empty when not counted."""
    incoming: int = 0
    """Calls that came in: no dials."""
    not_made: int = 0
    """Calls that never took place, or lie ahead: in no other number."""
    meetings_without_call: int = 0
    """Meetings that no call led to."""
    labels: Mapping[str, str] = MappingProxyType({})
    """The label of each key of ``outcomes``."""
    meetings_held: int = 0
    """Meetings due on the day that took place, whenever they were set."""
    meetings_missed: int = 0
    """Those to which nobody came."""


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
    """``call``, ``incoming`` for one that came in, ``not_made`` for one that never took place or
    lies ahead, ``change`` for an outcome without a call, ``meeting`` for a meeting of the CRM that
    no outcome recorded, ``held`` and ``missed`` for what became of one that was due."""
    corrected: bool = False
    """The outcome was undone after it was sent: a dial, nothing else."""
    counted: tuple[str, ...] = ()
    """Names of the ``RepTotals`` numbers that count this line."""
    clock_shift_s: int = 0
    """Correction of ``at`` in seconds, because the clock was wrong when it was recorded."""


class LogView(NamedTuple):
    """A day's activity log."""

    day: str
    time_zone: str
    reps: tuple[RepTotals, ...]
    activities: tuple[LogEntry, ...]
    notes: tuple[str, ...] = ()
    """What is wrong with ``team.toml``."""
    doubts: tuple[Doubt, ...] = ()
    """What counts as it was logged, and may be wrong."""


class PracticeView(NamedTuple):
    """How a lead of the sandbox answers a practice call."""

    answered: bool
    ring_s: int
    by: str
    reaction: str


class SyncEvent(NamedTuple):
    """Progress of the background sync for the screen. Later events replace earlier ones."""

    kind: Literal[
        "started", "progress", "finished", "offline", "refused", "stranger", "failed", "team"
    ]
    """``team``: others took or left leads; it says nothing of the CRM."""
    text: str
    changed: bool = False
    """Local data changed: the queue should be read again."""
    fresh_lead_ids: tuple[str, ...] = ()
    """Leads whose conversion arrived with this sync."""
