"""The cadence files: those of the team, the rep's own, then what ships.

A file replaces the one of the same name in a later folder. One that is wrong is named and left out;
leads that are in it stay where they are until it is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sdrdesk.domain.cadence.cadence import Cadence, parse_cadence
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.rulebook import shipped_path
from sdrdesk.toml_file import TomlFileError, read_toml, wrong_setting

FOLDER = "cadences"
MOST_FILES = 200


class CadenceFiles:
    """Reads the files when they are first asked for, and again when one changed."""

    def __init__(self, folders: Callable[[], Sequence[Path]]) -> None:
        self._folders = folders
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._read: dict[str, Cadence] = {}
        self.problems: list[TomlFileError] = []
        """Files that cannot be used."""
        self.paths: dict[str, Path] = {}
        """The file of each cadence."""

    def __call__(self) -> Mapping[str, Cadence]:
        """Return the cadences by name, the team's own first."""
        found = self._files()
        seen = tuple(_sign(path) for path in found.values())
        if seen != self._seen:
            self._seen, self.paths = seen, found
            self._read, self.problems = {}, []
            for name, path in found.items():
                self._add(name, path)
        return self._read

    def _files(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder in (*self._folders(), shipped_path("")):
            for path in sorted((folder / FOLDER).glob("*.toml"))[:MOST_FILES]:
                if not path.name.startswith("."):
                    found.setdefault(path.stem, path)
        return found

    def _add(self, name: str, path: Path) -> None:
        def parse(said: Mapping[str, object]) -> Cadence:
            return parse_cadence(name, said)

        try:
            data = read_toml(path)
        except TomlFileError as error:
            self.problems.append(error)
            return
        try:
            self._read[name] = parse(data)
        except ConfigProblem as error:
            self.problems.append(wrong_setting(path, data, parse, error, None))


def _sign(path: Path) -> tuple[str, int, int]:
    try:
        info = path.stat()
    except OSError:
        return (str(path), 0, -1)
    return (str(path), info.st_mtime_ns, info.st_size)
