"""How commands speak: one JSON document on stdout, words for people on stdout or stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from sdrdesk.domain.errors import ExitCode, SdrDeskError

if TYPE_CHECKING:
    import typer


def print_json(document: object) -> None:
    """Print one JSON document. Non-ASCII text stays readable; control characters are escaped."""
    import json  # here only: `sdrdesk --help` must not wait for it

    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def say(text: str = "") -> None:
    """Print a line of the answer for a person."""
    print(text, flush=True)


def note(text: str) -> None:
    """Print a line beside the answer (progress, hints), on stderr."""
    print(text, file=sys.stderr, flush=True)


def tell_error(error: SdrDeskError) -> int:
    """Print what happened, what was kept and what to do; return the exit code."""
    note(f"sdrdesk: {error}")
    return int(error.exit_code)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> None:
    """Print rows in columns measured in terminal cells; headings in ``right`` align right."""
    body = [tuple(row) for row in rows]
    widths = [max(_cells(row[i]) for row in (tuple(headings), *body)) for i in range(len(headings))]
    for row in (tuple(headings), *body):
        cells = [
            _pad(text, width, name in right.split())
            for text, width, name in zip(row, widths, headings, strict=True)
        ]
        say("  ".join(cells).rstrip())


def abandon_stdout(stream: TextIO | None = None) -> None:
    """Point stdout at nothing after its reader went away, so that leaving does not complain."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, (stream or sys.stdout).fileno())


def need_person() -> typer.Exit:
    """Return the exit that says: done, but something needs a person."""
    import typer

    return typer.Exit(int(ExitCode.NEEDS_PERSON))


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only when a name needs it

    return cell_len(text)


def _pad(text: str, width: int, right: bool) -> str:
    fill = " " * (width - _cells(text))
    return fill + text if right else text + fill
