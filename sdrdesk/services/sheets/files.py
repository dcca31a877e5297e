"""Reads a file of people by its content, whatever its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.people.values import fold_heading
from sdrdesk.plain_file import read_plain
from sdrdesk.services.sheets.excel_sheet import read_excel
from sdrdesk.services.sheets.json_sheet import read_json
from sdrdesk.services.sheets.sheet import InputSheet, NoSheet
from sdrdesk.services.sheets.text_sheet import read_text

MOST_BYTES = 100_000_000
"""Largest file; a hundred thousand people take a third of it."""
_USUAL = "Save it as CSV (UTF-8) or .xlsx with a heading line."
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Reading:
    """The user's options for a file."""

    heading: int = 0
    """Line of the heading, 0 to find it."""
    encoding: str = ""
    """``""`` to detect it."""
    sheet: str = ""
    """Of a workbook, ``""`` the one with people."""
    mapped: Mapping[str, str] | None = None
    """Heading to field."""


def read_file(path: Path, reading: Reading) -> InputSheet:
    """Return the table in a file.

    Raises:
        UsageError: it cannot be read; says why, and what to do.
    """
    try:
        return read_content(read_plain(path, MOST_BYTES), path.suffix.lower(), reading)
    except (NoSheet, OSError) as error:
        why = error.strerror or "it cannot be read" if isinstance(error, OSError) else str(error)
        advice = getattr(error, "advice", "") or _USUAL
        raise UsageError(
            f"{path.name} cannot be imported: {why}.", kept="Nothing was changed.", next_step=advice
        ) from error


def read_content(content: bytes, suffix: str, reading: Reading) -> InputSheet:
    """Return the table in the bytes of a file.

    Raises:
        NoSheet: it cannot be read.
    """
    mapped = frozenset(fold_heading(name) for name in reading.mapped or {})
    if not content.strip():
        raise NoSheet("it is empty")
    if content.startswith((_ZIP, b"\xd0\xcf\x11\xe0")) or suffix == ".xlsx":
        return read_excel(content, heading=reading.heading, mapped=mapped, sheet=reading.sheet)
    if suffix in (".json", ".jsonl", ".ndjson"):
        return read_json(content, encoding=reading.encoding)
    kinds = {"delimiters": "\t,;|"} if suffix in (".tsv", ".tab") else {}
    return read_text(
        content, encoding=reading.encoding, heading=reading.heading, mapped=mapped, **kinds
    )
