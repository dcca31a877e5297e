"""Commands about the rep's settings: show, edit, locate, check."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from sdrdesk.cli.commands.rules import account_seen
from sdrdesk.cli.options import json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, say, say_err, table
from sdrdesk.config import ENVIRONMENT, Settings, load_settings
from sdrdesk.crm_file import CRM_FILE
from sdrdesk.domain.check import properties
from sdrdesk.domain.config.theme import GROUND, TEXT, hard_to_read
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.check.folder import check_folder
from sdrdesk.theme_files import read_themes
from sdrdesk.toml_file import TomlFileError, find_toml

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session

_NEW = """\
# Settings of sdrdesk. Every one has a default; `sdrdesk config show` lists them all, with the file
# or variable that each comes from. docs/configuration.md explains them.

"""


class _Setting(NamedTuple):
    name: str
    value: object
    source: str
    """``default``, ``config.toml``, ``crm.toml`` or the name of an environment variable."""


@click.group
def config() -> None:
    """The settings in use and where each comes from."""


@config.command
@click.argument("words", nargs=-1, metavar="[SETTING]...", help="Such as crm or crm.kind; or all.")
@json_option
def show(words: tuple[str, ...], as_json: bool) -> None:
    """Print the settings in use; those that are not the default are marked."""
    with open_session() as session:
        found = list(_settings(session))
    if words:
        wanted = tuple(words)
        found = [s for s in found if s.name in wanted or s.name.partition(".")[0] in wanted]
        if not found:
            raise UsageError(
                f"There is no setting {' '.join(words)}.",
                next_step="List them: sdrdesk config show",
            )
    document = {s.name: {"value": s.value, "source": s.source} for s in found}
    rows = [
        ("*" if s.source != "default" else "", s.name, _shown(s.value), s.source) for s in found
    ]
    answer(as_json, document, table(("", "Setting", "Value", "From"), rows))


def _settings(session: Session) -> Iterator[_Setting]:
    _ = session.settings
    path, environ = session.settings_file.in_force, session.environ
    own = load_settings(path, environ)
    file: Mapping[str, object] = find_toml(path) or {}
    variables = {
        place: name for name, place in ENVIRONMENT.items() if environ.get(name, "").strip()
    }
    for section, settings in session.settings._asdict().items():
        table_ = file.get(section)
        held = table_ if isinstance(table_, dict) else {}
        for name, value in settings._asdict().items():
            if (section, name) in variables:
                source = variables[(section, name)]
            elif value != getattr(getattr(own, section), name):
                source = "crm.toml"  # the team's
            elif name in held:
                source = path.name
            else:
                source = "default"
            yield _Setting(f"{section}.{name}", _plain(value), source)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_shown(one)}' for key, one in value.items())}}}"
    return str(value)


@config.command("path")
def show_path() -> None:
    """Print where config.toml is, or would be."""
    with open_session() as session:
        say(str(session.paths.config_file))


@config.command
@json_option
def check(as_json: bool) -> None:
    """Check config.toml, the rep's themes, and crm.toml against the account.

    Mistakes are listed with their line: exit code 1, or 5 if only the account disagrees.
    """
    with open_session() as session:
        path = session.paths.config_file
        load_settings(path, session.environ)
        folder = session.paths.themes_dir
        themes = _checked_themes(folder) if folder.is_dir() else []
        names, advice = _checked_names(session)
        what = "is in order" if path.exists() else "does not exist; every setting has its default"
        document = {
            "file": str(path),
            "exists": path.exists(),
            "settings": len(Settings()),
            "themes": [one._asdict() for one in themes],
            "names": names,
            "advice": advice,
        }
        lines = [line for one in themes for line in one.lines()]
        answer(as_json, document, [f"{path} {what}.", *lines, *names, *advice])
    if any(one.problems for one in themes):
        raise click.exceptions.Exit(1)
    if names:
        raise need_person()


def _checked_names(session: Session) -> tuple[list[str], list[str]]:
    """Return what crm.toml names and the account does not have, and advice on it, in words."""
    folders = session.rule_files.written()
    if session.rule_files.origin(CRM_FILE) is None:
        return [], []
    checked = check_folder(folders, account_seen(session), session.settings)
    own = [f for f in checked.findings if any(place.file == CRM_FILE for place in f.places)]
    found = [f"{finding.level}: {finding.words}" for finding in own if finding.level != "note"]
    parts = ("the account", properties.LEAD, properties.COMPANY)
    unread = [(part, checked.not_looked_at.get(part)) for part in parts]
    advice = [f.words for f in own if f.fact[0] == "advice"]
    return found + [f"not looked at: {part}: {why}" for part, why in unread if why], advice


class _ThemeCheck(NamedTuple):
    file: str
    problems: list[str]
    warnings: list[str]

    def lines(self) -> Iterator[str]:
        yield from self.problems
        yield from (f"{self.file}: {words}." for words in self.warnings)
        if not self.problems and not self.warnings:
            yield f"{self.file} is in order."


def _checked_themes(folder: Path) -> list[_ThemeCheck]:
    from sdrdesk.themes import SHIPPED, made  # Textual, for its colours of a theme

    found = read_themes(folder, SHIPPED)
    checked = [
        _ThemeCheck(str(wrong.path), [str(one) for one in (wrong, *wrong.others)], [])
        for wrong in found.problems
    ]
    for own in found.themes:
        theme = made(own)
        colours = {name: str(getattr(theme, name)) for name in (*TEXT, *GROUND)}
        file = str(folder / f"{own.name}.toml")
        checked.append(_ThemeCheck(file, [], list(hard_to_read(colours))))
    return sorted(checked)


@config.command
def edit() -> None:
    """Open config.toml in your editor (VISUAL or EDITOR) and check it afterwards.

    You edit a copy; it replaces the file only if it can be read.
    """
    with open_session() as session:
        path, environ = session.paths.config_file, session.environ
    target = path.resolve()  # a link into a dotfiles folder stays a link
    command = _editor()
    draft = target.with_name(f".{target.stem}-edited.toml")
    if not draft.exists():  # one that could not be read is offered again
        draft.touch(mode=0o600)
        draft.write_text(
            target.read_text(encoding="utf-8") if target.exists() else _NEW, encoding="utf-8"
        )
    while True:
        _run_editor([*command, str(draft)])
        try:
            load_settings(draft, environ)
        except TomlFileError as error:
            say_err(str(error))
            if sys.stdin.isatty() and click.confirm("Edit again?", default=True, err=True):
                continue
            raise UsageError(
                "config.toml was not changed.",
                kept=f"What you wrote is in {draft}.",
                next_step="sdrdesk config edit opens it again.",
            ) from error
        break
    if target.exists() and draft.read_bytes() == target.read_bytes():
        draft.unlink()
        say("Nothing was changed.")
        return
    if target.exists():
        shutil.copymode(target, draft)
    draft.replace(target)
    say(f"{path} is in order. An open workbench follows it when you start it again.")


def _editor() -> list[str]:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(named, posix=os.name == "posix")
    except ValueError:
        words = []
    for program in (words, ["notepad"] if os.name == "nt" else ["vi"]):
        if program and shutil.which(program[0]):
            return program
    raise UsageError(
        "No editor was found.",
        kept="Nothing was changed.",
        next_step="Set EDITOR to one, or edit the file that `sdrdesk config path` names.",
    )


def _run_editor(command: list[str]) -> None:
    code = subprocess.run(command, check=False).returncode  # noqa: S603 - the rep's own editor
    if code:
        raise UsageError(
            f"{Path(command[0]).name} ended with code {code}.",
            kept="config.toml was not changed.",
            next_step="Try again: sdrdesk config edit",
        )
