"""Erases a person from this machine: database, backups, calendar files, log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import NotFoundError, StorageError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.keeping.files import erase_calendar_files, erase_mail_files, mask_logs
from sdrdesk.store.database.copies import backups
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.scrub import scrub
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.forget import digests
from sdrdesk.store.forget.erase import Erased, erase
from sdrdesk.store.forget.traces import Traces, refuse_unsent, traces
from sdrdesk.store.mirror.lead_ids import display_name, existing_lead
from sdrdesk.store.mirror.sync_state import forget, get_state, set_state

_UNFINISHED = "forget.unfinished"


@dataclass(frozen=True, slots=True)
class ForgetResult:
    """The erased records, and the steps left to do."""

    lead_id: str
    erased: Erased
    backups: int = 0
    calendar_files: int = 0
    log_lines: int = 0
    problems: tuple[str, ...] = ()
    dry_run: bool = False

    def to_json(self) -> dict[str, object]:
        """Return the output of ``forget --json``."""
        return {
            "lead_id": self.lead_id,
            "activities_kept_as_counts": self.erased.activities,
            "outbox_items": self.erased.items,
            "do_not_call": self.erased.do_not_call,
            "backups": self.backups,
            "calendar_files": self.calendar_files,
            "log_entries": self.log_lines,
            "problems": list(self.problems),
            "dry_run": self.dry_run,
        }

    def lines(self, crm: str) -> Iterator[str]:
        """Yield the result for a person."""
        many = self.erased.activities
        act = "Would erase" if self.dry_run else "Erased"
        yield (
            f"{act} lead {self.lead_id} here: names, numbers, addresses and notes in the database "
            f"and {self.backups} {plural(self.backups, 'backup')}, "
            f"{self.calendar_files} {plural(self.calendar_files, 'file')} of meetings and e-mails."
        )
        yield (
            "1 activity still counts in reports, without the person."
            if many == 1
            else f"{many} activities still count in reports, without the person."
        )
        if self.erased.do_not_call:
            yield "The person must not be called: their numbers and address stay barred, as hashes."
        yield (
            f"Not erased: what is in {crm}. Delete the contact there, and on your other machines "
            "run the same command. Files that you exported or printed are yours to delete."
        )
        yield (
            f"While {crm} keeps the contact, it is not fetched again; "
            f"to allow it: sdrdesk forget --lift {self.lead_id}"
        )


class Forgetting:
    """Erases people, on request and after ``retention_days``."""

    def __init__(self, db: Database, clock: Clock, meetings: Path, log_file: Path) -> None:
        self._db = db
        self._clock = clock
        self._meetings = meetings
        self._log_file = log_file

    def forget(
        self, lead_id: str, *, drop_unsent: bool = False, dry_run: bool = False
    ) -> ForgetResult:
        """Erase a person by any of their ids.

        The files come first and the database last, so that an interrupted run can be repeated with
        the same id.

        Raises:
            NotFoundError: there is no such lead.
            UsageError: something was not sent yet, or a call is in progress.
            StorageError: the database cannot be written.
        """
        with self._db.reader() as connection:
            lead_id = existing_lead(connection, lead_id)
            found = traces(connection, lead_id)
            if not drop_unsent:
                refuse_unsent(connection, lead_id)
        if dry_run:
            return self._rehearse(lead_id, found)
        copies, problems = self._erase_copies(found)
        files, lines, more = self._erase_files(found)
        now_ms = to_ms(self._clock())
        with self._db.writer(durable=True) as connection:
            if not drop_unsent:
                refuse_unsent(connection, lead_id)
            done = erase(connection, found, now_ms)
            set_state(connection, _UNFINISHED, "1", now_ms)
        problems += more + self.finish()
        return ForgetResult(lead_id, done, copies, files, lines, tuple(problems))

    def name(self, lead_id: str) -> str:
        """Return the name of a lead, to ask whether they are meant.

        Raises:
            NotFoundError: there is no such lead.
        """
        with self._db.reader() as connection:
            lead_id = existing_lead(connection, lead_id)
            row = connection.execute(
                "SELECT first_name, last_name, email FROM lead WHERE lead_id = ?", (lead_id,)
            ).fetchone()
        first, last, email = (str(part) for part in row)
        return display_name(first, last, email, lead_id)

    def finish(self) -> list[str]:
        """Remove the bytes of what was erased from the database file; return what went wrong.

        Does nothing when that was done before.
        """
        with self._db.reader() as connection:
            if not get_state(connection, _UNFINISHED):
                return []
        try:
            emptied = self._db.scrub()
        except StorageError as error:
            return [f"Erased text may still be in the file until the next try. {error}"]
        if not emptied:
            return [
                "Another sdrdesk is reading, so its log file could not be emptied. "
                "Close it, then run: sdrdesk forget --finish"
            ]
        with self._db.writer() as connection:
            forget(connection, _UNFINISHED)
        return []

    def lift(self, lead_id: str) -> None:
        """Let an erased person be fetched again.

        Raises:
            NotFoundError: no person of this id was erased here.
        """
        with self._db.writer() as connection:
            if not digests.lift(connection, lead_id):
                raise NotFoundError(
                    f"No person with the id {lead_id} was erased here.", kept="Nothing was changed."
                )

    def erase_expired(self, lead_ids: list[str]) -> int:
        """Erase people after ``retention_days``; they may come back, backups follow by rotation."""
        now_ms = to_ms(self._clock())
        for lead_id in lead_ids:
            with self._db.reader() as connection:
                found = traces(connection, lead_id)
            erase_calendar_files(self._meetings, replace(found, texts=frozenset()))
            with self._db.writer() as connection:
                erase(connection, found, now_ms, remember=False)
                set_state(connection, _UNFINISHED, "1", now_ms)
        return len(lead_ids)

    def _rehearse(self, lead_id: str, found: Traces) -> ForgetResult:
        with self._db.reader() as connection:
            keys = len(found.activity_keys)
            row = connection.execute(
                "SELECT count(*) FROM outbox WHERE lead_id = ?", (lead_id,)
            ).fetchone()
        done = Erased(1, keys, int(row[0]))
        return ForgetResult(lead_id, done, len(backups(self._db.path)), dry_run=True)

    def _erase_copies(self, found: Traces) -> tuple[int, list[str]]:
        """Erase the person in every backup; return how many and what went wrong."""
        done, problems = 0, []
        for copy in backups(self._db.path):
            try:
                with self._db.opened_copy(copy) as connection:
                    known = found
                    for lead_id in found.ids:
                        known |= traces(connection, lead_id)
                    connection.execute("BEGIN IMMEDIATE")
                    erase(connection, known, to_ms(self._clock()))
                    connection.execute("COMMIT")
                    scrub(connection)
                done += 1
            except StorageError:
                problems.append(
                    f"{copy} cannot be opened, so the person may be in it. Delete it yourself."
                )
        return done, problems

    def _erase_files(self, found: Traces) -> tuple[int, int, list[str]]:
        files = lines = 0
        problems = []
        try:
            files = erase_calendar_files(self._meetings, found)
            files += erase_mail_files(self._meetings.with_name("mails"), found)
            lines = mask_logs(self._log_file, found)
        except OSError as error:
            where = error.filename or self._log_file.parent
            problems.append(f"{where}: {error.strerror or error}. The person may be named there.")
        return files, lines, problems
