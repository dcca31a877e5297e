"""A report as an Excel workbook: real numbers, durations, percentages and times.

Text is always written as text, so that a name or a note that begins with ``=`` never becomes a
formula. There are no formulas, links or macros. Import this module when a workbook is
written: openpyxl takes a fifth of a second to load.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.services.reports.cells import At, Cell, Duration, words
from sdrdesk.services.reports.tables import Sheet, Table

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_DAY_S = 86_400
_MOST_TEXT = 32_767
"""Excel's limit of a cell."""
_MOST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\\/*?:\[\]']+")
_WIDEST = 60
_SHARE = (" of", " low", " high")
"""Columns next to a share: its cases and its interval."""
_ZONE = (" zone",)
_DAYS = ("day", "week of")
"""Headings of columns with dates."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def xlsx_bytes(sheet: Sheet) -> bytes:
    """Return the workbook: a page on the report, then one for each table."""
    book = Workbook(write_only=True)
    _about(book, sheet)
    taken = {"report"}
    for table in sheet.tables:
        _page(book, table, _name(table.title or sheet.title, taken))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _about(book: Workbook, sheet: Sheet) -> None:
    page = _sheet(book, "Report")
    page.column_dimensions["A"].width = 28
    page.column_dimensions["B"].width = 100
    for row in ((sheet.title,), (sheet.about,), *((note,) for note in sheet.notes)):
        page.append([_text(page, words(row[0]), bold=row[0] is sheet.title)])
    page.append([])
    for name, meaning in sheet.definitions:
        page.append([_text(page, name), _text(page, meaning)])


def _sheet(book: Workbook, name: str) -> WriteOnlyWorksheet:
    """Return a new page that is as wide as the paper when it is printed."""
    page = book.create_sheet(name)
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    return page


def _page(book: Workbook, table: Table, name: str) -> None:
    page = _sheet(book, name)
    page.freeze_panes = "A2"
    extras = [_extra([row[at] for row in table.rows]) for at in range(len(table.headings))]
    headings = [
        heading + extra
        for heading, more in zip(table.headings, extras, strict=True)
        for extra in ("", *more)
    ]
    for column, width in zip(_letters(len(headings)), _widths(table, extras), strict=True):
        page.column_dimensions[column].width = width
    page.append([_text(page, heading, bold=True) for heading in headings])
    for row in table.rows:
        cells: list[WriteOnlyCell | None] = []
        for heading, cell, more in zip(table.headings, row, extras, strict=True):
            if more == _SHARE:
                cells += _share(page, cell)
            elif more == _ZONE:
                zone = cell.moment.tzinfo if isinstance(cell, At) else ""
                cells += [_cell(page, cell), _text(page, str(zone))]
            elif heading in _DAYS and isinstance(cell, str) and _DAY.fullmatch(cell):
                cells.append(_formed(page, date.fromisoformat(cell), "yyyy-mm-dd"))
            else:
                cells.append(_cell(page, cell))
        page.append(cells)


def _extra(column: Sequence[Cell]) -> tuple[str, ...]:
    """Return the columns next to one: of a share, or the zone of times that name one."""
    if any(isinstance(cell, Proportion) for cell in column):
        return _SHARE
    return _ZONE if any(isinstance(cell, At) and "(" in cell.form for cell in column) else ()


def _share(page: WriteOnlyWorksheet, cell: Cell) -> list[WriteOnlyCell | None]:
    if not isinstance(cell, Proportion):
        return [_cell(page, cell), None, None, None]
    low, high = cell.interval or (None, None)
    rate = cell.hits / cell.of if cell.of else None
    return [
        _formed(page, rate, "0.0%"), _formed(page, cell.of, "0"),
        _formed(page, None if low is None else low / 100, "0.0%"),
        _formed(page, None if high is None else high / 100, "0.0%"),
    ]  # fmt: skip


def _cell(page: WriteOnlyWorksheet, cell: Cell) -> WriteOnlyCell | None:
    if cell is None:
        return None
    if isinstance(cell, Duration):
        days = None if cell.seconds is None else cell.seconds / _DAY_S
        return _formed(page, days, "[h]:mm:ss")
    if isinstance(cell, At):
        # Excel knows no zones: the local time, as on the screen, with the zone next to it.
        return _formed(page, cell.moment.replace(tzinfo=None), "yyyy-mm-dd hh:mm:ss")
    if isinstance(cell, int | float):
        return _formed(page, cell, "General")
    return _text(page, words(cell))


def _formed(page: WriteOnlyWorksheet, value: object, form: str) -> WriteOnlyCell | None:
    if value is None:
        return None
    made = WriteOnlyCell(page, value=value)
    made.number_format = form
    return made


def _text(page: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> WriteOnlyCell:
    made = WriteOnlyCell(page, value=words(text)[:_MOST_TEXT])
    made.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
    if bold:
        made.font = Font(bold=True)
    return made


def _name(title: str, taken: set[str]) -> str:
    """Return a new name of a page that Excel accepts."""
    base = words(_NOT_IN_NAMES.sub(" ", words(title)))[:_MOST_NAME].strip() or "Table"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: _MOST_NAME - 4].strip()} {number}"
    taken.add(name.casefold())
    return name


def _letters(count: int) -> list[str]:
    return [get_column_letter(at + 1) for at in range(count)]


def _widths(table: Table, extras: Sequence[Sequence[str]]) -> Iterator[int]:
    for at, heading in enumerate(table.headings):
        if any(isinstance(row[at], At) for row in table.rows):
            yield 18
        else:
            texts = [words(row[at]) for row in table.rows if not isinstance(row[at], Proportion)]
            yield min(_WIDEST, max(map(len, [heading, *texts])) + 2)
        yield from (
            24 if extra in _ZONE else max(8, len(heading) + len(extra)) for extra in extras[at]
        )
