"""Checks every file of a folder: alone, against the others, and against the account.

Works on any folder, such as a team's repository in its CI; nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sdrdesk.config import Settings, load_settings
from sdrdesk.domain.check import against_account, doubtful, mentions
from sdrdesk.domain.check.account import AccountView
from sdrdesk.domain.check.finding import Finding, Place, grouped
from sdrdesk.domain.check.mentions import Mention, ScriptFacets
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.rulebook import RULE_FILES, Rulebook, shipped_path
from sdrdesk.scripting.library import ScriptLibrary
from sdrdesk.scripting.model import LintFinding, Script
from sdrdesk.scripting.parse import setting_lines
from sdrdesk.services.check.names import misplaced
from sdrdesk.services.check.versions import outdated
from sdrdesk.toml_file import TomlFileError, nearest_line, text_of
from sdrdesk.toml_lines import KeyPath, key_lines

_SCRIPT_NOTES: Final = ("persona-without-script",)
_TOLD_ELSEWHERE: Final = ("unknown-persona",)
"""Rules of the script linter that this check covers for all files."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check."""

    folder: Path
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    """Files of the team that were read; the shipped ones stand for the others."""
    not_looked_at: Mapping[str, str]
    """What was not looked at, and why."""

    @property
    def clean(self) -> bool:
        """Whether everything was looked at and nothing is wrong; notes do not count."""
        return not self.not_looked_at and all(f.level == "note" for f in self.findings)

    def with_keys(self, problems: list[str]) -> Checked:
        """Return the result with problems of the keymap and of the outcomes' letters."""
        more = [
            Finding("warning", ("keys", said), said.rstrip("."), (Place("config.toml", ("ui",)),))
            for said in problems
        ]
        located = (_located(finding, self.folder) for finding in more)
        return replace(self, findings=grouped((*self.findings, *located)))

    def to_json(self) -> dict[str, object]:
        """Return the output of ``rules check --json``."""
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "findings": [finding.to_json() for finding in self.findings],
            "not_looked_at": dict(self.not_looked_at),
            "clean": self.clean,
        }

    def lines(self) -> Iterator[str]:
        """Yield the result for a terminal, the count last."""
        named = ", ".join(self.files) or "no files of its own, so the shipped ones"
        yield f"Checked {self.folder}: {named}"
        for finding in self.findings:
            yield f"{finding.level}: {finding.words}"
        for what, why in self.not_looked_at.items():
            yield f"not looked at: {what}: {why}"
        counts = [
            f"{sum(f.level == level for f in self.findings)} {level}s"
            for level in ("error", "warning", "note")
        ]
        yield ", ".join(counts)


def check_folder(
    folder: Path, account: AccountView | None, settings: Settings | None = None
) -> Checked:
    """Check the rules in ``folder``.

    Args:
        folder: holds rule files, ``scripts`` and perhaps ``config.toml``.
        account: the account; ``None`` when it is not known.
        settings: the rep's settings; ``None`` reads ``config.toml`` of the folder.
    """
    found: list[Finding] = []
    own = settings
    # A folder of rules alone says nothing about the field of "do not call".
    chooses = settings is not None or (folder / "config.toml").exists()
    if own is None:
        own, wrong = _settings(folder / "config.toml")
        found += _of_file_errors(wrong, folder)
    book = _Book(folder, own.crm.default_country)
    found += misplaced(folder)
    found += book.problems
    found += outdated(folder)
    library, problems = _library(folder / "scripts")
    found += problems
    facets = _facets(library, folder)
    named = tuple(book.mentions(facets))
    found += _doubts(book, facets, account)
    unread: dict[str, str] = {}
    personas = tuple(
        o.label for o in (account.options.get("persona", ()) if account else ()) if not o.hidden
    )
    if library is not None:
        slots = sorted(book.rules.qualification.keys)
        found += _of_scripts(library.lint(personas=personas, slots=slots), folder)
    if account is None:
        unread["the account"] = "no token and no snapshot: sdrdesk login, or --account FILE"
    else:
        unread |= account.not_read
        if not any(m.kind == "list" for m in named):
            unread.pop("static lists", None)
        found += _against(account, book, named, own)
        if chooses:
            place = Place("config.toml", ("crm", "do_not_call"))
            found += against_account.of_do_not_call(account, own.crm.do_not_call, place)
    located = (_located(finding, folder) for finding in found)
    files = tuple(sorted(_own_files(folder, library)))
    return Checked(folder, grouped(located), files, unread)


def _settings(path: Path) -> tuple[Settings, TomlFileError | None]:
    try:
        return load_settings(path, {}), None
    except TomlFileError as error:
        return Settings(), error


