"""The time at a lead's place, also when the sources for the place disagree.

A module of its own: the first row needs none of the tables that zones are derived from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sdrdesk.domain.place.zone_info import zone_info

BUT = ", but "
"""Comes before the sources against a zone, in the text of ``ZoneVerdict``."""
_MOST = 3
"""Most times shown."""


def other_zones(note: str) -> tuple[str, ...]:
    """Return the zones that other sources name, from the text of a ``ZoneVerdict``."""
    words = note.partition(BUT)[2].replace(",", " ").split()
    zones = [word for word in words if ("/" in word or word == "UTC") and zone_info(word)]
    return tuple(dict.fromkeys(zones))


def city_of(zone: str) -> str:
    """Return the city that a zone is named after, such as ``New York``."""
    return zone.rpartition("/")[2].replace("_", " ")


def clocks(zone: str, others: Sequence[str], moment: datetime) -> list[tuple[str, datetime]]:
    """Return the city and local time of each zone whose clock differs; empty when unknown.

    ``moment`` is aware. Zones that show the same time at ``moment`` count once.
    """
    found: dict[datetime, tuple[str, datetime]] = {}
    for name, there in _local((zone, *others) if zone else (), moment):
        found.setdefault(there.replace(tzinfo=None), (city_of(name), there))
    return list(found.values())[:_MOST]


def local_times(zone: str, others: Sequence[str], moment: datetime) -> str:
    """Return ``15:45``, or ``15:45 Warsaw or 08:45 Chicago``; ``""`` when unknown."""
    found = clocks(zone, others, moment)
    if len(found) < 2:
        return "".join(f"{there:%H:%M}" for _, there in found)
    return " or ".join(f"{there:%H:%M} {city}" for city, there in found)


def _local(zones: Sequence[str], moment: datetime) -> Iterator[tuple[str, datetime]]:
    for name in zones:
        info = zone_info(name)
        if info is not None:
            yield name, moment.astimezone(info)
