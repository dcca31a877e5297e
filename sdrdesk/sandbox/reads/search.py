"""Filters of the search endpoint, validated and applied to the search index."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.account.tables import instant_of, value_of
from sdrdesk.sandbox.errors import invalid
from sdrdesk.sandbox.schema.schema import ObjectType, object_type
from sdrdesk.sandbox.schema.values import Definition
from sdrdesk.sandbox.times import parse_instant
from sdrdesk.sandbox.web import as_array, as_object, as_text

MAX_GROUPS, MAX_PER_GROUP, MAX_FILTERS = 5, 6, 18
MAX_LIMIT, DEFAULT_LIMIT = 200, 10
MAX_RESULTS = 10_000
"""The last result of any query, whatever ``total``."""
MAX_BODY = 3000
"""Most characters of the request body."""
NOT_FILTERABLE = frozenset(("hs_body_preview_html",))

Test = Callable[[Record], bool]
_WITH_VALUE = frozenset(
    "EQ NEQ LT LTE GT GTE BETWEEN CONTAINS_TOKEN NOT_CONTAINS_TOKEN".split()  # noqa: SIM905
)
_WITH_LIST = frozenset(("IN", "NOT_IN"))
_WITHOUT = frozenset(("HAS_PROPERTY", "NOT_HAS_PROPERTY"))


@dataclass(slots=True)
class Query:
    """A validated search."""

    groups: list[list[Test]]
    words: list[str]
    sort_by: str
    descending: bool
    limit: int
    offset: int
    properties: list[str]

    def matches(self, record: Record) -> bool:
        """Return whether all filters of any group match."""
        for group in self.groups:
            for test in group:
                if not test(record):
                    break
            else:
                return True
        return not self.groups


def problem(message: str) -> Exception:
    """Return a 400 for an invalid search."""
    return invalid(
        "There was a problem with the request.",
        errors=[{"message": message, "code": "INVALID_SEARCH"}],
    )


def parse_query(account: Account, kind: ObjectType, body: dict[str, Any]) -> Query:
    """Validate a search request against every limit and return the query.

    Raises:
      ApiError: 400.
    """
    groups = _groups(body)
    sort_by, descending = _sort(account, kind, body.get("sorts"))
    limit = _whole(body.get("limit"), DEFAULT_LIMIT, "limit")
    if limit > MAX_LIMIT:
        raise problem(f"limit must be at most {MAX_LIMIT}")
    offset = _whole(body.get("after"), 0, "after")
    if offset >= MAX_RESULTS or offset + limit > MAX_RESULTS:
        raise problem(f"Paging through results is limited to {MAX_RESULTS}")
    names = [as_text(name, "properties") for name in as_array(body.get("properties") or [])]
    words = as_text(body.get("query") or "", "query")
    if len(words) > MAX_BODY:
        raise problem("query is too long")
    tests = [[_test(account, kind, item) for item in group] for group in groups]
    return Query(tests, tokens(words), sort_by, descending, limit, offset, names)


def _groups(body: dict[str, Any]) -> list[list[dict[str, Any]]]:
    groups = [
        [as_object(item) for item in as_array(as_object(group).get("filters") or [])]
        for group in as_array(body.get("filterGroups") or [])
    ]
    bare = [as_object(item) for item in as_array(body.get("filters") or [])]
    if bare:
        groups.append(bare)
    if len(groups) > MAX_GROUPS:
        raise problem(f"too many filterGroups: {len(groups)}, at most {MAX_GROUPS}")
    if any(len(group) > MAX_PER_GROUP for group in groups):
        raise problem(f"too many filters in a group, at most {MAX_PER_GROUP}")
    if sum(len(group) for group in groups) > MAX_FILTERS:
        raise problem(f"too many filters, at most {MAX_FILTERS}")
    return groups


def _sort(account: Account, kind: ObjectType, given: Any) -> tuple[str, bool]:
    sorts = as_array(given or [])
    if len(sorts) > 1:
        raise problem("at most one sort is allowed")
    if not sorts:
        return kind.created, False
    if isinstance(sorts[0], str):
        name, descending = sorts[0].lstrip("-"), sorts[0].startswith("-")
    else:
        rule = as_object(sorts[0])
        name = as_text(rule.get("propertyName"), "sorts.propertyName")
        direction = rule.get("direction", "ASCENDING")
        if direction not in ("ASCENDING", "DESCENDING"):
            raise problem("direction must be ASCENDING or DESCENDING")
        descending = direction == "DESCENDING"
    _definition(account, kind, name)
    return name, descending


def _whole(value: Any, default: int, name: str) -> int:
    if value is None or value == "":
        return default
    text = as_text(value, name)
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise problem(f"{name} must be a non-negative integer")
    return int(text)


def _definition(account: Account, kind: ObjectType, name: str) -> Definition:
    definition = account.catalog.get(kind.name, name)
    if definition is None:
        raise problem(f"Property '{name[:200]}' does not exist on {kind.type_id}")
    return definition


def _test(account: Account, kind: ObjectType, item: dict[str, Any]) -> Test:
    name = as_text(item.get("propertyName"), "propertyName")
    operator = item.get("operator")
    if operator not in _WITH_VALUE | _WITH_LIST | _WITHOUT:
        raise problem(f"unknown operator {str(operator)[:50]}")
    values = _operands(item, str(operator))
    if name.startswith("associations."):
        return _association_test(account, kind, name, str(operator), values)
    definition = _definition(account, kind, name)
    if name in NOT_FILTERABLE:
        raise problem(f"Property {name} is not filterable")
    if operator in _WITHOUT:
        wanted = operator == "HAS_PROPERTY"
        return lambda record: (value_of(kind, record, name) is not None) == wanted
    read = _reader(kind, name, definition)
    if definition["type"] in {"datetime", "date"}:
        return _ordered(read, str(operator), values, _instant)
    if definition["type"] == "number":
        return _ordered(read, str(operator), values, _number)
    return _text_test(read, str(operator), values, definition["type"] == "enumeration")


def _reader(kind: ObjectType, name: str, definition: Definition | None) -> Callable[[Record], Any]:
    """Return a function that reads a property for comparison; frequent ones directly."""
    if name == "hs_object_id":
        return lambda record: int(record.id)
    if name == kind.modified:
        return lambda record: record.updated_ms
    if name == kind.created:
        return lambda record: record.created_ms
    if definition is not None and definition["type"] in {"datetime", "date"}:
        return lambda record: instant_of(kind, record, name)
    if definition is not None and definition["type"] == "number":
        return lambda record: _number_or_none(record.properties.get(name))
    return lambda record: record.properties.get(name)


def _operands(item: dict[str, Any], operator: str) -> list[str]:
    if operator in _WITHOUT:
        return []
    if operator in _WITH_LIST:
        values = [as_text(value, "values") for value in as_array(item.get("values"), "values")]
        if not values:
            raise problem("values must not be empty")
        return values
    values = [_scalar(item.get("value"), "value")]
    if operator == "BETWEEN":
        values.append(_scalar(item.get("highValue"), "highValue"))
    return values


def _scalar(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if value is None:
        raise problem(f"{where} is required")
    return as_text(value, where)


def _instant(text: str) -> int:
    at_ms = parse_instant(text)
    if at_ms is None:
        raise problem(f"{text[:50]} is not a valid date")
    return at_ms


def _number(text: str) -> float | int:
    number = _number_or_none(text)
    if number is None:
        raise problem(f"{text[:50]} is not a valid number")
    return number


def _number_or_none(text: str | None) -> float | int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number else None


def _ordered(
    read: Callable[[Record], Any], operator: str, texts: list[str], parse: Callable[[str], Any]
) -> Test:
    """Return a comparison of numbers or times; records without a value never match."""
    if operator.endswith("CONTAINS_TOKEN"):
        return _text_test(lambda r: _as_text(read(r)), operator, texts, exact=True)
    values = [parse(text) for text in texts]
    if operator in _WITH_LIST:
        wanted = frozenset(values)
        keep = operator == "IN"
        return lambda r: (v := read(r)) is not None and (v in wanted) == keep
    low = values[0]
    if operator == "BETWEEN":
        high = values[1]
        return lambda r: (v := read(r)) is not None and low <= v <= high
    compare = _COMPARE[operator]
    return lambda r: (v := read(r)) is not None and compare(v, low)


def _as_text(value: Any) -> str | None:
    return None if value is None else str(value)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": lambda value, low: bool(value == low),
    "NEQ": lambda value, low: bool(value != low),
    "LT": lambda value, low: bool(value < low),
    "LTE": lambda value, low: bool(value <= low),
    "GT": lambda value, low: bool(value > low),
    "GTE": lambda value, low: bool(value >= low),
}


def _text_test(
    read: Callable[[Record], str | None], operator: str, values: list[str], exact: bool
) -> Test:
    """Return a comparison of texts.

    Enumerations compare exactly. Strings compare case-insensitively, but ``IN`` and ``NOT_IN``
    lower only the record's side, as at HubSpot: values in upper case match nothing.
    """
    if operator in _WITH_LIST:
        wanted = frozenset(values)
        keep = operator == "IN"
        fold: Callable[[str], str] = str if exact else str.lower
        return lambda r: (v := read(r)) is not None and (fold(v) in wanted) == keep
    if operator.endswith("CONTAINS_TOKEN"):
        holds = _token_test(values[0])
        keep = operator == "CONTAINS_TOKEN"
        return lambda r: (v := read(r)) is not None and holds(v) == keep
    folded = values if exact else [value.lower() for value in values]
    fold = str if exact else str.lower
    return _ordered(lambda r: None if (v := read(r)) is None else fold(v), operator, folded, str)


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return re.findall(r"\w+", text.lower())


def _token_test(pattern: str) -> Callable[[str], bool]:
    if "*" in pattern:
        parts = [re.escape(part) for part in pattern.lower().split("*")]
        expression = re.compile(".*".join(parts), re.DOTALL)
        return lambda value: (
            expression.fullmatch(value.lower()) is not None
            or any(expression.fullmatch(word) for word in value.lower().split())
        )
    wanted = set(tokens(pattern))
    return lambda value: bool(wanted) and wanted <= set(tokens(value))


def _association_test(
    account: Account, kind: ObjectType, name: str, operator: str, values: list[str]
) -> Test:
    other = object_type(name.removeprefix("associations."))
    if operator not in {"EQ", "IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        raise problem(f"operator {operator} does not work on {name}")
    wanted = set(values)

    def holds(record: Record) -> bool:
        found = account.graph.neighbours(kind.name, record.id, other.name)
        if operator.endswith("HAS_PROPERTY"):
            return bool(found) == (operator == "HAS_PROPERTY")
        return not wanted.isdisjoint(found)

    return holds


def run(account: Account, kind: ObjectType, query: Query) -> list[Record]:
    """Return every matching record in order, as the index shows them."""
    table = account.tables[kind.name]
    found = [record for record in account.view.records(table) if query.matches(record)]
    if query.words:
        found = [record for record in found if _has_words(kind, record, query.words)]
    found.sort(key=_sort_key(account, kind, query.sort_by), reverse=query.descending)
    return found


def _has_words(kind: ObjectType, record: Record, words: list[str]) -> bool:
    held = tokens(" ".join(value_of(kind, record, name) or "" for name in kind.searchable))
    return all(any(token.startswith(word) for token in held) for word in words)


def _sort_key(account: Account, kind: ObjectType, name: str) -> Callable[[Record], Any]:
    read = _reader(kind, name, account.catalog.get(kind.name, name))
    if name in ("hs_object_id", kind.modified, kind.created):
        return lambda record: (read(record), int(record.id))

    def key(record: Record) -> tuple[bool, Any, int]:
        value = read(record)
        return value is None, 0 if value is None else value, int(record.id)

    return key
