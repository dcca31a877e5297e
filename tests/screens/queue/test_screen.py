"""The queue: moving, finding, resting, why, news, and lists far too long to draw."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.widgets import Input

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.screens.lead.why import why_lines
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.lead_list import LeadList
from tests.support import fake_leads
from tests.support.bench import Bench, workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW
from tests.support.marks import in_long

pytestmark = pytest.mark.anyio


def cursor(bench: Bench) -> str:
    return bench.app.screen.query_one(LeadList).lead_id


async def test_arrows_letters_home_and_end_move_the_cursor() -> None:
    async with workbench() as bench:
        await bench.press("j", "down")
        assert cursor(bench) == "103"
        await bench.press("k", "up", "up")
        assert cursor(bench) == "101"
        await bench.press("end")
        assert cursor(bench) == "111"
        await bench.press("home")
        assert cursor(bench) == "101"


async def test_the_preview_follows_the_cursor() -> None:
    async with workbench() as bench:
        await bench.press("j")
        await bench.sees("Need to replace our arm controllers", "/pricing", "Why here:")
        assert re.search(r"Why here: [+-]\d+\.\d\d = ", bench.text)  # whole at 80 columns


async def test_the_clock_in_the_row_counts() -> None:
    async with workbench() as bench:
        await bench.sees("hot     58s")
        bench.desk.at += timedelta(seconds=5)
        await bench.sees("hot      1m")


async def test_find_narrows_after_a_pause_and_esc_widens() -> None:
    async with workbench() as bench:
        await bench.press("slash")
        await bench.type("kestrel")
        await bench.sees("2 found", "Jun Watanabe", "Kate Murphy")
        await bench.until(lambda: "Ada Okafor" not in bench.text)
        await bench.press("enter")
        await bench.press("j", "enter")
        await bench.sees("Kate Murphy")
        await bench.press("escape", "escape")
        await bench.sees("11 callable of 12")


async def test_a_search_without_matches_says_so() -> None:
    async with workbench() as bench:
        await bench.press("slash")
        await bench.type("zzz")
        await bench.sees('No matches for "zzz"')


async def test_digits_typed_into_find_do_not_change_place_and_the_next_search_is_another() -> None:
    async with workbench() as bench:
        await bench.press("slash")
        await bench.type("0142")
        await bench.sees("1 found", "Jun Watanabe")
        assert bench.app.current_mode == "queue"
        await bench.press("enter", "slash")
        await bench.type("kestrel")
        await bench.sees("2 found", "Kate Murphy")


async def test_skip_needs_a_reason() -> None:
    async with workbench() as bench:
        await bench.press("s", "2")
        await bench.sees("Skipped until", "(your time): Ada Okafor")
        assert bench.desk.skipped == {"101": "needs research"}
        await bench.press("s", "escape")
        assert len(bench.desk.skipped) == 1


@pytest.mark.parametrize(
    ("keys", "typed", "rests"),
    [
        (["enter"], "", timedelta(hours=1)),
        (["enter"], "+2h", timedelta(hours=2)),
        (["down", "down", "enter"], "", timedelta(hours=18, minutes=55)),
    ],
)
async def test_snooze(keys: list[str], typed: str, rests: timedelta) -> None:
    async with workbench() as bench:
        await bench.press("j", "z")
        await bench.type(typed)
        await bench.press(*keys)
        await bench.until(lambda: bench.desk.by_id["102"].next_due_at, "the snooze")
        assert bench.desk.by_id["102"].next_due_at == NOW + rests
        await bench.sees("Snoozed until")


async def test_pin_keeps_a_lead_on_top() -> None:
    async with workbench() as bench:
        await bench.press("j", "j", "p")
        await bench.until(lambda: bench.desk.pinned == {"103"})
        await bench.sees("Pinned", "1^◆")
        assert cursor(bench) == "103", "the cursor stays with its lead"
        await bench.press("p")
        await bench.until(lambda: not bench.desk.pinned)


async def test_why_and_funnel() -> None:
    async with workbench() as bench:
        await bench.press("j", "question_mark")
        await bench.sees("Why is Jun Watanabe not next? Rank 2", "sum", "Ada Okafor")
        assert re.search(r"fit +raises █+ +\+1\.44  fit 86", bench.text)
        await bench.press("F")
        await bench.sees("all leads", "time zone unknown", "−1", "= callable now")
        await bench.press("escape")
        assert bench.screen_name == "QueueScreen"


async def test_a_lead_without_zone_gets_one_and_joins_the_queue() -> None:
    async with workbench() as bench:
        await bench.press("slash")
        await bench.type("kowalska")
        await bench.sees("1 found")
        await bench.press("enter", "T")
        await bench.type("Europe/Warsaw")
        await bench.press("enter", "escape")
        await bench.sees("12 callable of 12")


async def test_an_unknown_zone_is_refused() -> None:
    async with workbench() as bench:
        await bench.press("T")
        field = bench.app.screen.query_one(Input)
        field.value = "Mars/Base"
        await bench.press("enter")
        await bench.until(lambda: bench.toasts)
        (note,) = bench.toasts
        assert "Mars/Base is not a time zone" in note.message


async def test_a_fresh_lead_is_a_banner_and_one_key() -> None:
    async with workbench() as bench:
        await bench.press("end")
        bench.desk.by_id["120"] = replace(
            bench.desk.by_id["102"],
            lead_id="120",
            first_name="Fresh",
            converted_at=NOW - timedelta(seconds=11),
        )
        event = SyncEvent("finished", "1 lead", changed=True, fresh_lead_ids=("120",))
        bench.app.place.news.publish(event)
        await bench.sees("new: Fresh Watanabe 11s ago")
        assert cursor(bench) == "111"
        await bench.press("n")
        await bench.sees("Fresh Watanabe, CTO", "☎ 00:00")


async def test_nothing_moves_while_the_rep_types_in_find() -> None:
    async with workbench() as bench:
        await bench.press("slash")
        await bench.type("ada")
        await bench.sees("1 found")
        bench.desk.by_id.pop("101")
        bench.app.place.news.publish(SyncEvent("finished", "", changed=True))
        await bench.settle()
        await bench.sees("Ada Okafor")


async def test_news_keep_the_cursor_on_its_lead() -> None:
    async with workbench() as bench:
        await bench.press("j", "j")
        bench.desk.by_id["120"] = replace(
            bench.desk.by_id["102"], lead_id="120", fit=99, converted_at=NOW
        )
        bench.desk.at += timedelta(minutes=1)
        bench.app.place.news.publish(SyncEvent("finished", "", changed=True))
        await bench.sees("12 callable of 13")
        assert cursor(bench) == "103"


async def test_changed_rules_show_progress_and_move_nothing() -> None:
    async with workbench() as bench:
        await bench.press("j", "j")
        bench.app.place.news.publish(SyncEvent("progress", "new rules: 12,000 of 100,000 leads"))
        await bench.sees("new rules: 12,000 of 100,000 leads")
        bench.desk.by_id["103"] = replace(bench.desk.by_id["103"], fit=1)
        bench.app.place.news.publish(
            SyncEvent("progress", "100,000 leads follow the new rules", changed=True)
        )
        await bench.sees("100,000 leads follow the new rules")
        assert cursor(bench) == "103"


async def test_a_hundred_thousand_leads_are_there_at_once() -> None:
    desk = FakeDesk(fake_leads.plain(300))
    snapshot = desk.queue.snapshot()
    many = snapshot._replace(lead_ids=tuple(snapshot.lead_ids) * 400, total=120_000)
    desk.queue.snapshot = lambda find="", *, first=0: many  # type: ignore[method-assign]
    async with workbench(desk) as bench:
        await bench.press("end")
        await bench.sees(f"▸{many.callable}")
        assert bench.app.screen.query_one(LeadList).line is not None
        await bench.press("pageup", "home")
        await bench.sees("▸     1")


@pytest.mark.parametrize("size", [(80, 24), *in_long((60, 20), (140, 40))])
async def test_text_from_the_crm_is_never_markup(size: tuple[int, int]) -> None:
    async with workbench(FakeDesk(fake_leads.hostile()), size=size) as bench:
        await bench.sees("[red]Bobby")
        for _ in range(6):
            await bench.press("j", "question_mark", "escape", "o", "escape")
        await bench.press("enter", "right", "right", "a")
        await bench.sees("starts the call")
        assert {strip.cell_length for strip in bench.strips} == {size[0]}


async def test_a_terminal_too_small_says_so_and_comes_back() -> None:
    async with workbench(size=(40, 10)) as bench:
        await bench.sees("40×10", "at least")
        await bench.press("j", "enter", "a", "escape")
        await bench.pilot.resize_terminal(80, 24)
        await bench.sees("callable of 12")


async def test_an_error_is_shown_with_the_next_step() -> None:
    desk = FakeDesk()
    desk.broken = SdrDeskError(
        "The database is locked [/x].", kept="Nothing is lost.", next_step="Close the other one."
    )
    async with workbench(desk) as bench:
        await bench.until(lambda: bench.toasts)
        (note,) = bench.toasts
        assert (
            note.message == "The database is locked [/x].\nNothing is lost.\nClose the other one."
        )
        await bench.sees("! The database is locked [/x].")
        desk.broken = None
        await bench.press("2", "1")
        await bench.sees("Ada Okafor")


async def test_an_unexpected_error_is_logged_and_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = FakeDesk()

    def fail(lead_id: str) -> object:
        raise ZeroDivisionError("secret detail")

    desk.queue.why = fail  # type: ignore[method-assign, assignment]
    async with workbench(desk) as bench:
        await bench.press("question_mark")
        await bench.until(lambda: bench.toasts)
        (note,) = bench.toasts
        assert "Something went wrong" in note.message
        assert "secret" not in note.message
        assert "ZeroDivisionError" in caplog.text


def at_ease(bench: Bench) -> None:
    """Let the rep rest, and the queue be ranked again."""
    bench.desk.at += timedelta(seconds=10)
    bench.app.screen._rerank()  # type: ignore[attr-defined]  # its own timer


async def test_a_new_first_lead_is_in_sight_while_the_cursor_waits_at_the_top() -> None:
    async with workbench(FakeDesk(fake_leads.plain(40))) as bench:
        first = cursor(bench)
        due = replace(bench.desk.by_id["1039"], callback_at=NOW, first_name="Due", last_name="Now")
        bench.desk.by_id["1039"] = due
        at_ease(bench)
        await bench.sees("☎ due     now  Due Now")
        assert cursor(bench) == first


async def test_a_first_lead_out_of_sight_is_told_and_home_goes_there() -> None:
    async with workbench(FakeDesk(fake_leads.plain(60))) as bench:
        await bench.press("end")
        due = replace(bench.desk.by_id["1039"], callback_at=NOW, first_name="Due", last_name="Now")
        bench.desk.by_id["1039"] = due
        at_ease(bench)
        await bench.sees("home ☎ due: Due Now")
        await bench.press("home")
        await bench.until(lambda: "home ☎" not in bench.text)
        assert cursor(bench) == "1039"


def test_why_never_calls_a_lead_next_that_is_not_callable() -> None:
    desk = FakeDesk()
    best = desk.queue.why("101")
    assert why_lines(best, NOW)[0].plain == "Ada Okafor is next: rank 1"
    kept_out = best._replace(callable=False)
    assert why_lines(kept_out, NOW)[0].plain == (
        "Ada Okafor is not callable now; it would be rank 1"
    )
