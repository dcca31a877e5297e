"""A report as plain tables, the source of terminal, Markdown, CSV, HTML and Excel output.

Cells are data, never markup: each output escapes them in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

from sdrdesk.services.reports.cells import Cell, Duration, is_number, raw, words
from sdrdesk.services.reports.csv_text import csv_text

__all__ = ("Cell", "Sheet", "Table", "duration", "words")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a report."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "Nothing in these days."
    loose: tuple[str, ...] = ()
    """Headings of columns with free text, which may wrap between any words."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One report."""

    title: str
    about: str
    """Days, zone and reps, in one line."""
    tables: tuple[Table, ...]
    definitions: tuple[tuple[str, str], ...]
    """Definitions of the numbers."""
    notes: tuple[str, ...] = ()
    """Limits to know before comparing anything."""
    first: int = 0
    """Tables that come before the charts."""


def duration(seconds: float | None) -> Duration:
    """Return a wait as a cell: ``42s``, ``3m10s``, ``5h12m``; ``–`` without one."""
    return Duration(seconds)


def number_columns(table: Table) -> list[bool]:
    """Return the columns that hold numbers and durations only, and so align right."""
    return [
        bool(table.rows) and all(is_number(row[at]) for row in table.rows)
        for at in range(len(table.headings))
    ]


def text_lines(sheet: Sheet, *, definitions: bool = False) -> Iterator[str]:
    """Yield the report for a terminal, without colour."""
    yield sheet.title
    yield sheet.about
    for table in sheet.tables:
        yield ""
        if table.title:
            yield table.title
        yield from _columns(table)
    if sheet.notes:
        yield ""
    yield from sheet.notes
    if definitions:
        yield ""
        for name, meaning in sheet.definitions:
            yield f"{name}: {meaning}"


def markdown(sheet: Sheet) -> str:
    """Return the report as Markdown; text from the CRM is escaped."""
    lines = [f"# {markdown_cell(sheet.title)}", "", markdown_cell(sheet.about)]
    for table in sheet.tables:
        if table.title:
            lines += ["", f"## {markdown_cell(table.title)}"]
        if not table.rows:
            lines += ["", markdown_cell(table.empty)]
            continue
        rights = number_columns(table)
        lines += ["", _row(table.headings)]
        lines.append("| " + " | ".join("---:" if right else "---" for right in rights) + " |")
        lines += [_row(row) for row in table.rows]
    lines += [""] + [markdown_cell(note) + "\n" for note in sheet.notes]
    lines += ["## Definitions", ""]
    lines += [f"- **{markdown_cell(n)}**: {markdown_cell(text)}" for n, text in sheet.definitions]
    return "\n".join(lines) + "\n"


def csv(sheet: Sheet) -> str:
    """Return the tables as CSV, one below the other, safe for spreadsheets.

    Durations, shares and times are there as words, with the numbers next to them. An empty table
    has its headings.
    """
    return "\n".join(csv_text(_keyed(table), ("table", *table.headings)) for table in sheet.tables)


def _keyed(table: Table) -> list[dict[str, object]]:
    extra = [
        list(dict.fromkeys(name for row in table.rows for name in raw(heading, row[at])))
        for at, heading in enumerate(table.headings)
    ]
    found = []
    for row in table.rows:
        keyed: dict[str, object] = {"table": table.title}
        for heading, cell, names in zip(table.headings, row, extra, strict=True):
            numbers = raw(heading, cell)
            keyed[heading] = cell if isinstance(cell, str | int | float) else words(cell)
            keyed.update((name, numbers.get(name)) for name in names)
        found.append(keyed)
    return found


def markdown_cell(text: Cell) -> str:
    """Return text on one line, escaped for Markdown."""
    flat = words(text)
    for character in ("\\", "|", "`", "*", "_", "[", "]", "<", ">", "#", "&", "~"):
        flat = flat.replace(character, f"\\{character}")
    return flat


def _row(cells: Sequence[Cell]) -> str:
    return "| " + " | ".join(markdown_cell(cell) for cell in cells) + " |"


def _columns(table: Table) -> Iterator[str]:
    if not table.rows:
        yield table.empty
        return
    rows = [table.headings, *(tuple(words(cell) for cell in row) for row in table.rows)]
    rights = number_columns(table)
    sizes = [max(_cells(row[at]) for row in rows) for at in range(len(table.headings))]
    for row in rows:
        padded = [
            " " * (size - _cells(text)) + text if right else text + " " * (size - _cells(text))
            for text, size, right in zip(row, sizes, rights, strict=True)
        ]
        yield "  ".join(padded).rstrip()


def _cells(text: str) -> int:
    """Return the width of a text in terminal cells."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
