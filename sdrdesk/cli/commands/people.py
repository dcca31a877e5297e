"""Commands about a person: correct their data, add one."""

from __future__ import annotations

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
@flag("--anyway", "Also when somebody else has the number.")
@json_option
def add(anyway: bool, as_json: bool, **typed: str) -> None:
    """Add one person as your lead, unless the CRM has them already.

    They are looked up by e-mail address, or by number and name, here and at the CRM. Somebody else
    with the same number is named, and nobody is added (exit code 5) without --anyway.
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
