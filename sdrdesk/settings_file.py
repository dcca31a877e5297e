"""``config.toml``, and the copy of it that could be read last.

A wrong file never stops a block: the copy counts until the file is mended. Where no copy is known,
reading raises, so a wrong first file is never taken for the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sdrdesk.config import Settings, load_settings
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.paths import Paths
from sdrdesk.plain_file import write_owned
from sdrdesk.toml_file import TomlFileError, bytes_of

_KEPT = "The last good settings stay in force until it is mended"
_Stamp = tuple[int, int, int]


class SettingsFile:
    """The settings of one rep on one machine."""

    def __init__(self, paths: Paths, environ: Mapping[str, str]) -> None:
        self._path = paths.config_file
        self._copy = paths.rules_dir / "last-config.toml"
        self._environ = environ
        self._told = ""
        self._seen: _Stamp | None = None
        self.problem = ""
        """Why the copy counts instead of the file: names file and line; ``""`` for the file."""

    @property
    def in_force(self) -> Path:
        """The file that counts; it need not exist."""
        return self._copy if self.problem else self._path

    @property
    def words(self) -> str:
        """The mistake, and the value in force instead, ``""`` for nothing."""
        return f"{self.problem} {_KEPT}." if self.problem else ""

    def load(self) -> Settings:
        """Return the settings in force.

        Raises:
            TomlFileError: the file is wrong and no copy is known, or a variable of the environment
                is wrong.
        """
        self._seen = _stamp(self._path)
        try:
            found = load_settings(self._path, self._environ)
        except TomlFileError as error:
            if error.path is None or not self._copy.is_file():
                raise
            try:
                kept = load_settings(self._copy, self._environ)
            except SdrDeskError:
                raise error from None
            self.problem = error.what
            return kept
        self.problem = ""
        if self._seen:
            self._keep()
        return found

    def look(self) -> str:
        """Look whether the file changed while sdrdesk is open; return what to tell, ``""`` nothing.

        The settings of an open workbench stay what they are.
        """
        if _stamp(self._path) != self._seen:
            try:
                self.load()
            except SdrDeskError as error:  # no copy: what was read at the start counts
                self.problem = getattr(error, "what", "") or str(error)
        before, self._told = self._told, self.problem
        if self.problem == before:
            return ""
        if self.problem:
            return f"{self.problem} {_KEPT}; nothing else stops."
        return f"{self._path.name} is mended. What else you changed in it counts at the next start."

    def _keep(self) -> None:
        with suppress(Exception):  # a full or read-only disk only costs the safety net
            content = bytes_of(self._path)
            if self._copy.is_file() and self._copy.read_bytes() == content:
                return
            self._copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_owned(self._copy, content)


def _stamp(path: Path) -> _Stamp | None:
    """Return what changes when the file does, ``None`` for no file."""
    try:
        link, info = path.lstat(), path.stat()
    except FileNotFoundError:
        return (-1, 0, 0) if path.is_symlink() else None
    except OSError:
        return (-1, 0, 1)
    return (info.st_mtime_ns, info.st_size, link.st_ino)
