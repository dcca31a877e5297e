"""Views, conditions in words, marks and the persona, by the keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sdrdesk.services.views.lead import LeadView
from sdrdesk.widgets.lead_list import LeadList
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_queue import FakeLeads

pytestmark = pytest.mark.anyio


def marked(bench: Bench) -> tuple[str, ...]:
    return bench.app.screen.query_one(LeadList).marked


async def test_a_view_narrows_and_esc_shows_the_whole_queue() -> None:
    async with workbench() as bench:
        await bench.press("V")
        await bench.sees("Show", "Whole queue", "Best fit", "Fits best")
        await bench.press("down", "enter")
        await bench.sees("in view: Best fit")
        await bench.press("escape")
        await bench.sees("11 callable of 12")


async def test_conditions_in_words_narrow_too() -> None:
    async with workbench() as bench:
        await bench.press("V", "slash")
        await bench.type("fit at least 80")
        await bench.press("enter")
        await bench.sees("in view: Fit at least 80")
        fits = {lead.fit for lead in bench.desk.by_id.values()}
        assert min(fits) < 80
        listed = bench.app.screen.query_one(LeadList)
        await bench.press("end")
        assert bench.desk.by_id[listed.lead_id].fit >= 80


async def test_unknown_conditions_are_reported_in_the_dialog() -> None:
    async with workbench() as bench:
        await bench.press("V", "slash")
        await bench.type("purple")
        await bench.press("enter")
        await bench.sees("'purple' is not understood")
        assert bench.screen_name == "NarrowModal"
        await bench.press("escape")
        await bench.sees("11 callable of 12")


async def test_an_empty_view_says_how_to_leave_it() -> None:
    desk = FakeDesk()
    for lead_id, lead in desk.by_id.items():
        desk.by_id[lead_id] = replace(lead, fit=1)
    async with workbench(desk) as bench:
        await bench.press("V", "down", "enter")
        await bench.sees("No leads: Best fit", "Esc shows the whole queue")


async def test_marked_leads_are_skipped_together() -> None:
    async with workbench() as bench:
        await bench.press("space", "j", "space")
        assert marked(bench) == ("101", "103")
        await bench.press("s", "1")
        await bench.sees("(your time): 2 leads", "9 callable of 12")
        assert marked(bench) == ()
        assert set(bench.desk.skipped) == {"101", "103"}


async def test_a_mark_goes_by_the_same_key_and_all_of_them_by_esc() -> None:
    async with workbench() as bench:
        await bench.press("space", "space", "home", "space")
        assert marked(bench) == ("102",)
        await bench.press("escape")
        assert marked(bench) == ()


async def test_without_marks_a_key_acts_on_the_lead_under_the_cursor() -> None:
    async with workbench() as bench:
        await bench.press("j", "p")
        await bench.sees("Pinned")
        assert bench.desk.pinned == {"102"}


async def test_enter_on_a_resting_lead_shows_why_and_o_opens_it() -> None:
    async with workbench() as bench:
        resting = set(bench.desk.by_id) - set(bench.desk.queue.snapshot().lead_ids)
        name = bench.desk.by_id[resting.pop()].name
        await bench.press("slash")
        await bench.type(name.split()[0].lower())
        await bench.sees("1 found", name)
        await bench.press("enter", "enter")
        assert bench.screen_name == "WhyModal"
        await bench.press("escape", "o", "enter")
        assert bench.screen_name == "CallScreen"


async def test_a_callback_is_removed_without_a_call() -> None:
    async with workbench() as bench:
        promised = next(x for x in bench.desk.by_id.values() if x.callback_at is not None)
        listed = bench.app.screen.query_one(LeadList)
        while listed.lead_id != promised.lead_id:
            await bench.press("j")
        await bench.press("delete")
        await bench.sees(f"Remove the callback of {promised.name}?", "u undoes it")
        await bench.press("escape")
        assert bench.desk.by_id[promised.lead_id].callback_at is not None
        await bench.press("delete", "enter")
        await bench.sees("Callback removed")
        assert bench.desk.by_id[promised.lead_id].callback_at is None
        await bench.press("home", "delete", "enter")
        await bench.sees("No callback is open")


async def test_the_persona_is_corrected_on_the_lead_screen() -> None:
    async with workbench() as bench:
        await bench.press("o", "e")
        await bench.sees("Persona of this lead", "Plant Manager")
        await bench.press("2", "enter")
        await bench.until(lambda: bench.desk.by_id["101"].persona == "Head of Operations")
        await bench.sees("Head of Operations")


async def test_a_lead_with_all_attempts_made_shows_a_proposal() -> None:
    class Proposing(FakeLeads):
        def view(self, lead_id: str) -> LeadView:
            return super().view(lead_id)._replace(proposal="6 of 6 attempts made: nurture?")

    desk = FakeDesk()
    desk.leads = Proposing(desk)
    async with workbench(desk) as bench:
        await bench.press("o")
        await bench.sees("6 of 6 attempts made")


async def test_the_queue_is_planned_for_a_moment_and_esc_goes_back_to_now() -> None:
    async with workbench() as bench:
        await bench.press("G")
        await bench.sees("Plan the queue for")
        await bench.type("tomorrow 18:00 tokyo")
        await bench.sees("Fri 20 Nov 18:00 Tokyo · Fri 20 Nov 09:00 yours")
        await bench.press(*["backspace"] * len("tokyo"))
        await bench.type("utc")
        await bench.sees("Fri 20 Nov 18:00 your time")
        await bench.press("enter")
        await bench.sees("plan Fri 20 Nov 18:00: 11 then")
        await bench.press("enter")  # callable then: no call starts by mistake
        assert bench.screen_name == "WhyModal"
        await bench.press("escape", "escape")
        await bench.sees("11 callable of 12")


async def test_an_unclear_moment_is_asked_and_the_queue_stays() -> None:
    async with workbench() as bench:
        await bench.press("G")
        await bench.type("blursday")
        await bench.press("enter")
        await bench.sees("is not a time sdrdesk understands")
        assert bench.screen_name == "TextModal"
        await bench.press("escape")
        await bench.sees("11 callable of 12")


async def test_what_closes_first_comes_first_and_is_marked_by_a_condition() -> None:
    async with workbench() as bench:
        await bench.press("Z")
        await bench.sees("Closing first", "closes 1")
        listed = bench.app.screen.query_one(LeadList)
        ids = [bench.desk.by_id[lead] for lead in bench.desk.queue.snapshot().lead_ids]
        rows = {lead.lead_id: bench.desk.queue.row(lead, 0) for lead in ids}
        ends = {x: row.window_closes_at for x, row in rows.items() if row.window_closes_at}
        assert ends[listed.lead_id] == min(ends.values())
        await bench.press("ampersand")
        await bench.type("window closes before 17:30 utc")
        await bench.press("enter")
        await bench.sees("meet that and are marked")
        early = {x for x, at in ends.items() if at.hour * 60 + at.minute <= 17 * 60 + 30}
        assert set(marked(bench)) == early
        assert early
        await bench.press("escape", "Z")
        await bench.sees("11 callable of 12")


async def test_a_planned_moment_that_comes_is_now() -> None:
    async with workbench() as bench:
        await bench.press("G")
        await bench.type("+30m")
        await bench.press("enter")
        await bench.sees("plan Thu 19 Nov 14:35")
        bench.desk.at += timedelta(minutes=31)
        await bench.press("p")  # any act reads the list again
        await bench.sees("callable of 12")
