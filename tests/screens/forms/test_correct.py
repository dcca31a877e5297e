"""Correcting an earlier outcome from the log, a call of the log, and the lead."""

from __future__ import annotations

import pytest

from sdrdesk.domain.outcome.types import Entry
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

pytestmark = pytest.mark.anyio


@pytest.fixture
def desk() -> FakeDesk:
    desk = FakeDesk()
    desk.outcome.record("102", Entry("no_answer", NOW, note="rang out", number="+353875550142"))
    return desk


async def test_from_a_call_of_the_log_what_changes_is_shown_before(desk: FakeDesk) -> None:
    async with workbench(desk) as bench:
        await bench.press("2", "tab", "home")
        await bench.sees("Jun Watanabe")
        while "Jun Watanabe: rang out" not in bench.text:
            await bench.press("down")
        await bench.press("enter", "C")
        await bench.sees(
            "No answer, Jun Watanabe, 14:05. It should be …", "only the note", "2 Left voicemail"
        )
        await bench.press("down", "enter")  # left voicemail
        await bench.sees(
            "Call: No answer → Left voicemail, changed in HubSpot",
            "! The hand-off note stays in HubSpot as it was",
        )
        assert desk.corrected == []
        await bench.press("enter")
        await bench.sees("Corrected: No answer → Left voicemail, Jun Watanabe", "Left voicemail")
        assert [entry.disposition for entry in desk.corrected] == ["left_voicemail"]


async def test_from_the_lead_only_the_note_on_several_lines(desk: FakeDesk) -> None:
    async with workbench(desk) as bench:
        await bench.press("slash")
        await bench.type("watanabe")
        await bench.press("enter", "o", "C", "enter")
        await bench.sees("The right note", "rang out")
        await bench.press("enter")
        await bench.type("twice")
        await bench.press("ctrl+s", "enter")
        await bench.sees("Corrected: No answer, Jun Watanabe")
        assert [entry.note for entry in desk.corrected] == ["rang out\ntwice"]


async def test_an_outcome_that_needs_more_asks_in_its_form(desk: FakeDesk) -> None:
    async with workbench(desk) as bench:
        await bench.press("2", "tab")
        while "Jun Watanabe: rang out" not in bench.text:
            await bench.press("down")
        await bench.press("C", *["down"] * 5, "enter")
        await bench.type("thu 10")
        await bench.press("enter", "enter")
        await bench.sees("Corrected: No answer → Callback")
        (entry,) = desk.corrected
        assert entry.callback_at is not None


async def test_nothing_recorded_is_said(desk: FakeDesk) -> None:
    async with workbench(FakeDesk()) as bench:
        await bench.press("o", "C")
        await bench.sees("You have recorded no outcome of this lead here.")
