"""The team's reports and the definitions of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.plain_file import write_owned
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.queue.own_views import save_view
from sdrdesk.services.reports.csv_text import csv_text
from sdrdesk.services.reports.definitions import definitions
from sdrdesk.services.reports.leads import BehindRow, behind_rows
from sdrdesk.services.reports.reader import FitRules, Reader
from sdrdesk.services.reports.registry import Report, ReportName, make_report
from sdrdesk.services.reports.whose import narrowed
from sdrdesk.store.database.database import Database


class ReportService:
    """Makes reports in the rep's zone."""

    def __init__(
        self,
        db: Database,
        rulebook: Rulebook,
        zone: ZoneInfo,
        clock: Clock,
        scripts: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._db = db
        self._rules = rulebook
        self._zone = zone
        self._clock = clock
        self._scripts = scripts

    def make(
        self,
        name: ReportName,
        first: date,
        last: date,
        whose: str = "",
        *,
        against: bool = False,
    ) -> Report:
        """Return a report over days, both included.

        ``whose`` is ``""`` for everybody, an owner id, or ``team:`` and a team. ``against`` adds as
        many days before.

        Raises:
            UsageError: ``last`` is before ``first``; there is no such rep or team.
        """
        reader = narrowed(self.reader(), whose)
        return make_report(reader, name, first, last, against=against)

    def reader(self) -> Reader:
        """Return the reader of everybody's work."""
        sla = self._rules.sla.in_zone(self._zone.key)
        rules = self._rules
        return Reader(
            self._db,
            rules.dispositions,
            sla,
            self._zone,
            self._clock,
            lambda: rules.qualification,
            lambda: rules.team,
            lambda: FitRules(rules.fit, rules.ranking.points_per_fit),
            self._scripts,
        )

    def rows(self, lead_ids: Sequence[str]) -> list[BehindRow]:
        """Return the leads behind a number, in their order."""
        return behind_rows(self._db, lead_ids)

    def save_view(self, name: str, text: str, lead_ids: Sequence[str]) -> str:
        """Save leads as a view of the queue; return its name.

        Raises:
            UsageError: the name is taken, or there are no leads or too many.
        """
        return save_view(self._rules, name, text, lead_ids)

    def export(self, path: Path, lead_ids: Sequence[str]) -> None:
        """Write leads as CSV that only this user can read.

        Raises:
            UsageError: the path cannot be a file.
            SdrDeskError: it cannot be written.
        """
        write_owned(path, csv_text(row.to_json() for row in self.rows(lead_ids)))

    def definitions(self) -> Sequence[tuple[str, str]]:
        """Return the definitions of all numbers, with the team's own values."""
        return tuple(definitions(self._rules.sla.targets).items())
