"""Two windows, or two reps at one desk: a lead in someone else's call is marked and left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio

HER_CALL = "in a call with Anna Kovač"


async def test_a_lead_in_a_call_elsewhere_is_marked_and_starting_it_asks() -> None:
    desk = FakeDesk(in_call_elsewhere={"102": HER_CALL})
    async with workbench(desk) as bench:
        await bench.sees("▸ 1 ☎ due", "· taken", "with Anna Ko")
        await bench.press("home", "enter")
        await bench.sees("Call anyway?", f"Jun Watanabe: {HER_CALL} since ")
        await bench.press("enter")
        assert (desk.in_call, desk.dialled) == (None, [])
        await bench.press("enter")
        await bench.sees("Call anyway?")
        await bench.press("exclamation_mark")
        assert desk.in_call is not None
        assert [lead_id for lead_id, _ in desk.dialled] == ["102"]


async def test_a_person_who_is_not_to_be_called_is_asked_about_and_may_call_in() -> None:
    desk = FakeDesk()
    desk.by_id["102"] = replace(desk.need("102"), do_not_call=True)
    async with workbench(desk) as bench:
        await bench.press("slash")
        await bench.type("watanabe")
        await bench.press("enter", "o", "enter")
        await bench.sees("Call anyway?", "Jun Watanabe is not to be called")
        await bench.press("enter")
        await bench.sees("! do not call", "⏎ starts the call")
        assert (desk.in_call, desk.dialled) == (None, [])
        await bench.press("I")
        await bench.sees("incoming")


async def test_a_mark_comes_and_goes_while_the_queue_is_open() -> None:
    async with workbench() as bench:
        bench.desk.at += timedelta(seconds=10)  # no key for a while
        bench.desk.in_call_elsewhere["103"] = HER_CALL
        await bench.sees("taken")
        bench.desk.in_call_elsewhere.clear()
        await bench.until(lambda: "taken" not in bench.text)


async def test_an_automatic_start_leaves_the_lead_alone_and_goes_on() -> None:
    desk = FakeDesk()
    desk.starts_by_itself_s = 5
    async with workbench(desk) as bench:
        await bench.press("enter", "a")
        await bench.sees("⏎ in 5 s")
        ready = bench.app.screen.session.lead_id  # type: ignore[attr-defined]
        desk.in_call_elsewhere[ready] = HER_CALL
        desk.at += timedelta(seconds=5)
        bench.app.screen._tick()  # type: ignore[attr-defined]  # the call screen's own timer
        await bench.sees(f"is {HER_CALL}. Next lead.", "⏎ in 5 s")
        assert desk.in_call is None
        assert bench.app.screen.session.lead_id != ready  # type: ignore[attr-defined]
        assert len(desk.dialled) == 1


async def test_a_call_renews_its_claim_and_tells_of_another_with_the_same_person() -> None:
    async with workbench() as bench:
        await bench.press("enter")
        call = bench.desk.in_call
        assert call is not None
        bench.desk.in_call_elsewhere[call.lead_id] = HER_CALL
        bench.app.screen._renew()  # type: ignore[attr-defined]  # its own timer
        await bench.sees(f"! This person is {HER_CALL} too.")
        assert bench.desk.renewals == 1
