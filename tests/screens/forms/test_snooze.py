"""The snooze form: many leads, their own zones, their callbacks, and no time at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.widgets.lead_list import LeadList
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

pytestmark = pytest.mark.anyio


async def mark(bench: Bench, *lead_ids: str) -> None:
    leads = bench.app.screen.query_one(LeadList)
    for lead_id in lead_ids:
        await bench.press("home")
        for _ in range(12):
            if leads.lead_id != lead_id:
                await bench.press("j")
        assert leads.lead_id == lead_id
        await bench.press("space")


async def test_a_time_is_each_leads_own_and_says_so() -> None:
    desk = FakeDesk()
    for lead_id, zone in (("102", "Europe/Dublin"), ("103", "America/New_York")):
        desk.by_id[lead_id] = replace(desk.need(lead_id), rep_time_zone=zone)
    async with workbench(desk) as bench:
        await mark(bench, "102", "103")
        await bench.press("z")
        await bench.sees("Snooze 2 leads until", "each lead's own time")
        await bench.type("mon 10:00")
        await bench.sees("each in their own time")
        await bench.press("enter")
        await bench.until(lambda: len(desk.snoozes) == 2, "both snoozes")
        dublin, new_york = desk.snoozes["102"][0], desk.snoozes["103"][0]
        assert dublin is not None
        assert new_york is not None
        assert dublin.astimezone(ZoneInfo("Europe/Dublin")).hour == 10
        assert new_york - dublin == timedelta(hours=5)
        await bench.sees("Snoozed until mon 10:00")


@pytest.mark.parametrize("hours", [2, -2])
@pytest.mark.parametrize(("answer", "along"), [("enter", False), ("2", True)])
async def test_callbacks_before_the_end_are_asked_about(
    answer: str, along: bool, hours: int
) -> None:
    desk = FakeDesk()
    desk.by_id["103"] = replace(desk.need("103"), callback_at=NOW + timedelta(hours=hours))
    name = desk.need("103").name
    async with workbench(desk) as bench:
        await mark(bench, "102", "103")
        await bench.press("z")
        await bench.type("+3d")
        await bench.press("enter")
        await bench.sees("has a callback before then", name)
        assert not desk.snoozes
        await bench.press(answer)
        await bench.until(lambda: bool(desk.snoozes), "the snoozes")
        assert {held for _, _, held in desk.snoozes.values()} == {along}


async def test_until_they_convert_needs_no_time_and_a_firm_snooze_does() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("z")
        await bench.type("until they convert")
        await bench.sees("until they convert again")
        await bench.press("enter")
        await bench.until(lambda: len(desk.snoozes) == 1, "the snooze")
        assert list(desk.snoozes.values()) == [(None, False, None)]
        await bench.sees("Snoozed until they convert again")
        await bench.press("z")
        await bench.sees("a new conversion ends it")
        await bench.press("f9")
        await bench.sees("even if they convert")
        await bench.press("enter")
        await bench.until(lambda: len(desk.snoozes) == 2, "the second snooze")
        assert list(desk.snoozes.values())[1] == (NOW + timedelta(hours=1), True, None)
