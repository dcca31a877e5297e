"""Moments in the tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.store.database.timestamps import from_ms, to_ms


@given(st.integers(min_value=-(10**13), max_value=10**14))
def test_every_millisecond_comes_back(ms: int) -> None:
    moment = from_ms(ms)
    assert moment.utcoffset() == timedelta(0)
    assert to_ms(moment) == ms


def test_the_zone_of_a_moment_does_not_matter() -> None:
    there = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert from_ms(to_ms(there)) == there
    assert to_ms(datetime(1970, 1, 1, 0, 0, 1, 234_999, tzinfo=UTC)) == 1234


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_ms(datetime(2026, 3, 1))  # noqa: DTZ001  # exactly what must not pass


def test_nothing_stays_nothing() -> None:
    assert (to_ms(None), from_ms(None)) == (None, None)
