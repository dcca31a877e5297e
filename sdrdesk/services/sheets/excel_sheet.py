"""Excel's .xlsx, read row by row: cached values of formulas, within fixed limits."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sdrdesk.domain.people.values import fold_heading
from sdrdesk.services.sheets.sheet import InputSheet, NoSheet, SheetRow, make_sheet, score

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MOST_UNPACKED = 400_000_000
"""Most bytes of all parts of a workbook; a hundred thousand people take a tenth of it."""
MOST_ROWS = 500_000
MOST_COLUMNS = 500
_OLD = b"\xd0\xcf\x11\xe0"


def read_excel(
    content: bytes, *, heading: int = 0, mapped: Collection[str] = (), sheet: str = ""
) -> InputSheet:
    """Return the table of people in a workbook.

    Raises:
        NoSheet: it is no workbook, is protected or too large, or several sheets hold people.
    """
    _check(content)
    from openpyxl import load_workbook  # takes a fifth of a second

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which are not read
        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            lines = {page.title: list(_lines(page)) for page in book.worksheets}
        except NoSheet:
            raise
        except Exception as error:
            raise NoSheet("it is damaged, or not a workbook of Excel's") from error
    title = _choose(lines, sheet, mapped)
    found = make_sheet(lines[title], heading=heading, mapped=mapped, notes=[])
    others = [name for name, rows in lines.items() if name != title and rows]
    return found if not others else _with_note(found, title, others)


def _check(content: bytes) -> None:
    """Raise NoSheet for a file that is no .xlsx or unpacks to more than a list of people."""
    if content.startswith(_OLD):
        raise NoSheet(
            "it is protected by a password, or in Excel's old format",
            "Save it as .xlsx without one.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            left = MOST_UNPACKED
            for part in parts.infolist():
                with parts.open(part) as opened:  # counted, because the stated size may be wrong
                    while size := len(opened.read(min(left + 1, 1 << 20))):
                        left -= size
                        if left < 0:
                            raise NoSheet("it unpacks to more than a list of people can be")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, NoSheet):
            raise
        raise NoSheet("it is damaged, or not a workbook of Excel's") from error


def _choose(lines: dict[str, list[SheetRow]], wanted: str, mapped: Collection[str]) -> str:
    filled = [name for name, rows in lines.items() if rows]
    if wanted:
        named = [name for name in lines if fold_heading(name) == fold_heading(wanted)]
        if not named:
            names = ", ".join(lines)
            raise NoSheet(f"it has no sheet {wanted!r}", f"Sheets: {names}.")
        return named[0]
    if not filled:
        raise NoSheet("it is empty")
    people = [
        name
        for name in filled
        if len(lines[name]) > 1 and any(score(row.cells, mapped) > 1 for row in lines[name][:60])
    ]
    if len(people) > 1:
        raise NoSheet(
            f"{len(people)} sheets hold people: {', '.join(people)}",
            "Choose one: --sheet NAME.",
        )
    return people[0] if people else filled[0]


def _with_note(found: InputSheet, title: str, others: list[str]) -> InputSheet:
    said = f"Read the sheet {title}; left out: {', '.join(others)}."
    return replace(found, notes=(*found.notes, said))


def _lines(page: ReadOnlyWorksheet) -> Iterator[SheetRow]:
    """Yield the rows that hold something, all as wide as the widest."""
    page.reset_dimensions()  # a stated size may be wrong
    rows: list[tuple[int, list[str]]] = []
    for number, values in enumerate(page.iter_rows(values_only=True), 1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            rows.append((number, cells))
        if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise NoSheet(f"it has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns")
    width = max((len(cells) for _, cells in rows), default=0)
    for number, cells in rows:
        yield SheetRow(number, tuple(cells + [""] * (width - len(cells))))


def _text(value: object) -> str:
    """Return a cell as typed: no .0 after a whole number, no exponent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
