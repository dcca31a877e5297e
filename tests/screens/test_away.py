"""While you were away: opens once, by itself, when there is something to tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from sdrdesk.services.sync.questions import QuestionView
from sdrdesk.services.views.sync import OutboxView, SyncEvent
from sdrdesk.store.reports.away import AwayCall, NewsRow
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

pytestmark = pytest.mark.anyio

SINCE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
MOVED = NewsRow("moved", "102", "Mo Ved [b]x", "Rita", "Ana Silva", None)
AGAIN = NewsRow("converted", "103", "Con Verted", "", "Demo request", NOW - timedelta(hours=1))
CALL = AwayCall("104", "Cal Led", NOW - timedelta(hours=2), "70002", "Ana Silva", "Busy", "later")
REFUSED = OutboxView(
    "k1", "contact", "101", "Re Fused", "blocked", 1, "no such option", "", NOW, None, None, "set x"
)


def away_desk() -> FakeDesk:
    desk = FakeDesk()
    desk.away.found = desk.away.found._replace(
        since=SINCE, seen=False, sent=(("call", 2), ("note", 1)), leads=(MOVED, AGAIN),
        calls=(CALL,),
    )  # fmt: skip
    return desk


async def online(bench: Bench) -> None:
    """Let a sync end while the rep presses nothing."""
    bench.desk.at += timedelta(seconds=10)
    bench.app.place.news.publish(SyncEvent("finished", "up to date"))
    await bench.settle()


async def test_it_opens_once_after_a_sync_and_is_left_with_one_key() -> None:
    async with workbench(away_desk()) as bench:
        await online(bench)
        await bench.sees(
            "While you were away", "Mo Ved [b]x", "owner is Ana Silva, was Rita",
            "converted again", "Demo request", "Ana Silva", "Busy · later", "2 calls, 1 note",
        )  # fmt: skip
        await bench.press("escape")
        await bench.until(lambda: bench.desk.away.seen == [SINCE])
        assert bench.screen_name == "QueueScreen"
        await online(bench)
        assert bench.screen_name == "QueueScreen"


async def test_it_stays_away_when_only_something_went_out() -> None:
    desk = away_desk()
    desk.away.found = desk.away.found._replace(leads=(), calls=())
    async with workbench(desk) as bench:
        await online(bench)
        await bench.until(lambda: desk.away.seen == [SINCE])
        assert bench.screen_name == "QueueScreen"


async def test_it_waits_while_the_rep_types() -> None:
    async with workbench(away_desk()) as bench:
        await bench.press("slash")
        await bench.type("x")
        await online(bench)
        assert bench.screen_name == "QueueScreen"


async def test_each_line_has_its_key() -> None:
    desk = away_desk()
    desk.blocked = [REFUSED]
    async with workbench(desk) as bench:
        await bench.press("3", "asterisk")
        await bench.sees("While you were away", "no such option")
        await bench.press("enter")  # a refused item is nobody to call
        assert bench.screen_name == "AwayScreen"
        await bench.press("delete")
        await bench.sees("Dropped")
        assert desk.blocked == []
        await bench.press("home", "down", "enter")
        await bench.until(lambda: bench.screen_name == "CallScreen")


async def test_the_questions_open_and_are_answered_for_marked_leads_together() -> None:
    desk = away_desk()
    desk.asked = [question("a", "moved"), question("b", "deleted")]
    async with workbench(desk) as bench:
        await bench.press("3", "asterisk")
        await bench.sees("While you were away", "2 leads: 1 moved, 1 deleted")
        await bench.press("enter")
        await bench.sees("Before it is written", "moved to Ana [b]Silva", "log call: No answer")
        await bench.press("ctrl+a", "W")  # a deleted lead takes no note
        assert desk.answers == []
        await bench.press("delete")
        await bench.until(lambda: desk.answers == [("a", "drop"), ("b", "drop")])
        await bench.sees("Nothing waits for an answer")


def question(key: str, reason: Literal["moved", "deleted"]) -> QuestionView:
    became = "moved to Ana [b]Silva" if reason == "moved" else "deleted in HubSpot"
    what = ("log call: No answer", "set lead status In progress")
    return QuestionView(
        key, (key, f"{key}2"), "101", "Re Named", reason, became, what, 1, NOW, reason == "deleted"
    )
