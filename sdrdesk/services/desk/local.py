"""The desk of one rep on one machine: every service, put together when it is first asked for.

Each service is imported when it is first used: the first row must not wait for the others.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sdrdesk.domain.errors import UsageError
from sdrdesk.services.account.rules import owner_problem
from sdrdesk.services.desk.base import DeskBase
from sdrdesk.services.queue.in_call import in_call
from sdrdesk.services.queue.next_lead import LookAhead
from sdrdesk.services.queue.service import QueueService
from sdrdesk.store.cadences.presence import was_in_cadence
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.record.register import barred

if TYPE_CHECKING:
    from sdrdesk.domain.block.block import Block
    from sdrdesk.domain.outcome.catalog import Disposition
    from sdrdesk.domain.outcome.types import Entry
    from sdrdesk.services.block.service import BlockService
    from sdrdesk.services.cadence.service import CadenceService
    from sdrdesk.services.call.agent_proposals import Proposals
    from sdrdesk.services.call.corrections import CorrectionService
    from sdrdesk.services.call.dialer import Dialer
    from sdrdesk.services.call.journal import CallService
    from sdrdesk.services.call.meetings import Meetings
    from sdrdesk.services.call.opening_line import Also
    from sdrdesk.services.call.outcomes import OutcomeService
    from sdrdesk.services.call.undo import UndoService
    from sdrdesk.services.desk.rule_follower import RuleFollower
    from sdrdesk.services.feed.offers import OfferService
    from sdrdesk.services.feed.wall import Wall
    from sdrdesk.services.lead.acts import ActLog
    from sdrdesk.services.lead.at_risk import AtRiskService
    from sdrdesk.services.lead.decisions import DecisionService
    from sdrdesk.services.lead.edits import EditService
    from sdrdesk.services.lead.field_changes import FieldChanges
    from sdrdesk.services.lead.service import LeadService
    from sdrdesk.services.lead.touches import TouchService
    from sdrdesk.services.lead.waits import WaitService
    from sdrdesk.services.mail.service import MailService
    from sdrdesk.services.notice.attention import Attention
    from sdrdesk.services.people.job import ImportJob
    from sdrdesk.services.queue.saved_views import ViewService
    from sdrdesk.services.sync.status import StatusService
    from sdrdesk.services.views.block import BlockSummary
    from sdrdesk.services.views.call import Disposed
    from sdrdesk.services.views.queue import QueueSnapshot
    from sdrdesk.services.views.sync import RulesNews


class LocalDesk(DeskBase):
    """Implements ``services.desk.protocol.Desk`` on the local database."""

    def _start(self) -> None:
        db, settings = self._db, self._settings
        self.queue = QueueService(
            db,
            self._rules,
            self._clock,
            self.my_owner_ids,
            lambda: self._zone.key,
            owner_problem=lambda: owner_problem(db, settings),
            block_queue=self._block_queue,
            in_call=lambda now: in_call(db, self._desk, self._my_id, now),
            me=self._my_id,
            share=self.my_share,
        )
        self._ahead = LookAhead(self.queue.callable_of, self._clock)

    @cached_property
    def _follower(self) -> RuleFollower:
        from sdrdesk.services.desk.rule_follower import RuleFollower

        on_call = lambda: self.call.is_on()  # noqa: E731
        return RuleFollower(self._rules, on_call, self._take_rules, self._settings_file)

    def follow_rules(self) -> RulesNews | None:
        """Take over rule files that changed; return what to tell, ``None`` for nothing new."""
        return self._follower.follow()

    def _take_rules(self) -> None:
        book, made = self._rules, self.__dict__
        if "leads" in made:
            self.leads.take_rules(book.dispositions, book.rules)
        if "log" in made:
            self.log.take_rules(book.dispositions, book.sla.targets)
        if "status" in made:
            self.status.take_rules(book.sla)
        self._ahead.forget()

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
            self._follow_cadence,
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
            self._telling,
        )

    def _follow_cadence(
        self, connection: Connection, lead_id: str, *, change: str = "", undone: str = ""
    ) -> None:
        # The first outcome of a desk without cadences need not import them.
        if was_in_cadence(connection, lead_id):
            self.cadences.settle(connection, lead_id, change=change, undone=undone)

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
            self._acts,
            lambda: self._scripts().mail_templates(),
            self._ahead.forget,
        )

    def _told(self, done: Disposed, entry: Entry, disposition: Disposition) -> None:
        if events := self._hooks():
            events.outcome(done, entry, disposition)

    def _telling(self, entry: Entry, disposition: Disposition) -> Also | None:
        events = self._hooks()
        return events.noting(entry, disposition) if events else None

    def hook_news(self) -> Sequence[str]:
        """Return the failures of hooks that were not told yet, in sentences."""
        events = self._hooks()
        return events.news() if events else ()

    @cached_property
    def proposals(self) -> Proposals:
        """Proposals of agents."""
        from sdrdesk.services.call.agent_proposals import Proposals

        return Proposals(self._db, self.outcome, self._clock)

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
            lambda: self.cadences,
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
            self._planned_mail,
            demo=self._demo,
        )

    def _planned_mail(self, lead_id: str) -> str:
        with self._db.reader() as connection:
            in_one = was_in_cadence(connection, lead_id)
        return self.cadences.mail_template(lead_id) if in_one else ""

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
    def offers(self) -> OfferService:
        """The leads that round robin offers."""
        from sdrdesk.services.feed.offers import OfferService

        return OfferService(
            self._db,
            self._clock,
            self._my_id,
            lambda: self._rules.team.pass_after_s,
            self.queue.callable_if_mine,
            lambda lead_id: self.leads.view(lead_id).row,
            self._ask_team,
            partial(self.decisions.assign, if_free=True),
            on=bool(self._settings.feed.url),
        )

    @cached_property
    def wall(self) -> Wall:
        """The team feed's part of the log."""
        from sdrdesk.services.feed.wall import Wall

        return Wall(self._db, self._clock, on=bool(self._settings.feed.url))

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
            self._look_at,
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
    def waits(self) -> WaitService:
        """Waits on the customer."""
        from sdrdesk.services.lead.waits import WaitService

        return WaitService(self._db, self.leads.need, self._settings, self._clock)

    @cached_property
    def status(self) -> StatusService:
        """The state line."""
        from sdrdesk.services.sync.status import StatusService

        return StatusService(
            self._db,
            self._settings,
            self.queue,
            self.log,
            self.outbox,
            self._clock,
            self._zone,
            self._encryption_note,
            self._rules.sla,
            lambda: self.block.view(block) if (block := self._open_block()) else None,
            self.connection,
            demo=self._demo,
            rules=self._follower.words,
        )
