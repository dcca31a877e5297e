"""The follow-up e-mail by keys: changed, opened, and logged when the rep says that it went."""

from __future__ import annotations

import pytest

from sdrdesk.widgets.note_field import NoteField
from tests.support.bench import workbench

pytestmark = pytest.mark.anyio


async def test_after_an_outcome_one_key_writes_to_the_person_just_called() -> None:
    async with workbench() as bench:
        first = bench.desk.queue.working().lead_ids[0]
        await bench.press("enter")
        await bench.sees("⏎")
        await bench.press("v")
        await bench.until(lambda: bool(bench.desk.entries))
        called = bench.desk.need(first)
        await bench.press("ctrl+e")
        await bench.sees(f"E-mail to {called.name}", "dislikes mornings", "Not known, fill it in")
        bench.app.screen.query_one(NoteField).insert("Hi Sam. ", (0, 0))
        await bench.press("ctrl+s")
        await bench.sees("Did it go?")
        assert bench.desk.mails == [(first, "A short question", "Hi Sam. Hello,\n\nI just called.")]
        assert bench.desk.touched == []
        await bench.press("1")
        await bench.sees("E-mail logged")
        assert [touch.lead_id for touch in bench.desk.touched] == [first]


async def test_an_email_that_did_not_go_is_not_logged() -> None:
    async with workbench() as bench:
        await bench.press("ctrl+e")
        await bench.sees("E-mail to")
        await bench.press("ctrl+s")
        await bench.sees("Did it go?")
        await bench.press("2")
        await bench.sees("Nothing was logged.")
        assert (bench.desk.mails, bench.desk.touched) == ([], [])
