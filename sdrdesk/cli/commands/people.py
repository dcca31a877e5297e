"""Commands about a person: correct their data, add one, find and merge duplicates."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import flag, json_option, lead_argument, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import command_line, need_person, print_json, say, say_err
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.people.edit import EDIT_FIELDS

if TYPE_CHECKING:
    from sdrdesk.services.lead.edits import Edited

_NAMES = {field: name for name, field in EDIT_FIELDS.items()}


@click.command
@lead_argument
@click.argument(
    "pairs",
    metavar="FIELD=VALUE...",
    nargs=-1,
    required=True,
    help="first, last, name, title, email, phone, mobile, company; an empty value clears.",
)
@flag("--dry-run", "Only show what would change.")
@json_option
def edit(lead_id: str, pairs: Sequence[str], dry_run: bool, as_json: bool) -> None:
    """Correct a person's name, title, e-mail, numbers or company."""
    given = _pairs(pairs)
    with open_session() as session:
        edits = session.desk.edits
        made = edits.plan(lead_id, given) if dry_run else edits.edit(lead_id, given)
        if as_json:
            print_json(_edited_json(made, dry_run=dry_run))
            return
        for one in made.edits:
            say(one.words)
        for note in made.notes:
            say_err(note)
        if dry_run:
            say_err("Nothing was changed.")
        else:
            back = [f"{_NAMES[one.field]}={one.was}" for one in made.edits if one.can_return]
            if back:
                say_err(f"Undo: {command_line('edit', made.lead_id, *back)}")


@click.command
@text_option("--email", "E-mail address.")
@text_option("--phone", "Telephone, with its country or in your default country.")
@text_option("--mobile", "Mobile.")
@text_option("--first", "First name.")
@text_option("--last", "Last name.")
@text_option("--name", "Whole name, instead of first and last.")
@text_option("--title", "Job title.")
@text_option("--company", "Company.")
@flag("--anyway", "Add them even if somebody else has the number.")
@json_option
def add(anyway: bool, as_json: bool, **typed: str) -> None:
    """Add one person as your lead, unless the CRM has them already.

    They are looked up by e-mail address, or by number and name, here and at the CRM. If somebody
    else has the number, their name is shown and no lead is added (exit code 5), unless you give
    --anyway.
    """
    given = {name: text for name, text in typed.items() if text}
    with open_session() as session:
        made = session.import_job().add(given, anyway=anyway)
        if as_json:
            print_json(
                {
                    "lead_id": made.lead_id or None,
                    "name": made.name,
                    "created": made.created,
                    "alike": [
                        {
                            "lead_id": one.lead_id,
                            "name": f"{one.first_name} {one.last_name}".strip(),
                            "same": "phone",
                        }
                        for one in made.alike
                    ],
                }
            )
        elif made.created:
            say(f"{made.name} (id {made.lead_id}) was added as your lead.")
        elif made.lead_id:
            say(f"{made.name} (id {made.lead_id}) is there already and was not changed.")
        for one in made.alike:
            name = f"{one.first_name} {one.last_name}".strip() or "Somebody"
            say_err(
                f"{name} (id {one.lead_id}) has the same number. Nobody was added; "
                "to add the person anyway: --anyway"
            )
    if made.alike:
        raise need_person()


@click.command
@lead_argument
@json_option
def dupes(lead_id: str, as_json: bool) -> None:
    """List leads that may be the same person, the likeliest first."""
    with open_session() as session:
        lead, twins = session.import_job().twins(lead_id)
    if as_json:
        print_json([{**twin._asdict()} for twin in twins])
        return
    for twin in twins:
        say(f"{twin.lead_id}  {twin.words}")
    if twins:
        say_err(f"Merge: {command_line('merge', lead.lead_id, twins[0].lead_id)} (the first stays)")
    else:
        say_err(f"No possible duplicates of {lead.name} are on this machine.")


@click.command
@click.argument("keep_id", metavar="KEEP", help="Id of the lead that stays.")
@click.argument("other_id", metavar="OTHER", help="Id of the lead that becomes part of it.")
@flag("--yes", "Merge without asking. It cannot be undone.")
@flag("--dry-run", "Only show what would happen.")
@json_option
def merge(keep_id: str, other_id: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Merge two leads that are one person, at the CRM and here.

    Shows which one stays and what cannot be undone, and asks. Without a terminal and without --yes
    nothing is merged (exit code 5).
    """
    with open_session() as session:
        job = session.import_job()
        plan = job.plan_merge(keep_id, other_id)
        for line in plan.lines:
            say_err(line)
        asks = not yes and not dry_run
        consent = yes or (
            asks and sys.stdin.isatty() and click.confirm("Merge them for good?", err=True)
        )
        done = job.merge(keep_id, other_id) if consent and not dry_run else None
        if as_json:
            print_json(
                {
                    "keep": plan.keep.lead_id,
                    "other": plan.other.lead_id,
                    "merged": done is not None,
                    "lead_id": done.lead_id if done else None,
                    "lines": list(plan.lines),
                }
            )
        elif done is not None:
            say(f"Merged: {done.name} (id {done.lead_id}).")
        else:
            say_err("Nothing was merged.")
    if asks and not consent:
        raise need_person()


def _edited_json(made: Edited, *, dry_run: bool) -> dict[str, object]:
    return {
        "lead_id": made.lead_id,
        "name": made.lead_name,
        "dry_run": dry_run,
        "changes": [
            {"field": _NAMES[one.field], "was": one.was, "new": one.new} for one in made.edits
        ],
        "notes": list(made.notes),
    }


def _pairs(pairs: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for text in pairs:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                f"{text!r} is not FIELD=VALUE.",
                kept="Nothing was changed.",
                next_step="Such as title='Head of Operations'.",
            )
        given[name.strip()] = value
    return given
