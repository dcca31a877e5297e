"""The desk of one rep on one machine: every service, put together when it is first asked for."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.ranking.candidate import UNKNOWN_REP
from sdrdesk.rule_files import LiveRulebook
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.account.rules import owner_problem, rep_for_log, rep_of
from sdrdesk.services.feed.claims import AskTeam, nobody
from sdrdesk.services.queue.in_call import in_call
from sdrdesk.services.queue.next_lead import LookAhead
from sdrdesk.services.queue.service import QueueService
from sdrdesk.services.rep_zone import RepZone
from sdrdesk.services.sync.events import CrmConnection
from sdrdesk.store.cadences.presence import was_in_cadence
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database

if TYPE_CHECKING:
    from datetime import datetime

    from sdrdesk.config import Settings
    from sdrdesk.domain.block.block import Block
    from sdrdesk.domain.lead.owner import Owner
    from sdrdesk.domain.outcome.catalog import Disposition
    from sdrdesk.domain.outcome.qualification import Qualification
    from sdrdesk.domain.outcome.types import Entry
    from sdrdesk.domain.ranking.sharing import Share
    from sdrdesk.services.agenda.service import AgendaService
    from sdrdesk.services.block.service import BlockService
    from sdrdesk.services.cadence.service import CadenceService
    from sdrdesk.services.call.corrections import CorrectionService
    from sdrdesk.services.call.dialer import Dialer
    from sdrdesk.services.call.journal import CallService
    from sdrdesk.services.call.meetings import Meetings
    from sdrdesk.services.call.outcomes import OutcomeService
    from sdrdesk.services.call.scripts import ScriptShelf
    from sdrdesk.services.call.undo import UndoService
    from sdrdesk.services.desk.hook_events import HookEvents
    from sdrdesk.services.lead.acts import ActLog
    from sdrdesk.services.lead.at_risk import AtRiskService
    from sdrdesk.services.lead.decisions import DecisionService
    from sdrdesk.services.lead.edits import EditService
    from sdrdesk.services.lead.field_changes import FieldChanges
    from sdrdesk.services.lead.service import LeadService
    from sdrdesk.services.lead.touches import TouchService
    from sdrdesk.services.lead.waits import WaitService
    from sdrdesk.services.log.comments import CommentService
    from sdrdesk.services.log.service import TeamLog
    from sdrdesk.services.mail.service import MailService
    from sdrdesk.services.notice.attention import Attention
    from sdrdesk.services.people.job import ImportJob
    from sdrdesk.services.queue.saved_views import ViewService
    from sdrdesk.services.reports.service import ReportService
    from sdrdesk.services.sync.away import AwayService
    from sdrdesk.services.sync.outbox import OutboxService
    from sdrdesk.services.sync.questions import QuestionService
    from sdrdesk.services.sync.status import StatusService
    from sdrdesk.services.views.block import BlockSummary
    from sdrdesk.services.views.call import Disposed, PracticeView
    from sdrdesk.services.views.queue import QueueSnapshot
    from sdrdesk.services.views.sync import RulesNews

Practice: TypeAlias = "Callable[[str, str], PracticeView | None]"


class LocalDesk:
    """Implements ``services.desk.protocol.Desk`` on the local database.

    Each service is imported when it is first used: the first row must not wait for the others.
    """

    def __init__(
        self,
        *,
        db: Database,
        rulebook: Rulebook,
        settings: Settings,
        scripts: Callable[[], ScriptShelf],
        clock: Clock,
        zone: ZoneInfo,
        meetings_dir: Path,
        encryption_note: str = "",
        practice: Practice | None = None,
        demo: bool = False,
        environ: Mapping[str, str] = os.environ,
        import_job: Callable[[], ImportJob] | None = None,
        hooks: Callable[[], HookEvents | None] = lambda: None,
        ask_team: AskTeam = nobody,
    ) -> None:
        self._db = db
        self._rules = rulebook
        self._settings = settings
        self._clock = clock
        self._scripts = scripts
        self._practice = practice
        self._zone = zone
        self._encryption_note = encryption_note
        self._demo = demo
        self._environ = environ
        self._meetings_dir = meetings_dir
        self._import_job = import_job
        self._hooks = hooks
        self._ask_team = ask_team
        self._rules_told = ""
        self.connection = CrmConnection()
        """The connection to the CRM, as the sync reports it."""
        self._desk = str(uuid.uuid4())
        self.queue = QueueService(
            db,
            rulebook,
            clock,
            self.my_owner_ids,
            lambda: zone.key,
            owner_problem=lambda: owner_problem(db, settings),
            block_queue=self._block_queue,
            in_call=lambda now: in_call(db, self._desk, self._my_id, now),
            me=self._my_id,
            share=self._my_share,
        )
        self._ahead = LookAhead(self.queue.callable_of, clock)

    # Known without the disk.

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return self._clock()

    def outcomes(self) -> Sequence[Disposition]:
        """Return the outcomes in the order of the file."""
        return tuple(self._rules.dispositions.values())

    def qualify_slots(self) -> Sequence[tuple[str, str]]:
        """Return key and label of each slot of the chosen set."""
        return self.qualification.pairs

    @property
    def qualification(self) -> Qualification:
        """The questions the team qualifies leads by."""
        return self._rules.qualification

    def auto_start_s(self) -> int:
        """Return the seconds after which the next call starts automatically, 0 for never."""
        return self._settings.calls.auto_start_s

    def has_booking_page(self) -> bool:
        """Return whether a booking page is configured."""
        return bool(self._settings.calls.booking_url)

    def follow_zone(self) -> bool:
        """Read this machine's time zone again; return whether the rep is in another one now."""
        return isinstance(self._zone, RepZone) and self._zone.follow()

    def follow_rules(self) -> RulesNews | None:
        """Take over rule files that changed; return what to tell, ``None`` for nothing new.

        During a call nothing changes: the outcomes on screen stay what they are.
        """
        from sdrdesk.services.views.sync import RulesNews

        book = self._rules
        if not isinstance(book, LiveRulebook):
            return None
        before = book.in_force
        changed = not (book.changed() and self.call.is_on()) and book.follow()
        if changed:
            self._take_rules()
        problem, told = book.problem, self._rules_told
        self._rules_told = problem
        if problem and problem != told:
            kept = "The last good rules stay in force until it is mended; nothing else stops."
            return RulesNews(f"{problem} {kept}", changed, problem=True)
        if not changed:
            return None
        # The same set again, such as after a touch of a file, is no news.
        if told and not problem:
            text = "The rule files are mended and in force."
        elif book.in_force.pulled != before.pulled:
            text = f"New rules in force: {book.in_force.words or 'those of this machine'}."
        else:
            text = "The rule files changed; the new rules are in force."
        return RulesNews(text, changed=True, problem=False)

    def _take_rules(self) -> None:
        book, made = self._rules, self.__dict__
        if "leads" in made:
            self.leads.take_rules(book.dispositions, book.rules)
        if "log" in made:
            self.log.take_rules(book.dispositions, book.sla.targets)
        if "status" in made:
            self.status.take_rules(book.sla)
        self._ahead.forget()

    def _rules_words(self) -> tuple[str, bool]:
        book = self._rules
        if not isinstance(book, LiveRulebook):
            return "", False
        return book.in_force.words, bool(book.problem)

    # The rep.

    def _rep(self) -> Owner | None:
        return rep_of(self._db, self._settings)

    def my_owner_ids(self) -> frozenset[str] | None:
        """Return the owner ids whose leads are in the queue, ``None`` for all of them."""
        if self._settings.queue.owners == "all":
            return None
        me = self._rep()
        return frozenset({me.owner_id}) if me else UNKNOWN_REP

    def _my_id(self) -> str:
        me = self._rep()
        return me.owner_id if me else ""

    def _my_share(self) -> Share | None:
        """Return my part of the leads without an owner, by the callers of ``team.toml``."""
        from sdrdesk.domain.ranking.sharing import NO_SHARE, share_of
        from sdrdesk.domain.team.roster import roster
        from sdrdesk.store.mirror.options import owners

        me = self._my_id()
        if not me:
            return NO_SHARE
        file = self._rules.team
        if not file.teams:
            return None  # nobody said who else calls
        return share_of(me, roster(file, owners(self._db), ()).callers)

    def attention(self) -> Attention:
        """Return what cannot wait: callbacks, new leads, SLAs."""
        from sdrdesk.services.notice.attention import AttentionService

        sla = self._rules.sla.in_zone(self._zone.key)
        return AttentionService(
            self._db,
            self.queue,
            lambda: sla,
            self._clock,
            lambda: self.call.is_on(),
            self._my_id,
        ).now()

    # The services.

    @cached_property
    def views(self) -> ViewService:
        """The saved views and filters."""
        from sdrdesk.services.account.date_order import is_day_first
        from sdrdesk.services.queue.saved_views import ViewService

        return ViewService(
            self._db,
            self._rules,
            lambda find, as_of, shows: self.queue.snapshot(find, as_of=as_of, view=shows),
            self.queue.shown_among,
            self._clock,
            self._zone,
            lambda: is_day_first(self._db, self._settings),
        )

    @cached_property
    def at_risk(self) -> AtRiskService:
        """Leads at risk in the next hours."""
        from sdrdesk.services.lead.at_risk import AtRiskService

        return AtRiskService(self._db, self.queue, self._clock, self._rules, lambda: self._zone.key)

    @cached_property
    def agenda(self) -> AgendaService:
        """Promised callbacks and booked meetings."""
        from sdrdesk.services.agenda.service import AgendaService

        return AgendaService(self._db, self._clock, self._zone, self._rep)

    @cached_property
    def leads(self) -> LeadService:
        """The leads, one at a time."""
        from sdrdesk.services.lead.service import LeadService

        return LeadService(
            self._db,
            self.queue,
            self._rules.dispositions,
            self._zone,
            self._rules.rules,
            self._rules.default_country,
            lambda: self._rules.qualification,
            self._clock,
            lambda: self._rules.retry.voicemail,
        )

    @cached_property
    def decisions(self) -> DecisionService:
        """Decisions about a lead without a call."""
        from sdrdesk.services.lead.decisions import DecisionService

        grace_s = self._settings.sync.grace_s
        return DecisionService(
            self._db, self.leads.need, self._field_changes, self._clock, grace_s, self._acts
        )

    @cached_property
    def _acts(self) -> ActLog:
        from sdrdesk.services.lead.acts import ActLog

        return ActLog(self._my_id, self._clock)

    @cached_property
    def _field_changes(self) -> FieldChanges:
        from sdrdesk.services.lead.enrichment import derive_with
        from sdrdesk.services.lead.field_changes import FieldChanges

        return FieldChanges(
            self._db,
            lambda: derive_with(self._rules),
            lambda: self._rules.fingerprint,
            self._settings,
            self._clock,
            self._acts,
        )

    @cached_property
    def edits(self) -> EditService:
        """Corrections of people's own data."""
        from sdrdesk.services.lead.edits import EditService

        return EditService(self.leads.need, self._field_changes, self._rules.default_country)

    @cached_property
    def outcome(self) -> OutcomeService:
        """Outcomes: preview and record."""
        from sdrdesk.services.call.outcomes import OutcomeService

        return OutcomeService(
            self._db,
            self.leads,
            self._rules,
            self._settings,
            self._clock,
            self._zone,
            self._desk,
            self.queue,
            self._ahead,
            lambda: self.block,
            self._acts,
            lambda: self.meetings,
            lambda: self._scripts().follow(),
            self._follow_cadence,
            self._told,
        )

    def _follow_cadence(self, connection: Connection, lead_id: str) -> None:
        # The first outcome of a desk without cadences need not import them.
        if was_in_cadence(connection, lead_id):
            self.cadences.settle(connection, lead_id)

    @cached_property
    def cadences(self) -> CadenceService:
        """Cadences: who is in which step."""
        from sdrdesk.cadence_files import CadenceFiles
        from sdrdesk.services.cadence.service import CadenceService

        return CadenceService(
            self._db,
            self.leads.need,
            self._rules,
            self._settings,
            self._clock,
            CadenceFiles(lambda: self._rules.folders),
            self._ahead.forget,
        )

    def _told(self, done: Disposed, entry: Entry, disposition: Disposition) -> None:
        if events := self._hooks():
            events.outcome(done, entry, disposition)

    def hook_news(self) -> Sequence[str]:
        """Return the failures of hooks that were not told yet, in sentences."""
        events = self._hooks()
        return events.news() if events else ()

    @cached_property
    def undo(self) -> UndoService:
        """Undo of decisions and outcomes."""
        from sdrdesk.services.call.undo import UndoService

        return UndoService(
            self._db,
            self._acts,
            self.decisions,
            self.outcome,
            lambda: self.touches,
            self.leads.need,
            lambda: self.meetings.forget_undone(),
            self._ahead.forget,
            self.queue.why,
        )

    @cached_property
    def touches(self) -> TouchService:
        """Touches without a call."""
        from sdrdesk.services.lead.touches import TouchService

        def did(activity_key: str) -> None:
            self.outcome.latest = activity_key

        return TouchService(
            self._db,
            self.leads.need,
            self._settings,
            self._clock,
            self._acts,
            did,
            lambda connection, activity: self._follow_cadence(connection, activity.lead_id),
        )

    @cached_property
    def mail(self) -> MailService:
        """Follow-up e-mails."""
        from sdrdesk.services.call.launcher import Launcher
        from sdrdesk.services.mail.service import MailService

        return MailService(
            self._db,
            self.leads.need,
            self._scripts,
            lambda: self._rules.dispositions,
            self._settings,
            self._clock,
            self.touches,
            Launcher(self._environ),
            self._meetings_dir.with_name("mails"),
            demo=self._demo,
        )

    @cached_property
    def corrections(self) -> CorrectionService:
        """Corrections of earlier outcomes."""
        from sdrdesk.services.call.corrections import CorrectionService

        return CorrectionService(
            self._db,
            self.leads.need,
            self._rules,
            self._settings,
            self._clock,
            self._zone,
            self._corrected,
        )

    def _corrected(self, lead_id: str) -> None:
        self._ahead.forget()
        with self._db.writer() as connection:
            self._follow_cadence(connection, lead_id)
        # Undo goes back past a correction only when asked.
        self.outcome.latest = ""
        self.meetings.forget_undone()

    @cached_property
    def block(self) -> BlockService:
        """The rep's call blocks."""
        from sdrdesk.services.block.service import BlockService

        return BlockService(
            self._db,
            self._rules,
            self._settings,
            self._clock,
            self._zone,
            self.queue,
            lambda: self.views,
            self._ahead.forget,
            self._block_ended,
        )

    def _block_ended(self, summary: BlockSummary) -> None:
        if events := self._hooks():
            events.block_ended(summary)

    def _open_block(self) -> Block | None:
        # Before anything about blocks is imported: without one, the first row need not wait.
        from sdrdesk.store.record.blocks import open_block

        me = self._rep()
        return open_block(self._db, me.owner_id) if me else None

    def _block_queue(self, first: int) -> QueueSnapshot | None:
        block = self._open_block()
        return self.block.queue(block, first) if block else None

    def _end_break(self) -> None:
        block = self._open_block()
        if block is not None and block.pause is not None:
            self.block.resume()

    @cached_property
    def call(self) -> CallService:
        """The call in progress."""
        from sdrdesk.services.call.journal import CallService

        return CallService(
            self._db,
            self._desk,
            os.getpid(),
            self._clock,
            self._scripts,
            lambda: self.leads,
            lambda: self._settings.rep.name or (me.name if (me := self._rep()) else ""),
            self._my_id,
            self._end_break,
            self._ask_team,
        )

    @cached_property
    def phone(self) -> Dialer:
        """The rep's phone and browser."""
        from sdrdesk.services.call.dialer import Dialer
        from sdrdesk.services.call.launcher import Launcher

        return Dialer(
            self._settings.calls,
            Launcher(self._environ),
            self.leads.view,
            self.queue.why,
            demo=self._demo,
            practice=self._practice,
            barred=self._on_register,
        )

    def _on_register(self, number: str) -> str:
        from sdrdesk.store.record.register import barred

        found = barred(self._db, [number]).get(number)
        return found.words if found else ""

    @cached_property
    def meetings(self) -> Meetings:
        """The meetings that were set, and their calendar files."""
        from sdrdesk.services.call.meetings import Meetings

        return Meetings(
            self._db,
            self._meetings_dir,
            self.leads.need,
            self._rep,
            self._clock,
            self._zone,
            self._settings.sync.grace_s,
            self._acts,
        )

    @property
    def people(self) -> ImportJob:
        """Imports of people into the account.

        Raises:
            UsageError: this desk has no account.
        """
        if self._import_job is None:
            raise UsageError("There is no account to import into.", kept="Nothing was changed.")
        return self._import_job()

    @cached_property
    def log(self) -> TeamLog:
        """The day's activity log."""
        from sdrdesk.services.log.service import TeamLog

        return TeamLog(
            self._db,
            self._rules.dispositions,
            self._zone,
            self._rules.sla.targets,
            self._clock,
            me=lambda: rep_for_log(self._db, self._settings),
            team=lambda: self._rules.team,
            scripts=lambda: self._scripts().ids(),
        )

    @cached_property
    def waits(self) -> WaitService:
        """Waits on the customer."""
        from sdrdesk.services.lead.waits import WaitService

        return WaitService(self._db, self.leads.need, self._settings, self._clock)

    @cached_property
    def comments(self) -> CommentService:
        """Comments on calls."""
        from sdrdesk.services.log.comments import CommentService

        return CommentService(self._db, self._settings, self._clock)

    @cached_property
    def reports(self) -> ReportService:
        """The team's reports."""
        from sdrdesk.services.reports.service import ReportService

        scripts = self._scripts
        return ReportService(
            self._db, self._rules, self._zone, self._clock, lambda: scripts().ids()
        )

    @cached_property
    def outbox(self) -> OutboxService:
        """Unsent changes and conflicts."""
        from sdrdesk.services.sync.outbox import OutboxService
        from sdrdesk.services.sync.remapping import remap_with

        stage = self._settings.crm.qualified_stage
        remap = remap_with(lambda: self._rules.dispositions, lambda: stage)
        return OutboxService(self._db, self._clock, remap, self._my_id)

    @cached_property
    def questions(self) -> QuestionService:
        """What was recorded for leads that changed hands meanwhile."""
        from sdrdesk.services.sync.questions import QuestionService

        return QuestionService(self._db, self._clock, self._rep)

    @cached_property
    def away(self) -> AwayService:
        """What happened while there was no sync."""
        from sdrdesk.services.sync.away import AwayService

        return AwayService(
            self._db,
            self._clock,
            lambda: self.outbox,
            lambda: self.agenda,
            self._rep,
            lambda: self.questions.open(),
        )

    @cached_property
    def status(self) -> StatusService:
        """The state line."""
        from sdrdesk.services.sync.status import StatusService

        return StatusService(
            self._db,
            self._settings,
            self.log,
            self.outbox,
            self._clock,
            self._zone,
            self._encryption_note,
            self._rules.sla,
            lambda: self.block.view(block) if (block := self._open_block()) else None,
            self.connection,
            demo=self._demo,
            rules=self._rules_words,
        )
