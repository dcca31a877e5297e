"""Conditions over the fields of a lead, as the fit and persona files write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.properties import (
    days_before,
    is_property,
    looks_like_property,
    number_in,
    property_text,
)
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.regions import country_to_region


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a field, with exactly one way to match; or several, joined."""

    field: str
    """``""`` for joined ones."""
    values: frozenset[str] = frozenset()
    """The field is one of these, in any case."""
    words: tuple[str, ...] = ()
    """The field contains one of these as whole words."""
    pattern: re.Pattern[str] | None = None
    """``words``, compiled."""
    low: float = float("-inf")
    high: float = float("inf")
    """The field is a number from ``low`` to ``high``, both included; never when unknown."""
    blank: bool = False
    """The field is empty."""
    days: bool = False
    """``low`` and ``high`` are days that a date lies before the conversion."""
    number: bool = False
    """``low`` and ``high`` are meant."""
    join: Literal["", "all", "any", "not"] = ""
    parts: tuple[Condition, ...] = ()
    """The joined conditions; one condition for ``not``."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields it reads, each once."""
        if not self.join:
            return (self.field,)
        return tuple(dict.fromkeys(name for part in self.parts for name in part.fields))

    def match(
        self,
        values: Mapping[str, str],
        numbers: Mapping[str, float | None],
        converted_at: datetime | None = None,
    ) -> str:
        """Return the match in the rule's own words, ``""`` for none."""
        if self.join:
            return self._joined(values, numbers, converted_at)
        if self.field in NUMBER_FIELDS:
            return self._number(numbers[self.field])
        text = values[self.field]
        if self.blank:
            return "" if text else "blank"
        if self.days:
            return self._number(days_before(text, converted_at))
        if self.number:
            return self._number(number_in(text))
        if self.pattern is not None:
            found = self.pattern.search(text)
            return found[0] if found else ""
        return next((part for part in text.split(";") if part.strip() in self.values), "")

    def _number(self, number: float | None) -> str:
        if self.blank:
            return "" if number is not None else "blank"
        return f"{number:g}" if number is not None and self.low <= number <= self.high else ""

    def _joined(
        self,
        values: Mapping[str, str],
        numbers: Mapping[str, float | None],
        converted_at: datetime | None,
    ) -> str:
        found = [part.match(values, numbers, converted_at) for part in self.parts]
        if self.join == "not":
            return "" if found[0] else "not so"
        if self.join == "any":
            return next((match for match in found if match), "")
        return " and ".join(found) if all(found) else ""


class _Texts(dict[str, str]):
    """Text fields, case-folded; a property of the account is read when a rule asks for it."""

    def __init__(self, lead: Lead, free_mail: frozenset[str]) -> None:
        super().__init__(
            {name: read(lead, free_mail).casefold() for name, read in TEXT_FIELDS.items()}
        )
        self._lead = lead

    def __missing__(self, name: str) -> str:
        text = property_text(self._lead, name).casefold()
        self[name] = text
        return text


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a lead, case-folded, read once for a whole file of rules."""

    texts: Mapping[str, str]
    numbers: Mapping[str, float | None]
    converted_at: datetime | None = None

    def match(self, condition: Condition) -> str:
        """Return the match in the rule's own words, ``""`` for none."""
        return condition.match(self.texts, self.numbers, self.converted_at)


def fields_of(lead: Lead, free_mail: frozenset[str] = frozenset()) -> Fields:
    """Return the fields of ``lead`` that rules may name."""
    return Fields(
        _Texts(lead, free_mail),
        {name: read(lead) for name, read in NUMBER_FIELDS.items()},
        lead.converted_at,
    )


def mail_kind(email: str, free_mail: frozenset[str]) -> str:
    """Return ``"free"``, ``"business"`` or ``"none"`` for an e-mail address."""
    domain = email.rpartition("@")[2].strip().casefold()
    if "." not in domain:
        return "none"
    return "free" if domain in free_mail else "business"


def completeness(lead: Lead) -> float:
    """Return how many of seven details the person gave about themselves."""
    given = (
        lead.first_name and lead.last_name,
        lead.job_title,
        lead.company_name,
        lead.phone or lead.mobile,
        lead.country or lead.state or lead.city,
        lead.message,
        lead.email,
    )
    return float(sum(1 for part in given if part))


def _country(lead: Lead) -> str:
    office = lead.company.country if lead.company else ""
    return country_to_region(lead.country) or country_to_region(office) or ""


_ReadText = Callable[[Lead, frozenset[str]], str]
_ReadNumber = Callable[[Lead], float | None]

