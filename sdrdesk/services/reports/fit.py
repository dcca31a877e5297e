"""``report fit``: what became of leads by their fit, and the points that outcomes would teach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sdrdesk.domain.calibration.calibrate import BandRate, Learned
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.services.reports.fit_calibration import MATURE_AFTER, LeadCalibration, calibrate_leads
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Sheet, Table

_SHORTEST = timedelta(days=60)
"""Outcomes of a shorter period teach nothing: the year before counts then."""


def fit_report(reader: Reader, days: DateRange) -> LeadCalibration:
    """Learn from conversions since ``days`` began, or of a year when that is too short ago."""
    mature = (reader.clock() - MATURE_AFTER).astimezone(reader.zone).date()
    first = days.first if days.first <= mature - _SHORTEST else None
    fit = reader.fit()
    return calibrate_leads(reader, fit.config, fit.points_per_fit, first)


def fit_sheet(found: LeadCalibration, who: str) -> Sheet:
    """Return the report as tables."""
    learned = found.found
    refused = learned.refused
    verdict = (
        f"Not better enough to use: {refused}."
        if refused
        else "The new points tell won from lost better: sdrdesk calibrate --out DIR writes them."
    )
    return Sheet(
        "Fit and outcomes",
        f"converted {found.first} to {found.last}, reached or closed · won: meeting set · {who}",
        (
            Table(
                "What became of leads, by the fit they have now",
                ("fit", "leads", "won", "share"),
                tuple(_bands(found.present)),
            ),
            Table(
                "By the fit that outcomes would give them (the last 30 % by time)",
                ("fit", "leads", "won", "share"),
                tuple(_bands(learned.bands)),
                empty="Nothing was learned.",
            ),
            Table(
                "Points that outcomes teach",
                ("field", "value", "now", "learned", "from", "to", "leads", "won"),
                tuple(map(_point, learned.learned)),
                empty="Nothing was learned.",
            ),
            Table(
                "Fields not used",
                ("field", "why"),
                tuple((f.name, f.why or "") for f in learned.features if not f.used),
                empty="All were used.",
            ),
        ),
        (
            ("won", "a meeting was set after the conversion"),
            ("fit", "0 to 100, by the rules in force, of the lead as it was when it converted"),
        ),
        (verdict, "No file is changed from here."),
    )


def fit_pictures(found: LeadCalibration) -> tuple[Picture, ...]:
    """Return the real rate by fit, now and by the learned points."""
    present, learned = found.present, found.found.bands
    labels = tuple(f"{band.low}–{band.high}" for band in present)
    series = [Series("won %, fit now", _percents(present))]
    if len(learned) == len(present):
        series.append(Series("won %, learned", _percents(learned)))
    return (Picture("Won by fit", labels, tuple(series)),) if labels else ()


def _percents(bands: Sequence[BandRate]) -> tuple[int, ...]:
    return tuple(round(100 * band.won / band.leads) if band.leads else 0 for band in bands)


def _bands(bands: Iterable[BandRate]) -> list[tuple[str, int, int, Proportion]]:
    return [
        (f"{band.low} to {band.high}", band.leads, band.won, Proportion(band.won, band.leads))
        for band in bands
    ]


def _point(learned: Learned) -> tuple[str, str, float, int, int, int, int, int]:
    return (
        learned.feature,
        learned.level.words,
        learned.level.now,
        learned.points,
        learned.low,
        learned.high,
        learned.leads,
        learned.won,
    )
