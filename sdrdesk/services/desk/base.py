"""The clock, the rules and the rep of a desk, with the services that need no single lead.

Each service is imported when it is first used: the first row must not wait for the others.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.domain.ranking.candidate import UNKNOWN_REP
from sdrdesk.domain.ranking.sharing import NO_SHARE, share_of
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.account.rules import rep_for_log, rep_of
from sdrdesk.services.feed.claims import AskTeam, nobody
from sdrdesk.services.rep_zone import RepZone
from sdrdesk.services.sync.events import CrmConnection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owners

if TYPE_CHECKING:
    from datetime import datetime

    from sdrdesk.config import Settings
    from sdrdesk.domain.lead.owner import Owner
    from sdrdesk.domain.outcome.catalog import Disposition, Dispositions
    from sdrdesk.domain.outcome.qualification import Qualification
    from sdrdesk.domain.ranking.sharing import Share
    from sdrdesk.services.agenda.service import AgendaService
    from sdrdesk.services.call.scripts import ScriptShelf
    from sdrdesk.services.desk.hook_events import HookEvents
    from sdrdesk.services.log.comments import CommentService
    from sdrdesk.services.log.service import TeamLog
    from sdrdesk.services.people.job import ImportJob
    from sdrdesk.services.reports.service import ReportService
    from sdrdesk.services.sync.away import AwayService
    from sdrdesk.services.sync.outbox import OutboxService
    from sdrdesk.services.sync.questions import QuestionService
    from sdrdesk.services.views.call import PracticeView
    from sdrdesk.settings_file import SettingsFile

Practice: TypeAlias = "Callable[[str, str], PracticeView | None]"


class DeskBase:
    """Every desk has these; ``LocalDesk`` adds the queue, the leads and the calls."""

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
        look_at: Callable[[str], None] = lambda _: None,
        settings_file: SettingsFile | None = None,
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
        self._look_at = look_at
        self._settings_file = settings_file
        self.connection = CrmConnection()
        """The connection to the CRM, as the sync reports it."""
        self._desk = str(uuid.uuid4())
        self._start()

    def _start(self) -> None:
        """Create what several threads may ask for at once."""

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

    def my_share(self) -> Share | None:
        """Return my part of the leads without an owner, by the callers of ``team.toml``."""
        from sdrdesk.domain.team.roster import roster

        me = self._my_id()
        if not me:
            return NO_SHARE
        file = self._rules.team
        if not file.teams:
            return None  # nobody said who else calls
        return share_of(me, roster(file, owners(self._db), ()).callers)

    # The services.

    @cached_property
    def agenda(self) -> AgendaService:
        """Promised callbacks and booked meetings."""
        from sdrdesk.services.agenda.service import AgendaService

        return AgendaService(self._db, self._clock, self._zone, self._rep)

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

        def outcomes() -> Dispositions:
            return self._rules.dispositions

        remap = remap_with(outcomes, lambda: stage)
        return OutboxService(self._db, self._clock, remap, self._my_id, outcomes)

    @cached_property
    def questions(self) -> QuestionService:
        """Outcomes recorded for leads that changed hands meanwhile."""
        from sdrdesk.services.sync.questions import QuestionService

        return QuestionService(self._db, self._clock, self._rep)

    @cached_property
    def away(self) -> AwayService:
        """Events while there was no sync."""
        from sdrdesk.services.sync.away import AwayService

        return AwayService(
            self._db,
            self._clock,
            lambda: self.outbox,
            lambda: self.agenda,
            self._rep,
            lambda: self.questions.open(),
        )
