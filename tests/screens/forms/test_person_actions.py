"""Open, copy and edit the person on screen, from every screen that shows one."""

from __future__ import annotations

import pytest

from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


def copied(bench: Bench) -> str:
    text: str = bench.app.clipboard
    return text


async def test_one_number_copies_and_one_opens() -> None:
    desk = FakeDesk()
    lead = desk.leads.view(desk.queue.working().lead_ids[0])
    async with workbench(desk) as bench:
        await bench.press("Y")
        await bench.sees("Copy …", lead.email)
        await bench.press("1")
        await bench.sees("Copied")
        assert copied(bench) == lead.numbers[0].e164
        await bench.press("o", "O", "1")
        await bench.sees("No browser here")
        assert copied(bench) == f"https://crm.example/contacts/1/{lead.row.lead_id}"


async def test_an_edit_shows_what_it_understood_and_is_saved_with_enter() -> None:
    desk = FakeDesk()
    lead_id = desk.queue.working().lead_ids[0]
    async with workbench(desk) as bench:
        await bench.press("E")
        await bench.until(lambda: bench.screen_name == "EditForm", "the form")
        await bench.press("down", "down")
        await bench.type(" EMEA")
        await bench.press("down", "down")
        await bench.press("ctrl+u")
        await bench.type("ask reception")
        await bench.sees("cannot be dialled")
        await bench.press("enter")
        assert bench.screen_name == "EditForm", "what cannot be used stays in the form"
        await bench.press("ctrl+u")
        await bench.type("030 5550142")
        await bench.sees("+49 30 5550142")
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "QueueScreen", "the queue")
        await bench.sees("Phone:")
        assert desk.need(lead_id).phone == "+49 30 5550142"
        assert desk.need(lead_id).job_title.endswith(" EMEA")


async def test_an_edit_during_a_call_keeps_the_call_and_the_note() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("enter", "enter")
        await bench.type("spells it with ph")
        await bench.press("escape", "E")
        await bench.until(lambda: bench.screen_name == "EditForm", "the form")
        await bench.press("ctrl+u")
        await bench.type("Stephanie")
        await bench.press("enter")
        await bench.sees("Stephanie", "spells it with ph")
        assert desk.in_call is not None
        await bench.press("a")
        assert [entry.note for entry in desk.entries] == ["spells it with ph"]


async def test_nothing_changed_closes_the_form() -> None:
    async with workbench() as bench:
        await bench.press("E")
        await bench.until(lambda: bench.screen_name == "EditForm", "the form")
        await bench.press("enter")
        assert bench.screen_name == "QueueScreen"
