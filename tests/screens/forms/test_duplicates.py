"""Possible duplicates on the lead screen, and the question before a merge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import believable

pytestmark = pytest.mark.anyio


def with_twins() -> tuple[FakeDesk, str, str]:
    leads = believable()
    first = FakeDesk(leads).queue.working().lead_ids[0]
    other = next(lead for lead in leads if lead.lead_id != first)
    phone = next(lead.phone for lead in leads if lead.lead_id == first)
    leads = [replace(x, phone=phone) if x is other else x for x in leads]
    return FakeDesk(leads), first, other.lead_id


async def test_a_merge_needs_its_own_key_and_enter_merges_nothing() -> None:
    desk, first, other = with_twins()
    async with workbench(desk) as bench:
        await bench.press("o", "D", "1")
        await bench.until(lambda: bench.screen_name == "MergeModal", "the question")
        await bench.sees("cannot undo a merge", f"(id {first}) stays")
        await bench.press("enter")
        assert bench.screen_name == "LeadScreen"
        assert other in desk.by_id
        await bench.press("D", "1", "tab")
        await bench.sees(f"(id {other}) stays")
        await bench.press("exclamation_mark")
        await bench.sees(f"Merged: {desk.need(other).name}")
        assert first not in desk.by_id


async def test_a_merge_that_failed_says_so_in_the_dialog() -> None:
    desk, first, other = with_twins()
    desk.no_network = True
    async with workbench(desk) as bench:
        await bench.press("o", "D", "1")
        await bench.sees("cannot undo a merge")
        await bench.press("exclamation_mark")
        await bench.sees("! The CRM cannot be reached")
        assert {first, other} <= set(desk.by_id)


async def test_nobody_alike_is_said() -> None:
    async with workbench() as bench:
        await bench.press("o", "D")
        await bench.sees("No possible duplicates")
