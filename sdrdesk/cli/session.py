"""The composition root of the command line: opens what a command needs, closes it afterwards.

Every service is imported when a command first asks for it: a command needs few of them, and the
start of each is measured (``bench.startup``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sdrdesk.cli.machine import Machine
from sdrdesk.clock import Clock, system_clock
from sdrdesk.credentials import find_folder_key
from sdrdesk.domain.errors import SdrDeskError, StorageError
from sdrdesk.logs import start_logging
from sdrdesk.paths import Paths, find_paths
from sdrdesk.services.account.rules import owner_problem, rep_of
from sdrdesk.services.rep_zone import RepZone
from sdrdesk.store.cadences.presence import in_cadences
from sdrdesk.store.mirror.options import email_of
from sdrdesk.store.mirror.sync_state import last_pull
from sdrdesk.vault import open_vault

if TYPE_CHECKING:
    from sdrdesk.cli.sync_process import SyncProcess
    from sdrdesk.domain.lead.properties import WantedProperties
    from sdrdesk.rule_files import LiveRulebook
    from sdrdesk.services.call.scripts import ScriptShelf
    from sdrdesk.services.desk.base import Practice
    from sdrdesk.services.desk.hook_events import HookEvents
    from sdrdesk.services.desk.local import LocalDesk
    from sdrdesk.services.feed.claims import Holder
    from sdrdesk.services.hooks.runner import Hooks
    from sdrdesk.services.keeping.forget import Forgetting
    from sdrdesk.services.keeping.housekeeping import Housekeeping
    from sdrdesk.services.people.job import ImportJob
    from sdrdesk.services.reports.reader import Reader
    from sdrdesk.services.sync.folder import FolderExchange
    from sdrdesk.services.sync.rederive import RulesUpdate
    from sdrdesk.services.views.log import LogView
    from sdrdesk.services.views.sync import SyncEvent
    from sdrdesk.store.database.connection import Connection
    from sdrdesk.store.database.database import Database
    from sdrdesk.sync.access import Access
    from sdrdesk.sync.engine import SyncEngine, SyncProgress
    from sdrdesk.sync.port import CrmClient
    from sdrdesk.vault import OpenedDatabase


class Session(Machine):
    """One run of sdrdesk: settings, database, services and CRM client, created on demand."""

    def __init__(
        self,
        paths: Paths,
        environ: Mapping[str, str],
        clock: Clock,
        *,
        demo: bool = False,
        practice: Practice | None = None,
    ) -> None:
        super().__init__(paths, environ, clock)
        self._clients: list[CrmClient] = []
        self.demo = demo
        self._practice = practice
        self._process: SyncProcess | None = None

    @cached_property
    def opened(self) -> OpenedDatabase:
        """The database and a note on its encryption."""
        encryption = self.settings.storage.encryption
        return open_vault(self.paths.database, encryption, self.environ, self.paths.log_file)

    @property
    def db(self) -> Database:
        """The open database."""
        return self.opened.database

    @cached_property
    def rulebook(self) -> LiveRulebook:
        """The rules in force, which find owners by their address in the database."""
        book = super().rulebook
        book.email_of = self._email_of
        return book

    def _email_of(self, owner_id: str) -> str:
        return email_of(self.db, owner_id)

    @cached_property
    def scripts(self) -> ScriptShelf:
        """The script library."""
        from sdrdesk.services.call.scripts import ScriptShelf

        book = self.rulebook
        return ScriptShelf(self.script_folders, self.settings.rep, lambda: book.qualification)

    @cached_property
    def desk(self) -> LocalDesk:
        """All actions of a rep."""
        from sdrdesk.services.desk.local import LocalDesk

        return LocalDesk(
            db=self.db,
            rulebook=self.rulebook,
            settings=self.settings,
            scripts=lambda: self.scripts,
            clock=self.clock,
            zone=RepZone.of(self.settings.rep.time_zone, self.environ),
            encryption_note=self.opened.note,
            practice=self._practice,
            demo=self.demo,
            environ=self.environ,
            meetings_dir=self.paths.meetings_dir,
            import_job=self.import_job,
            hooks=self.hook_events,
            ask_team=self._ask_team,
            look_at=self._look_at,
            settings_file=self.settings_file,
        )

    @cached_property
    def hooks(self) -> Hooks:
        """The hooks of this machine."""
        from sdrdesk.services.hooks.files import HookFiles
        from sdrdesk.services.hooks.runner import Hooks

        paths = self.paths
        files = HookFiles(paths.hooks_dir, self.rule_files.team, paths.hook_results_dir, self.clock)
        return Hooks(files, self.environ, self.clock, on=not self.demo)

    @cached_property
    def _hook_events(self) -> HookEvents:
        from sdrdesk.services.desk.hook_events import HookEvents

        def rep() -> tuple[str, str]:
            me = rep_of(self.db, self.settings)
            return (me.owner_id, me.name) if me else ("", "")

        return HookEvents(
            self.hooks, self.db, self.clock, self.desk.leads.view, rep,
            lambda key: self.desk.outcome.recorded(key),
        )  # fmt: skip

    def hook_events(self) -> HookEvents | None:
        """Return who tells the hooks of events, ``None`` without a folder of hooks."""
        team = self.rule_files.team()
        folders = (self.paths.hooks_dir, *([team / "hooks"] if team else ()))
        return self._hook_events if any(map(os.path.isdir, folders)) else None

    def hear(self, event: SyncEvent) -> None:
        """Tell the hooks of an event of the sync."""
        if events := self.hook_events():
            events.heard(event)

    @property
    def rules_update(self) -> RulesUpdate:
        """Re-scores the leads on disk when fit or persona rules changed."""
        from sdrdesk.services.sync.rederive import RulesUpdate

        return RulesUpdate(self.db, self.rulebook, self.clock)

    @property
    def ready_desk(self) -> LocalDesk:
        """The desk, after the leads on disk were re-scored if rules changed."""
        self.follow_rules()
        return self.desk

    def follow_rules(self) -> None:
        """Re-score the leads if fit or persona rules changed, with progress if it takes long."""
        from sdrdesk.store.mirror.derived_state import all_derived_by

        # A database that does not open is another error. Most commands end here and never import
        # the code that derives.
        if all_derived_by(self.db, self.rulebook.fingerprint):
            return
        from sdrdesk.cli.terminal.output import say_err
        from sdrdesk.cli.terminal.progress import ProgressLine

        update = self.rules_update
        try:
            with ProgressLine() as line:
                update.run(lambda done, of: line.tell("rules changed: leads", done, of))
        except StorageError as error:
            # With a full disk the queue still works, with the old scores.
            say_err(f"The new rules could not be applied; leads keep their old fit. {error}")

    def connect(self, given: Access | None = None, *, checked: bool = True) -> CrmClient:
        """Return a client of the account that this database belongs to.

        Args:
            given: a token that is not stored yet; ``None``: the rep's.
            checked: ask now which account the token opens. ``False`` only for callers that check
                it themselves (sync, login) or only look at the token.

        Raises:
            WrongAccount: the token opens a different account.
        """
        from sdrdesk.cli.access import Opened
        from sdrdesk.sync.registry import Target, find_connector, need_address, open_client

        crm = self.settings.crm
        connector = find_connector(crm.kind)
        need_address(connector, crm.api_url)
        if given is None:
            opened = self.access.open(connector)
        else:
            opened = Opened(given, crm.user, crm.database)
        target = Target(
            crm.api_url,
            opened.access,
            self.clock,
            user=opened.user,
            database=opened.database,
            do_not_call="" if crm.no_do_not_call_field else crm.do_not_call_field or None,
            mapping=self.crm_file.tables,
            wanted=self._wanted(),
        )
        client = open_client(connector, target)
        self._clients.append(client)
        if checked:
            from sdrdesk.sync.binding import bind_account

            bind_account(self.db, client, self.clock)
        return client

    def engine(
        self,
        on_progress: Callable[[SyncProgress], None] | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> SyncEngine:
        """Return a sync engine on this database and account."""
        from sdrdesk.services.lead.enrichment import derive_with
        from sdrdesk.services.sync.enrichment_worker import EnrichmentWorker, worth_a_process
        from sdrdesk.services.sync.remapping import remap_with
        from sdrdesk.sync.engine import SyncEngine
        from sdrdesk.sync.push.standing import AskRules

        rep = rep_of(self.db, self.settings)
        book, stage = self.rulebook, self.settings.crm.qualified_stage
        rules = book.fingerprint
        return SyncEngine(
            self.db,
            self.connect(checked=False),
            derive_with(self.rulebook),
            self.clock,
            on_progress=on_progress,
            should_stop=should_stop,
            owner_id=rep.owner_id if rep and self.settings.queue.owners == "mine" else "",
            rules=rules,
            make_enricher=lambda: (
                EnrichmentWorker(self.rulebook) if worth_a_process() else nullcontext()
            ),
            reads=self._read_with(),
            remap=remap_with(lambda: book.dispositions, lambda: stage),
            dispositions=self.rulebook.dispositions,
            ask=AskRules(rep.owner_id if rep else "", self.rulebook.rules.past_stages),
            follow=self._follow_cadences,
        )

    def _follow_cadences(self, connection: Connection, lead_ids: Iterable[str]) -> None:
        """Work out the cadences of leads whose records were stored."""
        if found := in_cadences(connection, lead_ids):
            self.desk.cadences.settle(connection, *found)

    @cached_property
    def folder(self) -> FolderExchange:
        """The folder by which the rep's machines agree."""
        from sdrdesk.services.sync.folder import FolderExchange

        def key() -> str:
            found = find_folder_key(self.environ)
            return found.value if found else ""

        folder = "" if self.demo else self.settings.sync.folder
        return FolderExchange(
            self.db, folder, key, self.clock, lambda: rep_of(self.db, self.settings),
            self._follow_cadences,
        )  # fmt: skip

    def _read_with(self) -> str:
        """Return which properties of the account's own leads are read with."""
        own = sorted((self.crm_file.fields or {}).items())
        chosen, wanted = self.settings.crm.do_not_call_field, self._wanted()
        read = f"{chosen} {own}" if own else chosen
        return f"{read} {wanted.lead} {wanted.company}" if wanted.lead or wanted.company else read

    def _wanted(self) -> WantedProperties:
        """Return the properties of the account that a file of the team names."""
        from sdrdesk.domain.lead.properties import WantedProperties

        also = (self.crm_file.fields or {}).get("also", ())
        shown = [name if ":" in name else f"property:{name}" for name in also]
        return WantedProperties.of([*self.rulebook.properties, *shown])

    def _ask_team(self, lead_id: str) -> Holder | None:
        """Claim a lead on the team feed; no time passes without one."""
        process = self._process
        if process is None or not self.settings.feed.url:
            return None
        return process.ask_team(lead_id)

    def _look_at(self, lead_id: str) -> None:
        """Say on the team feed which lead is open here, ``""`` none."""
        process = self._process
        if process is not None and self.settings.feed.url:
            process.look_at(lead_id)

    def sync_process(self) -> SyncProcess:
        """Return the background sync of the workbench (``cli.background``), in a process."""
        from sdrdesk.cli.sync_process import SyncProcess

        ahead_s = (self.clock() - system_clock()).total_seconds()
        self._process = SyncProcess(self.environ, ahead_s, self.desk.connection.heard)
        return self._process

    @cached_property
    def forgetting(self) -> Forgetting:
        """Erases people from this machine."""
        from sdrdesk.services.keeping.forget import Forgetting

        return Forgetting(self.db, self.clock, self.paths.meetings_dir, self.paths.log_file)

    @cached_property
    def housekeeping(self) -> Housekeeping:
        """The daily backup and ``retention_days``."""
        from sdrdesk.services.keeping.housekeeping import Housekeeping

        return Housekeeping(self.db, self.settings.storage, self.clock, self.forgetting)

    def import_job(self) -> ImportJob:
        """Return the import of people from a file."""
        from sdrdesk.services.people.job import ImportJob

        return ImportJob(self.db, self.settings, self.clock, self.connect, self.engine)

    def day(self, text: str) -> date:
        """Parse a past day as typed, in the rep's zone.

        Raises:
            UsageError: not a day, or one of two.
        """
        today = self.clock().astimezone(self.rep_zone).date()
        if text == "today":  # the patterns of words take 50 ms to compile
            return today
        from sdrdesk.domain.times.any_time import parse_day
        from sdrdesk.services.account.date_order import is_day_first

        return parse_day(text, today, day_first=is_day_first(self.db, self.settings))

    def moment(self, text: str) -> datetime | None:
        """Parse a time ahead or back as typed, in the rep's zone; ``None`` for no text.

        Raises:
            UsageError: not a time, or one of two.
        """
        if not text:
            return None
        from sdrdesk.domain.times.any_time import parse_moment
        from sdrdesk.services.account.date_order import is_day_first

        order = is_day_first(self.db, self.settings)
        return parse_moment(text, self.rep_zone, self.clock(), day_first=order)

    @property
    def report_reader(self) -> Reader:
        """The data of the team reports."""
        return self.desk.reports.reader()

    def log(self, day: date, rep: str) -> LogView:
        """Return the activity log of a day, in each rep's own time zone."""
        return self.desk.log.day(day, rep)

    def why_empty(self) -> str:
        """Return why nothing is known of the CRM or the owner; ``""`` if both are known."""
        if last_pull(self.db) is None:
            return "Nothing has been fetched from the CRM yet: sdrdesk sync"
        return owner_problem(self.db, self.settings)

    def own_only(self) -> str:
        """Return that colleagues' leads are not in the queue of this desk; ``""`` if they are."""
        if self.settings.queue.owners == "all":
            return ""
        return 'Your queue has your own leads only. For everybody\'s: owners = "all" under [queue].'

    def close(self) -> None:
        """Close the clients and the database."""
        for client in self._clients:
            client.close()
        if "hooks" in self.__dict__:
            self.hooks.close()  # what hooks get is read from the database
        if "opened" in self.__dict__:
            self.db.close()


@contextmanager
def open_session(
    environ: Mapping[str, str] | None = None,
    clock: Clock = system_clock,
    *,
    forgiving: bool = False,
) -> Iterator[Session]:
    """Open a session for one command and close it afterwards.

    ``forgiving``: if the folders cannot be used, note it in ``Session.problems`` and continue.
    """
    environ = os.environ if environ is None else environ
    paths = find_paths(environ)
    session = Session(paths, environ, clock)
    try:
        paths.ensure()
        start_logging(paths.log_file)
    except SdrDeskError as error:
        if not forgiving:
            raise
        session.problems.append(str(error))
    try:
        yield session
    finally:
        session.close()
    if session.needs_person:
        from sdrdesk.cli.terminal.output import need_person

        raise need_person()
