"""The at-risk screen by keys: the list, and settling many leads at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sdrdesk.domain.lead.activity import ActivityKind
from sdrdesk.widgets.lead_list import LeadList
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


def listed(bench: Bench) -> LeadList:
    return bench.app.screen.query_one(LeadList)


def at_risk(bench: Bench, hours: int = 3) -> list[str]:
    return list(bench.desk.at_risk.ahead(bench.desk.at + timedelta(hours=hours)).ids)


async def opened(bench: Bench) -> list[str]:
    await bench.press("h")
    await bench.sees("At risk · next 3 h to ")
    return at_risk(bench)


async def test_callbacks_slas_and_windows_are_listed_soonest_first() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.sees("callback ", "SLA 14:19, in 14m", "closes 17:00, in 2h55m")
        assert listed(bench).lead_id == "101"


async def test_the_hours_grow_and_shrink() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.press("left_square_bracket", "left_square_bracket")
        await bench.sees("next 1 h to ")
        assert len(at_risk(bench, 1)) < len(at_risk(bench, 3))
        await bench.press(*["left_square_bracket"] * 3)
        await bench.sees("next 1 h to ")  # an hour is the least
        await bench.press("right_square_bracket")
        await bench.sees("next 2 h to ")


async def test_p_keeps_the_leads_of_a_team() -> None:
    desk = FakeDesk()
    desk.teams = {"lisbon": frozenset({"nobody"})}
    async with workbench(desk) as bench:
        assert await opened(bench)
        await bench.press("P")
        await bench.sees("· team lisbon", "Nothing due in the next 3 h")
        await bench.press("P")
        await bench.sees("callback ")


async def test_the_customer_asked_to_wait() -> None:
    async with workbench() as bench:
        ids = await opened(bench)
        await bench.press("semicolon")
        await bench.sees("The customer asked to wait until")
        await bench.type("last tuesday")
        await bench.press("enter")
        await bench.sees("! ")
        for _ in range(12):
            await bench.press("backspace")
        await bench.type("+2d")
        await bench.sees("their time", "yours")
        await bench.press("enter")
        await bench.sees("Why do they wait?", "their time", "yours")
        await bench.type("at a trade fair")
        await bench.press("enter")
        await bench.sees("✓ The SLA of", "rests until", "their time")
        assert bench.desk.waits_now[ids[0]].reason == "at a trade fair"
        await bench.press("semicolon")
        await bench.sees("Let the SLA run again?", "at a trade fair")
        await bench.press("enter")
        await bench.sees("runs again")
        assert not bench.desk.waits_now


async def test_nothing_at_risk_says_so() -> None:
    async with workbench(FakeDesk([])) as bench:
        await bench.press("h")
        await bench.sees("Nothing due in the next 3 h")


async def test_marked_leads_rest_together() -> None:
    async with workbench() as bench:
        before = await opened(bench)
        await bench.press("space", "space", "z")
        await bench.type("+5h")
        await bench.press("enter")
        await bench.sees("1 of 2 leads has a callback before then: Ada Okafor")
        await bench.press("2")
        await bench.sees("Snoozed until", "2 leads; u undoes all")
        after = at_risk(bench)
        assert after == before[2:]


async def test_disqualifying_many_needs_a_reason_and_makes_no_call() -> None:
    async with workbench() as bench:
        before = await opened(bench)
        await bench.press("space", "space", "d")
        await bench.sees("Disqualified: 2 leads, without a call")
        await bench.press("escape")
        assert bench.desk.records == []
        await bench.press("d", "2")
        await bench.sees("Disqualified (", "2 leads")
        records = bench.desk.records
        assert [x.activity.lead_id for x in records] == before[:2]
        assert {x.activity.kind for x in records} == {ActivityKind.CHANGE}
        assert len({x.activity.reason for x in records}) == 1
        await bench.press("u")  # one key did it, one key takes it back
        await bench.sees("Undone for 2 leads: Disqualified")
        assert all(x.undone for x in records)


async def test_nurture_and_the_same_again() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.press("end", "l")
        await bench.sees("To nurture: ")
        await bench.press("space", "R")
        await bench.until(lambda: len(bench.desk.records) == 2)
        assert {x.activity.kind for x in bench.desk.records} == {ActivityKind.CHANGE}
        assert {x.activity.disposition for x in bench.desk.records} == {"nurture"}


async def test_a_persona_for_all_of_them() -> None:
    async with workbench() as bench:
        ids = await opened(bench)
        await bench.press("ctrl+a", "e", "2", "enter")
        await bench.sees(f"Persona Head of Operations: {len(ids)} leads")
        assert {bench.desk.by_id[lead].persona for lead in ids} == {"Head of Operations"}
        assert listed(bench).marked == ()


async def test_pinned_for_the_next_block() -> None:
    async with workbench() as bench:
        ids = await opened(bench)
        await bench.press("space", "space", "p")
        await bench.sees("Pinned: 2 leads")
        assert bench.desk.pinned == set(ids[:2])


async def test_the_first_line_is_there_in_the_call_and_is_no_reason_to_ask() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.press("W")
        await bench.type("still march?")
        await bench.press("enter")
        await bench.sees('Opening note "still march?"', "✎ still march?")
        await bench.press("enter")
        await bench.sees("> still march?")
        await bench.press("escape")  # nothing was typed: no question
        assert bench.screen_name == "AtRiskScreen"


async def test_escape_lets_go_of_the_marks_then_leaves() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.press("space", "escape")
        assert listed(bench).marked == ()
        await bench.press("escape")
        assert bench.screen_name == "QueueScreen"


async def test_a_refusal_among_many_is_told_and_the_others_are_done() -> None:
    async with workbench() as bench:
        ids = await opened(bench)
        refuse = bench.desk.decisions.set_persona

        def some(lead_id: str, persona: str) -> str:
            return refuse(lead_id, "nobody" if lead_id == ids[0] else persona)

        bench.desk.decisions.set_persona = some  # type: ignore[method-assign]  # a lead that is refused
        await bench.press("space", "space", "e", "1", "enter")
        await bench.sees("Persona Plant Manager: 1 of 2 leads; The account has no persona")


async def test_looking_ahead_to_a_moment_and_marking_what_closes_before_it() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.press("G")
        await bench.type("17:30 utc")
        await bench.press("enter")
        await bench.sees("until ")
        await bench.press("ampersand")
        await bench.type("window closes before I land")
        await bench.press("enter")
        await bench.sees("meet that and are marked")
        rows = {x: bench.desk.queue.row(bench.desk.by_id[x], 0) for x in at_risk(bench, 4)}
        landing = bench.desk.at.replace(hour=17, minute=30, second=0)
        closing = {x for x, row in rows.items() if (row.window_closes_at or landing) < landing}
        assert set(listed(bench).marked) == closing
        assert closing
