"""A preview of a file before its import: each column, its target, and sample cells."""

from __future__ import annotations

from collections.abc import Iterator

from sdrdesk.domain.people.headings import PERSON_FIELDS
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.people.create import FileLook

_FIRST = 3
_CELL = 24


def goes_to(look: FileLook, place: int) -> str:
    """Return the target of a column, in words."""
    field = look.columns.fields[place]
    if field:
        return PERSON_FIELDS[field]
    unplaced = dict(look.columns.unplaced)
    looks_like = unplaced.get(look.columns.headings[place])
    return f"? looks like {looks_like}" if looks_like else "left out"


def first_cells(look: FileLook, place: int) -> str:
    """Return the first cells of a column."""
    rows = look.sheet.rows[:_FIRST]
    cells = (one_line(row.cells[place], limit=_CELL) for row in rows if place < len(row.cells))
    return " · ".join(cell for cell in cells if cell)


def column_rows(look: FileLook) -> Iterator[tuple[str, str, str]]:
    """Yield heading, target, and first cells of each column."""
    for place, heading in enumerate(look.columns.headings):
        yield heading, goes_to(look, place), first_cells(look, place)
