"""``report partners``: what a partner was given, how long it waited, what came back."""

from __future__ import annotations

from dataclasses import dataclass

from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.stages import stages_from
from sdrdesk.domain.reports.statistics import Percentiles, Proportion, percentiles
from sdrdesk.domain.team.team import Team
from sdrdesk.services.reports.behind import Behind, numbers
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Sheet, Table, duration
from sdrdesk.store.mirror.stage_dates import stage_dates
from sdrdesk.store.reports.first_touches import first_touches
from sdrdesk.store.reports.report_rows import leads_of, stage_values

_DEFINED = ("given", "touched", "came back", "interval", "p50, p90, p95", "day")


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner in a date range."""

    team: Team
    wait: Percentiles
    """To the first touch, in calendar time."""
    leads: tuple[str, ...]
    untouched: tuple[str, ...]
    qualified: tuple[str, ...]
    rejected: tuple[str, ...]

    @property
    def touched(self) -> Proportion:
        """Leads touched, of those given."""
        return self._share(len(self.leads) - len(self.untouched))

    @property
    def came_back(self) -> Proportion:
        """Leads that qualified, of those given."""
        return self._share(len(self.qualified))

    @property
    def sent_away(self) -> Proportion:
        """Leads rejected, of those given."""
        return self._share(len(self.rejected))

    def _share(self, count: int) -> Proportion:
        return Proportion(count, len(self.leads))

    def to_json(self) -> dict[str, object]:
        """Return the counts, shares and waits."""
        return {
            "team": self.team.key,
            "name": self.team.name,
            "given": len(self.leads),
            "touched": self.touched.to_json(),
            "wait_s": self.wait.to_json(),
            "untouched": len(self.untouched),
            "came_back": self.came_back.to_json(),
            "rejected": self.sent_away.to_json(),
        }


@dataclass(frozen=True, slots=True)
class PartnerReport:
    """All partners of ``team.toml``."""

    span: DateRange
    partners: tuple[Partner, ...]

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report partners --json``."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            "partners": [partner.to_json() for partner in self.partners],
        }


def partner_report(reader: Reader, span: DateRange) -> PartnerReport:
    """Count the leads of each partner that converted in ``span``."""
    roster = reader.roster()
    return PartnerReport(
        span,
        tuple(
            _partner(reader.only(members, team.name), team, members, span)
            for key, team in roster.teams.items()
            if team.partner
            and (members := frozenset(o for o in roster.members[key] if reader.reads(o)))
        ),
    )


def _partner(reader: Reader, team: Team, members: frozenset[str], span: DateRange) -> Partner:
    since = {row.lead_id: row.at_ms for row in reader.conversions(span)}
    touches = first_touches(reader.db, since, members, reader.clock())
    order = [value for value, _ in stage_values(reader.db)]
    stages = reader.targets.stages
    far = stages_from(stages.sql or stages.opportunity, order)
    entered = stage_dates(reader.db, since)
    rejecting = {
        item.lead_status
        for item in reader.dispositions.values()
        if item.lead_status and (item.is_(Flag.UNWORKABLE) or item.is_(Flag.NOT_INTERESTED))
    }
    now = {lead.lead_id: lead for lead in leads_of(reader.db, list(since))}
    waiting = sorted(since, key=lambda lead_id: (since[lead_id], lead_id))
    return Partner(
        team,
        percentiles((touches[lead_id] - since[lead_id]) / 1_000 for lead_id in touches),
        tuple(waiting),
        tuple(lead_id for lead_id in waiting if lead_id not in touches),
        tuple(
            lead_id
            for lead_id in waiting
            if now[lead_id].lifecycle in far
            and any(
                at_ms >= since[lead_id]
                for stage, at_ms in entered.get(lead_id, {}).items()
                if stage in far
            )
        ),
        tuple(lead_id for lead_id in waiting if now[lead_id].status in rejecting),
    )


def partner_sheet(reader: Reader, report: PartnerReport) -> Sheet:
    """Return the report as tables."""
    rows = tuple(
        (
            found.team.name, len(found.leads), found.touched, duration(found.wait.p50),
            duration(found.wait.p90), len(found.untouched), found.came_back, found.sent_away,
        )
        for found in report.partners
    )  # fmt: skip
    return Sheet(
        "Partners",
        f"{report.span.first} to {report.span.last} · {report.span.zone.key} · {reader.who}",
        (
            Table(
                "",
                (
                    "partner", "given", "touched", "wait p50", "wait p90", "untouched",
                    "came back", "rejected",
                ),
                rows,
                empty=(
                    "No partner: a team with partner = true in team.toml."
                    if reader.whose is None
                    else f"No partner among these: {reader.who}."
                ),
            ),
        ),
        chosen(reader.targets, _DEFINED),
    )  # fmt: skip


def partner_numbers(report: PartnerReport) -> list[Behind]:
    """Return the leads behind each number."""
    return numbers(
        {
            f"{partner.team.name}: {name}": ids
            for partner in report.partners
            for name, ids in (
                ("untouched", partner.untouched),
                ("given", partner.leads),
                ("came back", partner.qualified),
                ("rejected", partner.rejected),
            )
        }
    )
