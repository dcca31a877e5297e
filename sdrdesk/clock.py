"""The clock as an argument, so that tests control the time, and ISO 8601 texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, aware UTC."""


def system_clock() -> datetime:
    """Return the present moment of this machine, aware UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Return ``moment`` as ISO 8601 UTC with ``Z``; milliseconds only when there are any."""
    utc = moment.astimezone(UTC)
    text = utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def iso_or_none(moment: datetime | None) -> str | None:
    """Return ``iso(moment)``, or ``None`` when there is no moment."""
    return None if moment is None else iso(moment)


def parse_iso(text: str) -> datetime:
    """Return ``text`` as an aware UTC moment; a time without a zone is UTC.

    Raises:
        ValueError: ``text`` is not ISO 8601.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
