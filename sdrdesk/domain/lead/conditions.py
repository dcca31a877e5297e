"""Conditions over the fields of a lead, as the fit and persona files write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.place.regions import country_to_region


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a field, with exactly one way to match."""

    field: str
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

    def match(self, values: Mapping[str, str], numbers: Mapping[str, float | None]) -> str:
        """Return the match in the rule's own words, ``""`` for none."""
        if self.field in NUMBER_FIELDS:
            number = numbers[self.field]
            if self.blank:
                return "" if number is not None else "blank"
            return f"{number:g}" if number is not None and self.low <= number <= self.high else ""
        text = values[self.field]
        if self.blank:
            return "" if text else "blank"
        if self.pattern is not None:
            found = self.pattern.search(text)
            return found[0] if found else ""
        return next((part for part in text.split(";") if part.strip() in self.values), "")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a lead, case-folded, read once for a whole file of rules."""

    texts: Mapping[str, str]
    numbers: Mapping[str, float | None]


def fields_of(lead: Lead, free_mail: frozenset[str] = frozenset()) -> Fields:
    """Return the fields of ``lead`` that rules may name."""
    return Fields(
        {name: read(lead, free_mail).casefold() for name, read in TEXT_FIELDS.items()},
        {name: read(lead) for name, read in NUMBER_FIELDS.items()},
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


def parse_condition(table: TableReader) -> Condition:
    """Return the condition in ``table``: ``field`` and one way to match.

    Raises:
        ConfigProblem: the field is unknown, or there is not exactly one way to match.
    """
    name = table.choice("field", _FIELDS)
    ways = [way for way in ("any", "words", "blank") if table.has(way)]
    bounds = [bound for bound in ("low", "high") if table.has(bound)]
    if len(ways) + bool(bounds) != 1:
        raise table.problem("field", "needs exactly one of any, words, blank, or low and high")
    if bounds:
        return _bounded(table, name)
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


def word_condition(name: str, words: tuple[str, ...]) -> Condition:
    """Return the condition that field ``name`` contains one of ``words`` as whole words."""
    longest_first = sorted((word.casefold() for word in words), key=len, reverse=True)
    joined = "|".join(re.escape(word) for word in longest_first)
    return Condition(name, words=words, pattern=re.compile(rf"(?<!\w)(?:{joined})(?!\w)"))


def value_condition(name: str, values: tuple[str, ...]) -> Condition:
    """Return the condition that field ``name`` is one of ``values``."""
    return Condition(name, values=frozenset(value.casefold() for value in values))


def _bounded(table: TableReader, name: str) -> Condition:
    if name not in NUMBER_FIELDS:
        raise table.problem("field", f"{name} is text: use any, words or blank")
    low = table.number("low", float("-inf"), high=_MOST)
    high = table.number("high", float("inf"), low=-_MOST)
    if low > high:
        raise table.problem("low", "must not be above high")
    return Condition(name, low=low, high=high)
