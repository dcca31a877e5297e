"""People of the generated world and their contact data."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from sdrdesk.sandbox.world.data.titles import DEPARTMENT_WEIGHTS, DEPARTMENTS, SENIORITY_WEIGHTS
from sdrdesk.sandbox.world.dice import Dice, Table
from sdrdesk.sandbox.world.people.companies import Company
from sdrdesk.sandbox.world.people.names import Name, as_typed, draw_name
from sdrdesk.sandbox.world.people.phones import Typed, draw_number, typed, unusable
from sdrdesk.sandbox.world.people.places import COUNTRIES, City, draw_city, zone_option


@dataclass(slots=True)
class Person:
    """One contact in the making."""

    id: str
    given: Name
    family: Name
    email: str
    title: str
    department: str
    persona: str
    """Value of the persona property, empty without a suitable one."""
    city: City
    phone: Typed | None
    mobile: Typed | None
    company: Company | None
    properties: dict[str, str] = field(default_factory=dict)


_DEPARTMENT = Table(list(DEPARTMENT_WEIGHTS))
_SENIORITY = Table(list(SENIORITY_WEIGHTS))
_TITLES = {
    department: {seniority: titles.split(";") for seniority, titles in rows.items()}
    for department, (_, rows) in DEPARTMENTS.items()
}
_PERSONA = {department: persona for department, (persona, _) in DEPARTMENTS.items()}
_ROLES = {
    "c": ("DECISION_MAKER", "EXECUTIVE_SPONSOR", "BUDGET_HOLDER"),
    "vp": ("DECISION_MAKER", "BUDGET_HOLDER"),
    "director": ("DECISION_MAKER", "INFLUENCER", "CHAMPION"),
    "manager": ("CHAMPION", "INFLUENCER", "END_USER;CHAMPION"),
    "staff": ("END_USER", "INFLUENCER", "BLOCKER"),
}
_SIZE_BANDS = (
    (5, "1-5"),
    (25, "5-25"),
    (50, "25-50"),
    (100, "50-100"),
    (500, "100-500"),
    (1000, "500-1000"),
)
_FREE_MAIL = ("post.example", "mail.example", "inbox.example")

MISSING_PHONES = 0.06
UNUSABLE_PHONES = 0.04
ZONES_DISAGREE = 0.08
"""Shares of contacts without a number, with an unusable number, and with another time zone than
their city's."""


@cache
def _lower(text: str) -> str:
    return text.lower()


def draw_person(
    dice: Dice, id_: str, city: City, company: Company | None, taken: set[str], ordinal: int
) -> Person:
    """Return a person of a company (or of none), with a unique address."""
    culture = COUNTRIES[city.country].cultures.draw(dice)
    given, family = draw_name(dice, culture)
    department, seniority = _DEPARTMENT.draw(dice), _SENIORITY.draw(dice)
    title = dice.pick(_TITLES[department][seniority])
    domain = company.domain if company else dice.pick(_FREE_MAIL)
    email = _address(dice, given, family, domain, taken, ordinal if company is None else None)
    person = Person(
        id_,
        given,
        family,
        email,
        title,
        department,
        _PERSONA[department],
        city,
        None,
        None,
        company,
    )
    _give_numbers(dice, person)
    person.properties = _properties(dice, person, seniority)
    return person


def duplicate_of(dice: Dice, id_: str, first: Person, taken: set[str]) -> Person:
    """Return a duplicate of a person: other address, often the same number."""
    email = _address(dice, first.given, first.family, first.email.split("@")[1], taken, None)
    twin = Person(
        id_, first.given, first.family, email, first.title, first.department, first.persona,
        first.city, first.phone if dice.chance(0.7) else None, None, first.company,
    )  # fmt: skip
    twin.properties = _properties(dice, twin, "staff")
    twin.properties["firstname"] = first.given.text
    twin.properties["lastname"] = first.family.text
    return twin


