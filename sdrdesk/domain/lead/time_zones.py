"""The time zone of a lead, from several sources that may disagree.

A rep's choice wins, then the CRM's field, then an unambiguous number, then the address. Conflicting
sources are shown, and a lead without a zone is not callable until a rep sets one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.place.local_times import BUT
from sdrdesk.domain.place.phone import PhoneNumber, zones_of_number
from sdrdesk.domain.place.regions import all_zones, find_country, find_state, region_of
from sdrdesk.domain.place.zone_info import zone_info as zone_info

# Two zones count as one when they agree in winter and in summer: America/Detroit and
# America/New_York do not disagree.
_SAMPLES = (datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class ZoneVerdict:
    """The time zone of a lead, and the sources for it."""

    zone: str = ""
    """IANA name, ``""`` unknown."""
    text: str = "time zone unknown"
    """Every source and whether they agree, in words."""


_Source = tuple[str, tuple[str, ...]]
"""The name of a source and the zones it allows."""


def tidy_zone(text: str) -> str:
    """Return the IANA name for ``text``, or ``""``.

    In any case, and in HubSpot's form ``america_slash_new_york``.
    """
    name = text.strip().replace("_slash_", "/").replace(" ", "_")
    known = _zones_by_fold().get(name.casefold())
    if known:
        return known
    return name if zone_info(name) else ""


@lru_cache(maxsize=4096)
def same_clock(one: str, other: str) -> bool:
    """Return whether two zones have the same time in winter and in summer."""
    if one == other:
        return True
    first, second = zone_info(one), zone_info(other)
    if first is None or second is None:
        return False
    return all(
        moment.astimezone(first).utcoffset() == moment.astimezone(second).utcoffset()
        for moment in _SAMPLES
    )


@lru_cache(maxsize=4096)
def _address_zones(country: str, state: str, city: str = "") -> tuple[str, ...]:
    """Return the possible zones of an address; empty when unknown.

    A city counts only if a zone is named after it, and in the United States only together with its
    state: there is a Denver in Pennsylvania.
    """
    code, state_code = region_of(country, state)
    if not code:
        return ()
    place = find_state(code, state_code) if state_code else find_country(code)
    zones = place.zones if place else ()
    if len(zones) > 1 and city and (state_code or code != "US"):
        return tuple(zone for zone in zones if _city(zone) == _city(city)) or zones
    return zones


def _city(name: str) -> str:
    return "".join(ch for ch in name.rpartition("/")[2].casefold() if ch.isalnum())


def lead_zone(lead: Lead, number: PhoneNumber | None) -> ZoneVerdict:
    """Return the time zone of ``lead``, whose best number is ``number``."""
    return weigh_zones(_sources(lead, number))


@lru_cache(maxsize=4096)  # a pull meets the same few thousand combinations again and again
def weigh_zones(sources: tuple[_Source, ...]) -> ZoneVerdict:
    """Return the verdict on ``sources``, strongest first, each with the zones it allows."""
    known = [(name, zones) for name, zones in sources if zones]
    zone = next((zones[0] for _, zones in known if _one_clock(zones)), "") or _in_all(known)
    return ZoneVerdict(zone, _text(known, zone) if zone else _unknown_text(known))


def _sources(lead: Lead, number: PhoneNumber | None) -> tuple[_Source, ...]:
    company = lead.company
    sources = (
        ("rep", _named(lead.rep_time_zone)),
        ("CRM", _named(lead.time_zone)),
        (_named_after(number), zones_of_number(number.e164) if number and number.e164 else ()),
        ("address", _address_zones(lead.country, lead.state, lead.city)),
    )
    if company is None:
        return sources
    office = _named(company.time_zone) or _address_zones(
        company.country, company.state, company.city
    )
    return (*sources, ("company", office))


def _named_after(number: PhoneNumber | None) -> str:
    return f"number ({number.region} assumed)" if number and number.assumed else "number"


@lru_cache(maxsize=1024)
def _named(text: str) -> tuple[str, ...]:
    zone = tidy_zone(text)
    return (zone,) if zone else ()


def _one_clock(zones: tuple[str, ...]) -> bool:
    return all(same_clock(zones[0], other) for other in zones[1:])


def _in_all(known: list[_Source]) -> str:
    """Return the one zone that all ambiguous sources allow, ``""`` for none."""
    if len(known) < 2:
        return ""
    left = [
        zone
        for zone in known[0][1]
        if all(any(same_clock(zone, z) for z in zones) for _, zones in known[1:])
    ]
    return left[0] if left and _one_clock(tuple(left)) else ""


def _joined(zones: tuple[str, ...]) -> str:
    clocks: list[str] = []
    for zone in zones:
        if not any(same_clock(zone, other) for other in clocks):
            clocks.append(zone)
    shown = " or ".join(clocks[:3])
    return f"{shown} or {len(clocks) - 3} others" if len(clocks) > 3 else shown


def _unknown_text(known: list[_Source]) -> str:
    return f"time zone unknown: {_said(known)}" if known else "time zone unknown"


def _said(sources: list[_Source]) -> str:
    return ", ".join(f"{name} says {_joined(zones)}" for name, zones in sources)


def _text(known: list[_Source], zone: str) -> str:
    with_it = [name for name, zones in known if any(same_clock(zone, z) for z in zones)]
    against = [(name, zones) for name, zones in known if name not in with_it]
    if against:
        verb = "says" if len(with_it) == 1 else "say"
        return f"{_listed(with_it)} {verb} {zone}{BUT}{_said(against)}"
    if len(with_it) == 1:
        return f"by {with_it[0]} only"
    return f"{_listed(with_it)} agree"


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


# Old names that CRMs still offer and that are in no country's list.
_OLD_NAMES = {
    "us/eastern": "America/New_York",
    "us/central": "America/Chicago",
    "us/mountain": "America/Denver",
    "us/pacific": "America/Los_Angeles",
    "us/alaska": "America/Anchorage",
    "us/hawaii": "Pacific/Honolulu",
    "us/arizona": "America/Phoenix",
    "asia/calcutta": "Asia/Kolkata",
    "europe/kiev": "Europe/Kyiv",
    "utc": "UTC",
    "etc/utc": "UTC",
}


@cache
def _zones_by_fold() -> dict[str, str]:
    return _OLD_NAMES | {zone.casefold(): zone for zone in all_zones()}
