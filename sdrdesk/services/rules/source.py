"""Reads a team's folder from git or from this machine.

``git`` is a process with an argument vector: no shell, no hooks, no question asked, a time limit,
and of its output only the end of the error. What is read is bounded, and nothing in it is run.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from sdrdesk.domain.errors import SdrDeskError, UnreachableError, UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.plain_file import is_there, read_plain
from sdrdesk.rule_files import (
    CADENCES,
    HOOKS,
    MOST_BYTES,
    MOST_FILES,
    SCRIPT_SETTINGS,
    SCRIPTS,
    TOML_FILES,
    without_password,
)

GIT_S = 60.0
"""Seconds git may take."""
_MOST_IN_ALL = 32 * 1024 * 1024
_URL = re.compile(r"^(https?|ssh|git|file)://|^[\w.-]+@[\w.-]+:")
_PERSONAL = ("config.toml",)
_SAFE = (
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "log.showSignature=false",
    "-c", "core.symlinks=false",
    "-c", "protocol.ext.allow=never",
    "-c", "submodule.recurse=false",
    "-c", "advice.detachedHead=false",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TeamFolder:
    """The files of a team as they were found."""

    source: str
    version: str
    """Commit, ``""`` when the folder is not in git."""
    about: str
    """First line of the commit."""
    files: Mapping[str, bytes]
    """By name, such as ``scripts/de/demo.md``."""
    problems: tuple[str, ...]
    """Problems of the folder itself."""
    path: Path
    """Its path until the block ends."""


@contextmanager
def opened(source: str, environ: Mapping[str, str]) -> Iterator[TeamFolder]:
    """Yield the team's folder at a git URL (``URL#branch``) or a path; clean up afterwards.

    Raises:
        UsageError: no such folder, or it holds no rule file.
        UnreachableError: git cannot get it.
    """
    if is_url(source):
        url, _, branch = source.partition("#")
        with tempfile.TemporaryDirectory(prefix="sdrdesk-rules-") as place:
            target = Path(place) / "team"
            _clone(url, branch, target, environ)
            yield _read(source, target, *_commit(target, environ))
        return
    folder = Path(os.path.expanduser(source)).absolute()  # noqa: PTH111 - never raises
    if not os.path.isdir(folder):  # noqa: PTH112 - nor for a name that is too long
        link = os.path.islink(folder)  # noqa: PTH114
        what = "is a link to nothing" if link else "is no folder"
        raise UsageError(
            f"{one_line(str(folder), limit=200)} {what}.",
            kept="The rules in use stay.",
            next_step="Name a folder, or a git URL such as https://… or git@…",
        )
    yield _read(str(folder), folder, *_commit(folder, environ))


def is_url(source: str) -> bool:
    """Return whether git has to fetch it."""
    return bool(_URL.match(source))


def _clone(url: str, branch: str, target: Path, environ: Mapping[str, str]) -> None:
    if branch.startswith("-"):
        raise UsageError("A branch cannot begin with a hyphen.", kept="The rules in use stay.")
    chosen = ("--branch", branch) if branch else ()
    clone = ("clone", "--quiet", "--depth", "1", "--single-branch", "--no-tags", "--template=")
    error = _git([*clone, *chosen, "--", url, str(target)], environ)
    if error is not None:
        shown = one_line(without_password(url), limit=200)
        raise UnreachableError(
            f"git could not get {shown}: {error or 'it failed'}.",
            kept="The rules in use stay.",
            next_step="Try `git clone` with the same address; it must work without a question.",
        )


def _commit(folder: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return short commit and first line of its message; empty for a folder without git."""
    if not is_there(folder / ".git"):
        return "", ""
    said: list[str] = []
    if _git(["-C", str(folder), "log", "-1", "--format=%h%n%s"], environ, said) is not None:
        return "", ""
    version, _, about = said[0].partition("\n")
    changed: list[str] = []
    _git(["-C", str(folder), "status", "--porcelain", "--ignore-submodules"], environ, changed)
    mark = "+" if changed and changed[0].strip() else ""
    return one_line(version, limit=40) + mark, one_line(about, limit=120)