def _address(
    dice: Dice, given: Name, family: Name, domain: str, taken: set[str], ordinal: int | None
) -> str:
    last = "".join(c for c in family.latin if c.isalnum())
    forms = (
        f"{given.latin}.{last}",
        f"{given.latin[:1]}{last}",
        f"{given.latin}",
        f"{given.latin}_{last}",
        f"{last}.{given.latin[:1]}",
    )
    local = forms[min(4, int(dice.roll() ** 2 * 5))]
    if ordinal is not None:
        local = f"{local}{ordinal}"
    address = f"{local}@{domain}"
    number = 2
    while address in taken:
        address = f"{given.latin}.{last}{number}@{domain}"
        number += 1
    taken.add(address)
    return address


def _give_numbers(dice: Dice, person: Person) -> None:
    roll = dice.roll()
    if roll < MISSING_PHONES:
        return
    if roll < MISSING_PHONES + UNUSABLE_PHONES:
        person.phone = unusable(dice)
        return
    city = person.city
    person.phone = typed(dice, draw_number(dice, city.calling_code, city.pattern))
    mobiles = COUNTRIES[city.country].mobiles
    if mobiles and dice.chance(0.3):
        person.mobile = typed(dice, draw_number(dice, *dice.pick(mobiles)))
        if dice.chance(0.3):
            person.phone = None


def ensure_number(dice: Dice, person: Person) -> None:
    """Give a callable number to a person without one."""
    if any(field_ is not None and field_.number for field_ in (person.phone, person.mobile)):
        return
    city = person.city
    person.phone = typed(dice, draw_number(dice, city.calling_code, city.pattern))
    _add_numbers(person, person.properties)


def _properties(dice: Dice, person: Person, seniority: str) -> dict[str, str]:
    firm = person.company
    domain = firm.domain if firm else person.email.split("@")[1]
    found = {"email": person.email, "hs_email_domain": domain}
    if not dice.chance(0.02):
        found["firstname"] = as_typed(dice, person.given.text)
    if not dice.chance(0.04):
        found["lastname"] = as_typed(dice, person.family.text)
    if not dice.chance(0.08):
        found["jobtitle"] = person.title
    if person.persona and dice.chance(0.55):
        found["hs_persona"] = person.persona
    if dice.chance(0.15):
        found["hs_buying_role"] = dice.pick(_ROLES[seniority])
    _add_company(dice, person, found)
    _add_numbers(person, found)
    _add_place(dice, person, found)
    return found


def _add_company(dice: Dice, person: Person, found: dict[str, str]) -> None:
    company = person.company
    if company is None:
        return
    found["associatedcompanyid"] = company.id
    if dice.chance(0.85):
        found["company"] = company.name
    if dice.chance(0.3):
        size = company.employees
        found["numemployees"] = next((b for top, b in _SIZE_BANDS if size <= top), "1000+")


_NUMBER_NAMES = (
    ("phone", "hs_calculated_phone_number", "hs_searchable_calculated_phone_number"),
    ("mobilephone", "hs_calculated_mobile_number", "hs_searchable_calculated_mobile_number"),
)


def _add_numbers(person: Person, found: dict[str, str]) -> None:
    for names, field_ in zip(_NUMBER_NAMES, (person.phone, person.mobile), strict=True):
        if field_ is None:
            continue
        name, calculated, searchable = names
        found[name] = field_.raw
        if field_.number is None:
            continue
        found[calculated] = field_.number.e164
        found[searchable] = field_.number.national
        if name == "phone":
            found["hs_calculated_phone_number_country_code"] = field_.number.calling_code


def _add_place(dice: Dice, person: Person, found: dict[str, str]) -> None:
    city, country = person.city, COUNTRIES[person.city.country]
    if dice.chance(0.75):
        found["country"] = dice.pick(country.names)
    if dice.chance(0.6):
        found["city"] = city.name
    if dice.chance(0.5):
        found["state"] = dice.pick(city.states)
    if dice.chance(0.3):
        found["hs_language"] = country.language
    elsewhere = draw_city(dice) if dice.chance(ZONES_DISAGREE) else city
    if dice.chance(0.45) or elsewhere.zone != city.zone:
        found["hs_timezone"] = zone_option(elsewhere.zone)
    if dice.chance(0.7):
        found["hs_ip_timezone"] = city.zone if dice.chance(0.7) else zone_option(city.zone)
        found["ip_country"] = _lower(country.names[0])
        found["ip_country_code"] = _lower(city.country)
        if dice.chance(0.6):
            found["ip_city"] = _lower(city.name)
