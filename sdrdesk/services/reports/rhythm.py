"""``report rhythm``: dials and conversations by hour and weekday, meetings day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.reports.date_range import DateRange, midnight
from sdrdesk.domain.reports.dials import QUARTER_HOUR_MS
from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier, OutcomeTable
from sdrdesk.domain.reports.rhythm import Gap, Moment, Rhythm, rhythm
from sdrdesk.domain.text.humanize import DAY_NAMES
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Sheet, Table
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.options import owners
from sdrdesk.store.reports.call_counts import quarters_between
from sdrdesk.store.reports.gap_rows import gaps_between

_GAPS: Final = (
    ("under 1 hour", timedelta(hours=1)),
    ("1 to 4 hours", timedelta(hours=4)),
    ("4 to 24 hours", timedelta(hours=24)),
    ("1 to 3 days", timedelta(days=3)),
    ("3 to 7 days", timedelta(days=7)),
    ("over 7 days", None),
)
"""Name and upper bound of each gap."""
_GAPS_OVER: Final = 31
"""Days of gaps that are counted: each call needs a look at the one before."""
_DEFINED = ("dial", "conversation", "meeting set", "by hour and weekday", "gap", "day")


class _Met(NamedTuple):
    """The part of an outcome that counts here."""

    reached: bool
    person: bool
    """The one that was called."""
    meeting: bool


def rhythm_report(reader: Reader, span: DateRange) -> Rhythm:
    """Count the calls of ``span`` by hour and weekday."""
    outcomes = OutcomeClassifier(reader.dispositions).table(_met)
    found = rhythm(_moments(reader, span, outcomes), span)
    found.gaps_since, found.gaps = _gaps(reader, span, outcomes)
    return found


def rhythm_json(found: Rhythm) -> dict[str, object]:
    """Return the output of ``report rhythm --json``."""
    return {
        "from": found.span.first.isoformat(),
        "to": found.span.last.isoformat(),
        "time_zone": found.span.zone.key,
        **found.to_json(),
    }


def rhythm_sheet(reader: Reader, found: Rhythm) -> Sheet:
    """Return the report as tables."""
    span = found.span
    return Sheet(
        "Rhythm of the team",
        f"{span.first} to {span.last} · {span.zone.key} · {reader.who}",
        (
            Table(
                "By hour of the rep's clock",
                ("hour", "dials", "conversations", "reached"),
                tuple(
                    (
                        f"{at:02d}",
                        found.dials_by_hour[at],
                        found.conversations_by_hour[at],
                        found.reached(at),
                    )
                    for at in found.hours
                ),
            ),
            Table(
                "By time since the call before to the same lead"
                + (f", from {found.gaps_since}" if found.gaps_since else ""),
                ("gap", "dials", "connects", "reached"),
                tuple((gap.name, gap.dials, gap.connects, gap.share) for gap in found.gaps),
            ),
            Table(
                "By weekday",
                ("weekday", "dials", "conversations"),
                tuple(
                    (name, found.dials_by_weekday[at], found.conversations_by_weekday[at])
                    for at, name in enumerate(DAY_NAMES)
                ),
            ),
            Table(
                "By week" if found.by_week else "By day",
                ("week of" if found.by_week else "day", "dials", "meetings set"),
                tuple((day.isoformat(), dials, met) for day, dials, met in found.trend()),
            ),
        ),
        chosen(reader.targets, _DEFINED),
        (
            "Reps choose whom to call when: a rate says what was, not what another hour would "
            "bring. Try a change of the rules first: sdrdesk replay --config DIR",
        ),
    )


def rhythm_pictures(found: Rhythm) -> tuple[Picture, ...]:
    """Return the report as charts."""
    hours = found.hours
    trend = found.trend()
    return (
        Picture(
            "By hour of the rep's clock",
            tuple(f"{at:02d}" for at in hours),
            (
                Series("dials", tuple(found.dials_by_hour[at] for at in hours)),
                Series("conversations", tuple(found.conversations_by_hour[at] for at in hours)),
            ),
        ),
        Picture(
            "By weekday",
            DAY_NAMES,
            (
                Series("dials", tuple(found.dials_by_weekday[at] for at in range(7))),
                Series(
                    "conversations", tuple(found.conversations_by_weekday[at] for at in range(7))
                ),
            ),
        ),
        Picture(
            "Meetings set by week" if found.by_week else "Meetings set by day",
            tuple(f"{day:%d.%m}" if len(trend) <= 14 else f"{day.day}" for day, _, _ in trend),
            (Series("meetings set", tuple(met for _, _, met in trend)),),
        ),
    )


def _met(flags: frozenset[Flag]) -> _Met:
    return _Met(Flag.REACHED in flags, Flag.INTENDED_PERSON in flags, Flag.MEETING in flags)


def _moments(reader: Reader, span: DateRange, outcomes: OutcomeTable[_Met]) -> Iterator[Moment]:
    zones = rep_zones(reader)
    apart = sorted({*zones, *(reader.whose or ())})
    rows = quarters_between(
        reader.db,
        span.start,
        span.end,
        reader.clock(),
        reader.targets.conversation_s,
        apart,
        outcomes,
    )
    for quarter, owner_id, kind, is_long, met, calls in rows:
        if reader.reads(owner_id):
            dials = calls if kind == "call" else 0
            connects = dials * met.reached
            yield Moment(
                quarter,
                zones.get(owner_id, span.zone),
                dials,
                connects * (met.person and is_long),
                calls * (met.meeting and kind != "not_made"),
                connects,
            )
    for dial in reader.meetings(span.start, span.end):
        quarter = to_ms(dial.at) // QUARTER_HOUR_MS
        change = {"credited": 1, "cancelled": -1}.get(dial.meeting, 0)
        yield Moment(quarter, zones.get(dial.owner_id, span.zone), 0, 0, change)


def _gaps(
    reader: Reader, span: DateRange, outcomes: OutcomeTable[_Met]
) -> tuple[date | None, tuple[Gap, ...]]:
    """Return the first day counted, if it is not the span's own, and dials by their gap."""
    # Whole days: 31 times 24 hours would begin at one o'clock when clocks changed in between.
    first = max(span.first, span.last - timedelta(days=_GAPS_OVER - 1))
    start = midnight(first, span.zone)
    dials, connects = [0] * len(_GAPS), [0] * len(_GAPS)
    bounds = [most for _, most in _GAPS if most is not None]
    for row in gaps_between(reader.db, start, span.end, reader.clock(), bounds, outcomes):
        if reader.reads(row.owner_id):
            dials[row.band] += row.calls
            connects[row.band] += row.calls * row.outcome.reached
    found = zip((name for name, _ in _GAPS), dials, connects, strict=True)
    since = first if first > span.first else None
    return since, tuple(Gap(*each) for each in found)


def rep_zones(reader: Reader) -> dict[str, ZoneInfo]:
    """Return the time zones of the reps who have their own, by owner id."""
    named = reader.targets.zones
    found = {}
    for owner in owners(reader.db) if named else ():
        name = named.get(owner.owner_id) or named.get(owner.email)
        if name:
            found[owner.owner_id] = ZoneInfo(name)
    return found
