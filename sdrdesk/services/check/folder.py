"""Checks every file of a folder: alone, against the others, and against the account.

Works on any folder, such as a team's repository in its CI; nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sdrdesk.cadence_files import FOLDER as CADENCES
from sdrdesk.cadence_files import CadenceFiles
from sdrdesk.config import Settings, load_settings
from sdrdesk.crm_file import CRM_FILE, CrmFile, read_crm_file, with_team
from sdrdesk.domain.check import against_account, doubtful, mentions, properties
from sdrdesk.domain.check.account import AccountView
from sdrdesk.domain.check.finding import FileSetting, Finding, grouped
from sdrdesk.domain.check.mentions import Mention, ScriptFacets
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.rulebook import RULE_FILES, Rulebook, shipped_path
from sdrdesk.scripting.library import ScriptLibrary
from sdrdesk.scripting.lint import own_properties
from sdrdesk.scripting.model import LintFinding, Script
from sdrdesk.scripting.parse import setting_lines
from sdrdesk.services.check.cadences import CadenceCheck
from sdrdesk.services.check.names import READ, misplaced
from sdrdesk.services.check.other_crm import HUBSPOT, of_mapping, statuses_of, values_in_use
from sdrdesk.services.check.versions import outdated
from sdrdesk.toml_file import TomlFileError, find_toml, nearest_line, text_of
from sdrdesk.toml_lines import KeyPath, key_lines

_SCRIPT_NOTES: Final = ("persona-without-script",)
_TOLD_ELSEWHERE: Final = ("unknown-persona",)
"""Rules of the script linter that this check covers for all files."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check."""

    folders: tuple[Path, ...]
    """Of a file, the first folder's counts."""
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    """Files of the team that were read; the shipped ones are used for the others."""
    not_looked_at: Mapping[str, str]
    """Parts that were not looked at, and why."""

    @property
    def folder_words(self) -> str:
        """The folders, for a person."""
        return ", then ".join(map(str, self.folders))

    @property
    def account_errors(self) -> tuple[str, ...]:
        """Names that the account does not have, and rights that the token lacks, in words."""
        return tuple(f.words for f in self.findings if f.level == "error" and not f.of_file)

    @property
    def clean(self) -> bool:
        """True if everything was looked at and nothing is wrong; notes do not count."""
        return not self.not_looked_at and all(f.level == "note" for f in self.findings)

    def with_keys(self, problems: list[str]) -> Checked:
        """Return the result with problems of the keymap and of the outcomes' letters."""
        more = [
            Finding(
                "warning", ("keys", said), said.rstrip("."), (FileSetting("config.toml", ("ui",)),)
            )
            for said in problems
        ]
        located = (_located(finding, self.folders) for finding in more)
        return replace(self, findings=grouped((*self.findings, *located)))

    def to_json(self) -> dict[str, object]:
        """Return the output of ``rules check --json``."""
        return {
            "folder": str(self.folders[0]),
            "files": list(self.files),
            "findings": [finding.to_json() for finding in self.findings],
            "not_looked_at": dict(self.not_looked_at),
            "clean": self.clean,
        }

    def lines(self) -> Iterator[str]:
        """Yield the result for a terminal, the count last."""
        named = ", ".join(self.files) or "no files of its own, so the shipped ones"
        yield f"Checked {self.folder_words}: {named}"
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
    where: Path | Sequence[Path], account: AccountView | None, settings: Settings | None = None
) -> Checked:
    """Check the rules in a folder, or in several of which the first that has a file counts.

    Args:
        where: folders with rule files, ``scripts`` and perhaps ``crm.toml`` and ``config.toml``.
        account: the account; ``None`` when it is not known.
        settings: the rep's settings; ``None`` reads ``config.toml`` of the folder.
    """
    folders = (where,) if isinstance(where, Path) else tuple(where)
    own, problems = _settings(folders, settings)
    said = _said(folders)
    book = _Book(folders, own.crm.default_country, statuses_of(own.crm.kind, said))
    library, broken = _library([folder / "scripts" for folder in folders])
    facets = _facets(library, folders)
    fields = list(mentions.of_fields(said.fields or {}))
    cadences = _cadences(folders, book, library)
    named = [*book.mentions(facets), *fields, *cadences.mentions()]
    found = [*problems, *book.problems, *broken, *cadences.findings()]
    for folder in folders:
        found += misplaced(folder, [other for other in folders if other != folder])
        found += outdated(folder)
    found += _shadowed(folders)
    found += _doubts(book, facets, account)
    # The names in a file that cannot be read are not known.
    if not book.broken & {"fit.toml", "personas.toml", "views.toml"}:
        found += properties.not_read(facets, [m.value for m in named if m.kind == "property"])
    unread: dict[str, str] = {}
    shown = account.options.get("persona", ()) if account else ()
    personas = tuple(option.label for option in shown if not option.hidden)
    if library is not None:
        slots = sorted(book.rules.qualification.keys)
        found += _of_scripts(library.lint(personas=personas, slots=slots, team_only=True), folders)
    if account is None:
        unread["the account"] = "no login and no snapshot: sdrdesk login, or --account FILE"
    else:
        unread |= account.not_read
        unread.pop(properties.COMPANY, None)
        unread |= properties.not_looked_at(named, account)
        if not any(m.kind == "list" for m in named):
            unread.pop("static lists", None)
        if own.crm.kind != HUBSPOT:
            found += of_mapping(own.crm.kind, said, account, (folders[0] / CRM_FILE).exists())
            told = values_in_use(own.crm.kind, said)
        else:
            told = ()
        found += _against(account, book, tuple(named), told, own, folders)
        # A folder of rules alone says nothing about the field of "do not call".
        if settings is not None or any((f / n).exists() for f in folders for n in _SETTINGS):
            place = _crm_place(folders, "do_not_call")
            found += against_account.of_do_not_call(account, own.crm.do_not_call, place)
    located = (_as_shipped(_located(finding, folders)) for finding in found)
    files = tuple(sorted(set(_own_files(folders, library))))
    return Checked(folders, grouped(located), files, unread)


