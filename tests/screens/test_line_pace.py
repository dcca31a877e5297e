"""A thin line gets small pieces, a wide one whole frames, and a far one is not taken for thin."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from rich.console import Console
from rich.segment import Segment
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from sdrdesk.screens.shell.slow_line import SlowLine
from sdrdesk.widgets.ages import coarse
from sdrdesk.widgets.line_pace import ASK, GIVE_UP_S, LEAST_BYTES, MOST_BYTES, PIECE_S, LinePace


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


def test_the_end_waits_for_the_answer_that_is_due_and_no_longer() -> None:
    line = Line(300, 0.1)
    assert line.pace.due_s == 0
    line.piece()
    line.pace.sent(300)
    assert 1 <= line.pace.due_s <= 4
    line.now += 5
    assert line.pace.due_s == 0


def test_a_lost_answer_stops_nothing_for_ever() -> None:
    line = Line(300, 0)
    line.pace.sent(100)
    line.now += GIVE_UP_S - 1
    assert not line.pace.may_send
    line.now += 2
    assert line.pace.may_send


class Written:
    """What ``SlowLine`` needs of an app: a terminal that writes down, and timers that wait."""

    def __init__(self) -> None:
        self.console = Console(force_terminal=True, color_system="truecolor")
        self.focused = None
        self._driver = self
        self.texts: list[str] = []
        self.timers: list[Callable[[], None]] = []

    def write(self, text: str) -> None:
        self.texts.append(text)

    def set_timer(self, _seconds: float, then: Callable[[], None]) -> None:
        self.timers.append(then)


def frame(*lines: str) -> LayoutUpdate:
    strips: list[Iterable[Strip]] = [[Strip([Segment(line)])] for line in lines]
    return LayoutUpdate(strips, Region(0, 0, len(lines[0]), len(lines)))


def test_a_frame_waits_until_the_one_before_was_drawn() -> None:
    app = Written()
    line = SlowLine(app, counts_as_slow=False)  # type: ignore[arg-type]  # all it needs of an app
    assert line.take(frame("Ada"))
    assert line.take(frame("Bob"))
    assert line.take(frame("Eve"))
    assert [("Ada" in text, text.endswith(ASK)) for text in app.texts] == [(True, True)]
    line.answered()
    assert "Eve" in app.texts[1]
    assert "Bob" not in "".join(app.texts)
    line.answered()
    assert len(app.texts) == 2


def test_a_terminal_that_never_answers_gets_all_of_it_and_then_whole_frames() -> None:
    app = Written()
    line = SlowLine(app, counts_as_slow=False)  # type: ignore[arg-type]  # all it needs of an app
    line.take(frame("Ada"))
    line.take(frame("Bob"))
    app.timers[0]()
    assert "Bob" in app.texts[1]
    assert not line.take(frame("Eve"))


def test_a_clock_on_a_slow_line_moves_by_steps() -> None:
    assert [coarse(s) for s in (0, 4.9, 59, 61, 299, 301, 3_700)] == [0, 0, 55, 60, 285, 300, 3_660]
