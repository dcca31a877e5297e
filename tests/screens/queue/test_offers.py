"""Round robin on screen: an offered lead is in the banner, and one key takes it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.shell.sync_runner import SyncHappened
from sdrdesk.services.feed.offers import OfferView
from sdrdesk.services.views.sync import SyncEvent
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


def offered(desk: FakeDesk, lead_id: str = "104") -> OfferView:
    desk.offered = OfferView(desk.leads.view(lead_id).row, desk.at + timedelta(seconds=60))
    return desk.offered


async def looks(bench: Bench) -> None:
    bench.app.screen._look_around()  # type: ignore[attr-defined]  # its own timer, or the sync


async def test_an_offered_lead_is_taken_with_one_key_and_called() -> None:
    desk = FakeDesk()
    name = offered(desk).row.name
    async with workbench(desk) as bench:
        await looks(bench)
        await bench.sees(f"◆ offered to you (60 s left): {name}")
        await bench.press("n")
        await bench.until(lambda: desk.in_call is not None)
        assert desk.in_call is not None
        assert desk.in_call.lead_id == "104"
        assert desk.assigned == [("104", "me")]
        await bench.until(lambda: desk.looked_at[-1:] == ["104"])
        await bench.press("escape")


async def test_who_was_first_is_said_and_a_late_offer_is_gone() -> None:
    desk = FakeDesk()
    offered(desk)
    desk.in_call_elsewhere["104"] = "in a call with Anna Kovač"
    async with workbench(desk) as bench:
        await looks(bench)
        await bench.sees("offered to you")
        await bench.press("n")
        words = "Somebody was first: this lead is in a call with Anna Kovač."
        await bench.until(lambda: any(words in said.message for said in bench.toasts))
        assert desk.assigned == []
        desk.at += timedelta(seconds=61)
        await looks(bench)
        await bench.until(lambda: "offered to you" not in bench.text)


async def test_an_open_lead_is_told_to_the_team_and_closed_again() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("o")
        await bench.until(lambda: desk.looked_at and desk.looked_at[-1] != "")
        await bench.press("escape")
        await bench.until(lambda: desk.looked_at[-1] == "")


async def test_the_lead_on_screen_shows_at_once_who_calls_it() -> None:
    async with workbench() as bench:
        await bench.press("o")
        await bench.until(lambda: isinstance(bench.app.screen, LeadScreen))
        lead_id = bench.desk.looked_at[-1]
        bench.desk.in_call_elsewhere[lead_id] = "in a call with Anna Kovač"
        bench.app.post_message(SyncHappened(SyncEvent("team", "", changed=True)))
        await bench.sees("in a call with Anna Kovač")
        del bench.desk.in_call_elsewhere[lead_id]
        bench.app.post_message(SyncHappened(SyncEvent("team", "", changed=True)))
        await bench.until(lambda: "Anna Kov" not in bench.text)
