"""How a file and its import read. Pure drawing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from sdrdesk.domain.text.humanize import plural
from sdrdesk.widgets.cells import fit

if TYPE_CHECKING:
    from sdrdesk.screens.shell.import_run import ImportRun
    from sdrdesk.services.people.create import FileLook

_HEADING = 24
_GOES_TO = 30
_MOST = 5
"""Rows that were left out, named on the screen."""
MUTED = "$foreground-muted"


def lines(look: FileLook, width: int) -> Iterator[Content]:
    """Yield one line for each column: its heading, where it goes, what the first rows hold."""
    from sdrdesk.services.people.text import column_rows

    heading = min(_HEADING, width // 4)
    goes_to = min(_GOES_TO, width // 3)
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
    """Say how many people can be imported."""
    people, out = len(look.people.rows), len(look.left_out)
    parts = [f"{people} {'person' if people == 1 else 'people'}"]
    if out:
        parts.append(f"! {out} left out")
    return " · ".join(parts)


def detail(look: FileLook) -> Content:
    """Say what must be decided, what was assumed, and which rows are left out."""
    said = list(look.sheet.notes)
    waiting = len(look.columns.unplaced)
    if waiting:
        said.insert(0, f"! {waiting} {plural(waiting, 'column')} to decide about: ⏎ or x")
    return Content("\n").join(Content(text) for text in (*said, *_left_out(look.left_out)))


def receipt(run: ImportRun) -> Content:
    """Say how far an import is, or what became of it."""
    if run.result is None:
        mark = "" if run.running else "! "
        return Content(f"{mark}{run.words()}")
    mark = "! " if run.result.needs_person or run.result.stopped else "✓ "
    found = [f"{mark}{run.words()}", *run.result.notes, *_left_out(sorted(run.result.left_out))]
    return Content("\n").join(Content(text) for text in found)


def _left_out(rows: list[tuple[int, str]]) -> list[str]:
    shown = [f"line {line}: {why}" for line, why in rows[:_MOST]]
    more = len(rows) - len(shown)
    return [*shown, f"… and {more} more"] if more else shown
