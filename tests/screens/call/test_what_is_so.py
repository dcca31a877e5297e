"""What the call screen says is so at this moment, also under a form and after some minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.content import Content

from sdrdesk.screens.call import text
from sdrdesk.services.desk.call_session import CallSession
from sdrdesk.services.views.lead import MOST_ACTIVITIES, TimelineItem
from sdrdesk.services.views.sync import StatusView
from tests.screens.test_state_line import VIEW
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

pytestmark = pytest.mark.anyio

CONFLICT = "CRM says Europe/Warsaw, but number says America/Chicago"


async def test_below_a_form_times_go_on_and_the_clock_shows_the_length_it_records() -> None:
    async with workbench(size=(140, 40)) as bench:
        await bench.press("j", "enter")
        await bench.sees("local time 14:05", "Request a demo 58s ago", "☎ 00:00 ring")
        bench.desk.at += timedelta(seconds=1)
        await bench.press("c")
        await bench.sees("☎ 00:01 ended")
        bench.desk.at += timedelta(minutes=3)
        await bench.sees("☎ 00:01 ended", "local time 14:08", "Request a demo 3m ago")
        assert bench.screen_name == "OutcomeForm"
        await bench.press("escape")
        await bench.sees("☎ 03:01 ring")
        await bench.press("x")
        await bench.sees("☎ 03:01 ended")
        bench.desk.at += timedelta(minutes=1)
        await bench.press("2")
        await bench.sees("⏎ starts")
        assert bench.desk.entries[-1].duration_s == 181


async def test_the_clock_goes_on_below_the_form_of_a_preview() -> None:
    async with workbench(size=(140, 40)) as bench:
        await bench.press("j", "enter", "f2", "c")
        await bench.until(lambda: bench.screen_name == "OutcomeForm")
        bench.desk.at += timedelta(minutes=3)
        await bench.sees("☎ 03:00 ring")


async def test_the_panes_and_the_script_are_read_again_when_a_minute_has_passed() -> None:
    async with workbench(size=(140, 40)) as bench:
        await bench.press("j", "enter")
        await bench.sees("Converted 58s ago")
        bench.desk.at += timedelta(minutes=2)
        await bench.sees("Converted 2m ago")
        assert bench.desk.in_call is not None


async def test_what_changed_since_the_next_lead_was_read_ahead_shows_once_it_is_up() -> None:
    async with workbench(size=(140, 40)) as bench:
        await bench.press("j", "enter")
        await bench.until(lambda: bench.desk.looked_ahead)
        await bench.still()
        bench.desk.by_id["101"] = replace(bench.desk.by_id["101"], job_title="Head of Nothing")
        await bench.press("a")
        await bench.sees("⏎ starts", "Head of Nothing")


async def test_the_rank_is_the_rank_now() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter")
        await bench.sees("◀ 2  Jun Watanabe")
        first = bench.desk.by_id["101"]
        bench.desk.by_id["101"] = replace(first, status="UNQUALIFIED")
        bench.app.screen._look_ahead()  # type: ignore[attr-defined]  # the heartbeat calls it
        await bench.sees("◀ 1  Jun Watanabe")


async def test_the_banner_does_not_offer_the_lead_that_is_open() -> None:
    async with workbench() as bench:
        bench.app.place.fresh = bench.desk.queue.row(bench.desk.by_id["102"], 2)
        await bench.sees("◆ new: Jun Watanabe")
        await bench.press("j", "enter")
        await bench.sees("☎ 00:00 ring")
        await bench.until(lambda: "◆ new" not in bench.text)


async def test_enter_starts_the_call_is_gone_once_it_has_started() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "a")
        await bench.press("v")
        await bench.sees("⏎ starts the call first.")
        await bench.press("enter")
        await bench.until(lambda: "starts the call" not in bench.text)


async def test_sources_that_disagree_on_the_zone_are_told_in_header_row_and_form() -> None:
    desk = FakeDesk()
    odd = replace(desk.by_id["102"], time_zone="Europe/Warsaw", zone_note=CONFLICT)
    desk.by_id["102"] = odd
    async with workbench(desk, size=(140, 40)) as bench:
        await bench.sees("15:05?")
        await bench.press("j", "enter")
        await bench.sees("! 15:05 Warsaw or 08:05 Chicago")
        await bench.press("c")
        await bench.type("fri 10:00")
        await bench.sees("Fri 20 Nov 10:00 Warsaw or 03:00 Chicago")


async def test_on_a_narrow_screen_the_line_below_tells_the_whole_conflict() -> None:
    desk = FakeDesk()
    odd = replace(desk.by_id["102"], time_zone="Europe/Warsaw", zone_note=CONFLICT)
    desk.by_id["102"] = odd
    async with workbench(desk) as bench:
        await bench.press("j", "enter")
        await bench.sees("─ ! 15:05 Warsaw or 08:05 Chicago: CRM says Europe/Warsaw, but number")


def test_the_parts_of_the_state_line_are_apart(anyio_backend: object) -> None:
    session = CallSession(FakeDesk())
    lead = session.open("102").lead
    offline: StatusView = VIEW._replace(connection="offline", unsent=10, callbacks_due=2)
    assert text.state_right(lead, offline, NOW).plain.startswith("○ offline · 10 unsent · ☎ 2 due")
    assert text.state_right(lead, VIEW, NOW).plain.startswith("● 0 unsent · SLA")


def test_a_due_callback_that_is_on_screen_is_not_counted_as_another() -> None:
    lead = CallSession(FakeDesk()).open("101").lead
    assert "due" not in text.state_right(lead, VIEW._replace(callbacks_due=1), NOW).plain


def test_no_key_starts_a_call_that_is_being_started() -> None:
    assert text.title_right(None, NOW, None, 80, starting=True) == Content("")


def test_a_long_history_says_that_it_is_not_all() -> None:
    lead, _ = FakeDesk().call.open("102")
    touch = TimelineItem(NOW, "call", "Rita", "No answer", "", 20, "crm")
    for many, said in ((MOST_ACTIVITIES - 1, False), (MOST_ACTIVITIES, True)):
        shown = text.lead_pane(lead._replace(timeline=(touch,) * many), NOW)
        words = [part.text.plain for part in shown]
        assert ("The newest 200 activities are shown." in words) == said
