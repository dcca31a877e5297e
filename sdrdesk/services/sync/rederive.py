"""Re-scoring of every lead on disk after a change of the rules.

The ranking reads its weights each time, but fit and persona are derived once per lead. So a changed
``fit.toml`` or ``personas.toml`` derives all of them again, at the next start and never on the UI
thread.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.lead.enrichment import derive_with
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import rederive
from sdrdesk.store.mirror.derived_state import all_derived_by
from sdrdesk.store.queue.candidates import total_leads

_log = logging.getLogger(__name__)

_TELL_S = 0.5
"""Seconds between two progress messages."""


def _never() -> bool:
    return False


class RulesUpdate:
    """Derives every lead again when the rules changed since last time."""

    def __init__(self, db: Database, rulebook: Rulebook, clock: Clock) -> None:
        self._db = db
        self._rules = rulebook
        self._clock = clock

    @property
    def due(self) -> bool:
        """True if leads on disk were derived by other rules. One small read."""
        return not all_derived_by(self._db, self._rules.fingerprint)

    def run(
        self, on_progress: Callable[[int, int], None], should_stop: Callable[[], bool] = _never
    ) -> int:
        """Derive the leads in batches and return their number; resumable at any point.

        Args:
            on_progress: called with leads done and leads in all after each batch.
            should_stop: asked between batches; finished batches stay.

        Raises:
            SdrDeskError: a rule file is wrong, or the disk refuses.
        """
        if not self.due:
            return 0
        rules, total, done = self._rules.fingerprint, total_leads(self._db), 0
        derive = derive_with(self._rules)
        more = rederive.begin_rederiving(self._db, rules, to_ms(self._clock()))
        while more and not should_stop():
            # If another process uses other rules, its result stays until the next start.
            more, count = rederive.rederive_batch(self._db, derive, rules, to_ms(self._clock()))
            done += count
            on_progress(min(done, total), total)
        return done

    def announce(self, tell: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        """Do the same for a screen: progress and problems as events, nothing raised."""
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
            tell(SyncEvent("failed", "New rules not applied; leads keep their old fit."))
        else:
            if done:
                tell(SyncEvent("progress", f"{done:,} leads follow the new rules", changed=True))
