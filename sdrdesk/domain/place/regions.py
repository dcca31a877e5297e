"""Countries and states as people type them into a form, and their time zones.

``countries.tsv`` and ``states.tsv`` are read on first use: only a pull needs them.
"""

from __future__ import annotations

from functools import cache, lru_cache

from sdrdesk.domain.light_dataclass import dataclass


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
    """Return the country by code or by name, in a few languages."""
    return _countries().get(fold_name(text))


def find_state(country: str, text: str) -> Place | None:
    """Return the state of ``country`` (an ISO code) by code or by name."""
    word = fold_name(text)
    prefix = f"{country.casefold()}-"
    return _states().get((country.upper(), word.removeprefix(prefix)))


def region_problem(key: str) -> str:
    """Return what is wrong with a region such as ``US`` or ``US-FL``, ``""`` for nothing.

    A region that no lead can be in would never apply.
    """
    code, dash, state = key.partition("-")
    country = find_country(code)
    if country is None or country.code != code:
        near = f"; did you mean {country.code}?" if country else ""
        return f"{code!r} is not the two-letter code of a country{near}"
    if not dash:
        return ""
    place = find_state(code, state)
    if place is None:
        states = [known.code for known in states_of(code)]
        known = f"its states: {', '.join(states)}" if states else "none of its states is known"
        return f"{country.name} has no state {state!r}; {known}"
    return "" if place.code == state else f"write {code}-{place.code} for {place.name}"


def states_of(country: str) -> tuple[Place, ...]:
    """Return the known states of a country (an ISO code), each once, by code."""
    found = {place.code: place for (code, _), place in _states().items() if code == country}
    return tuple(found[code] for code in sorted(found))


@lru_cache(maxsize=4096)
def region_of(country: str, state: str) -> tuple[str, str]:
    """Return (ISO country code, state code) for the text of an address; ``""`` is unknown.

    A state without a country is taken for one of the United States: forms that ask for a state
    but no country are American.
    """
    place = find_country(country) if country.strip() else None
    if place is None:
        found = find_state("US", state) if not country.strip() and state.strip() else None
        return ("US", found.code) if found else ("", "")
    found = find_state(place.code, state)
    return place.code, found.code if found else ""


def countries_of_zone(zone: str) -> frozenset[str]:
    """Return the ISO codes of the countries with the IANA zone ``zone``."""
    return frozenset(place.code for place in _countries().values() if zone in place.zones)


def all_zones() -> frozenset[str]:
    """Return every IANA zone of a country."""
    return frozenset(zone for place in _countries().values() for zone in place.zones)


def fold_name(text: str) -> str:
    """Return ``text`` for comparison, without case, dots and extra white space."""
    return " ".join(text.casefold().replace(".", "").split())


@cache
def _countries() -> dict[str, Place]:
    table: dict[str, Place] = {}
    for code, names, zones in _rows("countries.tsv"):
        place, words = _place(code, names, zones)
        for word in words:
            table.setdefault(word, place)
    return table


@cache
def _states() -> dict[tuple[str, str], Place]:
    table: dict[tuple[str, str], Place] = {}
    for country, code, names, zones in _rows("states.tsv"):
        place, words = _place(code, names, zones)
        if zones == "*":  # its name does not tell more than the country
            whole = _countries().get(fold_name(country))
            place = Place(place.code, place.name, whole.zones if whole else ())
        for word in words:
            table.setdefault((country, word), place)
    return table


def _place(code: str, names: str, zones: str) -> tuple[Place, list[str]]:
    spellings = names.split(";")
    words = [fold_name(word) for word in (code, *spellings)]
    return Place(code, spellings[0], tuple(zones.split())), words


def _rows(name: str) -> list[list[str]]:
    from importlib import resources  # slow to load; showing the queue does not need it

    text = resources.files("sdrdesk.domain").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
