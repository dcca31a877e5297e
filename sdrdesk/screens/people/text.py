"""A file of people and its import as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.people.text import column_rows
from sdrdesk.widgets.cells import MUTED, fit

if TYPE_CHECKING:
    from sdrdesk.screens.shell.import_run import ImportRun
    from sdrdesk.services.people.create import FileLook

_HEADING_CELLS = 24
_FIELD_CELLS = 30
_MOST_LEFT_OUT = 5
"""Most left-out rows listed on the screen."""


def lines(look: FileLook, width: int) -> Iterator[Content]:
    """Yield one line for each column: heading, field, values of the first rows."""
    heading = min(_HEADING_CELLS, width // 4)
    goes_to = min(_FIELD_CELLS, width // 3)
    for name, goes, cells in column_rows(look):
        waits = goes.startswith("?")
        style = "bold $text-warning" if waits else MUTED if goes == "left out" else ""
        yield Content.assemble(
            fit(name, heading),
            " ",
            (fit(goes, goes_to), style),
            " ",
            (cells, MUTED),
        )


def counts(look: FileLook) -> str:
    """Return how many people can be imported."""
    people, out = len(look.people.rows), len(look.left_out)
    parts = [f"{people} {'person' if people == 1 else 'people'}"]
    if out:
        parts.append(f"! {out} left out")
    return " · ".join(parts)


def detail(look: FileLook) -> Content:
    """Return what is undecided, what was assumed, and which rows are left out."""
    said = list(look.sheet.notes)
    waiting = len(look.columns.unplaced)
    if waiting:
        said.insert(0, f"! {waiting} {plural(waiting, 'column')} to decide about: ⏎ or x")
    return Content("\n").join(Content(text) for text in (*said, *_left_out(look.left_out)))


def receipt(run: ImportRun) -> Content:
    """Return the progress of an import, or its result."""
    if run.result is None:
        mark = "" if run.running else "! "
        return Content(f"{mark}{run.words()}")
    mark = "! " if run.result.needs_person or run.result.stopped else "✓ "
    found = [f"{mark}{run.words()}", *run.result.notes, *_left_out(sorted(run.result.left_out))]
    return Content("\n").join(Content(text) for text in found)


def _left_out(rows: list[tuple[int, str]]) -> list[str]:
    shown = [f"line {line}: {why}" for line, why in rows[:_MOST_LEFT_OUT]]
    more = len(rows) - len(shown)
    return [*shown, f"… and {more} more"] if more else shown
