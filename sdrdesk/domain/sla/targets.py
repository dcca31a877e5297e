"""The targets that marketing and sales agreed on, from ``sla.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.zone_info import zone_info

FORM_FIELDS: Final = ("email", "phone", "company", "job_title", "country")
"""Fields that a form may ask for."""


@dataclass(frozen=True, slots=True)
class SalesTargets:
    """The targets of sales."""

    in_time_percent: float = 90.0
    """Share of leads whose first attempt is in time."""
    attempts: int = 6
    """Dials before a lead that was never reached may be given up."""
    given_up_days: int = 14
    """Days without a dial after which a lead that was never reached counts as given up."""
    outcome_percent: float = 95.0
    """Share of calls with an outcome."""


@dataclass(frozen=True, slots=True)
class MarketingTargets:
    """The targets of marketing."""

    leads_per_30_days: int = 0
    """0 without an agreed volume."""
    good_fit: int = 60
    """Fit from which a lead counts as good, 0 to 100."""
    good_fit_percent: float = 50.0
    complete_percent: float = 80.0
    """Share of leads with all ``fields`` filled."""
    fields: tuple[str, ...] = FORM_FIELDS
    qualify_low: float = 10.0
    qualify_high: float = 15.0
    """Expected share of leads that qualify, in per cent."""
    matured_days: int = 14
    """Days from the conversion until a lead is judged."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The lifecycle stage of each step of the funnel; ``""`` leaves the step out."""

    mql: str = "marketingqualifiedlead"
    sql: str = "salesqualifiedlead"
    opportunity: str = "opportunity"
    customer: str = "customer"

    def steps(self) -> tuple[tuple[str, str], ...]:
        """Return (name, stage value) of the team's steps, in order."""
        named = (
            ("MQL", self.mql), ("SQL", self.sql), ("Opportunity", self.opportunity),
            ("Customer", self.customer),
        )  # fmt: skip
        return tuple((name, value) for name, value in named if value)


@dataclass(frozen=True, slots=True)
class SlaTargets:
    """The part of ``sla.toml`` that only reports read."""

    sales: SalesTargets = SalesTargets()
    marketing: MarketingTargets = MarketingTargets()
    stages: Stages = Stages()
    conversation_s: int = 60
    """Least length of a conversation with the intended person."""
    callback_early_s: int = 900
    callback_late_s: int = 1_800
    """Most seconds before or after the promised time for a call to keep a callback."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Owner id or e-mail to the IANA zone of that rep's days."""


def parse_targets(top: TableReader) -> SlaTargets:
    """Return the targets of a whole ``sla.toml``; every key has a default.

    Raises:
        ConfigProblem: a key is unknown or a value cannot be read.
    """
    default = SlaTargets()
    calls = top.table("calls", optional=True)
    zones = top.table("rep_time_zones", optional=True)
    targets = SlaTargets(
        _sales(top.table("sales", optional=True)),
        _marketing(top.table("marketing", optional=True)),
        _stages(top.table("stages", optional=True)),
        calls.integer("conversation_s", default.conversation_s, low=1, high=3_600),
        60 * calls.integer("callback_early_min", default.callback_early_s // 60, high=1_440),
        60 * calls.integer("callback_late_min", default.callback_late_s // 60, high=1_440),
        {rep: _zone(zones, rep) for rep in zones.keys()},  # noqa: SIM118  # no mapping
    )
    calls.done()
    zones.done()
    return targets


def _sales(table: TableReader) -> SalesTargets:
    default = SalesTargets()
    targets = SalesTargets(
        table.number("in_time_percent", default.in_time_percent, low=0, high=100),
        table.integer("attempts", default.attempts, low=1, high=50),
        table.integer("given_up_days", default.given_up_days, low=1, high=366),
        table.number("outcome_percent", default.outcome_percent, low=0, high=100),
    )
    table.done()
    return targets


def _marketing(table: TableReader) -> MarketingTargets:
    default = MarketingTargets()
    fields = table.texts("fields", default.fields)
    for name in fields:
        if name not in FORM_FIELDS:
            raise table.problem("fields", f"{name!r} is none of {', '.join(FORM_FIELDS)}")
    targets = MarketingTargets(
        table.integer("leads_per_30_days", default.leads_per_30_days),
        table.integer("good_fit", default.good_fit, high=100),
        table.number("good_fit_percent", default.good_fit_percent, low=0, high=100),
        table.number("complete_percent", default.complete_percent, low=0, high=100),
        tuple(dict.fromkeys(fields)),
        table.number("qualify_low", default.qualify_low, low=0, high=100),
        table.number("qualify_high", default.qualify_high, low=0, high=100),
        table.integer("matured_days", default.matured_days, high=366),
    )
    if targets.qualify_high < targets.qualify_low:
        raise table.problem("qualify_high", "is below qualify_low")
    table.done()
    return targets


def _stages(table: TableReader) -> Stages:
    default = Stages()
    stages = Stages(
        table.text("mql", default.mql),
        table.text("sql", default.sql),
        table.text("opportunity", default.opportunity),
        table.text("customer", default.customer),
    )
    table.done()
    return stages


def _zone(table: TableReader, rep: str) -> str:
    name = table.text(rep)
    if zone_info(name) is None:
        raise table.problem(rep, f"{name!r} is not a time zone such as Europe/Dublin")
    return name
