"""The automatic start of calls: only when nothing else needs the rep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.screens.shell.auto_start import LONGEST_DELAY_S, USUAL_DELAY_S, AutoStart
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def desk_of(delay_s: int) -> FakeDesk:
    desk = FakeDesk()
    desk.starts_by_itself_s = delay_s
    return desk


async def called(bench: Bench) -> None:
    """Record the first call."""
    await bench.press("enter", "enter", "escape", "a")
    await bench.sees("Undo (")
    assert bench.desk.in_call is None


async def passed(bench: Bench, seconds: float) -> None:
    bench.desk.at += timedelta(seconds=seconds)
    bench.app.screen._tick()  # type: ignore[attr-defined]  # the call screen's own timer
    await bench.settle()


async def test_by_default_only_enter_starts_a_call() -> None:
    async with workbench() as bench:
        await called(bench)
        await bench.sees("⏎ starts the call")
        await passed(bench, 600)
        assert bench.desk.in_call is None


async def test_the_next_call_starts_after_its_seconds() -> None:
    async with workbench(desk_of(5)) as bench:
        await called(bench)
        await bench.sees("⏎ in 5 s · F7 pauses")
        await passed(bench, 3)
        await bench.sees("⏎ in 2 s")
        assert bench.desk.in_call is None
        await passed(bench, 2)
        await bench.until(lambda: bench.desk.in_call is not None)
        assert len(bench.desk.entries) == 1


async def test_enter_does_not_wait_for_it() -> None:
    async with workbench(desk_of(60)) as bench:
        await called(bench)
        await bench.press("enter")
        await bench.until(lambda: bench.desk.in_call is not None)


async def test_a_running_call_never_starts_again_and_text_stays() -> None:
    async with workbench(desk_of(2)) as bench:
        await called(bench)
        await passed(bench, 2)
        await bench.until(lambda: bench.desk.in_call is not None)
        lead_id = bench.desk.in_call.lead_id if bench.desk.in_call else ""
        await bench.press("enter")
        await bench.type("asks for a price")
        await passed(bench, 600)
        await bench.sees("> asks for a price")
        assert bench.desk.in_call is not None
        assert bench.desk.in_call.lead_id == lead_id


async def test_f7_pauses_the_automatic_start_and_resumes_it() -> None:
    async with workbench(desk_of(3)) as bench:
        await called(bench)
        await bench.press("f7")
        await bench.sees("Automatic start paused")
        await passed(bench, 60)
        assert bench.desk.in_call is None
        await bench.press("enter", "a")
        await passed(bench, 60)
        assert bench.desk.in_call is None
        await bench.press("f7")
        await bench.sees("⏎ in 3 s")
        await passed(bench, 3)
        await bench.until(lambda: bench.desk.in_call is not None)


@pytest.mark.parametrize("keys", [["right"], ["f6"], ["f1"], ["full_stop"]])
async def test_a_rep_doing_something_else_is_not_interrupted(keys: list[str]) -> None:
    async with workbench(desk_of(3)) as bench:
        await called(bench)
        await bench.press(*keys)
        if keys in (["f6"], ["f1"]):
            await bench.until(lambda: len(bench.app.screen_stack) == 3)
            await bench.press("escape")
            await bench.until(lambda: len(bench.app.screen_stack) == 2)
        await passed(bench, 60)
        assert bench.desk.in_call is None


async def test_plus_and_minus_change_the_seconds_and_start_nothing_now() -> None:
    async with workbench() as bench:
        await called(bench)
        await bench.press("plus")
        await bench.sees(f"starts {USUAL_DELAY_S} s after an outcome")
        await passed(bench, 60)
        assert bench.desk.in_call is None  # the next one does
        await bench.press("minus", "enter", "a")
        await bench.sees(f"⏎ in {USUAL_DELAY_S - 1} s")
        await bench.press("minus", "minus")
        await bench.sees("Only Enter starts")
        await passed(bench, 60)
        assert bench.desk.in_call is None


async def test_a_paused_block_starts_no_call() -> None:
    async with workbench(desk_of(3)) as bench:
        await called(bench)
        bench.desk.block.start("50m", "40 dials", "")
        bench.desk.block.pause("lunch")
        await bench.press("enter", "a")  # a call ends the pause
        bench.desk.block.pause("lunch")
        bench.app.screen._show_status(bench.desk.status.view())  # type: ignore[attr-defined]
        await passed(bench, 60)
        assert bench.desk.in_call is None


@given(
    st.integers(0, LONGEST_DELAY_S),
    st.lists(
        st.one_of(
            st.sampled_from(["begin", "hold", "wait"]),
            st.integers(-3, 3),
            st.floats(-100, 100),
        )
    ),
)
def test_it_never_waits_longer_than_it_says(delay_s: int, steps: list[str | int | float]) -> None:
    auto, now = AutoStart(delay_s), NOW
    for step in steps:
        if step == "begin":
            auto.begin(now)
        elif step == "hold":
            auto.hold()
        elif step == "wait":
            auto.pause_or_resume(now)
        elif isinstance(step, int):
            auto.change(step, now)
        else:
            now += timedelta(seconds=float(step))
        left = auto.left_s(now)
        assert 0 <= auto.delay_s <= LONGEST_DELAY_S
        assert left is None or 0 <= left <= auto.delay_s
        if not auto.delay_s:
            assert left in (None, 0)
        if auto.paused:
            assert left is None


def test_a_countdown_that_slept_starts_no_call() -> None:
    auto = AutoStart(3)
    auto.begin(NOW)
    assert auto.left_s(NOW + timedelta(seconds=4)) == 0
    assert auto.left_s(NOW + timedelta(hours=8)) is None
    assert auto.left_s(NOW + timedelta(seconds=4)) is None