class _Book:
    """The rules of a folder; for a wrong file the shipped one, so that the others are read."""

    def __init__(self, folder: Path, country: str) -> None:
        self.rules = Rulebook(folder, country)
        self.broken: set[str] = set()
        self.problems: list[Finding] = []
        shipped = Rulebook(shipped_path(""), country)
        # Those that others need come first.
        for name in sorted(RULE_FILES, key=lambda name: name not in ("retry", "windows")):
            try:
                getattr(self.rules, name)
            except TomlFileError as error:
                self.broken.add(f"{name}.toml")
                self.problems += _of_file_errors(error, folder)
                vars(self.rules)[name] = getattr(shipped, name)

    def mentions(self, facets: tuple[ScriptFacets, ...]) -> Iterator[Mention]:
        """Yield every name of the account in the files that could be read."""
        book = self.rules
        made: tuple[tuple[str, Callable[[], Iterator[Mention]]], ...] = (
            ("dispositions.toml", lambda: mentions.of_dispositions(book.dispositions)),
            ("rules.toml", lambda: mentions.of_rules(book.rules)),
            ("sla.toml", lambda: mentions.of_sla(book.sla)),
            ("views.toml", lambda: mentions.of_views(book.views)),
            ("personas.toml", lambda: mentions.of_personas(book.personas)),
            ("", lambda: mentions.of_scripts(facets)),
        )
        for name, make in made:
            if name not in self.broken:
                yield from make()


def _doubts(
    book: _Book, facets: tuple[ScriptFacets, ...], account: AccountView | None
) -> Iterator[Finding]:
    rules = book.rules
    languages = account.leads.by_value.get("language") if account and account.leads else None
    made: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("dispositions.toml", lambda: doubtful.of_outcomes(rules.dispositions, rules.retry)),
        ("sla.toml", lambda: doubtful.of_sla(rules.sla)),
        ("views.toml", lambda: doubtful.of_views(rules.views)),
        ("", lambda: doubtful.of_languages(facets, languages)),
    )
    for name, make in made:
        if name not in book.broken:
            yield from make()


def _against(
    account: AccountView, book: _Book, named: tuple[Mention, ...], settings: Settings
) -> Iterator[Finding]:
    crm = settings.crm
    stage = Mention(
        "lifecycle", crm.qualified_stage, Place("config.toml", ("crm", "qualified_stage"))
    )
    yield from against_account.of_access(account)
    yield from against_account.names_not_there((*named, stage), account)
    yield from against_account.unmentioned(named, account, crm.qualified_stage)
    yield from against_account.of_leads(
        account, unassigned=book.rules.rules.unassigned, owners=settings.queue.owners
    )
    if crm.owner:
        me = Mention("owner", crm.owner, Place("config.toml", ("crm", "owner")))
        yield from against_account.names_not_there((me,), account)


# -- files and lines ------------------------------------------------------------------------------


def _of_file_errors(error: TomlFileError | None, folder: Path) -> Iterator[Finding]:
    for one in (error, *error.others) if error else ():
        path = one.path or folder
        about = f"{'.'.join(one.key)}: " if one.key else ""
        yield Finding(
            "error",
            ("file", str(path), *one.key, str(one.line)),
            f"{about}{one.said}",
            (Place(_name(path, folder), one.key, one.line or 1),),
        )


def _library(folder: Path) -> tuple[ScriptLibrary | None, list[Finding]]:
    try:
        return ScriptLibrary.load([folder]), []
    except SdrDeskError as error:
        return None, [Finding("error", ("scripts",), error.what.rstrip("."), (Place("scripts"),))]


def _facets(library: ScriptLibrary | None, folder: Path) -> tuple[ScriptFacets, ...]:
    own = [s for s in library.scripts if s.origin == "team"] if library else []
    return tuple(
        ScriptFacets(
            _name(script.path, folder),
            script.persona,
            script.stage,
            script.language,
            setting_lines(script.path),
        )
        for script in own
    )


def _of_scripts(found: list[LintFinding], folder: Path) -> Iterator[Finding]:
    for one in found:
        path = Path(one.path) if one.path else None
        ours = path is not None and path.is_relative_to(folder.absolute())
        if one.rule in _TOLD_ELSEWHERE or not (ours or path is None):
            continue
        place = (Place(_name(path, folder), (), one.line or 1),) if path else ()
        level = "note" if one.rule in _SCRIPT_NOTES else one.level
        fact = ("script", one.rule, one.path, str(one.line), one.message)
        yield Finding(
            level,
            fact,
            f"{one.script_id or 'the script'} {one.message}" if path else one.message,
            place,
        )


def _located(finding: Finding, folder: Path) -> Finding:
    places = tuple(_line(place, folder) for place in finding.places)
    return finding._replace(places=places)


def _line(place: Place, folder: Path) -> Place:
    if place.line or not place.key:
        return place
    for path, shipped in ((folder / place.file, False), (shipped_path(place.file), True)):
        if place.key in (lines := _lines(path)):
            return place._replace(line=lines[place.key], shipped=shipped)
    own = _lines(folder / place.file)
    return place._replace(line=nearest_line(own, place.key) if own else 0)


def _lines(path: Path) -> Mapping[KeyPath, int]:
    try:
        return key_lines(text_of(path))
    except (TomlFileError, IndexError, ValueError):  # a file that is no TOML is told already
        return {}


def _name(path: Path, folder: Path) -> str:
    for root in (folder, folder.absolute()):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


def _own_files(folder: Path, library: ScriptLibrary | None) -> Iterator[str]:
    for name in (*RULE_FILES, "config", "crm"):
        if (folder / f"{name}.toml").exists():
            yield f"{name}.toml"
    own: list[Script] = [s for s in library.scripts if s.origin == "team"] if library else []
    yield from (_name(script.path, folder) for script in own)
