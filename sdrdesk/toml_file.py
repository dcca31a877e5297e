"""TOML files of a person: read them, and say file, line and key when something is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from sdrdesk.domain.errors import SdrDeskError

_HEADER = re.compile(r"^\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_.\"'-]+)\s*=")
_AT = re.compile(r"^(?P<what>.*?) \(at line (?P<line>\d+), column \d+\)$", re.DOTALL)


class TomlFileError(SdrDeskError):
    """A file a person wrote is not right; it was not changed."""


def read_toml(path: Path) -> dict[str, object]:
    """Return the content of ``path``.

    Raises:
        TomlFileError: unreadable, not UTF-8 or not TOML; names file and line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        found = _AT.match(str(error))
        line = int(found["line"]) if found else None
        raise problem(path, str(found["what"] if found else error), line=line) from error
    except (OSError, UnicodeDecodeError) as error:
        raise problem(path, f"it cannot be read ({error})") from error


def problem(
    path: Path, message: str, *, key: Sequence[str] = (), line: int | None = None
) -> TomlFileError:
    """Return an error that names ``path``, the line and the key it is about."""
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
    """Return the line (from 1) that sets ``key``, its table's line if it sets none, else None.

    A table of a list is named by its place in it, from 1: ``("rule", "10", "points")``.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
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
