"""The calls of some days by rep."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import CallTally, Dial
from sdrdesk.domain.reports.meeting_credit import Credits
from sdrdesk.services.reports.reader import Reader


def tallies(reader: Reader, span: DateRange, told: Credits | None = None) -> dict[str, CallTally]:
    """Return the counts of each rep by owner id, of those without a call too, by name.

    Without reasons. ``told``: the ``credits`` from the start of the span or earlier, where they
    were read already.
    """
    return tallies_of(reader, (span,), told)[0]


def tallies_of(
    reader: Reader, spans: Sequence[DateRange], told: Credits | None = None
) -> list[dict[str, CallTally]]:
    """Return the same for spans that follow one another, read in one go."""
    talk = reader.targets.conversation_s
    parts = [{owner_id: CallTally(talk) for owner_id in reader.callers()} for _ in spans]
    bounds = (*(span.start for span in spans), spans[-1].end)
    for place, group in reader.groups(bounds, details=False):
        parts[place].setdefault(group.owner_id, CallTally(talk)).add_group(group)
    for dial in reader.meetings(bounds[0], bounds[-1], told):
        place = bisect_right(bounds, dial.at) - 1
        take_in(parts[place].setdefault(dial.owner_id, CallTally(talk)), dial)
    names = reader.owner_names()
    return [
        dict(sorted(found.items(), key=lambda pair: (names.get(pair[0], pair[0]), pair[0])))
        for found in parts
    ]


def take_in(tally: CallTally, dial: Dial) -> None:
    """Count a meeting of the CRM; its call is counted in its own group."""
    if dial.meeting == "cancelled":
        tally.drop_meeting()
    else:
        tally.add(dial)
