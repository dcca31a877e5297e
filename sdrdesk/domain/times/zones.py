"""Time zones as people type them behind a time: ``est``, ``my time``, ``utc+2``."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from sdrdesk.domain.place.regions import all_zones
from sdrdesk.domain.place.zone_info import zone_info

# People say EST in summer too and mean the clock on the wall there.
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "et": ("America/New_York",), "est": ("America/New_York",), "edt": ("America/New_York",),
    "eastern": ("America/New_York",), "ct": ("America/Chicago",),
    "cst": ("America/Chicago", "Asia/Shanghai"), "cdt": ("America/Chicago",),
    "central": ("America/Chicago",), "mst": ("America/Denver",), "mdt": ("America/Denver",),
    "mountain": ("America/Denver",), "pt": ("America/Los_Angeles",),
    "pst": ("America/Los_Angeles",), "pdt": ("America/Los_Angeles",),
    "pacific": ("America/Los_Angeles",), "akst": ("America/Anchorage",),
    "hst": ("Pacific/Honolulu",), "ast": ("America/Halifax", "Asia/Riyadh"),
    "brt": ("America/Sao_Paulo",), "gmt": ("UTC",), "utc": ("UTC",), "zulu": ("UTC",),
    "bst": ("Europe/London", "Asia/Dhaka"), "uk": ("Europe/London",),
    "wet": ("Europe/Lisbon",), "cet": ("Europe/Berlin",), "cest": ("Europe/Berlin",),
    "mez": ("Europe/Berlin",), "mesz": ("Europe/Berlin",), "eet": ("Europe/Helsinki",),
    "eest": ("Europe/Helsinki",), "msk": ("Europe/Moscow",),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"), "gst": ("Asia/Dubai",),
    "sgt": ("Asia/Singapore",), "hkt": ("Asia/Hong_Kong",), "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",), "awst": ("Australia/Perth",), "acst": ("Australia/Adelaide",),
    "aest": ("Australia/Sydney",), "aedt": ("Australia/Sydney",),
    "nzst": ("Pacific/Auckland",), "nzdt": ("Pacific/Auckland",), "sast": ("Africa/Johannesburg",),
}  # fmt: skip
_CITIES: Final = {"ny": "America/New_York", "nyc": "America/New_York", "la": "America/Los_Angeles",
                  "sf": "America/Los_Angeles", "boston": "America/New_York",
                  "munich": "Europe/Berlin", "münchen": "Europe/Berlin", "wien": "Europe/Vienna",
                  "german": "Europe/Berlin", "british": "Europe/London"}  # fmt: skip
_THEIRS: Final = r"(?:their|theirs|local|lead'?s?|ihre|ortszeit)"
_MINE: Final = r"(?:my|our|meine|unsere|mine)"
_OFFSET: Final = re.compile(r"(?:utc|gmt) ?([+-])(\d{1,2})(?::?(\d{2}))?(?: time)?")


class ZoneUnclear(Exception):  # noqa: N818 - a question
    """A short name that several zones share.

    Attributes:
        name: as typed.
        zones: the IANA names it may mean.
    """

    def __init__(self, name: str, zones: tuple[str, ...]) -> None:
        self.name, self.zones = name, zones
        super().__init__(name)


def split_zone(text: str, theirs: tzinfo, mine: tzinfo) -> tuple[str, tzinfo, str]:
    """Return ``text`` without the zone it names, that zone (``theirs`` without one), and its name.

    Args:
        text: lower case, see ``words.tidy``.
        theirs: the lead's zone.
        mine: the rep's zone, for "my time".

    Raises:
        ZoneUnclear: a short name that several zones share, none nearer to lead or rep.
    """
    if match := _OFFSET.search(text):
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours <= 14 and minutes < 60:
            sign = 1 if match[1] == "+" else -1
            offset = timezone(sign * timedelta(hours=hours, minutes=minutes))
            return _without(text, match.start(), match.end()), offset, match[0]
    words = text.split()
    for size in (4, 3, 2, 1):
        for start in range(len(words) - size, -1, -1):
            phrase = " ".join(words[start : start + size])
            zone = _zone_of(phrase, theirs, mine)
            if zone is not None:
                rest = [*words[:start], *words[start + size :]]
                return " ".join(rest), zone, phrase
    return text, theirs, ""


def _without(text: str, start: int, end: int) -> str:
    return " ".join((text[:start] + " " + text[end:]).split())


def _zone_of(phrase: str, theirs: tzinfo, mine: tzinfo) -> tzinfo | None:
    if not phrase[0].isalpha():
        return None
    if re.fullmatch(rf"{_THEIRS}(?: time| zeit)?", phrase):
        return theirs
    if re.fullmatch(rf"{_MINE}(?: time| zeit)?|my end", phrase):
        return mine
    if "/" in phrase:
        return zone_info("/".join(part.title() for part in phrase.split("/")).replace(" ", "_"))
    name = phrase.removesuffix(" time")
    if name in _NAMES:
        return _nearest(name, theirs, mine)
    name = phrase.removesuffix(" zeit").removesuffix(" time").removeprefix("in ")
    return _of_city(name) if name != phrase or len(phrase) > 4 else None


def _of_city(name: str) -> tzinfo | None:
    zone = _CITIES.get(name) or _cities().get(name)
    return zone_info(zone) if zone else None


@cache
def _cities() -> dict[str, str]:
    """Return the zones by the city in their names: ``new york`` is America/New_York."""
    return {zone.rpartition("/")[2].replace("_", " ").casefold(): zone for zone in all_zones()}


def _nearest(name: str, theirs: tzinfo, mine: tzinfo) -> tzinfo | None:
    """Return the zone of a short name; of several, the only one near the lead or the rep."""
    known = _NAMES[name]
    for near in (theirs, mine) if len(known) > 1 else ():
        if near_key := near.key if isinstance(near, ZoneInfo) else "":
            close = [zone for zone in known if zone == near_key]
            if len(known) == 2 and not close:
                close = [z for z in known if z.split("/")[0] == near_key.split("/")[0]]
            if len(close) == 1:
                return zone_info(close[0])
    if len(known) > 1:
        raise ZoneUnclear(name, known)
    return zone_info(known[0])
