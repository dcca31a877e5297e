from __future__ import annotations

import pytest

from sdrdesk.domain.text.humanize import age_words, ordinal, plural, span_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0s"),
        (0.9, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (3_599, "59m"),
        (3_600, "1h"),
        (86_399, "23h59m"),
        (86_400, "1d"),
        (90_000, "1d1h"),
        (8 * 86_400 + 7_200, "8d"),
    ],
)
def test_spans_are_short(seconds: float, words: str) -> None:
    assert span_words(seconds) == words


def test_ages_counts_and_ordinals() -> None:
    assert age_words(0.2) == "just now"
    assert age_words(120) == "2m ago"
    assert [plural(n, "attempt") for n in (0, 1, 2)] == ["attempts", "attempt", "attempts"]
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip
