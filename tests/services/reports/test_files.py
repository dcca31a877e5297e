"""Reports as files: raw numbers beside words in CSV, real values in Excel, charts in HTML."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.services.reports import tables
from sdrdesk.services.reports.cells import At, Duration
from sdrdesk.services.reports.html import html_page
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.tables import Sheet, Table
from sdrdesk.services.reports.xlsx import xlsx_bytes

AT = datetime(2026, 11, 19, 14, 5, 9, tzinfo=ZoneInfo("America/New_York"))
FORMULA = '=HYPERLINK("http://crm.example","pay")'
SHEET = Sheet(
    "Calls", "19 Nov 2026",
    (
        Table(
            "By rep: [all]/?", ("rep", "dials", "talk", "rate", "first"),
            (
                (FORMULA, 12, Duration(93_784), Proportion(3, 20), At(AT)),
                ("+353 1", 0, Duration(None), Proportion(0, 0), None),
                ("#N/A", 1, Duration(59), "too few to tell", At(AT)),
            ),
        ),
        Table("By rep: [all]/?", ("rep",), ()),
    ),
    (("dial", FORMULA),),
)  # fmt: skip


def test_a_workbook_holds_numbers_durations_shares_and_times() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes(SHEET)))
    assert book.sheetnames == ["Report", "By rep all", "By rep all 2"]
    heads, first, second, third = list(book["By rep all"].iter_rows())
    assert [cell.value for cell in heads] == [
        "rep", "dials", "talk", "rate", "rate of", "rate low", "rate high", "first",
    ]  # fmt: skip
    assert first[1].value == 12
    assert first[2].value == timedelta(seconds=93_784)
    assert first[2].number_format == "[h]:mm:ss"
    assert (first[3].value, first[3].number_format) == (0.15, "0.0%")
    assert first[4].value == 20
    assert first[5].value < 0.15 < first[6].value
    assert first[7].value == datetime(2026, 11, 19, 14, 5, 9)  # noqa: DTZ001  # Excel has no zones
    assert [cell.value for cell in second] == ["+353 1", 0, None, None, 0, None, None, None]
    assert third[3].value == "too few to tell"


def test_a_workbook_has_dates_and_the_zone_of_a_rep_whose_clock_differs() -> None:
    there = At(AT.astimezone(ZoneInfo("Europe/Berlin")), "%H:%M (Europe/Berlin)")
    table = Table("Day", ("day", "time", "note"), (
        ("2026-11-19", At(AT), "2026-11-19"), ("2026-11-19", there, "soon"),
    ))  # fmt: skip
    book = load_workbook(io.BytesIO(xlsx_bytes(Sheet("Log", "", (table,), ()))))
    heads, here, berlin = list(book["Day"].iter_rows())
    assert [cell.value for cell in heads] == ["day", "time", "time zone", "note"]
    assert (here[0].value, here[0].number_format) == (datetime(2026, 11, 19), "yyyy-mm-dd")  # noqa: DTZ001
    assert [here[2].value, berlin[2].value] == ["America/New_York", "Europe/Berlin"]
    assert berlin[1].value == datetime(2026, 11, 19, 20, 5, 9)  # noqa: DTZ001
    assert here[3].value == "2026-11-19", "a note is text"


def test_text_of_strangers_is_never_a_formula_or_an_error_in_a_workbook() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes(SHEET)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell.value for cell in cells].count(FORMULA) == 2
    assert "#N/A" in [cell.value for cell in cells]
    assert not any(cell.hyperlink for cell in cells)


def test_csv_has_the_raw_numbers_beside_the_words() -> None:
    rows = list(csv.DictReader(io.StringIO(tables.csv(SHEET))))
    assert rows[0]["rep"] == "'" + FORMULA
    assert (rows[0]["talk"], rows[0]["talk_s"]) == ("1d2h", "93784")
    assert rows[0]["rate"].startswith("3 of 20, 15.0 %")
    assert [rows[0][f"rate_{name}"] for name in ("count", "of", "percent")] == ["3", "20", "15.0"]
    assert (rows[0]["first"], rows[0]["first_at"]) == ("14:05", "2026-11-19T14:05:09-05:00")
    assert (rows[1]["talk_s"], rows[1]["rate_percent"], rows[1]["first_at"]) == ("", "", "")
    assert tables.csv(SHEET).endswith("\n\ntable,rep\n")  # a table without a row has its headings


def test_charts_are_drawn_with_their_numbers_and_strangers_words_escaped() -> None:
    picture = Picture("<b>", ("<script>", "b"), (Series("x", (3, 0)), Series("y", (1, 12))))
    empty = Picture("Empty chart", ("a",), (Series("x", (0,)),))
    page = html_page(SHEET, (picture, empty))
    assert page.count("<figure>") == 1
    assert "Empty chart" not in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    for number in (">3<", ">12<", "url(#hatched)"):
        assert number in page
