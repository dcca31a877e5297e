"""One beat a second for all screens: what is hidden is asked nothing, a clock is drawn alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from rich.console import RenderableType
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.screen import Screen

from sdrdesk.screens.call.screen import CallScreen
from sdrdesk.screens.shell.heartbeat import Heartbeat, When
from tests.support.bench import workbench

pytestmark = pytest.mark.anyio

WHEN: tuple[When, ...] = ("on top", "in sight", "always")


async def test_a_hidden_screen_is_asked_nothing() -> None:
    async with workbench() as bench:
        beats, asked, queue = Heartbeat(bench.app), Counter[str](), bench.app.screen
        for when in WHEN:
            beats.every(1, lambda when=when: asked.update([when]), queue, when)  # type: ignore[misc]
        beats._beat()
        assert asked == {"on top": 1, "in sight": 1, "always": 1}
        await bench.press("ctrl+p")  # a dialog
        beats._beat()
        assert asked == {"on top": 1, "in sight": 2, "always": 2}
        await bench.press("escape", "h")  # another screen
        beats._beat()
        assert asked == {"on top": 1, "in sight": 2, "always": 3}
        beats.leave(queue)
        beats._beat()
        assert asked["always"] == 3


async def test_seconds_in_which_a_screen_is_hidden_do_not_count() -> None:
    async with workbench() as bench:
        beats, asked = Heartbeat(bench.app), list[int]()
        beats.every(3, lambda: asked.append(1), bench.app.screen, "on top")
        beats._beat()
        beats._beat()
        await bench.press("h")
        beats._beat()
        assert not asked
        await bench.press("escape")
        beats._beat()
        assert asked == [1]


class Clockwork(App[None]):
    """Notes which timers are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def set_timer(self, delay: float, callback: Callable[[], object]) -> None:  # type: ignore[override]
        self.waits.append(round(delay, 3))

    def set_interval(self, interval: float, callback: Callable[[], object]) -> None:  # type: ignore[override]
        self.waits.append(interval)


@pytest.mark.parametrize(("past_s", "wait_s"), [(0.3, 0.704), (75.9, 0.104), (-2.4, 0.404)])
async def test_it_beats_at_the_full_seconds_of_a_clock(past_s: float, wait_s: float) -> None:
    app = Clockwork()
    beats = Heartbeat(app)
    beats.align(past_s)
    assert app.waits == [], "not before it begins"
    beats.begin()
    beats.align(past_s)
    assert app.waits == [1.0, wait_s]


async def test_a_second_of_a_call_draws_the_line_of_its_clock_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with workbench() as bench:
        await bench.press("enter")
        await bench.sees("☎ 00:00 ring")
        await bench.still()
        frames: list[object] = []
        display = bench.app._display

        def watched(screen: Screen[object], frame: RenderableType | None) -> None:
            frames.append(frame)
            display(screen, frame)

        monkeypatch.setattr(bench.app, "_display", watched)
        call = bench.app.screen
        assert isinstance(call, CallScreen)
        bench.desk.at += timedelta(seconds=1)
        call._beat()
        (frame,) = frames
        assert isinstance(frame, ChopsUpdate)
        assert [span[0] for span in frame.spans] == [0]
        strip = frame.chops[0][0]
        assert strip is not None
        assert "☎ 00:01 ring" in strip.text
        assert "☎ 00:01 ring" in bench.text
        call._beat()
        await bench.still()
        assert frames == [frame], "once"


async def test_the_clock_of_a_call_is_right_again_after_another_screen() -> None:
    async with workbench() as bench:
        await bench.press("enter")
        await bench.sees("☎ 00:00 ring")
        bench.app.place.beats.leave(bench.app.screen)
        await bench.app.action_mode("log")  # digits answer objections in a call
        bench.desk.at += timedelta(seconds=75)
        await bench.app.action_mode("queue")
        await bench.sees("☎ 01:15 ring")
