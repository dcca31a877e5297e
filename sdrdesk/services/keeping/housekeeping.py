"""Daily work while sdrdesk syncs: a backup, and ``retention_days``."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import StorageError
from sdrdesk.services.keeping.forget import Forgetting
from sdrdesk.store.database.connection import Connection, remove_with_companions
from sdrdesk.store.database.copies import DAILY, backups, made_at
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.sync_state import fact_at, set_fact

_log = logging.getLogger(__name__)

_FACT = "housekeeping"
_EVERY = timedelta(hours=20)
"""Less than a day: a rep who starts a little earlier each morning still gets one."""
_AT_ONCE = 200
"""People erased a day at most, each in a transaction of its own."""
_HOUR = timedelta(hours=1)


class _Storage(Protocol):
    @property
    def backups(self) -> int: ...

    @property
    def retention_days(self) -> int: ...


class Housekeeping:
    """The daily work; never raises."""

    def __init__(
        self, db: Database, storage: _Storage, clock: Clock, forgetting: Forgetting
    ) -> None:
        self._db = db
        self._storage = storage
        self._clock = clock
        self._forgetting = forgetting
        self._try_after = clock()

    def run(self) -> None:
        """Do it if it is due. A failure is logged and tried again in an hour."""
        now = self._clock()
        if now < self._try_after:
            return
        last = fact_at(self._db, _FACT)
        if last is not None and last <= now < last + _EVERY:
            self._try_after = min(last + _EVERY, now + _HOUR)
            return
        self._try_after = now + _HOUR
        try:
            # A new database has nothing to lose yet; the sandbox never gets older than this.
            if last is not None:
                self._work()
            set_fact(self._db, _FACT, "", now)
        except StorageError as error:
            _log.warning("housekeeping: %s", error)

    def _work(self) -> None:
        if self._storage.retention_days:
            self._expire(timedelta(days=self._storage.retention_days))
        if self._storage.backups:
            made = self._db.backup(DAILY, {DAILY: self._storage.backups})
            _log.info("backup %s", made.name)
        for problem in self._forgetting.finish():
            _log.warning("forget: %s", problem)

    def _expire(self, age: timedelta) -> None:
        before = self._clock() - age
        with self._db.reader() as connection:
            gone = expired(connection, to_ms(before), _AT_ONCE)
        if self._forgetting.erase_expired(gone):
            _log.info("erased %d people after %d days", len(gone), age.days)
        for copy in backups(self._db.path):
            made = made_at(copy)
            if made is not None and made < before:
                with suppress(OSError):
                    remove_with_companions(copy)


def expired(connection: Connection, before_ms: int, limit: int) -> list[str]:
    """Return leads that left, with which nothing happened since a time, longest ago first.

    Not those with something unsent, a promise or a call in progress.
    """
    rows = connection.execute(
        "SELECT lead_id, modified_ms FROM lead WHERE archived = 1 AND modified_ms < ?"
        " AND lead_id NOT LIKE 'forgotten-%'"
        " AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.lead_id = lead.lead_id AND a.at_ms >= ?)"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.lead_id = lead.lead_id"
        "  AND o.state IN ('held', 'queued', 'sending', 'blocked'))"
        " AND NOT EXISTS (SELECT 1 FROM promise p WHERE p.lead_id = lead.lead_id AND p.open = 1)"
        " AND NOT EXISTS (SELECT 1 FROM call_journal j WHERE j.lead_id = lead.lead_id)"
        " ORDER BY modified_ms LIMIT ?",
        (before_ms, before_ms, limit),
    ).fetchall()
    return [str(row[0]) for row in rows]
