"""Odoo's search domains: conditions in prefix notation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Read = Callable[[Mapping[str, Any], str], Any]


def meets(row: Mapping[str, Any], domain: list[Any], read: Read) -> bool:
    """Return whether a row meets a domain; ``read`` returns a field by its path."""
    stack: list[bool] = []
    for part in reversed(domain):
        if part == "|":
            stack.append(_or(stack))
        elif part == "&":
            stack.append(_and(stack))
        elif part == "!":
            stack.append(not stack.pop())
        else:
            path, how, wanted = part
            stack.append(_leaf(read(row, path), how, wanted))
    return all(stack)


def _or(stack: list[bool]) -> bool:
    one, other = stack.pop(), stack.pop()
    return one or other


def _and(stack: list[bool]) -> bool:
    one, other = stack.pop(), stack.pop()
    return one and other


def _leaf(held: Any, how: str, wanted: Any) -> bool:
    if isinstance(held, datetime) and isinstance(wanted, str):
        wanted = datetime.strptime(wanted, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    text = "" if held is False or held is None else str(held)
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: (held or False) == (wanted or False),
        "!=": lambda: (held or False) != (wanted or False),
        ">": lambda: held > wanted,
        ">=": lambda: held >= wanted,
        "<": lambda: held < wanted,
        "<=": lambda: held <= wanted,
        "in": lambda: held in wanted or (not held and False in wanted),
        "like": lambda: str(wanted) in text,
        "not like": lambda: str(wanted) not in text,
        "ilike": lambda: re.sub(r"\\(.)", r"\1", str(wanted)).lower() in text.lower(),
    }
    return tests[how]()
