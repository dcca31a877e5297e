"""Makes changed rules count for every lead on disk, at the next start instead of the next pull.

The ranking reads its weights afresh each time; fit and persona are worked out once per lead, so a
changed ``fit.toml`` or ``personas.toml`` means working all of them out again. Never on the thread
that draws.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.views.desk import SyncEvent
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import rederive
from sdrdesk.store.queue.candidates import total_leads

_log = logging.getLogger(__name__)

_TELL_S = 0.5
"""Seconds between two words of progress on a screen."""


def _never() -> bool:
    return False


class RulesUpdate:
    """Works every lead out again when the rules are not those of last time."""

    def __init__(self, db: Database, rulebook: Rulebook, clock: Clock) -> None:
        self._db = db
        self._rules = rulebook
        self._clock = clock

    @property
    def due(self) -> bool:
        """Whether leads on disk were worked out by other rules. One small read."""
        return not rederive.all_derived_by(self._db, self._rules.fingerprint)

    def run(
        self, on_progress: Callable[[int, int], None], should_stop: Callable[[], bool] = _never
    ) -> int:
        """Work the leads out batch by batch and return how many; resumable at any point.

        Args:
            on_progress: told leads done and leads in all after each batch.
            should_stop: asked between batches; what is done stays done.

        Raises:
            SdrDeskError: a rule file is not right, or the disk refuses.
        """
        if not self.due:
            return 0
        from sdrdesk.services.lead.enrichment import derive_with

        rules, total, done = self._rules.fingerprint, total_leads(self._db), 0
        derive = derive_with(self._rules)
        more = rederive.begin_rederiving(self._db, rules, to_ms(self._clock()))
        while more and not should_stop():
            # Where another process goes by other rules, it has the last word until the next start.
            more, count = rederive.rederive_batch(self._db, derive, rules, to_ms(self._clock()))
            done += count
            on_progress(min(done, total), total)
        return done

    def announce(self, tell: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        """Do the same for a screen: progress in words, problems in words, nothing raised."""
        told = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told >= _TELL_S:
                told = time.monotonic()
                tell(SyncEvent("progress", f"new rules: {done:,} of {total:,} leads"))

        try:
            done = self.run(progress, should_stop)
        except SdrDeskError as error:
            tell(SyncEvent("failed", str(error)))
        except Exception:  # noqa: BLE001 - the sync that comes after must not die of it
            _log.exception("working out the leads again failed")
            tell(SyncEvent("failed", "The new rules could not be applied; the old fit stands."))
        else:
            if done:
                tell(SyncEvent("progress", f"{done:,} leads follow the new rules", changed=True))