def _cadences(folders: Sequence[Path], book: _Book, library: ScriptLibrary | None) -> CadenceCheck:
    rules = book.rules
    return CadenceCheck(
        CadenceFiles(lambda: folders),
        lambda path: (
            f"{path.parent.name}/{path.name}"
            if path.is_relative_to(shipped_path(""))
            else _name(path, folders)
        ),
        rules.dispositions,
        rules.retry.max_attempts,
        library.mail_templates if library else None,
    )


_SETTINGS: Final = ("config.toml", CRM_FILE)
_WINDOWS: Final = "windows.toml"


def _settings(folders: Sequence[Path], settings: Settings | None) -> tuple[Settings, list[Finding]]:
    """Return the settings with what the team says, and the problems of both files."""
    found: list[Finding] = []
    own = settings or Settings()
    try:
        written = load_settings(folders[-1] / "config.toml", {})
        own = settings or written
    except TomlFileError as error:
        found += _of_file_errors(error, folders)
    try:
        said = read_crm_file(folders)
    except TomlFileError as error:
        found += _of_file_errors(error, folders)
        return own, found
    found += _of_two_choices(folders, said)
    return (with_team(own, said, {}) if settings is None else own), found


def _said(folders: Sequence[Path]) -> CrmFile:
    with suppress(TomlFileError):  # told as a file that cannot be read
        return read_crm_file(folders)
    return CrmFile()


def _numbers(folders: Sequence[Path]) -> tuple[str, ...]:
    with suppress(TomlFileError):  # told as a file that cannot be read
        found = (read_crm_file(folders).fields or {}).get("numbers")
        if isinstance(found, tuple):
            return found
    return against_account.NUMBERS


def _of_two_choices(folders: Sequence[Path], said: CrmFile) -> Iterator[Finding]:
    """Yield what a rep sets that is the team's: it would hold on one desk and not on another."""
    if not any((folder / CRM_FILE).exists() for folder in folders):
        return
    try:
        raw = find_toml(folders[-1] / "config.toml") or {}
    except TomlFileError:
        return  # told as a file that cannot be read
    table = raw.get("crm")
    mine = table if isinstance(table, dict) else {}
    for key, team in said._asdict().items():
        value = mine.get(key)
        if not isinstance(value, str) or value == team:
            continue
        place = FileSetting("config.toml", ("crm", key))
        if team is None:
            message = f"{key} is set on this desk and not for the team"
            fix = f'Write {key} = "{value}" in {CRM_FILE}, and remove it here'
        else:
            message = f'{key} is "{team}" for the team, and "{value}" on this desk does not count'
            fix = "Remove it here"
        yield Finding("warning", ("two choices", key), message, (place,), fix)


