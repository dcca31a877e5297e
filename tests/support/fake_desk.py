"""A small desk over leads in memory, with the product's own rules: ranking, outcomes, times.

It keeps no file and has no network; everything a screen can ask for works, deterministically, at
the moment ``at``. Tests move time by setting ``at``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sdrdesk.domain.block.block import Block, Ending
from sdrdesk.domain.errors import (
    NotFoundError,
    SdrDeskError,
)
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Disposition, parse_dispositions
from sdrdesk.domain.outcome.phone_events import PhoneEvent
from sdrdesk.domain.outcome.qualification import parse_qualification
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.ranking.config import parse_ranking
from sdrdesk.domain.sla.pauses import SlaPause
from sdrdesk.services.feed.offers import OfferView
from sdrdesk.services.feed.steps import StepView
from sdrdesk.services.notice.attention import Attention
from sdrdesk.services.people.create import FileLook
from sdrdesk.services.sync.questions import QuestionView
from sdrdesk.services.views.block import BlockSummary
from sdrdesk.services.views.call import CallView, Dialled, PracticeView
from sdrdesk.services.views.sync import ConflictView, OutboxView, RulesNews
from sdrdesk.store.cadences.reading import NamedRun
from tests.support.fake_agenda import FakeAgenda, FakeMeetings
from tests.support.fake_away import FakeAway
from tests.support.fake_blocks import FakeBlocks
from tests.support.fake_calls import FakeCalls, FakeMail, FakeOffers, FakePhone, FakeTouches
from tests.support.fake_leads import NOW, believable
from tests.support.fake_office import (
    GRACE,
    FakeComments,
    FakeLog,
    FakeOutbox,
    FakeQuestions,
    FakeReports,
    FakeStatus,
    FakeWaits,
    FakeWall,
    Recorded,
    shipped,
)
from tests.support.fake_outcomes import FakeCorrections, FakeOutcomes, FakeUndo
from tests.support.fake_people import PEOPLE, FakeCadences, FakeDecisions, FakeEdits, FakePeople
from tests.support.fake_queue import FakeAtRisk, FakeLeads, FakeQueue, FakeViews


@dataclass
class FakeDesk:
    """A ``Desk`` over leads in memory."""

    leads_on_disk: list[Lead] = field(default_factory=believable)
    at: datetime = NOW
    connection: Literal[
        "online", "offline", "unavailable", "never", "refused", "syncing", "none"
    ] = "online"
    detail: str = ""
    cause: str = ""
    blocked: list[OutboxView] = field(default_factory=list)
    open_conflicts: list[ConflictView] = field(default_factory=list)
    asked: list[QuestionView] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    in_demo: bool = False
    in_block: Block | None = None
    """The block that runs."""
    last: Block | None = None
    told: frozenset[Ending] = frozenset()
    kept: list[BlockSummary] = field(default_factory=list)
    broken: SdrDeskError | None = None
    """Raised by every question about the queue while set."""
    demo: PracticeView | None = None
    in_call: CallView | None = None
    in_call_elsewhere: dict[str, str] = field(default_factory=dict)
    """Leads that someone else is calling now, with who, in words."""
    renewals: int = 0
    note_saved: threading.Event = field(default_factory=threading.Event)
    saves: int = 0
    cannot_wait: Attention = field(default_factory=Attention)
    phone_answer: Dialled = field(default_factory=lambda: Dialled("none", "", ""))
    """What comes of every dial."""

    phone_tells: Callable[[PhoneEvent], object] | None = None
    """Takes what the phone program says of the call dialled last."""
    no_network: bool = False

    def __post_init__(self) -> None:
        self.dispositions = parse_dispositions(shipped("dispositions.toml"))
        self.ranking = parse_ranking(shipped("ranking.toml"))
        self.qualification = parse_qualification(shipped("qualification.toml"))
        self.by_id = {lead.lead_id: lead for lead in self.leads_on_disk}
        self.records: list[Recorded] = []
        self.assigned: list[tuple[str, str]] = []
        self.views_saved: list[tuple[str, str, tuple[str, ...]]] = []
        self.comments_made: list[tuple[str, str, bool]] = []
        self.comments_told: list[str] = []
        self.waits_now: dict[str, SlaPause] = {}
        self.teams: dict[str, frozenset[str]] = {}
        self.settled: tuple[str, str] | None = None
        self.pinned: set[str] = set()
        self.skipped: dict[str, str] = {}
        self.held_numbers: set[tuple[str, str]] = set()
        self.first_lines: dict[str, str] = {}
        self.snoozes: dict[str, tuple[datetime | None, bool, bool | None]] = {}
        """Lead id to end, firm, with the callback."""
        self.entries: list[Entry] = []
        self.reasons: list[str] = []
        """Why outcomes were taken back."""
        self.bulk: list[Recorded] = []
        """The last batch of outcomes."""
        self.last_key = ""
        """The outcome that undo takes back without a question."""
        self.redos: list[Recorded] = []
        self.looked_ahead: list[str] = []
        self.keys = 0
        self.dialled: list[tuple[str, str]] = []
        self.touched: list[Activity] = []
        self.booking_page = ""
        self.starts_by_itself_s = 0
        self.rules_news: RulesNews | None = None
        self.pages_opened: list[str] = []
        self.people_file = PEOPLE
        self.imports: list[tuple[FileLook, bool]] = []
        self.import_may_end = threading.Event()
        self.import_may_end.set()
        self.queue = FakeQueue(self)
        self.views = FakeViews(self)
        self.at_risk = FakeAtRisk(self)
        self.agenda = FakeAgenda(self)
        self.meetings = FakeMeetings(self)
        self.results: list[tuple[str, str, datetime | None]] = []
        self.asks = False
        self.has_tasks = False
        self.tasks: dict[str, datetime | None] = {}
        self.away = FakeAway(self)
        self.leads = FakeLeads(self)
        self.decisions = FakeDecisions(self)
        self.edits = FakeEdits(self)
        self.touches = FakeTouches(self)
        self.mail = FakeMail(self)
        self.cadences = FakeCadences(self)
        self.cadence_runs: dict[str, NamedRun] = {}
        self.mails: list[tuple[str, str, str]] = []
        self.outcome = FakeOutcomes(self)
        self.undo = FakeUndo(self)
        self.corrections = FakeCorrections(self)
        self.corrected: list[Entry] = []
        self.block = FakeBlocks(self)
        self.call = FakeCalls(self)
        self.offers = FakeOffers(self)
        self.wall = FakeWall(self)
        self.wall_lines: list[str] = []
        self.steps_today: list[StepView] = []
        self.offered: OfferView | None = None
        self.looked_at: list[str] = []
        self.phone = FakePhone(self)
        self.people = FakePeople(self)
        self.outbox = FakeOutbox(self)
        self.questions = FakeQuestions(self)
        self.log = FakeLog(self)
        self.comments = FakeComments(self)
        self.waits = FakeWaits(self)
        self.reports = FakeReports(self)
        self.status = FakeStatus(self)

    def state_of(self, record: Recorded) -> str:
        return "held" if self.at < record.activity.at + GRACE else "queued"

    def need(self, lead_id: str) -> Lead:
        if lead_id not in self.by_id:
            raise NotFoundError(f"There is no lead {lead_id} on this machine.")
        return self.by_id[lead_id]

    def now(self) -> datetime:
        return self.at

    def outcomes(self) -> Sequence[Disposition]:
        return tuple(self.dispositions.values())

    def qualify_slots(self) -> Sequence[tuple[str, str]]:
        return self.qualification.pairs

    def attention(self) -> Attention:
        return self.cannot_wait

    def auto_start_s(self) -> int:
        return self.starts_by_itself_s

    def has_booking_page(self) -> bool:
        return bool(self.booking_page)

    def hook_news(self) -> Sequence[str]:
        return ()

    def follow_rules(self) -> RulesNews | None:
        news, self.rules_news = self.rules_news, None
        return news

    def follow_zone(self) -> bool:
        return False
