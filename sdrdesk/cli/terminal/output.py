"""How commands speak: one JSON document on stdout, words for people on stdout or stderr.

Whatever leaves here is plain: a note, a name from the CRM or an argument that holds escapes,
control characters or direction overrides reaches no terminal and no file, however it came in.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from sdrdesk.domain.errors import ExitCode, SdrDeskError
from sdrdesk.domain.text.plain_text import clean_all

if TYPE_CHECKING:
    import typer


def print_json(document: object) -> None:
    """Print one JSON document. Non-ASCII text stays readable where the stream can hold it."""
    import json  # here only: `sdrdesk --help` must not wait for it
    import re

    readable = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    text = json.dumps(document, ensure_ascii=not readable, indent=2)
    # The usual case holds nothing to clean away, which one look at the whole text tells.
    if (
        not readable
        or re.search(r"\\u00|\\[rbf]", text)
        or not text.replace("\n", "").isprintable()
    ):
        text = json.dumps(_plain(document), ensure_ascii=not readable, indent=2)
    sys.stdout.write(text + "\n")


def say(text: str = "") -> None:
    """Print a line of the answer for a person."""
    _write(sys.stdout, clean_all(text))


def note(text: str) -> None:
    """Print a line beside the answer (progress, hints), on stderr."""
    _write(sys.stderr, clean_all(text))


def tell_error(error: SdrDeskError) -> int:
    """Print what happened, what was kept and what to do; return the exit code."""
    note(f"sdrdesk: {error}")
    return int(error.exit_code)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> None:
    """Print rows in columns measured in terminal cells; headings in ``right`` align right."""
    # On one line each: a line break in a note would break the columns.
    body = [tuple(" ".join(clean_all(cell).split()) for cell in row) for row in rows]
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


def _write(stream: TextIO, text: str) -> None:
    try:
        print(text, file=stream, flush=True)
    except UnicodeEncodeError:  # a terminal that cannot spell a name shows its code instead
        spelled = text.encode(stream.encoding, "backslashreplace").decode(stream.encoding)
        print(spelled, file=stream, flush=True)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return clean_all(value)
    if isinstance(value, dict):
        return {_plain(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only when a name needs it

    return cell_len(text)


def _pad(text: str, width: int, right: bool) -> str:
    fill = " " * (width - _cells(text))
    return fill + text if right else text + fill
