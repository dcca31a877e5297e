"""One import from start to end, for the command line and the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sdrdesk.clock import Clock
from sdrdesk.config import Settings
from sdrdesk.domain.crm.records import Known, NewLead
from sdrdesk.domain.errors import SdrDeskError, UnreachableError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.account.rules import need_rep, rep_of
from sdrdesk.services.people.add import add_person
from sdrdesk.services.people.create import FileLook, Importer, look_into, need_columns
from sdrdesk.services.people.find_existing import Looking
from sdrdesk.services.people.local_copy import Keeping
from sdrdesk.services.people.merge import merge, plan_merge, twins_of
from sdrdesk.services.people.receipt import Imported
from sdrdesk.services.sheets.files import Reading
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import get_fact
from sdrdesk.store.outbox import outbox
from sdrdesk.sync.engine import SyncEngine
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.registry import find_connector

if TYPE_CHECKING:
    from sdrdesk.domain.lead.lead import Lead
    from sdrdesk.domain.people.rows import Row
    from sdrdesk.services.people.add import AddedPerson
    from sdrdesk.services.people.merge import Merged, MergePlan, Twin

Progress = Callable[[int, int], None]


class ImportJob:
    """Imports files of people into the account of this database."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        clock: Clock,
        connect: Callable[[], CrmClient],
        engine: Callable[[], SyncEngine],
    ) -> None:
        """Prepare the job.

        Args:
            db: the database.
            settings: the rep's settings.
            clock: present moment.
            connect: returns a client of the account.
            engine: returns a sync engine on database and account.
        """
        self._db = db
        self._settings = settings
        self._clock = clock
        self._connect = connect
        self._engine = engine
        self._default_region = settings.crm.default_country
        self._label = ""
        self._asked: tuple[Reading, Sequence[str]] = (Reading(), ())

    def look(self, path: Path, reading: Reading, ignored: Sequence[str] = ()) -> FileLook:
        """Read a file; nothing is sent or changed. Raises UsageError."""
        self._asked = (reading, ignored)
        return look_into(
            path,
            reading,
            ignored=ignored,
            do_not_call=self._settings.crm.do_not_call_field,
            do_not_call_label=self._label,
            default_region=self._default_region,
        )

    def run(
        self, look: FileLook, *, dry_run: bool = False, on_progress: Progress | None = None
    ) -> Imported:
        """Import the people of a file; with ``dry_run`` only search for them.

        Raises:
            UsageError: a column needs a decision; nothing was sent.
            SdrDeskError: the import could not start. Later interruptions are in the result.
        """
        need_columns(look)
        crm = self._connect()
        if look.columns.ignored() and crm.can_mark and not self._label:
            # A column may have the account's label of its field as heading: never ignore it then.
            name = self._settings.crm.do_not_call_field.partition("=")[0]
            fields = crm.survey().lead_fields
            self._label = next((f.label for f in fields if f.name == name), name)
            look = self.look(look.path, *self._asked)
            need_columns(look)
        if not dry_run:
            self._load_first(look)
        rep = rep_of(self._db, self._settings) if dry_run else need_rep(self._db, self._settings)
        owner_id = rep.owner_id if rep else ""
        engine = self._engine()
        keeping = Keeping(engine, self._clock, owner_id, look.path.name, upstream=crm.can_mark)
        importer = Importer(crm, self._db, keeping, owner_id, default_region=self._default_region)
        done = importer.run(look, dry_run=dry_run, on_progress=on_progress)
        if keeping.queued:
            self._send(engine, done)
        return done

    def add(self, given: Mapping[str, str], *, anyway: bool = False) -> AddedPerson:
        """Add one person, as ``services.people.add``."""

        def same_number(row: Row) -> Known | None:
            looking = Looking(self._connect(), self._db, self._default_region)
            return looking.by_number([row]).get(row.line)

        return add_person(self._db, self.run, same_number, given, self._default_region, anyway)

    def twins(self, lead_id: str) -> tuple[Lead, tuple[Twin, ...]]:
        """Return a lead and its possible duplicates, as ``services.people.merge``."""
        return twins_of(self._db, lead_id)

    def plan_merge(self, keep_id: str, other_id: str) -> MergePlan:
        """Return what a merge would do, as ``services.people.merge``."""
        traits = find_connector(self._settings.crm.kind).capabilities
        keeps = traits.merge_keeps_emails
        return plan_merge(self._db, keep_id, other_id, keeps_emails=keeps)

    def merge(self, keep_id: str, other_id: str) -> Merged:
        """Merge two leads at the CRM and here, as ``services.people.merge``."""
        crm, engine = self._connect(), self._engine()
        rep = need_rep(self._db, self._settings)
        source = f"merge with lead {other_id}"
        keeping = Keeping(engine, self._clock, rep.owner_id, source, upstream=crm.can_mark)

        def mark(lead_id: str) -> None:
            keeping.keep([lead_id], {lead_id: NewLead(do_not_call=True)}, set())

        done = merge(self._db, crm, engine.fetch, mark, keep_id, other_id)
        if keeping.queued:
            with suppress(SdrDeskError):  # waits in the outbox
                engine.push(release_held=False)
        return done

    def _send(self, engine: SyncEngine, done: Imported) -> None:
        """Send marks and notes now; unsent ones wait in the outbox."""
        try:
            pushed = engine.push(release_held=False)
        except SdrDeskError as error:
            done.stopped = done.stopped or error
            return
        done.blocked = pushed.blocked
        with self._db.reader() as connection:
            waiting = outbox.depth(connection).queued
        if waiting and done.stopped is None:
            done.stopped = UnreachableError(
                "The CRM did not answer for all of it.",
                kept=f"{waiting} {plural(waiting, 'item')} of the outbox will be sent with the next"
                " sync; do-not-call marks hold here already.",
                next_step="Run `sdrdesk sync`.",
            )

    def _load_first(self, look: FileLook) -> None:
        """Load the account once, for the rep and the existing numbers."""
        by_number = any(not row.lead.email for row in look.people.rows)
        loaded = bool(get_fact(self._db, "load.done"))
        if rep_of(self._db, self._settings) is None or (by_number and not loaded):
            self._engine().pull(full=False)
