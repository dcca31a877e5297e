"""A person added on the form."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


async def fill(bench: Bench, *texts: str) -> None:
    for text in texts:
        if text:
            await bench.type(text)
        await bench.press("down")


async def test_a_new_person_is_added_and_opened() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("N")
        await fill(bench, "Zoë", "van Dam", "", "zoe@kade.example", "+31 6 12345678")
        await bench.sees("+31612345678")
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "LeadScreen", "the new lead")
        await bench.sees("Zoë van Dam")


async def test_the_same_number_is_asked_about() -> None:
    desk = FakeDesk()
    known = next(x for x in desk.by_id.values() if x.phone.startswith("+"))
    async with workbench(desk) as bench:
        await bench.press("N")
        await fill(bench, "Zoë", "van Dam", "", "zoe@kade.example", known.phone)
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "MenuModal", "the question")
        await bench.sees(f"{known.name} has this number")
        await bench.press("2")
        await bench.until(lambda: bench.screen_name == "LeadScreen", "the new lead")
        assert [x.email for x in desk.by_id.values()].count("zoe@kade.example") == 1


async def test_a_late_echo_of_what_was_typed_does_not_replace_the_error() -> None:
    desk = FakeDesk(no_network=True)
    async with workbench(desk) as bench:
        await bench.press("N")
        await fill(bench, "Zoë", "van Dam", "", "zoe@kade.example")
        await bench.press("enter")
        await bench.sees("! The CRM cannot be reached")
        await asyncio.sleep(0.3)  # an echo is due a tenth of a second after the last key
        await bench.sees("! The CRM cannot be reached")


async def test_offline_what_was_typed_stays_in_the_form() -> None:
    desk = FakeDesk(no_network=True)
    async with workbench(desk) as bench:
        await bench.press("N")
        await fill(bench, "Zoë", "van Dam", "", "zoe@kade.example")
        await bench.press("enter")
        await bench.sees("! The CRM cannot be reached", "zoe@kade.example")
        desk.no_network = False
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "LeadScreen", "the new lead")
