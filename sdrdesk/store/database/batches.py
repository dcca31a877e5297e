"""Splits long lists of ids: SQLite limits the placeholders of a statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

ItemT = TypeVar("ItemT")

_MANY = 400


def chunks(items: Sequence[ItemT], size: int = _MANY) -> Iterator[Sequence[ItemT]]:
    """Yield the items in pieces small enough for one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def marks(items: Sequence[str]) -> str:
    """Return one placeholder per item."""
    return ",".join("?" * len(items))
