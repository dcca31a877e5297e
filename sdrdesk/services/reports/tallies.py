"""The calls of some days by rep."""

from __future__ import annotations

from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import CallTally, Dial
from sdrdesk.domain.reports.meeting_credit import Credits
from sdrdesk.services.reports.reader import Reader


def tallies(reader: Reader, span: DateRange, told: Credits | None = None) -> dict[str, CallTally]:
    """Return the counts of each rep by owner id, of those without a call too, by name.

    ``told``: the ``credits`` from the start of the span or earlier, where they were read already.
    """
    groups, meetings = reader.groups(span, told)
    talk = reader.targets.conversation_s
    found = {owner_id: CallTally(talk) for owner_id in reader.callers()}
    for group in groups:
        found.setdefault(group.owner_id, CallTally(talk)).add_group(group)
    for dial in meetings:
        take_in(found.setdefault(dial.owner_id, CallTally(talk)), dial)
    names = reader.owner_names()
    return dict(sorted(found.items(), key=lambda pair: (names.get(pair[0], pair[0]), pair[0])))


def take_in(tally: CallTally, dial: Dial) -> None:
    """Count a meeting of the CRM; its call is counted in its own group."""
    if dial.meeting == "cancelled":
        tally.drop_meeting()
    else:
        tally.add(dial)