def _shadowed(folders: Sequence[Path]) -> Iterator[Finding]:
    """Yield rule files that do not count because the team has one of that name."""
    first, *rest = folders
    for name in RULE_FILES:
        file = f"{name}.toml"
        if (first / file).exists():
            for folder in rest:
                if (folder / file).exists():
                    said = f"{folder / file} does not count: the team has a {file}"
                    fix = "Remove it, or bring it into the team's"
                    yield Finding("note", ("shadowed", str(folder / file)), said, (), fix)


def _crm_place(folders: Sequence[Path], key: str) -> FileSetting:
    for folder in folders:
        if ("crm", key) in _lines(folder / "config.toml"):
            return FileSetting("config.toml", ("crm", key))
        if (key,) in _lines(folder / CRM_FILE):
            return FileSetting(CRM_FILE, (key,))
    has = any((folder / CRM_FILE).exists() for folder in folders)
    return FileSetting(CRM_FILE, (key,), 1) if has else FileSetting("config.toml", ("crm", key))


class _Book:
    """The rules of a folder; for a wrong file the shipped one, so that the others are read."""

    def __init__(self, folders: Sequence[Path], country: str, statuses: Mapping[str, str]) -> None:
        self.rules = Rulebook(folders, country)
        self.rules.statuses = statuses
        self.broken: set[str] = set()
        self.problems: list[Finding] = []
        shipped = Rulebook(shipped_path(""), country)
        # Those that others need come first.
        for name in sorted(RULE_FILES, key=lambda name: name not in ("retry", "windows")):
            try:
                getattr(self.rules, name)
            except TomlFileError as error:
                self.broken.add(f"{name}.toml")
                self.problems += _of_file_errors(error, folders)
                vars(self.rules)[name] = getattr(shipped, name)

    def mentions(self, facets: tuple[ScriptFacets, ...]) -> Iterator[Mention]:
        """Yield every name of the account in the files that could be read."""
        book = self.rules
        made: tuple[tuple[str, Callable[[], Iterator[Mention]]], ...] = (
            ("dispositions.toml", lambda: mentions.of_dispositions(book.dispositions)),
            ("rules.toml", lambda: mentions.of_rules(book.rules)),
            ("sla.toml", lambda: mentions.of_sla(book.sla)),
            (_WINDOWS, lambda: mentions.of_sections(_WINDOWS, book.windows.own)),
            ("views.toml", lambda: mentions.of_views(book.views)),
            ("personas.toml", lambda: mentions.of_personas(book.personas)),
            ("fit.toml", lambda: mentions.of_fit(book.fit)),
            ("team.toml", lambda: mentions.of_team(book.team)),
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
        ("sla.toml", lambda: doubtful.of_offices("sla.toml", rules.sla.own, rules.team)),
        (_WINDOWS, lambda: doubtful.of_offices(_WINDOWS, rules.windows.own, rules.team)),
        ("views.toml", lambda: doubtful.of_views(rules.views)),
        ("", lambda: doubtful.of_languages(facets, languages)),
    )
    for name, make in made:
        if name not in book.broken:
            yield from make()


def _against(
    account: AccountView,
    book: _Book,
    named: tuple[Mention, ...],
    told: Sequence[str],
    settings: Settings,
    folders: Sequence[Path],
) -> Iterator[Finding]:
    crm = settings.crm
    stage = Mention("lifecycle", crm.qualified_stage, _crm_place(folders, "qualified_stage"))
    yield from against_account.of_access(account)
    asked = [m for m in named if m.kind != "status" or m.value not in told]
    yield from against_account.names_not_there((*asked, stage), account)
    yield from properties.not_there(named, account)
    # The names in a file that cannot be read are not known.
    if not book.broken & {"dispositions.toml", "rules.toml"}:
        yield from against_account.unmentioned(named, account, crm.qualified_stage)
    yield from against_account.of_leads(
        account,
        unassigned=book.rules.rules.unassigned,
        owners=settings.queue.owners,
        numbers=_numbers(folders),
    )
    if crm.owner:
        me = Mention("owner", crm.owner, FileSetting("config.toml", ("crm", "owner")))
        yield from against_account.names_not_there((me,), account)


