"""The rule files in force: the team's folder, the rep's own, and the last set that was good.

Three places, the first that has a file counts: the team's set (brought by ``rules pull``, or kept
by hand in ``team/``), the configuration directory, what ships. A set that was read without an error
is copied and remembered; when a file is wrong later, that copy stays in force until it is mended.
Sets are folders named after their content and never change, and one small file says which is in
force: a swap happens as a whole or not at all, also when the machine dies in between.

Imports in functions: every start looks here, and most need nothing of it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sdrdesk.crm_file import CRM_FILE, read_crm_file
from sdrdesk.domain.digest import sha256_of
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.paths import Paths
from sdrdesk.plain_file import is_there, read_plain, write_owned
from sdrdesk.rulebook import RULE_FILES, Rulebook
from sdrdesk.toml_file import TomlFileError

TOML_FILES = (*(f"{name}.toml" for name in RULE_FILES), CRM_FILE)
"""The files of a team next to its scripts."""
SCRIPTS = "scripts"
SCRIPT_SETTINGS = "library.toml"
CADENCES = "cadences"
HOOKS = "hooks"
"""Programs; each runs only after the rep agreed to its content (``services/hooks``)."""
MOST_FILES = 1000
MOST_BYTES = 4 * 1024 * 1024
"""Of one file."""
_NOTE = "in-force.json"
"""Says which set is in force, and the earlier ones."""
_KEPT = 10
"""Earlier sets that a rep can go back to."""

Signature = tuple[tuple[str, int, int, int], ...]


class SetInForce(NamedTuple):
    """One pulled set."""

    digest: str
    """Name of its folder."""
    source: str
    """Folder or git URL."""
    version: str
    """Commit, else the beginning of the digest."""
    at: str
    """When it was pulled, ISO 8601 UTC."""
    about: str = ""
    """First line of the commit."""

    @property
    def shown_source(self) -> str:
        """The source without a password in its address."""
        return without_password(self.source)

    def to_json(self) -> dict[str, str]:
        """Return the set as in ``rules show --json``."""
        return {**self._asdict(), "source": self.shown_source}


class InForce(NamedTuple):
    """The folders in force."""

    folders: tuple[Path, ...]
    """In this order; what none of them has is the shipped file."""
    pulled: SetInForce | None = None
    problem: str = ""
    """Why these are not the files as they should be: names file and line."""
    last_good: bool = False
    """True if the last good set counts instead of the files as they are."""

    @property
    def words(self) -> str:
        """The version, for a person; ``""`` without a pulled set."""
        return f"rules {self.pulled.version}" if self.pulled else ""

    @property
    def meanwhile(self) -> str:
        """The rules that count until the problem is mended, for a person."""
        if self.last_good:
            return "The last good rules stay in force until it is mended"
        return "Until then your own files and the rules that ship count"


class RuleFiles:
    """The rule files of one machine."""

    def __init__(self, paths: Paths) -> None:
        self._home = paths.config_dir
        self._dir = paths.rules_dir
        self._copy = paths.rules_dir.with_name(f"{paths.rules_dir.name}-{_NOTE}")
        """Copy of the note, for the day on which the whole folder is gone."""

    # The files themselves.

    def pulled(self) -> tuple[SetInForce, ...]:
        """Return the pulled set in force, then the earlier ones, latest first."""
        return tuple(each for each in self.noted() if self.folder(each.digest).is_dir())

    def source(self) -> str:
        """Return where the set in force came from, also if its files are gone; ``""`` for none."""
        return next((each.source for each in self.noted()), "")

    def noted(self) -> list[SetInForce]:
        """Return the sets that were pulled, the one in force first, also those that are gone."""
        note = self._dir / _NOTE
        listed = _read_json(note if is_there(note) else self._copy).get("sets")
        found = [_set_of(item) for item in listed] if isinstance(listed, list) else []
        return [each for each in found if each]

    def _lost(self) -> str:
        """Return what became of the pulled set that should be in force, ``""`` when it is there."""
        noted, note = self.noted(), self._dir / _NOTE
        if noted and not self.folder(noted[0].digest).is_dir():
            return (
                f"The team's rules {noted[0].version} are gone from this machine "
                f"({self.folder(noted[0].digest)}). Fetch them again with: sdrdesk rules pull "
                "(sdrdesk rules rollback goes on without them)."
            )
        if not noted and is_there(note) and "sets" not in _read_json(note):
            return (
                f"{note} cannot be read. Fetch the team's rules again with: sdrdesk rules pull URL."
            )
        return ""

    def folder(self, digest: str) -> Path:
        """Return the folder of a set."""
        return self._dir / "sets" / digest

    def team(self) -> Path | None:
        """Return the folder of the team's rules, ``None`` for none."""
        sets = self.pulled()
        if sets:
            return self.folder(sets[0].digest)
        kept = self._home / "team"
        return kept if is_there(kept) else None

    def written(self) -> tuple[Path, ...]:
        """Return the folders of the files as they are, good or not."""
        team = self.team()
        return (team, self._home) if team else (self._home,)

    def origin(self, name: str) -> Path | None:
        """Return the file that counts for ``name``, ``None`` for the shipped one."""
        return next((f / name for f in self.written() if is_there(f / name)), None)

    def shadowed(self) -> list[Path]:
        """Return files that do not count, because the team's set has one of that name."""
        first, *rest = self.written()
        names = [name for name in TOML_FILES if is_there(first / name)]
        return [folder / name for folder in rest for name in names if is_there(folder / name)]

    def signature(self) -> Signature:
        """Return what changes when any file does; some dozens of looks at the disk."""
        paths = [folder / name for folder in self.written() for name in TOML_FILES]
        return tuple(sign for path in paths if (sign := _sign(path)))

    # The files in force.

    def in_force(self, default_country: str = "") -> InForce:
        """Return where to read rules, after checking files that are new.

        A set that is gone or cannot be read leaves the last good one in force, also where that was
        what ships.
        Without a good one the files count as they are, and reading them raises.
        """
        sets = self.pulled()
        current = sets[0] if sets else None
        folders, signature = self.written(), self.signature()
        good, problem = _read_json(self._dir / "last-good.json"), self._lost()
        if not problem:
            self._copy_note()
        if not problem and good.get("files") == [list(sign) for sign in signature]:
            return InForce(folders, current)
        problem = problem or (first_problem(folders, default_country) if signature else "")
        if not problem:
            self._remember(folders, signature)
            return InForce(folders, current)
        digest = good.get("set")
        if isinstance(digest, str) and digest and self.folder(digest).is_dir():
            return InForce((self.folder(digest),), current, problem, last_good=True)
        return InForce(folders, current, self._lost())

    def _remember(self, folders: Sequence[Path], signature: Signature) -> None:
        with suppress(Exception):  # a full or read-only disk only costs the safety net
            files = dict(own_files(*folders))
            digest = self.keep(files)
            told = {"set": digest, "files": signature}
            write_owned(self._dir / "last-good.json", json.dumps(told))
            self.prune()

    # Changes.

    def keep(self, files: dict[str, bytes]) -> str:
        """Store a set under its digest, in one step, and return the digest."""
        digest = digest_of(files)
        target = self.folder(digest)
        if target.is_dir():
            return digest
        import shutil

        draft = target.with_name(f".{digest}.{os.getpid()}")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        for name, content in files.items():
            path = draft / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with path.open("wb") as file:
                path.chmod(0o700 if name.startswith(f"{HOOKS}/") else 0o600)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        try:
            draft.rename(target)
        except OSError:
            if not target.is_dir():  # else another process was faster
                raise
            shutil.rmtree(draft, ignore_errors=True)
        return digest

    def put_in_force(self, new: SetInForce) -> None:
        """Put a stored set in force; the present one can be gone back to."""
        before = [each for each in self.pulled() if each.digest != new.digest]
        self._write([new, *before])

    def go_back(self) -> SetInForce | None:
        """Put the set before the present one in force and return it; ``None`` for none left."""
        rest = [each for each in self.noted()[1:] if self.folder(each.digest).is_dir()]
        # A set that was withdrawn must not return as the last good one.
        (self._dir / "last-good.json").unlink(missing_ok=True)
        self._write(rest)
        return rest[0] if rest else None

    def _write(self, sets: list[SetInForce]) -> None:
        self._dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({"sets": [each._asdict() for each in sets[:_KEPT]]}, indent=1)
        write_owned(self._dir / _NOTE, text)
        self._copy_note()
        self.prune()

    def _copy_note(self) -> None:
        """Bring the copy of the note up to date."""
        with suppress(OSError):  # a full or read-only disk only costs the safety net
            note = self._dir / _NOTE
            text = read_plain(note, MOST_BYTES) if is_there(note) else b""
            if text and (not is_there(self._copy) or read_plain(self._copy, MOST_BYTES) != text):
                write_owned(self._copy, text.decode())

    def prune(self) -> None:
        """Delete the sets that nobody can go back to."""
        import shutil

        wanted = {each.digest for each in self.pulled()}
        wanted.add(str(_read_json(self._dir / "last-good.json").get("set", "")))
        with suppress(OSError):
            for folder in (self._dir / "sets").iterdir():
                if folder.name not in wanted and not folder.name.startswith("."):
                    shutil.rmtree(folder, ignore_errors=True)


