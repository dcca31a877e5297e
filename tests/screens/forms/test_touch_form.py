"""A touch without a call, by key."""

from __future__ import annotations

import pytest

from tests.support.bench import workbench

pytestmark = pytest.mark.anyio


async def test_a_mail_from_them_is_logged_with_two_keys_and_its_text() -> None:
    async with workbench() as bench:
        await bench.press("J")
        await bench.sees("Log a touch", "E-mail from them", "Meeting in person")
        await bench.press("2")
        await bench.type("wants a quote")
        await bench.press("enter")
        (made,) = bench.desk.touched
        assert (made.channel, made.direction, made.note) == ("email", "in", "wants a quote")
        await bench.sees("Logged: E-mail from them")


async def test_a_note_needs_words_and_esc_logs_nothing() -> None:
    async with workbench() as bench:
        await bench.press("o", "J", "8", "enter")
        await bench.sees("Enter the note")
        await bench.press("escape")
        assert bench.desk.touched == []
