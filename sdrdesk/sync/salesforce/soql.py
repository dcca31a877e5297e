"""Salesforce's query language: every text that goes into a query goes through here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sdrdesk.domain.text.plain_text import clean


def select(fields: str, entity: str, *conditions: str, end: str = "") -> str:
    """Return a query for the records that meet all conditions; empty ones do not count."""
    met = " AND ".join(condition for condition in conditions if condition)
    parts = ("SELECT", fields, "FROM", entity, f"WHERE {met}" if met else "", end)
    return " ".join(part for part in parts if part)


def quoted(text: str) -> str:
    """Return a text for a query, in quotes; nothing in it can end them."""
    plain = clean(text).replace("\\", "\\\\").replace("'", "\\'")
    return "'" + plain.replace("\n", "\\n").replace("\r", "") + "'"


def listed(texts: Iterable[str]) -> str:
    """Return texts for ``IN``."""
    return f"({','.join(map(quoted, texts))})"


def condition(of: tuple[str, str, object]) -> str:
    """Return a condition: name, comparison and value."""
    name, how, value = of
    if how == "in" and isinstance(value, Iterable):
        return f"{name} IN {listed(value)}"
    return f"{name} {how} {quoted(str(value))}"


def stamp_ms(moment_ms: int) -> str:
    """Return a moment in milliseconds as a query takes it."""
    at = datetime.fromtimestamp(max(0, moment_ms) / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
