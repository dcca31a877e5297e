"""Dialling from the call screen, and the lead's next number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sdrdesk.domain.outcome.phone_events import PhoneEvent
from sdrdesk.services.views.call import CallView, Dialled
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

pytestmark = pytest.mark.anyio
FIRST, SECOND = "+353875550142", "+35315550199"


def desk_with_two_numbers() -> FakeDesk:
    desk = FakeDesk()
    desk.by_id["102"] = replace(
        desk.by_id["102"], phone="+353 87 555 0142", mobile="+353 1 555 0199"
    )
    return desk


async def test_enter_journals_the_call_and_then_dials() -> None:
    desk = FakeDesk(phone_answer=Dialled("tel", "", "Dialling it."))
    async with workbench(desk) as bench:
        await bench.press("j", "enter")
        assert desk.in_call is not None
        assert desk.dialled == [("102", desk.in_call.number)]
        await bench.sees("Dialling it.")


async def test_a_failed_dial_is_reported_and_the_call_goes_on() -> None:
    failed = Dialled(
        "none", "", "phone was not found on this machine. The call is on; dial by hand.", True
    )
    async with workbench(FakeDesk(phone_answer=failed)) as bench:
        await bench.press("j", "enter")
        await bench.sees("! phone was not found on this machine", "☎ 00:00")
        await bench.press("a")
        assert [entry.disposition for entry in bench.desk.entries] == ["no_answer"]


async def test_the_clipboard_holds_the_number() -> None:
    async with workbench(FakeDesk(phone_answer=Dialled("clipboard", "", "copied"))) as bench:
        await bench.press("j", "enter")
        await bench.sees("copied")
        assert bench.desk.in_call is not None
        assert bench.app.clipboard == bench.desk.in_call.number


async def test_a_call_cut_off_is_not_dialled_a_second_time() -> None:
    desk = FakeDesk()
    desk.in_call = CallView("103", "+49405550103", NOW - timedelta(seconds=84), "said March")
    async with workbench(desk) as bench:
        await bench.sees("☎ 01:24")
        assert desk.dialled == []
        await bench.press("a", "enter")
        assert len(desk.dialled) == 1, "the next lead is dialled as usual"


async def test_after_a_wrong_number_the_same_lead_is_up_with_its_next_number() -> None:
    desk = desk_with_two_numbers()
    async with workbench(desk) as bench:
        await bench.press("j", "enter", "w")
        await bench.sees("Jun Watanabe", "+353 1 555 0199", "starts the call")
        await bench.press("enter", "a")
        assert [(e.disposition, e.number) for e in desk.entries] == [
            ("wrong_number", FIRST),
            ("no_answer", SECOND),
        ]
        assert [number for _, number in desk.dialled] == [FIRST, SECOND]
        assert len({record.activity.activity_key for record in desk.records}) == 2


async def test_the_last_wrong_number_leads_on_to_the_next_lead() -> None:
    desk = desk_with_two_numbers()
    async with workbench(desk) as bench:
        await bench.press("j", "enter", "w", "enter", "w")
        await bench.sees("starts the call")
        assert "Jun Watanabe, CTO" not in bench.text
        assert [entry.number for entry in desk.entries] == [FIRST, SECOND]


async def test_a_full_stop_in_a_call_keeps_the_lead_for_its_other_number() -> None:
    desk = desk_with_two_numbers()
    async with workbench(desk) as bench:
        await bench.press("j", "enter", "full_stop")
        await bench.sees("After this outcome, the same lead at +353 1 555 0199")
        await bench.press("a")
        await bench.sees("Jun Watanabe", "+353 1 555 0199", "starts the call")
        await bench.press("enter", "v")
        assert [(e.disposition, e.number) for e in desk.entries] == [
            ("no_answer", FIRST),
            ("left_voicemail", SECOND),
        ]


async def test_a_second_full_stop_cancels_it() -> None:
    desk = desk_with_two_numbers()
    async with workbench(desk) as bench:
        await bench.press("j", "enter", "full_stop", "full_stop")
        await bench.sees("The next lead after this outcome")
        await bench.press("a")
        await bench.sees("starts the call")
        assert "Jun Watanabe, CTO" not in bench.text


async def test_a_do_not_call_offers_no_next_number() -> None:
    desk = desk_with_two_numbers()
    async with workbench(desk) as bench:
        await bench.press("j", "enter", "full_stop", "X", "1", "enter")
        await bench.until(lambda: desk.entries, "the outcome")
        await bench.sees("starts the call")
        assert "Jun Watanabe, CTO" not in bench.text


async def test_before_the_call_a_full_stop_chooses_the_number() -> None:
    desk = desk_with_two_numbers()
    async with workbench(desk) as bench:
        await bench.press("enter", "a")
        await bench.sees("Jun Watanabe, CTO", "+353 87 555 0142")
        await bench.press("full_stop")
        await bench.sees("+353 1 555 0199")
        await bench.press("enter", "b")
        assert desk.entries[-1].number == SECOND


async def test_the_number_key_says_when_there_is_no_other_number() -> None:
    async with workbench() as bench:
        await bench.press("enter", "full_stop")
        await bench.sees("no other number")
        await bench.press("a")
        await bench.sees("starts the call")
        await bench.press("full_stop")
        await bench.sees("no other number")


async def test_the_phone_fills_in_talk_and_length_and_proposes_but_records_nothing() -> None:
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("j", "enter")
        tell = desk.phone_tells
        assert tell is not None
        tell(PhoneEvent("answered"))
        await bench.sees("talk")
        tell(PhoneEvent("ended", "16", 63))
        await bench.sees("The call ended (16, 1:03).", "☎ 01:03 ended")
        assert desk.entries == []
        await bench.press("g")
        assert [entry.duration_s for entry in desk.entries] == [63]
        await bench.press("enter")
        tell(PhoneEvent("ended", "busy"))  # of the call before
        again = desk.phone_tells
        assert again is not None
        again(PhoneEvent("ended", "busy", 0))
        await bench.sees("The call ended (busy, 0:00). Likely outcome: b Busy")
        assert len(desk.entries) == 1
