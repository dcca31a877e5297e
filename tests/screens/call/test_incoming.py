"""They call back: the rep finds them and takes the call; nothing is dialled."""

from __future__ import annotations

import pytest

from sdrdesk.services.desk.call_session import CallSession
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio


async def test_a_caller_is_found_and_the_call_taken_as_incoming() -> None:
    async with workbench() as bench:
        lead = bench.desk.queue.working().lead_ids[1]
        await bench.press("slash")
        await bench.type(bench.desk.leads.view(lead).row.name.casefold())
        await bench.press("enter", "I")
        await bench.sees("incoming")
        call = bench.desk.in_call
        assert call is not None
        assert (call.lead_id, call.incoming, bench.desk.dialled) == (lead, True, [])
        await bench.press("c")
        await bench.type("tomorrow 10")
        await bench.press("enter")
        (entry,) = bench.desk.entries
        assert entry.incoming


def test_the_number_typed_to_find_them_is_the_one_they_called_from() -> None:
    desk = FakeDesk()
    session = CallSession(desk, desk.queue.working().lead_ids[0])
    session.take(session.open(session.lead_id))
    number = desk.leads.view(session.lead_id).numbers[0].e164
    assert session.number_like(number[-5:]) == number
    assert session.number_like(f"0{number[3:7]} {number[7:]}") == number
    assert session.number_like(number[-3:]) == ""
    assert session.number_like("99999999") == ""


async def test_from_the_lead_screen_the_number_is_not_guessed() -> None:
    async with workbench() as bench:
        await bench.press("o", "I")
        await bench.sees("incoming")
        assert bench.desk.in_call is not None
        assert (bench.desk.in_call.number, bench.desk.dialled) == ("", [])