TEXT_FIELDS: Mapping[str, _ReadText] = {
    "industry": lambda lead, _: lead.company.industry if lead.company else "",
    "country": lambda lead, _: _country(lead),
    "title": lambda lead, _: lead.job_title,
    "seniority": lambda lead, _: lead.seniority,
    "department": lambda lead, _: lead.department,
    "buying_role": lambda lead, _: lead.buying_role,
    "persona": lambda lead, _: lead.persona,
    "source": lambda lead, _: lead.source,
    "converted_on": lambda lead, _: lead.converted_on,
    "mail": lambda lead, free: mail_kind(lead.email, free),
    "mail_domain": lambda lead, _: lead.email.rpartition("@")[2],
}
"""Text fields that a rule may name."""

NUMBER_FIELDS: Mapping[str, _ReadNumber] = {
    "employees": lambda lead: lead.company.employees if lead.company else None,
    "crm_score": lambda lead: lead.crm_score,
    "completeness": completeness,
    "visits": lambda lead: lead.visits,
}
"""Number fields that a rule may name."""

_MOST = 1e15
_FIELDS: tuple[str, ...] = (*TEXT_FIELDS, *NUMBER_FIELDS)
_JOINS = ("all", "any", "not")
_DEEPEST = 4
_DAYS = ("days_low", "days_high")


def parse_condition(table: TableReader) -> Condition:
    """Return the condition in ``table``: ``field`` and one way to match, or conditions joined.

    Conditions are joined by ``all = [{...}, {...}]``, ``any = [{...}, {...}]``, ``not = {...}``.

    Raises:
        ConfigProblem: the field is unknown, or there is not exactly one way to match.
    """
    return _condition(table, 1)


def _condition(table: TableReader, depth: int) -> Condition:
    if not table.has("field"):
        joins = [name for name in _JOINS if table.has(name)]
        if len(joins) == 1:
            return _joined(table, joins[0], depth)
    name = _field(table)
    ways = [way for way in ("any", "words", "blank") if table.has(way)]
    bounds = [way for way in (("low", "high"), _DAYS) if any(map(table.has, way))]
    if len(ways) + len(bounds) != 1:
        wanted = "any, words, blank, or low and high"
        if is_property(name):
            wanted += ", or days_low and days_high"
        raise table.problem("field", f"needs exactly one of {wanted}")
    if bounds:
        return _bounded(table, name, *bounds[0])
    if ways == ["blank"]:
        if not table.boolean("blank"):
            raise table.problem("blank", "can only be true")
        return Condition(name, blank=True)
    if name in NUMBER_FIELDS:
        raise table.problem(ways[0], f"{name} is a number: use low and high")
    texts = table.texts(ways[0])
    if not texts or not all(text.strip() for text in texts):
        raise table.problem(ways[0], "must hold texts that are not empty")
    return word_condition(name, texts) if ways == ["words"] else value_condition(name, texts)


def _joined(table: TableReader, join: str, depth: int) -> Condition:
    if depth > _DEEPEST:
        raise table.problem(join, f"is joined more than {_DEEPEST} times over")
    if join == "not":
        inner = table.table("not")
        parts = [_condition(inner, depth + 1)]
        inner.done()
    else:
        parts = []
        for inner in table.tables(join):
            parts.append(_condition(inner, depth + 1))
            inner.done()
        if not parts:
            raise table.problem(join, "must hold conditions")
    return Condition("", join=join, parts=tuple(parts))  # type: ignore[arg-type]  # of _JOINS


def _field(table: TableReader) -> str:
    if table.has("field"):
        name = table.text("field")
        if is_property(name):
            return name
        if looks_like_property(name):
            raise table.problem(
                "field", f"{name!r}: after the colon comes the CRM's own name, such as utm_source"
            )
    return table.choice("field", _FIELDS)


def word_condition(name: str, words: tuple[str, ...]) -> Condition:
    """Return the condition that field ``name`` contains one of ``words`` as whole words."""
    longest_first = sorted((word.casefold() for word in words), key=len, reverse=True)
    joined = "|".join(re.escape(word) for word in longest_first)
    return Condition(name, words=words, pattern=re.compile(rf"(?<!\w)(?:{joined})(?!\w)"))


def value_condition(name: str, values: tuple[str, ...]) -> Condition:
    """Return the condition that field ``name`` is one of ``values``."""
    return Condition(name, values=frozenset(value.casefold() for value in values))


def _bounded(table: TableReader, name: str, lowest: str, highest: str) -> Condition:
    days = lowest == _DAYS[0]
    if days and not is_property(name):
        raise table.problem(lowest, f"{name} is no date: only a property may be one")
    if name not in NUMBER_FIELDS and not is_property(name):
        raise table.problem("field", f"{name} is text: use any, words or blank")
    low = table.number(lowest, float("-inf"), high=_MOST)
    high = table.number(highest, float("inf"), low=-_MOST)
    if low > high:
        raise table.problem(lowest, "must not be above high")
    return Condition(name, low=low, high=high, number=True, days=days)
