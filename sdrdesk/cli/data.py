"""Commands that take data out of sdrdesk and into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sdrdesk.cli.queue import AsJson

if TYPE_CHECKING:
    from sdrdesk.services.importing import Imported


_MOST_BYTES = 256 * 1024 * 1024
"""Of a file to import: more does not fit beside the rest in the memory of a small machine."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(export)
    app.command("import")(import_file)


def export(
    what: Annotated[Literal["leads", "activities"], typer.Argument(help="What to export.")],
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, safe for spreadsheets.")] = False,
) -> None:
    """Print all leads or all activities as CSV (the default) or JSON."""
    from sdrdesk.cli.output import print_json, say
    from sdrdesk.cli.session import open_session
    from sdrdesk.services.csv_text import csv_text
    from sdrdesk.services.exporting import activity_rows, lead_rows

    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv.", param_hint="'--csv'")
    with open_session() as session:
        rows = lead_rows(session.db) if what == "leads" else activity_rows(session.db)
        if as_json:
            print_json(list(rows))
        else:
            say(csv_text(rows).rstrip("\n"))


def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="A CSV file with a heading line; one column is email.",
            metavar="FILE.csv",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say who would come.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the people of a CSV file leads of yours at the CRM, and fetch them.

    Columns: email, first name, last name, title, company, phone, mobile, country, state. Whoever
    the CRM has already is left as they are, so doing it again adds nobody twice.
    """
    from sdrdesk.cli.output import need_person, print_json
    from sdrdesk.cli.progress import ProgressLine
    from sdrdesk.cli.session import open_session
    from sdrdesk.plain_file import read_argument
    from sdrdesk.services.account_rules import rep_of
    from sdrdesk.services.importing import import_leads, parse_file

    people = parse_file(read_argument(file, _MOST_BYTES), file.name)
    with open_session() as session:
        rep = rep_of(session.db, session.settings)
        with ProgressLine() as progress:
            done = import_leads(
                session.connect(),
                people,
                rep.owner_id if rep else "",
                dry_run=dry_run,
                on_progress=lambda count, of: progress.tell("people", count, of),
            )
        if done.created:
            session.engine().run(release_held=False)
        if as_json:
            print_json(done.to_json())
        else:
            _tell(done, file.name, dry_run=dry_run)
        if done.problems:
            raise need_person()


def _tell(done: Imported, name: str, *, dry_run: bool) -> None:
    from sdrdesk.cli.output import note, say

    new = f"{done.planned} would be created" if dry_run else f"{len(done.created)} created"
    say(f"{name}: {new}, {done.existing} known to the CRM and left as they are.")
    if done.ignored:
        note(f"Columns that mean nothing here: {', '.join(done.ignored)}")
    for line, text in done.problems:
        note(f"line {line}: {text}")
