"""Countries, cities and time zones of companies and people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sdrdesk.sandbox.world.data import places as data
from sdrdesk.sandbox.world.dice import Dice, Table


@dataclass(frozen=True, slots=True)
class City:
    """One city with its time zone and number pattern."""

    country: str
    name: str
    states: tuple[str, ...]
    """Spellings of the same state or region."""
    zone: str
    """IANA name."""
    calling_code: str
    pattern: str
    """National digits in groups; ``#`` is any digit."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its spellings and languages."""

    code: str
    names: tuple[str, ...]
    language: str
    cultures: Table[str]
    cities: tuple[City, ...]
    mobiles: tuple[tuple[str, str], ...]
    """Calling code and pattern of mobile numbers, empty without safe ones."""


def _rows(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


def _cities() -> dict[str, list[City]]:
    found: dict[str, list[City]] = {}
    for place, name, states, zone, code, pattern in _rows(data.CITIES):
        city = City(place, name, tuple(states.split(";")), zone, code, pattern)
        found.setdefault(place, []).append(city)
    return found


def _countries() -> dict[str, tuple[Country, float]]:
    cities = _cities()
    mobiles: dict[str, list[tuple[str, str]]] = {}
    for place, code, pattern in _rows(data.MOBILES):
        mobiles.setdefault(place, []).append((code, pattern))
    found: dict[str, tuple[Country, float]] = {}
    for key, weight, names, language, cultures in _rows(data.COUNTRIES):
        shares = [(c.split(":")[0], float(c.split(":")[1])) for c in cultures.split()]
        country = Country(
            key,
            tuple(names.split(";")),
            language,
            Table(shares),
            tuple(cities[key]),
            tuple(mobiles.get(key, ())),
        )
        found[key] = (country, float(weight))
    return found


_COUNTRIES = _countries()
COUNTRIES: dict[str, Country] = {code: country for code, (country, _) in _COUNTRIES.items()}
_BY_WEIGHT: Table[Country] = Table(list(_COUNTRIES.values()))


def draw_city(dice: Dice) -> City:
    """Return a city: countries by weight, cities of a country equally likely."""
    return dice.pick(_BY_WEIGHT.draw(dice).cities)


@cache
def zone_option(zone: str) -> str:
    """Return the value of ``hs_timezone`` for an IANA name: ``america_slash_new_york``."""
    return zone.lower().replace("/", "_slash_")
