"""The command that sets sdrdesk up for a CRM account: survey, questions, answers."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.commands.setup_mapping import (
    Mapped,
    tell_mapping,
    write_mapping,
    write_own_fields,
)
from sdrdesk.cli.options import flag, json_option, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, print_json, say, say_err
from sdrdesk.config_file import change_settings
from sdrdesk.crm_file import CRM_FILE, read_crm_file, with_team
from sdrdesk.services.account.service import (
    field_words,
    note_fields,
    report,
    retry_mended,
    send_marks,
    set_up,
)
from sdrdesk.services.check.account import ask, write_snapshot
from sdrdesk.services.check.folder import check_folder
from sdrdesk.services.check.other_crm import HUBSPOT
from sdrdesk.services.setup.default_country import countries_gained
from sdrdesk.services.setup.questions import checked, questions, settings_with
from sdrdesk.services.sync.remapping import remap_with
from sdrdesk.toml_file import find_toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sdrdesk.cli.session import Session
    from sdrdesk.config import Settings
    from sdrdesk.domain.crm.meaning import Remap
    from sdrdesk.services.account.service import SetUp, SetupFindings
    from sdrdesk.services.check.folder import Checked
    from sdrdesk.services.setup.default_country import CountryGain
    from sdrdesk.services.setup.questions import Name, Question
    from sdrdesk.sync.port import CrmClient, Survey


@dataclass(frozen=True, slots=True)
class _Mode:
    """Options that decide what this run may do."""

    yes: bool
    dry_run: bool
    as_json: bool

    @property
    def asks(self) -> bool:
        """True to ask questions in a terminal."""
        silent = self.yes or self.dry_run or self.as_json
        return not silent and sys.stdin.isatty()


@click.command
@flag("--yes", "Accept what setup proposes where there is no doubt.")
@flag("--dry-run", "Only look and report.")
@text_option(
    "--do-not-call",
    "The account's do-not-call field on contacts; none if there is none.",
    metavar="FIELD[=VALUE]",
)
@text_option("--qualified-stage", "Lifecycle stage for qualified leads.", metavar="STAGE")
@text_option("--default-country", "Country for numbers without one, such as IE.", metavar="XX")
@click.option(
    "--snapshot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Only write what the account has to FILE, for `sdrdesk rules check --account FILE`.",
)
@json_option
def setup(
    yes: bool,
    dry_run: bool,
    do_not_call: str,
    qualified_stage: str,
    default_country: str,
    snapshot: Path | None,
    as_json: bool,
) -> None:
    """Look at the CRM account; choose its do-not-call field and the stage for qualified leads.

    With your consent it also creates the property that prevents duplicates when sending. The
    answers go into config.toml.
    """
    mode = _Mode(yes, dry_run, as_json)
    given: dict[Name, str] = {
        "do_not_call": do_not_call,
        "qualified_stage": qualified_stage,
        "default_country": default_country,
    }
    with open_session() as session:
        crm = session.connect()
        if snapshot is not None:
            _write_snapshot(session, crm, snapshot, as_json=as_json)
            return
        seen = crm.survey()
        answers = {name: checked(name, text, seen) for name, text in given.items() if text}
        gains = _gains(session)
        asked = [q for q in questions(seen, session.settings, gains) if q.name not in answers]
        for question in asked:
            if answer := _answer(question, mode):
                answers[question.name] = answer
        undecided = [question for question in asked if question.name not in answers]
        settings = settings_with(session.settings, answers)
        if "do_not_call" in answers:
            seen = replace(seen, do_not_call_problem="")
        found, done = _look_and_make(session, crm, seen, settings, mode, answers)
        mapped, problems = _map(session, crm, seen, settings, found, done, mode)
        _tell(mode, replace(found, problems=problems), done, answers, undecided, mapped)
        is_hubspot = settings.crm.kind == HUBSPOT
        undone = set() if is_hubspot else {*found.proposals} - {*done.set_up.created}
        if problems or mapped.wanted or undone or (found.proposals and not done.consent):
            raise need_person()


def _write_snapshot(session: Session, crm: CrmClient, path: Path, *, as_json: bool) -> None:
    account = ask(crm, session.db)
    write_snapshot(path, account)
    lines = [f"{account.name}: written to {path}. It holds no leads and no secret."]
    lines += [f"Not read: {what}. {why}" for what, why in account.not_read.items()]
    document = {"written": str(path), "account": account.name, "not_read": dict(account.not_read)}
    answer(as_json, document, lines)
    if account.not_read:
        raise need_person()


def _gains(session: Session) -> tuple[CountryGain, ...]:
    """Count the numbers each likely country makes callable; nothing when one is chosen."""
    if session.settings.crm.default_country:
        return ()
    return countries_gained(session.db, session.rep_zone.key)


def _answer(question: Question, mode: _Mode) -> str:
    if not mode.asks:
        return question.certain if mode.yes else ""
    say_err(question.text)
    for number, (_, words) in enumerate(question.choices, 1):
        say_err(f"  {number}  {words}")
    while True:
        asked = "Number, or Enter to skip"
        typed = click.prompt(asked, default="", show_default=False, err=True).strip()
        if not typed:
            return ""
        if typed.isascii() and typed.isdigit() and 0 < int(typed) <= len(question.choices):
            return question.choices[int(typed) - 1][0]
        say_err(f"Type a number from 1 to {len(question.choices)}.")


@dataclass(frozen=True, slots=True)
class _Done:
    """Changes made by this run."""

    set_up: SetUp
    consent: bool
    written: str
    """Path of the changed file; ``""`` for none."""
    retried: int
    marks: int
    """Do-not-call marks made here that can be sent now that there is a field for them."""


def _look_and_make(
    session: Session,
    crm: CrmClient,
    seen: Survey,
    settings: Settings,
    mode: _Mode,
    answers: Mapping[Name, str],
) -> tuple[SetupFindings, _Done]:
    steps = crm.create_key_field(dry_run=True)
    checked = check_folder(session.rule_files.written(), ask(crm, session.db, seen), settings)
    is_hubspot = session.settings.crm.kind == HUBSPOT  # else ``_map`` says the rest
    problems = _errors(checked) if is_hubspot else ()
    found = report(seen, steps, problems)
    if not mode.as_json:
        for line in (*found.lines, field_words(seen, settings) if is_hubspot else ""):
            if line:
                say(line)
    kept = ("", 0, 0) if mode.dry_run else _keep(session, seen, settings, mode, answers)
    consent = mode.yes
    if mode.asks:  # with nothing to make, only this desk keeps how records are found again
        consent = not found.proposals or click.confirm(
            "Make these changes in the CRM account?", err=True
        )
    done = set_up(crm, session.db, create=consent and not mode.dry_run)
    written, retried, marks = kept
    if crm.can_mark and not seen.do_not_call_problem and not mode.dry_run:
        # The field may have been missing for a while; marks refused for that reason go out now.
        retried += retry_mended(session.db, _remap(session, settings), ["do_not_call"])
    return found, _Done(done, consent, written, retried, marks)


def _errors(checked: Checked) -> tuple[str, ...]:
    return tuple(finding.words for finding in checked.findings if finding.level == "error")


def _map(
    session: Session,
    crm: CrmClient,
    seen: Survey,
    settings: Settings,
    found: SetupFindings,
    done: _Done,
    mode: _Mode,
) -> tuple[Mapped, tuple[str, ...]]:
    """Write the first ``crm.toml``; return it and what is wrong."""
    consent = mode.yes and not mode.dry_run
    if settings.crm.kind == HUBSPOT:
        own = write_own_fields(session, crm, seen, settings, consent=consent, asks=mode.asks)
        return own, found.problems
    if done.set_up.created:
        seen = crm.survey()
    mapped = write_mapping(session, seen, settings.crm, consent=consent, asks=mode.asks)
    folders = session.rule_files.written()
    settings = with_team(settings, read_crm_file(folders), session.environ)
    problems = _errors(check_folder(folders, ask(crm, session.db, seen), settings))
    if not mode.as_json:
        for line in (field_words(seen, settings), *(f"Problem: {one}" for one in problems)):
            if line:
                say(line)
    return mapped, problems


def _keep(
    session: Session, seen: Survey, settings: Settings, mode: _Mode, answers: Mapping[Name, str]
) -> tuple[str, int, int]:
    """Write the answers and queue what was waiting for them.

    Return the changed file, the number of refused changes sent again and of marks sent for the
    first time.
    """
    note_fields(session.db, seen)
    written, retried = _write(session, settings, answers) if answers else ("", 0)
    sends = settings.crm.do_not_call_field and (mode.yes or "do_not_call" in answers)
    return written, retried, send_marks(session.db) if sends else 0


def _write(session: Session, settings: Settings, answers: Mapping[Name, str]) -> tuple[str, int]:
    if "do_not_call" in answers and session.environ.get("SDRDESK_DO_NOT_CALL", "").strip():
        say_err("SDRDESK_DO_NOT_CALL is set and overrides config.toml.")
    path, team = session.paths.config_file, session.paths.config_dir / CRM_FILE
    own: dict[tuple[str, str], str] = {("crm", name): text for name, text in answers.items()}
    if find_toml(team) is not None:
        # The team's file counts first; what this desk says besides must not contradict it.
        change_settings(team, {("", name): text for name, text in answers.items()})
        mine = (find_toml(path) or {}).get("crm")
        held = mine if isinstance(mine, dict) else {}
        own = {(table, name): text for (table, name), text in own.items() if name in held}
    if own:
        change_settings(path, own)
    fields = {"do_not_call": "do_not_call", "qualified_stage": "lifecycle"}
    mended = [fields[name] for name in answers if name in fields]
    written = team if find_toml(team) is not None else path
    return str(written), retry_mended(session.db, _remap(session, settings), mended)


def _remap(session: Session, settings: Settings) -> Remap:
    rules = session.rulebook
    return remap_with(lambda: rules.dispositions, lambda: settings.crm.qualified_stage)


def _tell(
    mode: _Mode,
    found: SetupFindings,
    done: _Done,
    answers: Mapping[Name, str],
    undecided: Sequence[Question],
    mapped: Mapped,
) -> None:
    if mode.as_json:
        print_json(
            found.to_json()
            | {"modes": done.set_up.modes, "created": list(done.set_up.created)}
            | {"chosen": dict(answers), "written": done.written or None}
            | {"retried": done.retried, "marks": done.marks}
            | mapped.to_json()
            | {"undecided": {q.name: [value for value, _ in q.choices] for q in undecided}}
        )
        return
    for name, value in answers.items():
        where = f"in {done.written}" if done.written else "not written: this is a dry run"
        table = "" if done.written.endswith(CRM_FILE) else "[crm] "
        say(f'{table}{name} = "{value}" ({where})')
    if done.retried:
        say(f"Refused changes to send again with the next sync: {done.retried}")
    if done.marks:
        say(f"Do-not-call marks made here to send with the next sync: {done.marks}")
    for question in undecided:
        option = f"--{question.name.replace('_', '-')}"
        say(f"Undecided: {question.text} Choose with {option}:")
        for value, words in question.choices:
            say(f"  {value}  {words}")
    for line in done.set_up.lines:
        say(line)
    tell_mapping(mapped)
