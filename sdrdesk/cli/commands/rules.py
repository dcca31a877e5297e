"""Commands that check the team's rule files against the local data and the account."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import CommandGroup, flag, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, say
from sdrdesk.config import load_settings
from sdrdesk.crm_file import read_crm_file, with_team
from sdrdesk.domain.calibration.features import known_after_call
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.outcome.lint import DispositionFinding, lint_dispositions
from sdrdesk.domain.ranking.fit import lint_fit
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.account.rules import account_rules, rep_of
from sdrdesk.services.check.account import ask, from_disk, read_snapshot
from sdrdesk.services.check.folder import check_folder
from sdrdesk.services.rules.effect import Population
from sdrdesk.services.rules.in_force import describe
from sdrdesk.services.rules.pull import RulesPull
from sdrdesk.services.rules.source import opened
from sdrdesk.store.queue.candidates import latest_leads
from sdrdesk.store.reports.lookups import every_lead
from sdrdesk.sync.field_use import FieldUsePort
from sdrdesk.toml_file import TomlFileError

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.config import Settings
    from sdrdesk.domain.check.account import AccountView
    from sdrdesk.services.check.folder import Checked
    from sdrdesk.services.rules.effect import Population
    from sdrdesk.services.rules.pull import PulledRules


_LEADS_LOOKED_AT = 100


@click.group(cls=CommandGroup, no_args_is_help=True)
def rules() -> None:
    """The team's rules: check them, fetch them, show them, go back to earlier ones."""


@rules.command
@click.argument(
    "folder",
    metavar="[DIR]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--account",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Snapshot of the account, written by `sdrdesk setup --snapshot FILE`.",
)
@json_option
def check(folder: Path | None, account: Path | None, as_json: bool) -> None:
    """Check every file of the team: on its own, against the others, and against the account.

    Without DIR, the rules in use. Exit code 0 only if everything could be checked and is in order.
    """
    with open_session() as session:
        seen = read_snapshot(account) if account else account_seen(session)
        settings = session.settings if folder is None else None
        where = (folder,) if folder else session.rule_files.written()
        found = check_folder(where, seen, settings).with_keys(key_findings(where, settings))
        answer(as_json, found.to_json(), found.lines())
        if not found.clean:
            raise need_person()


@rules.command
@click.argument("source", metavar="[URL|DIR]", required=False, default="")
@flag("--dry-run", "Only check and compare.")
@json_option
def pull(source: str, dry_run: bool, as_json: bool) -> None:
    """Fetch the team's rules from git or a folder, checked, all of them or none.

    URL#BRANCH takes another branch. Without a source, the last one. Mistakes are listed with file
    and line, and the rules in use stay (exit code 5).
    """
    with open_session() as session:
        files = session.rule_files
        wanted = source or files.source()
        if not wanted:
            raise UsageError(
                "There are no pulled rules in use, so there is no source to pull from again.",
                kept="Nothing was changed.",
                next_step="Name a git URL or a folder: sdrdesk rules pull URL",
            )
        seen = account_seen(session)

        def look(folder: Path) -> Checked:
            settings = session.settings
            with suppress(TomlFileError):  # told as a finding
                settings = with_team(settings, read_crm_file([folder]), session.environ)
            return check_folder(folder, seen, settings)

        def show(seen: PulledRules) -> None:
            for line in () if as_json else seen.preview():
                say(line)

        leads = leads_of(session) if session.paths.database.exists() else None
        with opened(wanted, session.environ) as team:
            pulling = RulesPull(files, look, session.clock(), leads)
            found = pulling.run(team, dry_run=dry_run, show=show)
        answer(as_json, found.to_json(), found.result())
        if found.problems:
            raise need_person()


def leads_of(session: Session) -> Population:
    """Return the leads of this machine, to try other rules on."""
    desk, rulebook = session.ready_desk, session.rulebook
    return Population(
        session.db,
        session.clock(),
        desk.my_owner_ids(),
        desk.my_share,
        rulebook.default_country,
        rulebook.statuses,
    )


@rules.command
@json_option
def rollback(as_json: bool) -> None:
    """Go back to the rules before the last pull."""
    with open_session() as session:
        files = session.rule_files
        left = files.noted()
        if not left:
            raise UsageError("No pulled rules are in use.", kept="Nothing was changed.")
        now = files.go_back()
        words = f"Rules {now.version} of {now.at}" if now else "The rules of this machine"
        document = {"left": left[0].to_json(), "in_force": now.to_json() if now else None}
        answer(as_json, document, [f"{words} are in use again, {left[0].version} no longer."])


@rules.command
@json_option
def show(as_json: bool) -> None:
    """Show which rules are in use, and which file each comes from."""
    with open_session() as session:
        found = describe(session.rule_files)
        answer(as_json, found.to_json(), found.lines())
        if found.problem:
            raise need_person()


def account_seen(session: Session) -> AccountView | None:
    """Return the account, asked now if there is a token, else as pulled; ``None`` for neither."""
    why = f"there is no {CRM_NAME.key} (sdrdesk login, or SDRDESK_TOKEN)"
    try:
        if session.access.source is not None:
            return ask(session.connect(), session.db)
    except SdrDeskError as error:
        why = str(error)
    return from_disk(session.db, why) if session.paths.database.exists() else None


