"""What a stranger's value becomes: what can be held, or nothing and a word about it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.crm.foreign_values import (
    EARLIEST_MS,
    LATEST_MS,
    MOST_WHOLE,
    ForeignRecord,
    OddError,
    identity,
    in_short,
    moment,
)


def read(value: Any) -> ForeignRecord:
    return ForeignRecord("company", "901", {"x": value})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12), ("12", 12), (" 12 ", 12), ("12.9", 12), ("1.2E3", 1200), (3.7, 3), ("٣٠٠", 300),
        ("0", 0), (str(MOST_WHOLE), MOST_WHOLE), (None, None), ("", None),
    ],
)  # fmt: skip
def test_valid_numbers_are_kept(value: Any, expected: int | None) -> None:
    record = read(value)
    assert record.whole("x") == expected
    assert record.left_out == ()


@pytest.mark.parametrize(
    "value",
    [
        "100000000000000000000", 2**63, "9" * 5000, pytest.param(10**5000, id="endless"),
        "1e400", float("inf"), float("nan"),
        "NaN", "²", "1_000", "1,5", "-5", "many", True, ["1"], {"n": 1},
    ],
)  # fmt: skip
def test_invalid_numbers_are_left_out_and_named(value: Any) -> None:
    record = read(value)
    assert record.whole("x") is None
    (note,) = record.left_out
    assert (note.kind, note.record_id, note.field) == ("company", "901", "x")
    assert note.reason
    assert len(note.value) <= 60


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T09:30:00Z", 1_795_253_400_000),
        ("2026-11-21T10:30:00.5+01:00", 1_795_253_400_500),
        ("2026-11-21", 1_795_219_200_000),
        ("1795253400123", 1_795_253_400_123),
        (1_795_253_400_123, 1_795_253_400_123),
        (1_795_253_400_123.0, 1_795_253_400_123),
    ],
)
def test_valid_moments_are_kept(value: Any, expected: int) -> None:
    record = read(value)
    assert record.moment("x") == expected
    assert record.left_out == ()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("1743465600000000", "microseconds"),
        ("1743465600", "seconds"),
        (1_743_465_600_000_000_000, "nanoseconds"),
        ("0001-01-01", "1990"),
        ("9999-12-31T23:59:59.999Z", "1990"),
        ("0001-01-01T00:00:00+23:59", "1990"),
        ("2025-02-30", "no date"),
        ("soon", "no date"),
        ("9" * 5000, "no date"),
        (float("nan"), "number"),
        (True, "no number"),
        ([], "no number"),
    ],
)
def test_a_moment_in_another_unit_or_calendar_is_never_guessed(value: Any, why: str) -> None:
    record = read(value)
    assert record.moment("x") is None
    assert why in record.left_out[0].reason


@pytest.mark.parametrize("value", [[], {}, True, float("inf"), 10**400, "x" * 10_000_000])
def test_values_other_than_text_are_left_out(value: Any) -> None:
    record = read(value)
    assert record.line("x") == ""
    assert [note.field for note in record.left_out] == ["x"]


def test_a_text_with_half_characters_keeps_the_whole_ones() -> None:
    record = read("Jo\ud800hn\x00\u202e")
    assert record.line("x") == record.text("x") == "John"
    assert record.left_out == ()


@pytest.mark.parametrize("value", ["512", 512, "a'b/c\"", "0Q5xx00000ABC", "9" * 100])
def test_an_id_can_be_requested(value: Any) -> None:
    assert identity(value) == str(value)


@pytest.mark.parametrize(
    "value", [None, "", " ", ".", "..", "9" * 101, "a\nb", "\ud800", 1.5, True, [], {}]
)
def test_an_id_that_cannot_be_requested_is_left_out(value: Any) -> None:
    with pytest.raises(OddError):
        identity(value)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(_ANY)
def test_every_kept_value_fits_the_columns_and_the_calendar(value: Any) -> None:
    record = read(value)
    assert abs(record.whole("x", least=-MOST_WHOLE) or 0) <= MOST_WHOLE
    assert EARLIEST_MS <= (record.moment("x") or EARLIEST_MS) < LATEST_MS
    for text in (record.line("x"), record.text("x"), in_short(value)):
        text.encode()
        assert "\x1b" not in text


@given(st.integers() | st.floats(allow_nan=False))
def test_a_number_is_a_moment_only_inside_the_calendar(value: float) -> None:
    try:
        assert EARLIEST_MS <= moment(value) < LATEST_MS
    except OddError:
        assert not EARLIEST_MS <= value < LATEST_MS