# -- files and lines ------------------------------------------------------------------------------


def _of_file_errors(error: TomlFileError, folders: Sequence[Path]) -> Iterator[Finding]:
    for one in (error, *error.others):
        path = one.path or folders[0]
        about = f"{'.'.join(one.key)}: " if one.key else ""
        yield Finding(
            "error",
            ("file", str(path), *one.key, str(one.line)),
            f"{about}{one.said}",
            (FileSetting(_name(path, folders), one.key, one.line or 1),),
        )


def _library(folders: list[Path]) -> tuple[ScriptLibrary | None, list[Finding]]:
    try:
        return ScriptLibrary.load(folders), []
    except TomlFileError as error:
        return None, list(_of_file_errors(error, [folder.parent for folder in folders]))
    except SdrDeskError as error:
        return None, [
            Finding("error", ("scripts",), error.what.rstrip("."), (FileSetting("scripts"),))
        ]


def _facets(library: ScriptLibrary | None, folders: Sequence[Path]) -> tuple[ScriptFacets, ...]:
    own = [s for s in library.scripts if s.origin == "team"] if library else []
    return tuple(
        ScriptFacets(
            _name(script.path, folders),
            script.persona,
            script.stage,
            script.language,
            setting_lines(script.path),
            own_properties(script),
        )
        for script in own
    )


def _of_scripts(found: list[LintFinding], folders: Sequence[Path]) -> Iterator[Finding]:
    for one in found:
        path = Path(one.path) if one.path else None
        ours = path is not None and any(path.is_relative_to(f.absolute()) for f in folders)
        if one.rule in _TOLD_ELSEWHERE or not (ours or path is None):
            continue
        place = (FileSetting(_name(path, folders), (), one.line or 1),) if path else ()
        level = "note" if one.rule in _SCRIPT_NOTES else one.level
        fact = ("script", one.rule, one.path, str(one.line), one.message)
        yield Finding(
            level,
            fact,
            f"{one.script_id or 'the script'} {one.message}" if path else one.message,
            place,
        )


def _located(finding: Finding, folders: Sequence[Path]) -> Finding:
    return finding._replace(places=tuple(_line(place, folders) for place in finding.places))


def _as_shipped(finding: Finding) -> Finding:
    """Return a finding about a file that the team did not write with the level it deserves there.

    A stage the account lacks keeps nobody out of the queue; an outcome it lacks is refused.
    """
    first = finding.places[0] if finding.places else FileSetting("")
    if not first.shipped or finding.level == "note":
        return finding
    finding = against_account.with_own_line(finding)
    if first.file == "dispositions.toml":
        return finding
    return finding._replace(level="warning" if first.file == "personas.toml" else "note")


def _line(place: FileSetting, folders: Sequence[Path]) -> FileSetting:
    if place.line or not place.key:
        return place
    own = [lines for folder in folders if (lines := _lines(folder / place.file))][:1]
    for lines, shipped in (
        *((found, False) for found in own),
        (_lines(shipped_path(place.file)), True),
    ):
        if place.key in lines:
            return place._replace(line=lines[place.key], shipped=shipped)
    return place._replace(line=nearest_line(own[0], place.key) if own else 0)


def _lines(path: Path) -> Mapping[KeyPath, int]:
    try:
        return key_lines(text_of(path))
    except (TomlFileError, IndexError, ValueError):  # a file that is no TOML is reported already
        return {}


def _name(path: Path, folders: Sequence[Path]) -> str:
    for folder in folders:
        for root in (folder, folder.absolute()):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
    return path.name


def _own_files(folders: Sequence[Path], library: ScriptLibrary | None) -> Iterator[str]:
    for folder in folders:
        for name in READ:
            if (folder / name).exists():
                yield name
    for folder in folders:
        yield from (_name(path, folders) for path in sorted((folder / CADENCES).glob("*.toml")))
    own: list[Script] = [s for s in library.scripts if s.origin == "team"] if library else []
    yield from (_name(script.path, folders) for script in own)