def key_findings(folders: Sequence[Path], settings: Settings | None) -> list[str]:
    """Return the problems of the keymap in ``config.toml``, in words; none for a wrong file."""
    try:
        keymap = (settings or load_settings(folders[-1] / "config.toml", {})).ui.keymap
        outcomes = Rulebook(folders).dispositions
    except TomlFileError:
        return []  # the check of the files tells it
    from sdrdesk.cli.key_check import key_problems  # with Textual

    return key_problems(outcomes.values(), keymap)


@click.group(cls=CommandGroup, no_args_is_help=True)
def fit() -> None:
    """Check the fit rules."""


@fit.command("lint")
@json_option
def fit_lint(as_json: bool) -> None:
    """List the rules of fit.toml that match all leads or none of them."""
    with open_session() as session:
        session.follow_rules()  # a rule may ask for the persona
        found = lint_fit(every_lead(session.db), session.written_rules.fit)
        document = {
            "leads": found.leads,
            "never": list(found.never),
            "always": list(found.always),
            "matches": dict(found.matches),
            "at_0": found.at_ends[0],
            "at_100": found.at_ends[1],
        }
        always = f"matches all {found.leads} leads, so it makes no difference"
        lines = (
            *(f"{name}: matches none of {found.leads} leads" for name in found.never),
            *(f"{name}: {always}" for name in found.always),
            f"{len(found.matches)} rules over {found.leads} leads",
            f"a fit of 0: {found.at_ends[0]} leads, of 100: {found.at_ends[1]}; points beyond the "
            "ends make no difference",
        )
        answer(as_json, document, lines)
        if found.never or found.always:
            raise need_person()


@fit.command("fields")
@json_option
def fit_fields(as_json: bool) -> None:
    """List the account's fields that a rule may name.

    Shows how many of your latest hundred leads have each. The sync reads only those that one of the
    team's files names.
    """
    with open_session() as session:
        me = rep_of(session.db, session.settings)
        latest = latest_leads(session.db, me.owner_id if me else "", _LEADS_LOOKED_AT)
        client = session.connect()
        if not isinstance(client, FieldUsePort):
            raise UsageError("The connector of this CRM cannot list its fields.")
        uses = client.field_use(latest)
        named = set(session.rulebook.properties)
        document = [
            {
                "field": f"property:{use.name}",
                "label": use.label,
                "kind": use.kind,
                "filled": use.filled,
                "of": use.of,
                "named": f"property:{use.name}" in named,
                "why_not": known_after_call(use.name) or None,
            }
            for use in uses
        ]
        lines = (
            f"property:{use.name}  {use.filled} of {use.of}  {use.kind}  {use.label}"
            + ("  ← named in your rules" if f"property:{use.name}" in named else "")
            + (f"  ! {why}" if (why := known_after_call(use.name)) else "")
            for use in uses
            if use.filled
        )
        empty = sum(1 for use in uses if not use.filled)
        tail = f"{empty} more fields are empty in all of these leads (--json lists them)."
        answer(as_json, document, (*lines, tail))


@click.group(cls=CommandGroup, no_args_is_help=True)
def dispositions() -> None:
    """Check the outcomes."""


@dispositions.command("lint")
@json_option
def lint_outcomes(as_json: bool) -> None:
    """Check dispositions.toml against the CRM account."""
    from sdrdesk.screens.shell.key_table import letter_problems  # with Textual

    with open_session() as session:
        known = account_rules(session.db, session.settings)
        outcomes = session.written_rules.dispositions
        found = lint_dispositions(outcomes, known)
        for item in outcomes.values():
            found += [DispositionFinding("warning", item.key, p) for p in letter_problems([item])]
        document = [{"level": f.level, "key": f.key, "message": f.message} for f in found]
        lines = [f"{f.level}: {f.key or 'all'}: {f.message}" for f in found]
        lines.append(f"{len(outcomes)} outcomes, {len(found)} findings")
        answer(as_json, document, lines)
        if any(finding.level == "error" for finding in found):
            raise need_person()


@click.group(cls=CommandGroup, no_args_is_help=True)
def qualification() -> None:
    """Check the qualification slots."""


@qualification.command("lint")
@json_option
def lint_slots(as_json: bool) -> None:
    """List the slots of qualification.toml, and check the scripts against them."""
    with open_session() as session:
        found = session.written_rules.qualification
        asked = session.scripts.asked_slots()
        unasked = [slot.key for slot in found.chosen.slots if slot.key not in asked]
        document = {
            "use": found.chosen.key,
            "label": found.chosen.label,
            "others": [known.key for known in found.others],
            "slots": [
                {
                    "key": slot.key,
                    "label": slot.label,
                    "question": slot.question,
                    "required": slot.required,
                }
                for slot in found.chosen.slots
            ],
            "no_script_asks": unasked,
        }
        others = ", ".join(known.key for known in found.others) or "none"
        lines = [f"{found.chosen.label} is used; also known: {others}"]
        for slot in found.chosen.slots:
            needed = " (required for the hand-off)" if slot.required else ""
            lines.append(f"{slot.key}: {slot.label}{needed}. {slot.question}".rstrip(". "))
        lines += [f"{key}: no script asks for it" for key in unasked]
        answer(as_json, document, lines)
