"""CSV in the dialects of spreadsheets and other programs."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from sdrdesk.domain.people.values import is_email, looks_like_phone
from sdrdesk.services.sheets.sheet import LOOK_AT, InputSheet, NoSheet, SheetRow, make_sheet, score

_DELIMITERS = ",;\t|"
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""Excel's own first line."""
_LONGEST_CELL = 200
"""Most lines of one quoted cell; an address or a remark has a dozen."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = "cp1252"
_WESTERN_SIGNS = (b"\x92", b"\x96", b"\xad", b"\xb7")
"""Apostrophe, dash, soft hyphen and the dot of Catalan."""
_FOREIGN = 0.3
"""Share of non-ASCII letters above which a file is in no western language."""
_SAMPLE = 100_000


def read_text(
    content: bytes,
    *,
    encoding: str = "",
    heading: int = 0,
    mapped: Collection[str] = (),
    delimiters: str = _DELIMITERS,
) -> InputSheet:
    """Return the table in a text file.

    Raises:
        NoSheet: it is no text, in another encoding, or has no heading.
    """
    text, note = decode(content, encoding)
    if "\0" in text:
        line = len(_LINE_ENDS.findall(text[: text.index("\0")])) + 1
        raise NoSheet(f"it is no text (a NUL character in line {line})")
    lines = _LINE_ENDS.split(text.rstrip("\x1a"))  # the end of a file, for DOS
    first, given = 0, _SEPARATOR.fullmatch(lines[0].strip(" "))
    if given:
        first = 1
    delimiter = given[1] if given else _delimiter(lines, delimiters, mapped)
    read = list(_records(lines, delimiter, first))
    return make_sheet(read, heading=heading, mapped=mapped, notes=[note] if note else [])


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """Return the text of a file, and assumptions about its encoding, in words.

    Raises:
        NoSheet: the encoding is not the named one, or cannot be detected.
    """
    if encoding:
        return _decoded_as(content, encoding), ""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _decoded_as(content[len(mark) :], name), ""
    wide = _wide(content)
    if wide:
        return _decoded_as(content, wide), ""
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        name = _guess(content)
        note = f"Read as {name}, because it is not UTF-8. Another encoding: --encoding NAME."
        return _decoded_as(content, name), note


def _decoded_as(content: bytes, name: str) -> str:
    try:
        return content.decode(name).removeprefix("\ufeff")
    except LookupError as error:
        raise NoSheet(
            f"there is no encoding {name!r}", "Such as --encoding cp1252 or utf-16."
        ) from error
    except ValueError as error:
        raise NoSheet(
            f"it is not text in {name}",
            "Save it as CSV (UTF-8), or name its encoding: --encoding NAME.",
        ) from error


def _wide(content: bytes) -> str:
    """Return the UTF-16 variant of a file without a mark, from its zero bytes, ``""`` for none."""
    sample = content[: _SAMPLE - _SAMPLE % 2]
    half = len(sample) // 2
    if half < 2:
        return ""
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if high > half * 0.6 and low < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if low > half * 0.6 and high < half * 0.1 else ""


def _guess(content: bytes) -> str:
    """Return the likeliest encoding of text that is not UTF-8.

    Western text has too few non-ASCII letters to tell code pages apart, so the one of western
    Windows is assumed, which Excel writes. Other scripts have many, and statistics tell them apart.
    """
    letters = re.sub(rb"[^A-Za-z\x80-\xff]", b"", content[:_SAMPLE])
    beyond = sum(byte > 0x7F for byte in letters)
    if beyond < _FOREIGN * len(letters):
        if not _is_western(content):
            raise NoSheet(
                "its encoding cannot be detected",
                "Name it: --encoding NAME, such as mac_roman, cp850 or cp1250.",
            )
        return _WESTERN
    from charset_normalizer import from_bytes  # loads tables: only such a file needs it

    best = from_bytes(content[:_SAMPLE]).best()
    if best is None:
        raise NoSheet("its encoding cannot be detected", "Name it: --encoding, such as cp1251.")
    return str(best.encoding)


def _is_western(content: bytes) -> bool:
    """Return whether non-ASCII bytes inside words are letters of western Windows.

    Those are from C0 on, except š, œ, ž and Ÿ. The old Macintosh and DOS use 80 and above.
    """
    try:
        content.decode(_WESTERN)
    except ValueError:
        return False
    inside = re.findall(rb"(?<=[A-Za-z])[\x80-\xff](?=[a-z])", content[:_SAMPLE])
    low: int = sum(byte < b"\xc0" and byte not in _WESTERN_SIGNS for byte in inside)
    return low * 2 <= len(inside)


def _delimiter(lines: Sequence[str], candidates: str, mapped: Collection[str]) -> str:
    """Return the delimiter: the one that makes a line of headings, else the most frequent."""

    def worth(delimiter: str) -> tuple[int, int]:
        head = [line.cells for line in islice(_records(lines, delimiter, 0), LOOK_AT)]
        known = max((score(cells, mapped) for cells in head), default=0)
        return known, max(map(len, head), default=0)

    return max(candidates, key=worth)


def _records(lines: Sequence[str], delimiter: str, first: int) -> Iterator[SheetRow]:
    """Yield every row; an unclosed quote costs its own line only."""
    place = first
    last: Sequence[str] = ()
    while place < len(lines):
        text = lines[place]
        if '"' not in text:
            cells = text.split(delimiter)
            yield SheetRow(place + 1, tuple(cells))
            last, place = cells, place + 1
            continue
        found, used = _quoted(lines, place, delimiter, last)
        yield found
        if not found.broken:
            last = found.cells
        place += used


def _quoted(
    lines: Sequence[str], place: int, delimiter: str, last: Sequence[str]
) -> tuple[SheetRow, int]:
    """Return the row that begins at a line with quotes, and its number of lines."""
    feed = (f"{line}\n" for line in lines[place : place + _LONGEST_CELL])
    reader = csv.reader(feed, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        cells = next(reader)
    except csv.Error:
        return _broken(lines, place, delimiter), 1
    inside = lines[place + 1 : place + reader.line_num]
    if inside and _swallows(lines[place], inside, delimiter, last):
        return _broken(lines, place, delimiter), 1
    return SheetRow(place + 1, tuple(cells)), reader.line_num


def _broken(lines: Sequence[str], place: int, delimiter: str) -> SheetRow:
    text = lines[place]
    closed = text.count('"') % 2 == 0
    why = (
        "a quote inside a cell is not written twice"
        if closed
        else "a quote is opened in this line and not closed"
    )
    return SheetRow(place + 1, tuple(text.split(delimiter)), why)


def _swallows(first: str, inside: Sequence[str], delimiter: str, last: Sequence[str]) -> bool:
    """Return whether lines inside a quoted cell are people: they hold an address or number."""
    keys = {
        place
        for cells in (first.split(delimiter), last)
        for place, cell in enumerate(cells)
        if _tells_people_apart(cell)
    }
    return any(
        len(cells) > 1 and any(p < len(cells) and _tells_people_apart(cells[p]) for p in keys)
        for cells in (line.split(delimiter) for line in inside)
    )


def _tells_people_apart(cell: str) -> bool:
    text = cell.strip().strip("\"'")
    return is_email(text) or looks_like_phone(text)
