"""Reading TOML files that people write, with errors that name file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from sdrdesk.domain.errors import ExitCode, SdrDeskError
from sdrdesk.plain_file import is_there, read_plain

_MOST_BYTES = 4 * 1024 * 1024
"""Far more than any rule file needs."""
_DOTTED = re.compile(r"[\s\w.\"'\[\]-]*")
_DEEPEST = 64
"""Most levels of tables and lists; settings need only a few."""
_HEADER = re.compile(r"^\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_.\"'-]+)\s*=")
_AT = re.compile(r"^(?P<what>.*?) \(at line (?P<line>\d+), column \d+\)$", re.DOTALL)


class TomlFileError(SdrDeskError):
    """A file has an error; it was not changed."""


def find_toml(path: Path) -> dict[str, object] | None:
    """Return the content of ``path``; ``None`` if it does not exist.

    Raises:
        TomlFileError: it cannot be read as TOML; names file and line.
    """
    try:
        there = is_there(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    return read_toml(path) if there else None


def read_toml(path: Path) -> dict[str, object]:
    """Return the content of ``path``, without its byte order mark.

    Raises:
        TomlFileError: missing, unreadable, not UTF-8 or not TOML; names file and line.
    """
    text = text_of(path)
    if any(_is_long_key(line) for line in text.splitlines()):
        raise _too_deep(path)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.match(str(error))
        line = int(at["line"]) if at else None
        raise problem(path, str(at["what"] if at else error), line=line) from error
    except RecursionError as error:
        raise _too_deep(path) from error
    except ValueError as error:  # a number of thousands of digits
        raise problem(path, f"a value cannot be read ({error})") from error
    if _is_deeper(found, _DEEPEST):
        raise _too_deep(path)
    return found


def text_of(path: Path) -> str:
    """Return the text of ``path``, without its byte order mark.

    Raises:
        TomlFileError: missing, unreadable or not UTF-8.
    """
    return decoded(path, bytes_of(path))


def bytes_of(path: Path) -> bytes:
    """Return the bytes of ``path``.

    Raises:
        TomlFileError: missing or unreadable.
    """
    try:
        return read_plain(path, _MOST_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error


def decoded(path: Path, raw: bytes) -> str:
    """Decode ``raw``, the content of ``path``.

    Raises:
        TomlFileError: it is not UTF-8.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        what = "UTF-16; save it as UTF-8" if utf16 else "not UTF-8"
        raise problem(path, f"it cannot be read: its text is {what}") from error


def _unreadable(path: Path, error: OSError) -> TomlFileError:
    return TomlFileError(
        f"{path} cannot be read: {error.strerror or error}.",
        kept="Nothing was changed.",
        next_step="Make it a readable file, or remove it.",
    )


def _too_deep(path: Path) -> TomlFileError:
    refused = problem(path, f"it has lists or tables nested more than {_DEEPEST} deep")
    refused.exit_code = ExitCode.USAGE
    return refused


def _is_long_key(line: str) -> bool:
    """Return whether a line has a key so deep that the parser would take minutes for it."""
    key = line.partition("=")[0]
    return key.count(".") >= _DEEPEST and _DOTTED.fullmatch(key) is not None


def _is_deeper(value: object, most: int) -> bool:
    """Return whether tables and lists are nested deeper than ``most``, without recursion."""
    level: list[object] = [value]
    for _ in range(most):
        level = [
            part
            for inside in level
            if isinstance(inside, dict | list)
            for part in (inside.values() if isinstance(inside, dict) else inside)
        ]
        if not level:
            return False
    return True


def problem(
    path: Path, message: str, *, key: Sequence[str] = (), line: int | None = None
) -> TomlFileError:
    """Return an error that names ``path``, the line and the key."""
    if line is None and key:
        line = line_of(path, key)
    where = f"{path}, line {line}" if line else f"{path}"
    about = f"{'.'.join(key)}: " if key else ""
    return TomlFileError(
        f"{where}: {about}{message}".rstrip(". ") + ".",
        kept="Nothing was changed.",
        next_step="Correct that line and try again.",
    )


def line_of(path: Path, key: Sequence[str]) -> int | None:
    """Return the line (from 1) of ``key``, or of its table, or ``None``.

    A table in a list is named by its position, from 1: ``("rule", "10", "points")``.
    """
    try:
        lines = text_of(path).splitlines()
    except TomlFileError:
        return None
    wanted, table, best = tuple(key), tuple[str, ...](), None
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(lines, start=1):
        if header := _HEADER.match(line):
            table = _parts(header["name"])
            if line.lstrip().startswith("[["):
                seen[table] = seen.get(table, 0) + 1
                table = (*table, str(seen[table]))
            if table == wanted[: len(table)]:
                best = number
        elif (found := _KEY.match(line)) and (*table, *_parts(found["key"])) == wanted:
            return number
    return best


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
