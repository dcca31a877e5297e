"""All scripts: the team's own folder first, then the shipped ones; reloaded when files change."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from sdrdesk.domain.errors import NotFoundError, SdrDeskError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.plain_file import is_there
from sdrdesk.scripting import match as matcher
from sdrdesk.scripting.model import (
    LintFinding,
    RenderedScript,
    Script,
    ScriptMatch,
    Section,
    SectionKind,
)
from sdrdesk.scripting.parse import ScriptProblem, read_script
from sdrdesk.scripting.settings import SETTINGS_FILE, LibrarySettings, read_settings

SHIPPED_SCRIPTS: Final = Path(__file__).parent / "library"
"""The starter library inside the package."""

_Stamp = tuple[str, int, int]


class ScriptLibrary:
    """Scripts, matched and merged by lead. Only ``load`` and ``reload_if_changed`` read files."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders
        """Of equal ids, the earlier folder wins."""
        self.scripts: tuple[Script, ...] = ()
        self.problems: tuple[ScriptProblem, ...] = ()
        """Files that could not be used."""
        self._shadowed: tuple[tuple[Script, Script], ...] = ()
        self._stamps: tuple[_Stamp, ...] = ()

    @classmethod
    def load(cls, paths: Sequence[Path], *, shipped: bool = True) -> ScriptLibrary:
        """Return the scripts of the folders ``paths`` and, last, the shipped ones.

        A folder that does not exist is empty; a file that cannot be used is named in ``problems``.
        """
        folders = [*paths, SHIPPED_SCRIPTS] if shipped else list(paths)
        library = cls(tuple(dict.fromkeys(folder.absolute() for folder in folders)))
        library._read(library._look())
        return library

    def reload_if_changed(self) -> bool:
        """Read all files again if one was added, changed or removed; return whether that was so."""
        stamps = self._look()
        if stamps == self._stamps:
            return False
        self._read(stamps)
        return True

    def match(self, lead: Lead, situation: str = "") -> ScriptMatch:
        """Return the most specific script for ``lead`` and why.

        Args:
            lead: the lead.
            situation: a ``Situation`` such as ``no_show``; ``""`` reads it from the lead.

        Raises:
            NotFoundError: no script fits, not even a general one.
        """
        found = matcher.best(self.scripts, lead, situation)
        if found is None:
            raise NotFoundError(
                "No script fits this lead.",
                next_step="Add one without persona and conversion to your scripts folder.",
            )
        return found

    def mail(
        self, lead: Lead, after: str, situation: str = "", template: str = ""
    ) -> tuple[Script, Section] | None:
        """Return the most specific script with an e-mail for ``lead``, and its section.

        Args:
            lead: the lead.
            after: what it follows, of ``MAIL_AFTER``; a section for that comes before one for
                anything.
            situation: as for ``match``.
            template: id of the script to take; ``""`` finds one.
        """
        having = [s for s in self.scripts if any(x.kind is SectionKind.EMAIL for x in s.sections)]
        if template:
            found = next((s for s in having if s.script_id == template), None)
            return (found, _mail_of(found, after, exact=False)) if found else None
        # A closer script without the right e-mail gives way to a more general one that has it.
        for exact in (True, False):
            fitting = [s for s in having if not exact or _has(s, after)]
            match = matcher.best(fitting, lead, situation)
            if match is not None:
                return match.script, _mail_of(match.script, after, exact=exact)
        return None

    @property
    def mail_templates(self) -> tuple[str, ...]:
        """The ids of the scripts that have an e-mail, the team's own first."""
        return tuple(
            script.script_id
            for script in self.scripts
            if any(section.kind is SectionKind.EMAIL for section in script.sections)
        )

    def render(
        self,
        script: Script,
        lead: Lead,
        context: Mapping[str, str],
        now: datetime | None = None,
        more: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> RenderedScript:
        """Return ``script`` merged with ``lead``; see ``render.render``."""
        from sdrdesk.scripting import render as renderer

        return renderer.render(script, lead, context, now, more)

    def lint(
        self, *, personas: Sequence[str] = (), slots: Sequence[str] = (), team_only: bool = False
    ) -> list[LintFinding]:
        """Return the problems of the library, errors first, then by file and line.

        Args:
            personas: the account's persona labels; ``()`` leaves those rules out.
            slots: keys of the qualification framework; ``()`` leaves that rule out.
            team_only: do not look inside of the shipped scripts.
        """
        from sdrdesk.scripting import lint as linter

        return linter.lint(
            self.scripts,
            self.problems,
            self._shadowed,
            personas=personas,
            slots=slots,
            team_only=team_only,
        )

    def _settings(
        self, folder: Path, before: LibrarySettings, problems: list[ScriptProblem]
    ) -> LibrarySettings:
        """Return the settings of a folder; those of the folders before it count first."""
        try:
            found = read_settings(folder)
        except ScriptProblem as problem:
            problems.append(problem)
            return before
        headings = {**found.headings, **before.headings}
        return LibrarySettings(before.shipped and found.shipped, headings)

    def _look(self) -> tuple[_Stamp, ...]:
        own = (_stamp(folder / SETTINGS_FILE) for folder in self.folders)
        return (*own, *(_stamp(path) for folder in self.folders for path in _files(folder)))

    def _read(self, stamps: tuple[_Stamp, ...]) -> None:
        by_id: dict[str, Script] = {}
        problems: list[ScriptProblem] = []
        shadowed: list[tuple[Script, Script]] = []
        settings = LibrarySettings()
        for folder in self.folders:
            if folder == SHIPPED_SCRIPTS and not settings.shipped:
                continue
            settings = self._settings(folder, settings, problems)
            origin: Literal["team", "shipped"] = "shipped" if folder == SHIPPED_SCRIPTS else "team"
            for path in _files(folder):
                try:
                    script = read_script(path, origin, settings.headings)
                except ScriptProblem as problem:
                    problems.append(problem)
                    continue
                first = by_id.setdefault(script.script_id, script)
                if first is not script and first.origin == script.origin:
                    shadowed.append((first, script))
        self.scripts = tuple(by_id.values())
        self.problems = tuple(problems)
        self._shadowed = tuple(shadowed)
        self._stamps = stamps


def _has(script: Script, after: str) -> bool:
    return any(x.kind is SectionKind.EMAIL and x.after in ("", after) for x in script.sections)


def _mail_of(script: Script, after: str, *, exact: bool) -> Section:
    mails = [section for section in script.sections if section.kind is SectionKind.EMAIL]
    wanted = (after, "") if exact else (after, "", *(mail.after for mail in mails))
    return next(mail for name in wanted for mail in mails if mail.after == name)


def _files(folder: Path) -> Iterator[Path]:
    if not _is_folder(folder):
        return
    for path in sorted(folder.rglob("*.md")):
        # A folder in git has a README and hidden folders.
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        # Pipes and broken links are read too, so that they are reported.
        if not path.is_dir() and not hidden and path.stem.upper() != "README":
            yield path


def _is_folder(folder: Path) -> bool:
    """Return whether the folder exists.

    Raises:
        SdrDeskError: it is something else, or it may not be read.
    """
    if not is_there(folder):
        return False
    if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
        return True
    what = "is a link to nothing" if not folder.exists() else "is not a readable folder"
    raise SdrDeskError(
        f"The scripts folder {folder} {what}.",
        kept="Nothing was changed.",
        next_step="Make it a folder, or remove it to use the shipped scripts.",
    )


def _stamp(path: Path) -> _Stamp:
    try:
        info = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), info.st_mtime_ns, info.st_size)
