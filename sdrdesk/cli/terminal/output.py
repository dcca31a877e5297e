"""Output of the commands: one JSON document on stdout, text for people on stdout or stderr.

All of it is cleaned: escapes, control characters and direction overrides in a note, a name from the
CRM or an argument never reach a terminal or a file.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import TextIO

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.text.plain_text import clean_all

_NAME_CELLS = 32
"""Widest name of a lead or company in a table on a terminal."""


@dataclass(slots=True)
class _Manner:
    """``--quiet`` and ``--fields`` of this command line."""

    quiet: bool = False
    fields: tuple[str, ...] = ()
    held: list[str] = field(default_factory=list)
    """Lines for stderr that count only if the command fails."""


_manner = _Manner()


def set_manner(*, quiet: bool | None = None, fields: Sequence[str] | None = None) -> None:
    """Print only errors; keep only these keys of JSON documents."""
    if quiet is not None:
        _manner.quiet = quiet
    if fields is not None:
        _manner.fields = tuple(fields)


def begin_output() -> None:
    """Forget what an earlier command line asked for."""
    _manner.quiet, _manner.fields, _manner.held = False, (), []


def end_output(code: int) -> None:
    """Print what a quiet command held back, if it did not end well."""
    held, _manner.held, _manner.quiet = _manner.held, [], False
    for text in held if code else ():
        say_err(text)


def wanted_fields() -> tuple[str, ...]:
    """Return the keys of ``--fields``, none for all."""
    return _manner.fields


def _only(document: object) -> object:
    """Return the document with the keys that are wanted; say which there are not."""
    rows = document if isinstance(document, list) else [document]
    known = {key: None for row in rows if isinstance(row, dict) for key in row}
    if rows and (missing := [name for name in _manner.fields if name not in known]):
        there = f" There are: {', '.join(known)}." if known else ""
        say_err(f"No field {', '.join(missing)}.{there}")
    kept = [
        {name: row[name] for name in _manner.fields if name in row}
        if isinstance(row, dict)
        else row
        for row in rows
    ]
    return kept if isinstance(document, list) else kept[0]


def print_json(document: object) -> None:
    """Print one JSON document, in readable non-ASCII text where the stream can encode it."""
    if _manner.quiet:
        return
    if _manner.fields:
        document = _only(document)
    readable = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    text = json.dumps(document, ensure_ascii=not readable, indent=2)
    # Usually there is nothing to clean, and one check of the whole text is enough.
    if (
        not readable
        or re.search(r"\\u00|\\[rbf]", text)
        or not text.replace("\n", "").isprintable()
    ):
        text = json.dumps(_plain(document), ensure_ascii=not readable, indent=2)
    sys.stdout.write(text + "\n")


def say(text: str = "") -> None:
    """Print a line on stdout: the answer, for a person."""
    if not _manner.quiet:
        _write(sys.stdout, clean_all(text))


def say_err(text: str) -> None:
    """Print a line on stderr: progress, hints, errors."""
    if _manner.quiet:
        _manner.held.append(text)
    else:
        _write(sys.stderr, clean_all(text))


def tell_error(error: SdrDeskError) -> int:
    """Print an error; return its exit code."""
    say_err(f"sdrdesk: {error}")
    return int(error.exit_code)


def answer(as_json: bool, document: object, lines: Iterable[str]) -> None:
    """Print the answer of a command: one JSON document, or lines for a person."""
    if as_json:
        print_json(document)
        return
    for line in lines:
        say(line)


def command_line(name: str, *values: str, options: Sequence[str] = ()) -> str:
    """Return a command that can be pasted into a shell, with ids, names and reasons quoted."""
    end = ["--"] if any(value.startswith("-") for value in values) else []
    return shlex.join(["sdrdesk", name, *options, *end, *values])


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = ""
) -> Iterator[str]:
    """Yield lines with rows in columns; columns named in ``right`` are aligned right.

    In a terminal a long name of a lead or company is cut, so that the other columns stay in sight.
    """
    # A line break in a note would break the columns.
    body = [tuple(" ".join(clean_all(cell).split()) for cell in row) for row in rows]
    if sys.stdout.isatty():
        names = [heading in ("lead", "name", "company") for heading in headings]
        body = [
            tuple(_cut(cell) if is_name else cell for cell, is_name in zip(row, names, strict=True))
            for row in body
        ]
    widths = [max(_cells(row[i]) for row in (tuple(headings), *body)) for i in range(len(headings))]
    for row in (tuple(headings), *body):
        cells = [
            _pad(text, width, name in right.split())
            for text, width, name in zip(row, widths, headings, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def abandon_stdout(stream: TextIO | None = None) -> None:
    """Point stdout at the null device after its reader is gone, so that exiting prints no error."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, (stream or sys.stdout).fileno())


class NeedsPerson(Exception):  # noqa: N818 - not an error: the command did its work
    """Ends a command that is done, but something needs a person (exit code 5)."""


def need_person() -> NeedsPerson:
    """Return the exit for "done, but something needs a person", to be raised."""
    return NeedsPerson()


def _write(stream: TextIO, text: str) -> None:
    try:
        print(text, file=stream, flush=True)
    except UnicodeEncodeError:  # shown as codes where the terminal cannot encode it
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


def _cut(name: str) -> str:
    if _cells(name) <= _NAME_CELLS:
        return name
    while _cells(name) >= _NAME_CELLS:
        name = name[:-1]
    return f"{name}…"


def _pad(text: str, width: int, right: bool) -> str:
    fill = " " * (width - _cells(text))
    return fill + text if right else text + fill
