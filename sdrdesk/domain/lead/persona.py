"""Buyer personas for leads without one in the CRM: the first rule that matches."""

from __future__ import annotations

from collections.abc import Mapping

from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.lead.conditions import (
    TEXT_FIELDS,
    Condition,
    Fields,
    fields_of,
    parse_condition,
    value_condition,
    word_condition,
)
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.light_dataclass import dataclass

_WORD_FIELDS = ("title", "department")
_VALUE_FIELDS = ("seniority", "industry", "buying_role")
_FIELDS = (*_WORD_FIELDS, *_VALUE_FIELDS)
_NO_MAIL: frozenset[str] = frozenset()
_REMEMBERED = 4096
"""Most combinations of field values in the cache."""


@dataclass(frozen=True, slots=True)
class PersonaRule:
    """A rule for a persona: every condition must hold."""

    label: str
    """The account's label."""
    conditions: tuple[Condition, ...]
    when: Condition | None = None
    """A condition on any field, also on a property of the account."""
    unless: Condition | None = None
    """Words in the title that rule it out ("assistant to the CEO")."""


@dataclass(frozen=True, slots=True)
class PersonaConfig:
    """The persona rules, in the order they are tried."""

    rules: tuple[PersonaRule, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, each once, in the order of the file."""
        return tuple(dict.fromkeys(rule.label for rule in self.rules))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that ``when`` reads."""
        return tuple(name for rule in self.rules if rule.when for name in rule.when.fields)


class Personas:
    """Infers the personas of a whole account. Not thread-safe.

    Leads share titles and industries, so the answer for each combination is remembered.
    """

    def __init__(self, config: PersonaConfig) -> None:
        self._config = config
        self._read = [TEXT_FIELDS[name] for name in _FIELDS]
        self._known: dict[tuple[str, ...], tuple[str, str]] = {}

    def of(self, lead: Lead) -> tuple[str, str]:
        """Return (label, reason), such as ``("Technical Builder", "title says cto")``.

        ``("", "")`` when no rule matches. The reason quotes the rule's words, not the person's.
        """
        if self._config.fields:
            return _inferred(fields_of(lead), self._config)
        said = tuple([read(lead, _NO_MAIL) for read in self._read])
        found = self._known.get(said)
        if found is None:
            folded = {name: text.casefold() for name, text in zip(_FIELDS, said, strict=True)}
            found = _inferred(Fields(folded, {}), self._config)
            if len(self._known) < _REMEMBERED:
                self._known[said] = found
        return found


def _inferred(fields: Fields, config: PersonaConfig) -> tuple[str, str]:
    for rule in config.rules:
        if rule.unless and fields.match(rule.unless):
            continue
        found = [(c.field, fields.match(c)) for c in rule.conditions]
        if rule.when:
            found.append((" and ".join(rule.when.fields), fields.match(rule.when)))
        if all(match for _, match in found):
            return rule.label, ", ".join(_reason(name, match) for name, match in found)
    return "", ""


def parse_personas(data: Mapping[str, object]) -> PersonaConfig:
    """Return the rules that ``data`` (a whole ``personas.toml``) describes.

    Raises:
        ConfigProblem: a key is unknown or missing, or a rule has no condition.
    """
    top = TableReader(data)
    rules = tuple(_rule(table) for table in top.tables("persona", optional=True))
    top.done()
    return PersonaConfig(rules)


def _rule(table: TableReader) -> PersonaRule:
    label = table.text("label")
    if not label.strip():
        raise table.problem("label", "must not be empty")
    conditions = [word_condition(n, _words(table, n)) for n in _WORD_FIELDS if table.has(n)]
    conditions += [value_condition(n, _words(table, n)) for n in _VALUE_FIELDS if table.has(n)]
    when = None
    if table.has("when"):
        inner = table.table("when")
        when = parse_condition(inner)
        inner.done()
        if "persona" in when.fields:
            raise table.problem("when", "cannot ask for the persona it is to find")
    if not conditions and when is None:
        wanted = ", ".join((*_FIELDS, "when"))
        raise table.problem("label", f"needs at least one condition: {wanted}")
    unless = None
    if table.has("unless_title"):
        unless = word_condition("title", _words(table, "unless_title"))
    table.done()
    return PersonaRule(label, tuple(conditions), when, unless)


def _words(table: TableReader, key: str) -> tuple[str, ...]:
    words = table.texts(key)
    if not words or not all(word.strip() for word in words):
        raise table.problem(key, "must hold texts that are not empty")
    return words


def _reason(name: str, match: str) -> str:
    if name in _WORD_FIELDS:
        return f"{name} says {match}"
    return f"{name.replace('_', ' ')} is {match.replace('_', ' ')}"
