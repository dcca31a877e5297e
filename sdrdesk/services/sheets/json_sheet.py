"""JSON: a list of objects, alone or under a name, one level of nesting deep; or one per line."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sdrdesk.services.sheets.sheet import InputSheet, NoSheet, SheetRow
from sdrdesk.services.sheets.text_sheet import decode

_LISTS = ("results", "contacts", "people", "leads", "records", "data", "rows", "items", "persons")

_VALUES = ("value", "address", "email", "number")


def read_json(content: bytes, *, encoding: str = "") -> InputSheet:
    """Return the people in a JSON file; the line of each is their place in the list.

    Raises:
        NoSheet: it is no JSON, or holds no list of objects.
    """
    text, note = decode(content, encoding)
    people = _list(_parsed(text))
    if not people:
        raise NoSheet("it holds no list of people")
    flat = [_flat(person) if isinstance(person, dict) else None for person in people]
    headings = tuple(dict.fromkeys(name for person in flat if person for name in person))
    rows, broken = [], []
    for number, person in enumerate(flat, 1):
        if person is None:
            broken.append(
                SheetRow(number, (_text(people[number - 1]),), "it is no object with names")
            )
        else:
            rows.append(SheetRow(number, tuple(person.get(name, "") for name in headings)))
    return InputSheet(headings, 0, tuple(rows), tuple(broken), (note,) if note else ())


def _parsed(text: str) -> object:
    try:
        return _loads(text)
    except RecursionError as error:
        raise NoSheet("it is nested too deep to be a list of people") from error
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            if len(lines) > 1:
                return [_loads(line) for line in lines]
        except (ValueError, RecursionError):
            pass
        raise NoSheet(f"it is no JSON ({error})") from error


def _loads(text: str) -> object:
    # Numbers stay as written: 00353… and 4.420E+11 are distinguished later.
    found: object = json.loads(
        text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object
    )
    return found


def _object(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} twice in one object")
        found[name] = value
    return found


def _list(parsed: object) -> list[object]:
    if isinstance(parsed, list):
        return parsed
    if isinstance(parsed, dict):
        for name, value in parsed.items():
            if name.casefold() in _LISTS and isinstance(value, list):
                return value
        lists = [value for value in parsed.values() if isinstance(value, list)]
        return lists[0] if len(lists) == 1 else [parsed]
    return []


def _flat(person: dict[str, object]) -> dict[str, str]:
    """Return name to text; a nested value gets both names."""
    found: dict[str, str] = {}
    for name, value in person.items():
        if isinstance(value, dict) and "value" not in value:
            alone = name.casefold() in ("properties", "attributes", "fields")
            for inner, held in value.items():
                found.setdefault(inner if alone else f"{name} {inner}", _text(held))
        else:
            found[name] = _text(value)
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, dict):
        for name in _VALUES:  # {"label": "work", "value": "sam@…"}
            if isinstance(held := value.get(name), str):
                return held
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
