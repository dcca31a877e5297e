"""What the properties of this room are tried on."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy


def moments(first: str, last: str) -> SearchStrategy[datetime]:
    """Aware UTC moments from one day to another."""
    start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    return st.datetimes(start, end, timezones=st.just(UTC))
