"""A thin line gets small pieces, a wide one whole frames, and a far one is not taken for thin."""

from __future__ import annotations

import pytest

from sdrdesk.widgets.line_pace import GIVE_UP_S, LEAST_BYTES, MOST_BYTES, PIECE_S, LinePace


class Line:
    """A line of a width and a delay, and the program that fills it."""

    def __init__(self, bytes_per_s: float, delay_s: float) -> None:
        self.now = 0.0
        self.pace = LinePace(lambda: self.now)
        self._bytes_per_s, self._delay_s = bytes_per_s, delay_s

    def piece(self) -> float:
        """Send as much as may be sent; return the seconds until it was drawn."""
        assert self.pace.may_send
        size = self.pace.budget
        self.pace.sent(size)
        took = size / self._bytes_per_s + self._delay_s
        self.now += took
        self.pace.answered()
        return took


@pytest.mark.parametrize("delay_s", [0.01, 0.2])
@pytest.mark.parametrize("bytes_per_s", [300.0, 1_200.0])
def test_a_piece_on_a_thin_line_is_drawn_within_a_second(
    bytes_per_s: float, delay_s: float
) -> None:
    line = Line(bytes_per_s, delay_s)
    line.piece()
    later = [line.piece() for _ in range(30)]
    assert max(later) <= 2.5 * PIECE_S + delay_s
    assert line.pace.is_slow
    assert line.pace.budget >= LEAST_BYTES


@pytest.mark.parametrize(("bytes_per_s", "delay_s"), [(1e6, 0.02), (1e6, 0.6), (1e7, 0.001)])
def test_a_wide_line_soon_takes_a_whole_screen_at_once(bytes_per_s: float, delay_s: float) -> None:
    line = Line(bytes_per_s, delay_s)
    for _ in range(8):
        line.piece()
    assert line.pace.budget > 20_000
    assert line.pace.budget <= MOST_BYTES
    assert not line.pace.is_slow


def test_a_lost_answer_stops_nothing_for_ever() -> None:
    line = Line(300, 0)
    line.pace.sent(100)
    line.now += GIVE_UP_S - 1
    assert not line.pace.may_send
    line.now += 2
    assert line.pace.may_send
