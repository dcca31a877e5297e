"""Importing people by keys: columns, preview, import in the background, result."""

from __future__ import annotations

import pytest

from tests.support.bench import Bench, workbench

pytestmark = pytest.mark.anyio


async def opened(bench: Bench) -> None:
    await bench.press("i")
    await bench.type("fair.csv")
    await bench.press("enter")
    await bench.sees("Import · fair.csv", "2 people", "! 1 left out")


async def test_each_column_shows_where_it_goes_and_what_it_holds() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.sees("Name", "whole name", "Sam van der Lee", "Shoe size", "left out")
        await bench.sees("line 4: neither an e-mail address nor a telephone number")
        assert bench.desk.imports == []


async def test_a_column_that_may_be_lost_is_decided_about_first() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.sees("? looks like a telephone", "1 column to decide about")
        await bench.press("ctrl+s")
        assert bench.desk.imports == []
        await bench.press("end", "up", "enter")
        await bench.sees("Field of Reach me on")
        await bench.press(*["down"] * 9, "enter")
        await bench.until(lambda: "looks like" not in bench.text)
        await bench.press("ctrl+s")
        await bench.sees("2 created")
        ((look, dry_run),) = bench.desk.imports
        assert (look.columns.named()["Reach me on"], dry_run) == ("mobile", False)


async def test_a_look_changes_nothing_and_a_column_can_be_left_out() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.press("end", "up", "delete", "f2")
        await bench.sees("2 would be created")
        assert [dry_run for _, dry_run in bench.desk.imports] == [True]


async def test_an_import_goes_on_while_the_rep_is_elsewhere() -> None:
    async with workbench() as bench:
        bench.desk.import_may_end.clear()
        await opened(bench)
        await bench.press("end", "up", "delete", "ctrl+s")
        await bench.sees("1 of 2 people")
        await bench.press("escape")
        assert bench.screen_name == "QueueScreen"
        await bench.press("i")
        await bench.sees("1 of 2 people", "fair.csv")  # back at the one that runs
        await bench.press("escape")
        bench.desk.import_may_end.set()
        await bench.sees("2 created")  # said wherever the rep is
        await bench.press("i")
        await bench.sees("3 rows: 2 created")


async def test_a_file_that_cannot_be_read_says_why() -> None:
    async with workbench() as bench:
        await bench.press("i")
        await bench.type("fair.pdf")
        await bench.press("enter")
        await bench.sees("fair.pdf cannot be imported")
        await bench.press("escape")
        assert bench.screen_name == "QueueScreen"
