"""Companies of the generated world."""

from __future__ import annotations

from dataclasses import dataclass

from sdrdesk.sandbox.world.data import companies as data
from sdrdesk.sandbox.world.dice import Dice, Table
from sdrdesk.sandbox.world.people.names import slug
from sdrdesk.sandbox.world.people.phones import draw_number, typed
from sdrdesk.sandbox.world.people.places import COUNTRIES, City


@dataclass(slots=True)
class Company:
    """A company; its people share domain, city and usually the owner."""

    id: str
    name: str
    domain: str
    industry: str
    employees: int
    city: City


def _industries() -> tuple[Table[str], dict[str, list[str]]]:
    weights, words = [], {}
    for line in data.INDUSTRIES.strip().splitlines():
        industry, weight, seconds = line.split("|")
        weights.append((industry, float(weight)))
        words[industry] = seconds.split()
    return Table(weights), words


_INDUSTRIES, _SECOND = _industries()
INDUSTRIES = tuple(_SECOND)
_KNOWN = [tuple(line.split("|")) for line in data.KNOWN.strip().splitlines()]
_FIRST = data.FIRST.split()
_THIRD = data.THIRD.split()
_SIZES = Table([((low, high), weight) for low, high, weight in data.SIZES])


def known_firm(seed: int, index: int) -> tuple[str, str, str] | None:
    """Return country, industry and name of a hand-written company, for every second one."""
    if index % 2 or index // 2 >= len(_KNOWN):
        return None
    # A stride coprime to the length visits each company once, in an order of the seed.
    length = len(_KNOWN)
    stride = next(s for s in range(7 + seed % 11, 200) if _coprime(s, length))
    country, industry, name = _KNOWN[(seed + index // 2 * stride) % length]
    return country, industry, name


def _coprime(a: int, b: int) -> bool:
    while b:
        a, b = b, a % b
    return a == 1


def draw_company(
    dice: Dice, id_: str, index: int, city: City, known: tuple[str, str, str] | None
) -> Company:
    """Return the company of a block, with a domain that is unique in the world."""
    if known:
        _, industry, name = known
        label = slug(name) or f"xn--{name.replace(' ', '').encode('punycode').decode()}"
        domain = f"{label}.example"
    else:
        industry = _INDUSTRIES.draw(dice)
        name, domain = _compose(dice, index, industry)
    low, high = _SIZES.draw(dice)
    employees = round(dice.spread(low, high))
    if dice.chance(0.4) and city.country in COUNTRIES:
        name = f"{name} {dice.pick(data.LEGAL[city.country])}"
    return Company(id_, name, domain, industry, employees, city)


def _compose(dice: Dice, index: int, industry: str) -> tuple[str, str]:
    cycle, position = divmod(index, len(_FIRST))
    first = _FIRST[position * 83 % len(_FIRST)]
    second = dice.pick(_SECOND[industry])
    if cycle == 0:
        return f"{first} {second}", f"{first}-{second}.example".lower()
    round_, third_position = divmod(cycle - 1, len(_THIRD))
    third = _THIRD[third_position]
    suffix = f"-{round_ + 1}" if round_ else ""
    return f"{first} {third} {second}", f"{first}-{third}{suffix}.example".lower()


def properties(dice: Dice, company: Company) -> dict[str, str]:
    """Return the company's properties as enrichment fills them in, with gaps."""
    city = company.city
    found = {
        "name": company.name,
        "domain": company.domain,
        "website": f"https://www.{company.domain}",
        "type": "PROSPECT",
    }
    if dice.chance(0.85):
        found["industry"] = company.industry
    if dice.chance(0.8):
        found["numberofemployees"] = str(company.employees)
    if dice.chance(0.45):
        found["annualrevenue"] = str(company.employees * dice.between(60, 240) * 1000)
    if dice.chance(0.85):
        found["country"] = COUNTRIES[city.country].names[0]
        found["city"] = city.name
        found["state"] = city.states[0]
    if dice.chance(0.6):
        found["timezone"] = city.zone
    if dice.chance(0.35):
        found["phone"] = typed(dice, draw_number(dice, city.calling_code, city.pattern)).raw
    if dice.chance(0.4):
        found["founded_year"] = str(dice.between(1893, 2024))
    return found
