"""Splits long lists of ids: SQLite limits the placeholders of a statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_MANY = 400


def chunks(items: Sequence[str], size: int = _MANY) -> Iterator[Sequence[str]]:
    """Yield the items in pieces small enough for one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def marks(items: Sequence[str]) -> str:
    """Return one placeholder per item."""
    return ",".join("?" * len(items))
