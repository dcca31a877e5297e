"""Calibration on the team's own leads, with the present points as the starting point."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from sdrdesk.domain.calibration.calibrate import (
    BandRate,
    Calibration,
    Learned,
    Present,
    band_rates,
    calibrate,
    split_rows,
)
from sdrdesk.domain.calibration.features import judge
from sdrdesk.domain.calibration.fit_file import (
    fit_toml,
    learned_config,
    more_features,
    rule_features,
)
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.ranking.fit import FitConfig, fit_of
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.services.reports.reader import Reader
from sdrdesk.store.mirror.lead_then import as_they_stood
from sdrdesk.store.reports.lookups import every_lead

MATURE_AFTER = timedelta(days=14)
"""The result of a lead is known by then."""
BACK = timedelta(days=365)
Target = Literal["meeting", "qualified"]


@dataclass(frozen=True, slots=True)
class LeadCalibration:
    """The points that the team's own leads taught."""

    found: Calibration
    target: Target
    first: date
    last: date
    config: FitConfig
    """The new rules; the present ones when nothing was learned."""
    told: Mapping[str, Learned]
    present: tuple[BandRate, ...] = ()
    """All of them by the fit of the present rules."""


def calibrate_leads(
    reader: Reader,
    config: FitConfig,
    points_per_fit: float,
    first: date | None = None,
    target: Target = "meeting",
    allowed: Collection[str] = (),
) -> LeadCalibration:
    """Learn from leads that were reached or closed and converted at least 14 days ago.

    Args:
        reader: reads leads, calls and meetings.
        config: the present points.
        points_per_fit: log-odds of one point of fit, as the ranking counts it.
        first: first day of conversions, by the rep's zone; a year back without it.
        target: what counts as won.
        allowed: fields to use although they look as if set after the call.
    """
    last = (reader.clock() - MATURE_AFTER).astimezone(reader.zone).date()
    first = first or last - BACK
    if first > last:
        raise UsageError(
            f"No lead since {first} is 14 days old.", next_step="Choose an earlier day."
        )
    span = DateRange(first, last, reader.zone)
    met = _met(reader, span.start) if target == "meeting" else None
    rows: list[tuple[datetime, str, int]] = []
    for item in reader.converted(span):
        done, at = item.done, item.wait.converted_at
        qualified = done.qualified_ms is not None
        if not (done.contacted_ms is not None or done.ended or qualified):
            continue
        lead_id = item.wait.lead_id
        wins = qualified if met is None else any(moment >= at for moment in met.get(lead_id, ()))
        rows.append((at, lead_id, int(wins)))
    wanted = {lead_id for _, lead_id, _ in rows}
    worked = (lead for lead in every_lead(reader.db) if lead.lead_id in wanted)
    known = as_they_stood(reader.db, worked)
    rows = sorted(row for row in rows if row[1] in known)
    leads = [known[lead_id] for _, lead_id, _ in rows]
    won = [win for _, _, win in rows]
    split = split_rows([at.timestamp() for at, _, _ in rows], len(rows))
    features, kept = rule_features(leads, config, won, split.training, allowed)
    for feature, column in more_features(leads, config, won, split.training):
        judge(feature, column, len(leads), allowed, ())
        features.append(feature)
    fits = [fit_of(lead, config).points for lead in leads]
    found = calibrate(features, won, split, Present(fits, kept, points_per_fit))
    new, told = learned_config(config, found) if found.learned else (config, {})
    return LeadCalibration(found, target, first, last, new, told, band_rates(fits, won))


def _met(reader: Reader, since: datetime) -> dict[str, list[datetime]]:
    """Return when meetings were set with each lead."""
    met: dict[str, list[datetime]] = {}
    for dial in reader.dials(since, reader.clock()):
        if dial.meeting == "alone" or (dial.outcome.is_(Flag.MEETING) and not dial.not_made):
            met.setdefault(dial.lead_id, []).append(dial.at)
    return met


def write_files(learned: LeadCalibration, folder: Path, ranking: str, heading: str) -> list[str]:
    """Write ``fit.toml`` and, where its scale is another, ``ranking.toml`` into an empty place.

    Args:
        learned: what was learned.
        folder: made if it is missing.
        ranking: text of the ranking in force.
        heading: first comment of the file.

    Returns:
        The names of the files written.

    Raises:
        UsageError: a file of that name is there already, or the folder cannot be written.
    """
    per_fit = f"points_per_fit = {round(1 / learned.found.points_per_log_odd, 4)}"
    changed = re.sub(r"(?m)^points_per_fit\s*=\s*[0-9.]+", per_fit, ranking, count=1)
    files = {"fit.toml": fit_toml(learned.config, learned.told, [heading])}
    if changed != ranking:
        files["ranking.toml"] = changed
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{Path(str(error.filename)).name} is in that folder already; it was not changed.",
            next_step="Name an empty folder.",
        ) from error
    except OSError as error:
        raise UsageError(f"The folder cannot be written: {error.strerror}.") from error
    return list(files)
