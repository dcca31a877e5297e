"""The agenda by keys."""

from __future__ import annotations

import pytest

from sdrdesk.widgets.line_list import LineList
from tests.support.bench import workbench

pytestmark = pytest.mark.anyio


async def test_the_agenda_lists_callbacks_and_meetings_by_day() -> None:
    async with workbench() as bench:
        await bench.press("A")
        await bench.sees("Agenda · 7 days · mine and team", "☎", "★", "team")
        await bench.press("left_square_bracket", "left_square_bracket")
        await bench.sees("Agenda · today")
        await bench.press("P")
        await bench.sees("today · mine ·")


async def test_enter_opens_the_call_of_the_line() -> None:
    async with workbench() as bench:
        await bench.press("A")
        await bench.sees("Agenda · 7 days")
        key = bench.app.screen.query_one(LineList).key
        row = next(i.row for i in bench.desk.agenda.view().items if i.row.key == key)
        await bench.press("enter")
        await bench.sees(row.name, "⏎")
