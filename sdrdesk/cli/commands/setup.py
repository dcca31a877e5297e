"""``setup``: looks at the CRM account, asks what only a person knows, and keeps the answers."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from sdrdesk.cli.commands.queue import AsJson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sdrdesk.cli.session import Session
    from sdrdesk.config import Settings
    from sdrdesk.services.account.service import Found, SetUp
    from sdrdesk.services.setup.default_country import CountryGain
    from sdrdesk.services.setup.questions import Name, Question
    from sdrdesk.sync.port import CrmClient, Survey


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(setup)


@dataclass(frozen=True, slots=True)
class _Way:
    """How this run was asked for."""

    yes: bool
    dry_run: bool
    as_json: bool

    @property
    def asks(self) -> bool:
        """Whether a person is there to answer."""
        silent = self.yes or self.dry_run or self.as_json
        return not silent and sys.stdin.isatty()


def setup(
    yes: Annotated[
        bool, typer.Option("--yes", help="Consent to what setup proposes and to what is certain.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look and report.")] = False,
    do_not_call: Annotated[
        str,
        typer.Option(
            help="The account's own do-not-call field on contacts; none when it has none.",
            metavar="PROPERTY[=VALUE]",
        ),
    ] = "",
    qualified_stage: Annotated[
        str, typer.Option(help="Lifecycle stage that qualified leads get.", metavar="STAGE")
    ] = "",
    default_country: Annotated[
        str,
        typer.Option(
            help="Country in which numbers without one are dialled, such as IE.", metavar="XX"
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Look at the CRM account, choose its do-not-call field and the stage of qualified leads.

    By consent, also create the property that makes pushes exact. Answers go into config.toml.
    """
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import need_person
    from sdrdesk.services.setup.questions import checked, questions, settings_with

    way = _Way(yes, dry_run, as_json)
    given: dict[Name, str] = {
        "do_not_call": do_not_call,
        "qualified_stage": qualified_stage,
        "default_country": default_country,
    }
    with open_session() as session:
        crm = session.connect()
        seen = crm.survey()
        answers = {name: checked(name, text, seen) for name, text in given.items() if text}
        gains = _gains(session)
        asked = [q for q in questions(seen, session.settings, gains) if q.name not in answers]
        for question in asked:
            if answer := _answer(question, way):
                answers[question.name] = answer
        undecided = [question for question in asked if question.name not in answers]
        settings = settings_with(session.settings, answers)
        if "do_not_call" in answers:
            seen = replace(seen, do_not_call_problem="")
        found, done = _look_and_make(session, crm, seen, settings, way, answers)
        _tell(way, found, done, answers, undecided)
        if found.problems or (found.proposals and not done.consent):
            raise need_person()


def _gains(session: Session) -> tuple[CountryGain, ...]:
    """Count what each likely country would bring; nothing when one is chosen."""
    if session.settings.crm.default_country:
        return ()
    from sdrdesk.services.setup.default_country import countries_gained

    return countries_gained(session.db, session.rep_zone.key)


def _answer(question: Question, way: _Way) -> str:
    if not way.asks:
        return question.certain if way.yes else ""
    from sdrdesk.cli.terminal.output import note

    note(question.text)
    for number, (_, words) in enumerate(question.choices, 1):
        note(f"  {number}  {words}")
    while True:
        typed = typer.prompt("Number, or Enter to leave it open", default="", err=True).strip()
        if not typed:
            return ""
        if typed.isascii() and typed.isdigit() and 0 < int(typed) <= len(question.choices):
            return question.choices[int(typed) - 1][0]
        note(f"Type a number from 1 to {len(question.choices)}.")


@dataclass(frozen=True, slots=True)
class _Done:
    """What this run changed."""

    set_up: SetUp
    consent: bool
    written: str
    """Path of the file that was changed, ``""`` none."""
    retried: int
    marks: int
    """Marks made here that go to the CRM now that there is a field for them."""


def _look_and_make(
    session: Session,
    crm: CrmClient,
    seen: Survey,
    settings: Settings,
    way: _Way,
    answers: Mapping[Name, str],
) -> tuple[Found, _Done]:
    from sdrdesk.cli.terminal.output import say
    from sdrdesk.services.account.service import field_words, mapping_problems, report, set_up

    steps = crm.create_key_field(dry_run=True)
    found = report(seen, steps, mapping_problems(seen, session.rulebook.dispositions, settings))
    if not way.as_json:
        for line in (*found.lines, field_words(seen, settings)):
            if line:
                say(line)
    kept = ("", 0, 0) if way.dry_run else _keep(session, seen, settings, way, answers)
    consent = way.yes
    if found.proposals and way.asks:
        consent = typer.confirm("Make these changes in the CRM account?", err=True)
    done = set_up(crm, session.db, create=consent and not way.dry_run)
    return found, _Done(done, consent, *kept)


def _keep(
    session: Session, seen: Survey, settings: Settings, way: _Way, answers: Mapping[Name, str]
) -> tuple[str, int, int]:
    """Write the answers and let go what waited for them.

    Returns the file, how many refused changes go again, and how many marks go for the first time.
    """
    from sdrdesk.services.account.service import note_fields, send_marks

    note_fields(session.db, seen)
    written, retried = _write(session, settings, answers) if answers else ("", 0)
    sends = settings.crm.do_not_call_field and (way.yes or "do_not_call" in answers)
    return written, retried, send_marks(session.db) if sends else 0


def _write(session: Session, settings: Settings, answers: Mapping[Name, str]) -> tuple[str, int]:
    from sdrdesk.cli.terminal.output import note
    from sdrdesk.config_file import change_settings
    from sdrdesk.services.account.service import retry_mended
    from sdrdesk.services.sync.remapping import remap_with

    if "do_not_call" in answers and session.environ.get("SDRDESK_DO_NOT_CALL", "").strip():
        note("SDRDESK_DO_NOT_CALL is set and wins over config.toml.")
    path = session.paths.config_file
    change_settings(path, {("crm", name): text for name, text in answers.items()})
    fields = {"do_not_call": "do_not_call", "qualified_stage": "lifecycle"}
    rules = session.rulebook
    remap = remap_with(lambda: rules.dispositions, settings.crm.qualified_stage)
    mended = [fields[name] for name in answers if name in fields]
    return str(path), retry_mended(session.db, remap, mended)


def _tell(
    way: _Way,
    found: Found,
    done: _Done,
    answers: Mapping[Name, str],
    undecided: Sequence[Question],
) -> None:
    from sdrdesk.cli.terminal.output import print_json, say

    if way.as_json:
        print_json(
            found.to_json()
            | {"modes": done.set_up.modes, "created": list(done.set_up.created)}
            | {"chosen": dict(answers), "written": done.written or None}
            | {"retried": done.retried, "marks": done.marks}
            | {"undecided": {q.name: [value for value, _ in q.choices] for q in undecided}}
        )
        return
    for name, value in answers.items():
        where = f"in {done.written}" if done.written else "not written: this is a dry run"
        say(f'[crm] {name} = "{value}" ({where})')
    if done.retried:
        say(f"Refused changes that go again with the next sync: {done.retried}")
    if done.marks:
        say(f"Do-not-call marks made here that go to the CRM with the next sync: {done.marks}")
    for question in undecided:
        option = f"--{question.name.replace('_', '-')}"
        say(f"Undecided: {question.text} Choose with {option}:")
        for value, words in question.choices:
            say(f"  {value}  {words}")
    for line in done.set_up.lines:
        say(line)
