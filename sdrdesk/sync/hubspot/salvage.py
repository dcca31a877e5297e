"""The readable part of an answer that pydantic refuses as a whole.

Half a character, bytes that are no text or an endless number stay one odd value; an invalid element
of a list is removed.
"""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import ValidationError

from sdrdesk.domain.crm.foreign_values import LeftOut, OddError, identity, in_short

_MOST_DIGITS: Final = 400
_FIXED: Final = {"results", "errors", "lists"}
"""Parts that the whole answer depends on: never removed."""
_NEEDED: Final = {"id", "value", "toObjectId", "from", "name", "listId"}
"""Parts that an element needs: without them it is removed as a whole."""

Where = tuple[int | str, ...]


def loads(content: bytes) -> Any:
    """Return the JSON document, ``None`` when it is invalid.

    Bytes that are no UTF-8 become lone surrogates, which ``plain_text`` removes.
    """
    try:
        return json.loads(content.decode("utf-8", "surrogateescape"), parse_int=_whole)
    except (ValueError, RecursionError):
        return None


def spare(document: Any, error: ValidationError, kind: str) -> list[LeftOut]:
    """Remove the parts of ``document`` that ``error`` names, and return them.

    Return nothing when ``error`` is about the answer as a whole.
    """
    missing = {problem["loc"][:2] for problem in error.errors() if problem["type"] == "missing"}
    if missing and len(missing) == len(document.get("results", ())):
        return []  # every element is invalid: this is another kind of answer
    left_out = []
    # From the back and from the inside, so that the places stay valid.
    places = {_place(problem) for problem in error.errors()}
    for where, part in sorted(places, key=lambda place: _order(place[0]), reverse=True):
        if not where or "paging" in where or (len(where) == 1 and where[0] in _FIXED):
            return []
        left_out.append(_take_out(document, where, part, kind))
    return left_out


def _place(problem: Any) -> tuple[Where, str]:
    """Return the smallest removable element, and its invalid part."""
    where: Where = problem["loc"]
    if where[-1:] == ("[key]",):
        where = where[:-1]
    last = where[-1] if where else ""
    if isinstance(last, str) and (last in _NEEDED or problem["type"] == "missing"):
        return where[:-1], last
    return where, ""


def _order(where: Where) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in where]


def _take_out(document: Any, where: Where, part: str, kind: str) -> LeftOut:
    inside, record_id = document, ""
    for step in where[:-1]:
        inside = inside[step]
        record_id = record_id or _id_of(inside)
    value = inside.pop(where[-1])
    record_id = record_id or _id_of(value)
    if part:
        value = value.get(part, "missing")
    steps = [step for step in (*where, part) if isinstance(step, str) and step != "results"]
    return LeftOut(
        kind, record_id, ".".join(filter(None, steps)), in_short(value), "no value to be read there"
    )


def _id_of(element: Any) -> str:
    """Return an element's id or name, ``""`` without either."""
    for name in ("id", "name") if isinstance(element, dict) else ():
        try:
            return identity(element.get(name))
        except OddError:
            continue
    return ""


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float("inf")
