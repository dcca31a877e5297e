"""Commands about a person: correct their data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import flag, json_option, lead_argument
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import command_line, print_json, say, say_err
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
