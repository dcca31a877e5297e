"""Reports on screen: charts, tables, periods, definitions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from sdrdesk.widgets.bar_picture import BarPicture, Bars
from tests.support.bench import workbench

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_the_log_leads_to_speed_and_on_to_every_report(size: tuple[int, int]) -> None:
    async with workbench(size=size) as bench:
        await bench.press("2", "S")
        await bench.sees("Speed to lead", "█ calendar", "░ business", "41", "47", "0-5m", "never")
        await bench.press("L")
        await bench.sees("Agreement between", "18 of 20, 90.0 % (")
        await bench.press("H")
        await bench.sees("Rhythm of the team", "By hour of the rep's clock", "44")
        await bench.press("end")
        await bench.sees("Meetings set by day")
        await bench.press("F")
        await bench.sees("From lead to customer", "Opportunity", "92")
        await bench.press("U")
        await bench.sees("Outcomes")
        await bench.press("K")
        await bench.sees("Scripts")
        await bench.press("escape")
        assert bench.screen_name == "LogScreen"
        await bench.press("comma")
        await bench.sees("Which report?", "Partners")
        await bench.press("enter")
        await bench.sees("Speed to lead")


async def test_days_go_by_the_length_of_the_span_but_not_into_the_future() -> None:
    async with workbench() as bench:
        await bench.press("2", "S")
        await bench.sees("13 Nov–19 Nov 2026", "7 days")
        await bench.press("left_square_bracket")
        await bench.sees("06 Nov–12 Nov 2026")
        await bench.press("right_square_bracket", "right_square_bracket")
        await bench.sees("13 Nov–19 Nov 2026")
        await bench.press("M")
        await bench.sees("21 Oct–19 Nov 2026", "30 days")
        await bench.press("M", "M")
        await bench.sees("Thu 19 Nov 2026", "a day")


async def test_a_report_ends_with_the_day_of_the_log() -> None:
    async with workbench() as bench:
        await bench.press("2", "left_square_bracket", "S")
        await bench.sees("12 Nov–18 Nov 2026")


async def test_definitions_are_one_key_away() -> None:
    async with workbench() as bench:
        await bench.press("2", "question_mark")
        await bench.sees("Definitions", "dial: every call made")
        await bench.press("escape", "S", "question_mark")
        await bench.sees("Definitions")


async def test_the_palette_finds_the_reports_from_the_queue() -> None:
    async with workbench() as bench:
        await bench.press("ctrl+p")
        await bench.type("go: reports")
        await bench.until(lambda: "Go: Reports" in bench.text)
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "ReportScreen")


async def test_pictures_hold_their_numbers_at_every_width() -> None:
    for width in (60, 80, 140):
        async with workbench(size=(width, 24)) as bench:
            await bench.press("2", "S")
            await bench.sees("█ calendar")
            drawn = bench.text.split("Speed to lead", 1)[1]
            for number in ("41", "12", "22", "47", "16"):
                assert number in drawn


async def test_the_leads_behind_a_number_are_opened_saved_and_given_away() -> None:
    async with workbench() as bench:
        await bench.press("2", "S")
        await bench.sees("Speed to lead")
        await bench.press("enter")
        await bench.sees("Leads of which number?", "3  never attempted")
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "BehindScreen")
        await bench.sees("never attempted: 3", "Rita Rep")
        await bench.press("ctrl+s")
        await bench.sees("Name of the view")
        await bench.press("enter")
        await bench.sees("Saved as the view never attempted")
        name, text, ids = bench.desk.views_saved[0]
        assert (name, len(ids)) == ("never attempted", 3)
        assert text.startswith("never attempted: Speed to lead, 2026-11-13 to")
        await bench.press("at")
        await bench.sees("To whom?")
        await bench.press("enter")
        await bench.sees("Give 3 leads to")
        assert bench.desk.assigned == []
        await bench.press("enter")
        await bench.sees("3 given to")
        assert [lead_id for lead_id, _ in bench.desk.assigned] == list(ids)
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "LeadScreen")


async def test_a_report_counts_one_rep_and_compares_with_the_days_before() -> None:
    async with workbench(size=(140, 40)) as bench:
        await bench.press("2", "S")
        await bench.sees("all reps")
        await bench.press("percent_sign")
        await bench.sees("Against 2026-11-06 to 2026-11-12")
        await bench.press("P")
        await bench.sees("Whose work?")
        await bench.press("down", "enter")
        await bench.until(lambda: "all reps" not in bench.text)
        await bench.press("tab")
        await bench.sees("Agreement between")
        await bench.press("comma")
        await bench.sees("Which report?")
        await bench.press("8")
        await bench.sees("Week")


def test_nothing_but_the_reports_loads_plotext() -> None:
    asked = (
        "import sys, sdrdesk.app, sdrdesk.screens.log.screen, sdrdesk.screens.palette;"
        "sys.exit(any(name.startswith(('plotext', 'textual_plotext')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_a_chart_names_every_rep_at_80_columns_and_cuts_no_date() -> None:
    def said(labels: Sequence[str]) -> list[str]:
        picture = BarPicture(labels, [Bars("dials", [1] * len(labels))])
        return [label for _, label in picture.labels_that_fit(78)]

    reps = ("Grace Adeyemi", "Omar Haddad", "Priya Raman", "Rita Rep", "Tomasz Wójcik", "no owner")
    assert said((*reps, "Lucía Fernández"))[0] == "Grace Ad…"
    assert len(said((*reps, "Lucía Fernández"))) == 7
    days = [f"{day} Oct" for day in range(10, 30)]
    assert set(said(days)) < set(days)
