"""What the desk of one rep is made of: every service, put together when it is first asked for.

Only putting together: what a rep can do with them is in ``local_desk``.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import UsageError
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.account.rules import rep_of
from sdrdesk.services.queue.next_lead import LookAhead
from sdrdesk.services.queue.service import QueueService
from sdrdesk.store.database.database import Database

if TYPE_CHECKING:
    from sdrdesk.config import Settings
    from sdrdesk.services.block.service import BlockService
    from sdrdesk.services.call.dialer import Dialer
    from sdrdesk.services.call.journal import CallService
    from sdrdesk.services.call.launcher import Launcher
    from sdrdesk.services.call.meetings import Meetings
    from sdrdesk.services.call.outcomes import OutcomeService
    from sdrdesk.services.call.scripts import ScriptShelf
    from sdrdesk.services.call.undo import UndoService
    from sdrdesk.services.lead.at_risk import AtRiskService
    from sdrdesk.services.lead.decisions import DecisionService
    from sdrdesk.services.lead.service import LeadService
    from sdrdesk.services.log.service import TeamLog
    from sdrdesk.services.people.job import ImportJob
    from sdrdesk.services.queue.saved_views import ViewService
    from sdrdesk.services.sync.outbox import OutboxService
    from sdrdesk.services.sync.status import StatusService
    from sdrdesk.services.views.desk import PracticeView

_NOBODY = frozenset({"(nobody)"})
"""Owner ids when it is not known who the rep is: no lead is theirs. Not a NUL: SQLite reads that in
JSON as the empty text, which stands for leads without an owner."""

Practice: TypeAlias = "Callable[[str, str], PracticeView | None]"


class DeskParts:
    """The services of one rep on one machine."""

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
        self._desk = str(uuid.uuid4())
        self._queue = QueueService(db, rulebook, clock, self.my_owner_ids, zone.key)
        self._ahead = LookAhead(self._queue.callable_of, clock)

    # Each service is imported when it is first asked for: the first row must not wait for them.

    @cached_property
    def _leads(self) -> LeadService:
        from sdrdesk.services.lead.service import LeadService

        return LeadService(
            self._db,
            self._queue,
            self._rules.dispositions,
            self._zone,
            self._rules.rules,
            self._rules.default_country,
        )

    @cached_property
    def _calling(self) -> OutcomeService:
        from sdrdesk.services.call.outcomes import OutcomeService

        return OutcomeService(
            self._db,
            self._leads,
            self._rules,
            self._settings,
            self._clock,
            self._zone,
            self._desk,
        )

    @cached_property
    def deciding(self) -> DecisionService:
        """What a rep decides about a lead without a call."""
        from sdrdesk.services.lead.decisions import DecisionService
        from sdrdesk.services.lead.enrichment import derive_with

        return DecisionService(
            self._db,
            self._leads.need,
            lambda: derive_with(self._rules),
            lambda: self._rules.fingerprint,
            self._settings,
            self._clock,
        )

    @cached_property
    def _taking_back(self) -> UndoService:
        from sdrdesk.services.call.undo import UndoService

        return UndoService(self.deciding, self._calling, lambda: self.meetings.forget_undone())

    @cached_property
    def _narrowing(self) -> ViewService:
        from sdrdesk.services.queue.saved_views import ViewService

        return ViewService(
            self._db,
            self._rules,
            lambda find, as_of, shows: self._queue.snapshot(find, as_of=as_of, view=shows),
            self._queue.shown_among,
            self._clock,
        )

    @cached_property
    def blocks(self) -> BlockService:
        """The rep's call blocks."""
        from sdrdesk.services.block.service import BlockService

        return BlockService(
            self._db,
            self._rules,
            self._settings,
            self._clock,
            self._queue,
            lambda: self._narrowing,
        )

    @cached_property
    def _travel(self) -> AtRiskService:
        from sdrdesk.services.lead.at_risk import AtRiskService

        return AtRiskService(self._db, self._queue, self._clock)

    @cached_property
    def _sending(self) -> OutboxService:
        from sdrdesk.services.sync.outbox import OutboxService
        from sdrdesk.services.sync.remapping import remap_with

        stage = self._settings.crm.qualified_stage
        return OutboxService(
            self._db, self._clock, remap_with(lambda: self._rules.dispositions, stage)
        )

    @cached_property
    def _in_call(self) -> CallService:
        from sdrdesk.services.call.journal import CallService

        return CallService(self._db, self._desk, os.getpid(), self._clock)

    @cached_property
    def _outside(self) -> Launcher:
        from sdrdesk.services.call.launcher import Launcher

        return Launcher(self._environ)

    @cached_property
    def _dialing(self) -> Dialer:
        from sdrdesk.services.call.dialer import Dialer

        return Dialer(
            self._settings.calls, self._outside, self._leads.view, self._queue.why, demo=self._demo
        )

    @cached_property
    def meetings(self) -> Meetings:
        """The meetings that were set, and their calendar files."""
        from sdrdesk.services.call.meetings import Meetings

        return Meetings(
            self._db,
            self._meetings_dir,
            self._leads.need,
            lambda: rep_of(self._db, self._settings),
            self._clock,
        )

    @property
    def importing(self) -> ImportJob:
        """What brings the people of a file to the account.

        Raises:
            UsageError: this desk has no account.
        """
        if self._import_job is None:
            raise UsageError("There is no account to import into.", kept="Nothing was changed.")
        return self._import_job()

    @cached_property
    def _log(self) -> TeamLog:
        from sdrdesk.services.log.service import TeamLog

        targets = self._rules.sla.targets
        return TeamLog(self._db, self._rules.dispositions, self._zone, targets, self._clock)

    @cached_property
    def _status(self) -> StatusService:
        from sdrdesk.services.sync.status import StatusService

        return StatusService(
            self._db,
            self._settings,
            self._log,
            self._sending,
            self._clock,
            self._zone,
            self._encryption_note,
            self._rules.sla,
            demo=self._demo,
        )

    def my_owner_ids(self) -> frozenset[str] | None:
        """Return the owner ids whose leads are in the queue, ``None`` for everybody's."""
        if self._settings.queue.owners == "all":
            return None
        me = rep_of(self._db, self._settings)
        return frozenset({me.owner_id}) if me else _NOBODY
