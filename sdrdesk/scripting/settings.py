"""Settings of a script folder: ``library.toml`` next to the scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.plain_file import is_there
from sdrdesk.scripting.model import SectionKind
from sdrdesk.scripting.parse import ScriptProblem
from sdrdesk.toml_file import TomlFileError, line_of, read_toml

SETTINGS_FILE: Final = "library.toml"


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """Settings of a team's scripts as a whole."""

    shipped: bool = True
    """True if the shipped scripts are used too."""
    headings: Mapping[str, SectionKind] = field(default_factory=dict)
    """The team's own headings of sections, in lower case."""


def read_settings(folder: Path) -> LibrarySettings:
    """Return the settings of a folder; everything has a default.

    Raises:
        ScriptProblem: names the line.
    """
    path = folder / SETTINGS_FILE
    if not is_there(path):
        return LibrarySettings()
    try:
        return _parse(TableReader(read_toml(path)))
    except ConfigProblem as error:
        said = f"{'.'.join(error.key_path)} {error.message}"
        raise ScriptProblem(path, line_of(path, error.key_path) or 1, said) from error
    except TomlFileError as error:
        raise ScriptProblem(path, error.line or 1, error.said.rstrip(".")) from error


def _parse(top: TableReader) -> LibrarySettings:
    shipped = top.boolean("shipped", True)
    table = top.table("headings", optional=True)
    found: dict[str, SectionKind] = {}
    for kind in SectionKind:
        if kind is SectionKind.OTHER or not table.has(kind.value):
            continue
        names = table.texts(kind.value) if table.is_list(kind.value) else (table.text(kind.value),)
        found |= {name.strip().casefold(): kind for name in names if name.strip()}
    table.done()
    top.done()
    return LibrarySettings(shipped, found)