def _git(
    arguments: list[str], environ: Mapping[str, str], said: list[str] | None = None
) -> str | None:
    """Run git; return the end of its error when it fails, ``None`` when it worked."""
    wanted = {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_ALLOW_PROTOCOL": "https:http:ssh:git:file",
        "LC_ALL": "C",
    }
    wanted.setdefault("GIT_SSH_COMMAND", environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            done = subprocess.run(  # noqa: S603  # no shell; a URL comes after --
                ["git", *_SAFE, *arguments],  # noqa: S607
                env={**environ, **wanted},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                timeout=GIT_S,
                check=False,
            )
        except FileNotFoundError:
            return "git is not installed; a folder works without it"
        except subprocess.TimeoutExpired:
            return f"it took more than {GIT_S:.0f} seconds"
        except OSError as error:
            return error.strerror or "it cannot be started"
        if said is not None:
            out.seek(0)
            said.append(out.read(4000).decode("utf-8", "replace"))
        if done.returncode == 0:
            return None
        err.seek(max(0, err.seek(0, os.SEEK_END) - 4000))
        lines = err.read().decode("utf-8", "replace").strip().splitlines()
    return one_line(without_password(lines[-1]) if lines else "", limit=200)


def _read(source: str, root: Path, version: str, about: str) -> TeamFolder:
    folder = root
    if not any(is_there(root / name) for name in (*TOML_FILES, SCRIPTS)):
        folder = root / "team"
    problems: list[str] = []
    files: dict[str, bytes] = {}
    size = 0
    for path in _candidates(folder, problems):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() and not _inside(path, root):
            where = "nothing" if not path.exists() else "outside the folder"
            problems.append(f"{name} is a link to {where}")
            continue
        try:
            content = read_plain(path, MOST_BYTES)
        except OSError as error:
            problems.append(f"{name} cannot be read: {error.strerror or error}")
            continue
        size += len(content)
        if len(files) >= MOST_FILES or size > _MOST_IN_ALL:
            raise SdrDeskError(
                f"{source} has more than {MOST_FILES} files or {_MOST_IN_ALL // 2**20} MiB.",
                kept="The rules in use stay.",
                next_step="Keep only rule files and scripts there.",
            )
        files[name] = content
    if not files and not problems:
        raise UsageError(
            f"{source} has no rule file and no scripts.",
            kept="The rules in use stay.",
            next_step=f"A team's folder has {', '.join(TOML_FILES[:3])} … and scripts/.",
        )
    return TeamFolder(source, version, about, files, tuple(problems), folder)


def _candidates(folder: Path, problems: list[str]) -> Iterator[Path]:
    """Yield the files that count, and name those that were meant to."""
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return
    for path in found:
        if path.name in TOML_FILES:
            yield path
        elif path.name in _PERSONAL:
            problems.append(f"{path.name} is each rep's own and has no place in the team's folder")
        elif path.suffix.lower() == ".toml":
            near = get_close_matches(path.name.lower(), TOML_FILES, n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            problems.append(f"{path.name} is no rule file{meant}")
        elif path.name == SCRIPTS and path.is_symlink() and not path.exists():
            problems.append(f"{SCRIPTS} is a link to nothing")
    scripts = folder / SCRIPTS
    if is_there(scripts / SCRIPT_SETTINGS):
        yield scripts / SCRIPT_SETTINGS
    for path in sorted(scripts.rglob("*.md")) if scripts.is_dir() else ():
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and not path.is_dir() and path.stem.upper() != "README":
            yield path
    yield from _beside_scripts(folder)


def _beside_scripts(folder: Path) -> Iterator[Path]:
    for name, pattern in ((CADENCES, "*.toml"), (HOOKS, "*")):
        for path in sorted((folder / name).glob(pattern)):
            if not path.name.startswith((".", "README")) and not path.is_dir():
                yield path


def _inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False
