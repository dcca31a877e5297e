"""The team's reports and the definitions of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.reports.definitions import definitions
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.registry import Report, ReportName, make_report
from sdrdesk.store.database.database import Database


class ReportService:
    """Makes reports in the rep's zone."""

    def __init__(self, db: Database, rulebook: Rulebook, zone: ZoneInfo, clock: Clock) -> None:
        self._db = db
        self._rules = rulebook
        self._zone = zone
        self._clock = clock

    def make(self, name: ReportName, first: date, last: date) -> Report:
        """Return a report over days, both included.

        Raises:
            UsageError: ``last`` is before ``first``.
        """
        sla = self._rules.sla.in_zone(self._zone.key)
        rules = self._rules
        reader = Reader(
            self._db, rules.dispositions, sla, self._zone, self._clock, lambda: rules.qualification
        )
        return make_report(reader, name, first, last)

    def definitions(self) -> Sequence[tuple[str, str]]:
        """Return the definitions of all numbers, with the team's own values."""
        return tuple(definitions(self._rules.sla.targets).items())
