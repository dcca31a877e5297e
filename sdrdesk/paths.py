"""Directories and files: below ``SDRDESK_HOME`` if it is set, else the platform's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.light_tuple import NamedTuple


class Paths(NamedTuple):
    """Directories and files of one rep."""

    config_dir: Path
    """``config.toml``, the team's rule files and the ``scripts`` folder."""
    data_dir: Path
    """The database and its backups."""
    log_dir: Path

    @property
    def home(self) -> Path:
        """The directory shown as the home of sdrdesk: that of the data."""
        return self.data_dir

    @property
    def config_file(self) -> Path:
        """The settings; it need not exist."""
        return self.config_dir / "config.toml"

    @property
    def scripts_dir(self) -> Path:
        """The team's own call scripts; it need not exist."""
        return self.config_dir / "scripts"

    @property
    def themes_dir(self) -> Path:
        """The rep's own colour themes; it need not exist."""
        return self.config_dir / "themes"

    @property
    def rules_dir(self) -> Path:
        """Copies of rule sets, and which one is in force; created with the first of them."""
        return self.data_dir / "rules"

    @property
    def hooks_dir(self) -> Path:
        """The rep's own hooks; it need not exist."""
        return self.config_dir / "hooks"

    @property
    def hook_results_dir(self) -> Path:
        """Results of hooks, and those of the team that the rep agreed to."""
        return self.data_dir / "hook-results"

    @property
    def agents_socket(self) -> Path:
        """The socket at which agents reach the open workbench."""
        return self.data_dir / "agents.sock"

    @property
    def database(self) -> Path:
        """The local database."""
        return self.data_dir / "sdrdesk.db"

    @property
    def meetings_dir(self) -> Path:
        """Calendar files of meetings; created with the first of them."""
        return self.data_dir / "meetings"

    @property
    def log_file(self) -> Path:
        """The rotating log."""
        return self.log_dir / "sdrdesk.log"

    def ensure(self) -> None:
        """Create the directories, readable only by the rep.

        Raises:
            SdrDeskError: a directory cannot be created or entered.
        """
        for directory in (self.config_dir, self.data_dir, self.log_dir):
            try:
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not os.access(directory, os.R_OK | os.X_OK) or not _may_write(directory):
                    raise PermissionError(13, "permission denied")
                if directory.stat().st_mode & 0o077:
                    directory.chmod(0o700)
            except OSError as error:
                why = "a file has this name" if directory.is_file() else error.strerror or error
                raise SdrDeskError(
                    f"The directory {directory} cannot be used: {why}.",
                    kept="Nothing was changed.",
                    next_step="Give yourself access to it, or set SDRDESK_HOME to a directory "
                    "that you own.",
                ) from error


def find_paths(environ: Mapping[str, str]) -> Paths:
    """Return the paths for this environment; nothing is created yet."""
    home = environ.get("SDRDESK_HOME", "").strip()
    if home:
        try:
            base = Path(home).expanduser().absolute()
        except (RuntimeError, OSError) as error:  # ~name of no user, a folder that was removed
            raise SdrDeskError(
                f"SDRDESK_HOME cannot be found: {error}.",
                kept="Nothing was changed.",
                next_step="Set it to a full path, such as /home/you/sdrdesk.",
            ) from error
        return Paths(config_dir=base, data_dir=base, log_dir=base / "logs")
    import platformdirs  # not needed with SDRDESK_HOME

    dirs = platformdirs.PlatformDirs("sdrdesk", appauthor=False, roaming=False)
    return Paths(
        config_dir=dirs.user_config_path,
        data_dir=dirs.user_data_path,
        log_dir=dirs.user_log_path,
    )


def _may_write(directory: Path) -> bool:
    """Return whether files can be created; a read-only disk is reported by the code that writes."""
    if os.access(directory, os.W_OK):
        return True
    read_only = False
    if sys.platform != "win32":  # it has no such call
        read_only = bool(os.statvfs(directory).f_flag & os.ST_RDONLY)
    return read_only
