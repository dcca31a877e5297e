"""A calibration in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from sdrdesk.domain.calibration.calibrate import Calibration, Learned
from sdrdesk.domain.calibration.features import Feature
from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.domain.text.humanize import plural


def to_json(found: Calibration) -> dict[str, object]:
    """Return the document of ``sdrdesk calibrate --json``; shares are 0 to 1."""
    areas = found.areas
    return {
        "rows": found.rows,
        "positives": found.positives,
        "split": found.split,
        "auc_old": round(areas.old, 4),
        "auc_new": round(areas.new, 4),
        "difference": [round(areas.low, 4), round(areas.high, 4)],
        "top10_rate": round(found.top10_rate, 4),
        "top10_lift": round(found.top10_lift, 3),
        "p_at_50": round(found.chance_at_50, 4),
        "refused": found.refused,
        "fields": [_field(feature) for feature in found.features],
        "points": [_points(learned) for learned in found.learned],
        "base": found.base,
        "points_per_log_odd": found.points_per_log_odd,
        "at_ends": round(found.at_ends, 4),
        "base_rates": [round(rate, 4) for rate in found.rates],
        "bands": [
            {"low": band.low, "high": band.high, "leads": band.leads, "won": band.won}
            for band in found.bands
        ],
    }


def _field(feature: Feature) -> dict[str, object]:
    return {
        "name": feature.name,
        "iv": round(feature.iv, 4),
        "auc": round(feature.area, 4),
        "used": feature.used,
        "why": feature.why,
    }


def _points(learned: Learned) -> dict[str, object]:
    level = learned.level
    return {
        "field": learned.feature,
        "when": level.words,
        "any": list(level.texts),
        "above": level.low,
        "up_to": level.high,
        "missing": level.missing,
        "before": level.now,
        "points": learned.points,
        "interval": [learned.low, learned.high],
        "leads": learned.leads,
        "won": learned.won,
    }


def lines(found: Calibration) -> Iterator[str]:
    """Yield the same for a person."""
    share = Proportion(found.positives, found.rows).percent
    yield f"{found.rows:,} leads, {found.positives:,} won ({share or 0:g} %)."
    left = [feature for feature in found.features if not feature.used]
    if left:
        yield ""
        yield "Not used:"
        for feature in left:
            yield f"  {feature.name}: {feature.why}"
    named = [feature for feature in found.features if feature.used and feature.why]
    if named:
        yield ""
        yield "Look at these:"
        for feature in named:
            yield f"  {feature.name}: {feature.why}"
    if found.learned:
        yield ""
        scale = f"{found.points_per_log_odd} for one log-odd"
        yield f"Points, {scale}, everybody starts at {found.base}:"
        for learned in found.learned:
            yield f"  {_line(learned)}"
        yield ""
        yield from _judgement(found)
    yield ""
    if found.refused:
        yield f"! Not better enough to use: {found.refused}."
    else:
        yield "The new points tell won from lost better than the old ones."


def _line(learned: Learned) -> str:
    before, after = f"{learned.level.now:+g}".replace("+0", "0"), f"{learned.points:+d}"
    own, rest = (
        Proportion(learned.won, learned.leads),
        Proportion(learned.won_others, learned.others),
    )
    return (
        f"{learned.feature} {learned.level.words}  {before} → {after} "
        f"({learned.leads:,} {plural(learned.leads, 'lead')}, {learned.won:,} won, "
        f"{own.percent or 0:g} % v {rest.percent or 0:g} %, "
        f"95 % {learned.low:+d} … {learned.high:+d})"
    )


def _judgement(found: Calibration) -> Iterator[str]:
    areas = found.areas
    by = "the last 30 % by time" if found.split == "time" else "a random 30 %"
    yield f"On {by}, which were not learned from:"
    yield (
        f"  area under the curve {areas.old:.3f} → {areas.new:.3f} "
        f"(difference 95 % {areas.low:+.3f} … {areas.high:+.3f})"
    )
    yield (
        f"  of the tenth with the highest fit {found.top10_rate:.1%} were won, "
        f"{found.top10_lift:.1f} times the {found.rates[1]:.1%} of all"
    )
    yield f"  won in the earlier part {found.rates[0]:.1%}, in the later {found.rates[1]:.1%}"
    yield f"  a fit of 50 means {found.chance_at_50:.1%}; {found.at_ends:.1%} are at 0 or 100"
    for band in found.bands:
        share = Proportion(band.won, band.leads)
        interval = share.interval
        if interval is not None:
            yield (
                f"  fit {band.low:>2} to {band.high:<3}  {band.leads:>7,} leads  "
                f"{share.percent:>5} %  (95 % {interval[0]:.1f} … {interval[1]:.1f})"
            )
