"""Reading TOML files that people write, with errors that name file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sdrdesk.domain.errors import ExitCode, SdrDeskError
from sdrdesk.plain_file import is_there, read_plain
from sdrdesk.toml_lines import key_lines, said_twice

if TYPE_CHECKING:
    from sdrdesk.domain.config.problem import ConfigProblem

_MOST_BYTES = 4 * 1024 * 1024
"""Far more than any rule file needs."""
_DOTTED = re.compile(r"[\s\w.\"'\[\]-]*")
_DEEPEST = 64
"""Most levels of tables and lists; settings need only a few."""
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)")
_MARK = "\ufeff"
_TWICE = re.compile(r"Cannot (overwrite|declare|mutate)|Duplicate inline table key")
"""Errors of ``tomllib`` about a key or table that is there already."""
_AT = re.compile(r"^(?P<what>.*?) \(at line (?P<line>\d+), column \d+\)$", re.DOTALL)


class TomlFileError(SdrDeskError):
    """A file has an error; it was not changed.

    Attributes:
        path: the file, ``None`` for an environment variable.
        line: from 1; ``None`` for the file as a whole.
        key: the keys that lead to the setting.
        said: what is wrong there, a clause without file and line.
        others: the other problems of the same file.
    """

    path: Path | None = None
    line: int | None = None
    key: tuple[str, ...] = ()
    said: str = ""
    others: tuple[TomlFileError, ...] = ()


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
    if found_mark := stray_mark(text):
        raise problem(path, found_mark[1], line=found_mark[0])
    if any(_is_long_key(line) for line in text.splitlines()):
        raise _too_deep(path)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said, line = toml_error(error, text)
        raise problem(path, said, line=line or len(text.splitlines()) or 1) from error
    except RecursionError as error:
        raise _too_deep(path) from error
    except ValueError as error:  # a number of thousands of digits
        raise problem(path, f"a value cannot be read ({error})") from error
    if _is_deeper(found, _DEEPEST):
        raise _too_deep(path)
    return found


def toml_error(error: tomllib.TOMLDecodeError, text: str) -> tuple[str, int | None]:
    """Return what is wrong in ``text`` and the line; without one it is the end of the text."""
    at = _AT.match(str(error))
    said, line = (at["what"], int(at["line"])) if at else (str(error), None)
    if not _TWICE.match(said):
        return said, line
    name, second, first = said_twice(text, line or len(text.splitlines()))
    if not first:
        return "a key or table is in the file twice; keep one of the two", line
    return f'"{name}" is in the file twice, first in line {first}; keep one of the two', second


def stray_mark(text: str) -> tuple[int, str] | None:
    """Return line and description of what no text editor shows as wrong, ``None`` for nothing.

    That is a conflict of git, and a byte order mark inside of a text (two files joined).
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if _CONFLICT.match(line):
            said = "git left a conflict here; keep one of the two versions and delete the markers"
            return number, f"{line[:7]!r} is a conflict marker: {said}"
        if _MARK in line:
            return number, "it has a byte order mark (U+FEFF) here; delete it"
    return None


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
    wrong = TomlFileError(
        f"{path} cannot be read: {error.strerror or error}.",
        kept="Nothing was changed.",
        next_step="Make it a readable file, or remove it.",
    )
    wrong.path, wrong.said = path, f"it cannot be read: {error.strerror or error}"
    return wrong


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
    error = TomlFileError(
        f"{where}: {about}{message}".rstrip(". ") + ".",
        kept="Nothing was changed.",
        next_step="Correct that line and try again.",
    )
    error.path, error.line, error.key, error.said = path, line, tuple(key), message
    return error


_EXTEND: Final = ' (begin the file with extends = "shipped" to write only what differs)'


def wrong_setting(
    path: Path,
    data: Mapping[str, object],
    parse: Callable[[Mapping[str, object]], object],
    found: ConfigProblem,
    shipped: Mapping[str, object] | None = None,
) -> TomlFileError:
    """Return the error about ``found``, which ``parse`` raised for ``data``, with all the others.

    The first is about a setting that does not exist, if there is one: a misspelt name is also
    missing under its right one.
    """
    from sdrdesk.domain.config.all_problems import problems_of  # only for a wrong file

    every = problems_of(data, parse, shipped) or (found,)
    partial = shipped is not None and "extends" not in data
    first, *others = (
        problem(
            path,
            one.message + (_EXTEND if partial and one.stand_in is not None else ""),
            key=one.key_path,
        )
        for one in every
    )
    first.others = tuple(others)
    return first


def line_of(path: Path, key: Sequence[str]) -> int | None:
    """Return the line (from 1) of ``key``; of the nearest table around it when it is missing.

    A table in a list is named by its position, from 1: ``("rule", "10", "points")``. ``None``: the
    file cannot be read.
    """
    try:
        text = text_of(path)
        tomllib.loads(text)
    except (TomlFileError, ValueError, RecursionError):
        return None
    return nearest_line(key_lines(text), tuple(key))


def nearest_line(lines: Mapping[tuple[str, ...], int], key: tuple[str, ...]) -> int:
    """Return the line of ``key``, else of the closest part that is there, else 1."""
    return next((lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in lines), 1)
