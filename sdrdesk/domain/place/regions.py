"""Countries and states as people type them into a form, and the time zones they span.

The two tables beside this module are read on first use: only a pull needs them, never a ranking.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache


@dataclass(frozen=True, slots=True)
class Place:
    """A country, or a state of one."""

    code: str
    """ISO 3166 code of the country, or the post code of the state, upper case."""
    name: str
    zones: tuple[str, ...]


def country_to_region(text: str) -> str | None:
    """Return the ISO 3166 code that ``text`` names, or ``None``: ``"UK"`` is ``"GB"``."""
    place = find_country(text)
    return place.code if place else None


@lru_cache(maxsize=4096)
def find_country(text: str) -> Place | None:
    """Return the country that ``text`` names by code or by name, in a few languages."""
    return _countries().get(fold_name(text))


def find_state(country: str, text: str) -> Place | None:
    """Return the state of ``country`` (an ISO code) that ``text`` names, by code or by name."""
    word = fold_name(text)
    prefix = f"{country.casefold()}-"
    return _states().get((country.upper(), word.removeprefix(prefix)))


@lru_cache(maxsize=4096)
def region_of(country: str, state: str) -> tuple[str, str]:
    """Return (ISO country code, state code) for the words of an address; ``""`` is unknown.

    A state whose country is missing still names the United States when only they have it, because
    forms that ask for a state and no country are American.
    """
    place = find_country(country) if country.strip() else None
    if place is None:
        found = find_state("US", state) if not country.strip() and state.strip() else None
        return ("US", found.code) if found else ("", "")
    found = find_state(place.code, state)
    return place.code, found.code if found else ""


def countries_of_zone(zone: str) -> frozenset[str]:
    """Return the ISO codes of the countries that keep the IANA zone ``zone``."""
    return frozenset(place.code for place in _countries().values() if zone in place.zones)


def all_zones() -> frozenset[str]:
    """Return every IANA zone that some country keeps."""
    return frozenset(zone for place in _countries().values() for zone in place.zones)


def fold_name(text: str) -> str:
    """Return ``text`` for comparing: case, dots and white space do not matter."""
    return " ".join(text.casefold().replace(".", "").split())


@cache
def _countries() -> dict[str, Place]:
    table: dict[str, Place] = {}
    for code, names, zones in _rows("countries.tsv"):
        spellings = names.split(";")
        place = Place(code, spellings[0], tuple(zones.split()))
        for word in (code, *spellings):
            table.setdefault(fold_name(word), place)
    return table


@cache
def _states() -> dict[tuple[str, str], Place]:
    table: dict[tuple[str, str], Place] = {}
    for country, code, names, zones in _rows("states.tsv"):
        spellings = names.split(";")
        place = Place(code, spellings[0], tuple(zones.split()))
        for word in (code, *spellings):
            table.setdefault((country, fold_name(word)), place)
    return table


def _rows(name: str) -> list[list[str]]:
    from importlib import resources  # brings tempfile and more; a queue on screen never gets here

    text = resources.files("sdrdesk.domain").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