class LiveRulebook(Rulebook):
    """The rules in force, which follow the files while sdrdesk is open."""

    def __init__(self, files: RuleFiles, default_country: str = "") -> None:
        self._files = files
        self._seen = files.signature()
        self.in_force = files.in_force(default_country)
        super().__init__(self.in_force.folders, default_country)

    @property
    def problem(self) -> str:
        """Why the last good set is in force, ``""`` when the files are."""
        return self.in_force.problem

    def changed(self) -> bool:
        """Return whether a file changed since the rules were read."""
        return self._files.signature() != self._seen

    def follow(self) -> bool:
        """Read the rules again if a file changed; return whether that was so.

        Not while a call is on: outcomes and their keys stay what they were.
        """
        seen = self._files.signature()
        if seen == self._seen:
            return False
        found = self._files.in_force(self.default_country)
        self._seen, self.in_force = seen, found
        self.read_again(found.folders)
        return True


def first_problem(folders: Sequence[Path], default_country: str = "") -> str:
    """Return the first error of the rule files, with file and line; ``""`` for none."""
    book = Rulebook(folders, default_country)
    try:
        for name in RULE_FILES:
            getattr(book, name)
        read_crm_file(folders)
    except TomlFileError as error:
        return error.what
    return ""


def own_files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each rule file and script, the first folder's only once.

    Raises:
        OSError: a file cannot be read, or is none.
    """
    seen: set[str] = set()
    for folder in folders:
        scripts = folder / SCRIPTS
        found = [folder / name for name in TOML_FILES if is_there(folder / name)]
        found += sorted(scripts.rglob("*.md"))[:MOST_FILES] if scripts.is_dir() else []
        found += [path for path in (scripts / SCRIPT_SETTINGS,) if is_there(path)]
        found += sorted((folder / CADENCES).glob("*.toml"))[:MOST_FILES]
        for path in found:
            name = path.relative_to(folder).as_posix()
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if name not in seen and not hidden:
                seen.add(name)
                yield name, read_plain(path, MOST_BYTES)


def without_password(address: str) -> str:
    """Return a URL with what comes before its host left out."""
    return re.sub(r"//[^/@\s]+@", "//…@", address)


def digest_of(files: dict[str, bytes]) -> str:
    """Return the name of a set with these files."""
    parts: list[bytes] = []
    for name in sorted(files):
        parts += f"{name}\0{len(files[name])}\0".encode(), files[name]
    return sha256_of(parts)[:16]


def _sign(path: Path) -> tuple[str, int, int, int] | None:
    try:
        link = path.lstat()
        info = path.stat()
    except FileNotFoundError:
        return (str(path), 0, -1, 0) if is_there(path) else None  # a link to nothing
    except OSError:
        return (str(path), 0, -1, 1)
    return (str(path), info.st_mtime_ns, info.st_size, link.st_ino)


def _set_of(item: object) -> SetInForce | None:
    if not isinstance(item, dict) or not str(item.get("digest", "")).isalnum():
        return None
    known = {name: str(item.get(name, "")) for name in SetInForce._fields}
    return SetInForce(**known)


def _read_json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(read_plain(path, MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
