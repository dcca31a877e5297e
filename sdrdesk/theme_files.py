"""The rep's own colour themes: ``themes/NAME.toml`` next to ``config.toml``.

A file that is wrong is named by line and left out; the workbench opens all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.theme import OwnTheme, parse_theme
from sdrdesk.toml_file import TomlFileError, problem, read_toml, wrong_setting

MOST_FILES = 50


class OwnThemes(NamedTuple):
    """The themes of the folder."""

    themes: tuple[OwnTheme, ...] = ()
    problems: tuple[TomlFileError, ...] = ()


def read_themes(folder: Path, bases: tuple[str, ...]) -> OwnThemes:
    """Return the themes of a folder, which need not exist.

    Args:
        folder: with files of TOML.
        bases: names of the shipped themes, the default first.
    """
    themes, problems = [], []
    for path in sorted(folder.glob("[!.]*.toml"))[:MOST_FILES]:
        try:
            themes.append(_read(path, bases))
        except TomlFileError as error:
            problems.append(error)
    return OwnThemes(tuple(themes), tuple(problems))


def _read(path: Path, bases: tuple[str, ...]) -> OwnTheme:
    if path.stem in bases:
        raise problem(path, f"{path.stem} is the name of a theme that ships; rename the file")

    def parse(said: Mapping[str, object]) -> OwnTheme:
        return parse_theme(path.stem, said, bases)

    data = read_toml(path)
    try:
        return parse(data)
    except ConfigProblem as error:
        raise wrong_setting(path, data, parse, error) from error
