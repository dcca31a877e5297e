"""Cadences by keys: who is in which step, in and out of one, and its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sdrdesk.services.cadence.service import NamedRun
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


def at_the_end(desk: FakeDesk, what: str) -> NamedRun:
    """Put the first lead of the queue behind the last step of a cadence."""
    lead_id = desk.queue.snapshot().lead_ids[0]
    made = desk.cadences.start(lead_id, "no-show")
    run = made.run
    ended = made._replace(run=replace(run, step=run.steps, what=what))
    desk.cadence_runs[lead_id] = ended
    return ended


async def test_a_lead_goes_in_by_one_key_and_out_on_the_list() -> None:
    async with workbench() as bench:
        await bench.press("colon")
        await bench.sees("Cadence", "Start: No-show", "Show who is in which step")
        await bench.press("1")
        await bench.sees("is in no-show, step 1/4 call due")
        await bench.press("colon")
        await bench.sees("Stop no-show")
        await bench.press("2")
        await bench.sees("Cadences", "mine · 1 lead", "step 1/4 call due")
        await bench.press("delete")
        await bench.sees("is out of no-show", "Nobody is in a cadence")


async def test_the_end_of_a_cadence_shows_its_form_and_records_without_a_call() -> None:
    desk = FakeDesk()
    run = at_the_end(desk, "nurture")
    async with workbench(desk) as bench:
        await bench.press("colon")
        await bench.sees("cadence done nurture?", "1 End it: nurture …")
        await bench.press("1")
        await bench.sees("Nurture", run.name, "until they convert again")
        await bench.press("enter")
        await bench.sees(f"Nurture, {run.name}")
        assert [(e.disposition, e.without_call) for e in desk.entries] == [("nurture", True)]


async def test_a_lead_that_goes_back_asks_to_whom() -> None:
    desk = FakeDesk()
    run = at_the_end(desk, "hand_back")
    async with workbench(desk) as bench:
        await bench.press("colon", "1")
        await bench.sees(f"Hand {run.name} back to whom?")
        await bench.press("escape")
        await bench.sees("⏎")
        assert run.run.lead_id in desk.cadence_runs
