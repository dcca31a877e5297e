"""Commands that export data from sdrdesk and import people into it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from sdrdesk.cli.options import (
    csv_option,
    flag,
    integer_option,
    json_option,
    list_option,
    text_option,
)
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import need_person, print_json, say, say_err, table
from sdrdesk.cli.terminal.progress import ProgressLine
from sdrdesk.services.log.export import ACTIVITY_COLUMNS, LEAD_COLUMNS, activity_rows, lead_rows
from sdrdesk.services.people.receipt import Rejects
from sdrdesk.services.people.text import column_rows
from sdrdesk.services.reports.csv_text import csv_text
from sdrdesk.services.sheets.files import Reading

if TYPE_CHECKING:
    from sdrdesk.services.people.create import FileLook
    from sdrdesk.services.people.receipt import Imported


@click.command
@click.argument(
    "what",
    type=click.Choice(["leads", "activities"]),
    metavar="WHAT",
    help="leads or activities.",
)
@json_option
@csv_option
def export(what: Literal["leads", "activities"], as_json: bool, as_csv: bool) -> None:
    """Print all leads or all activities as CSV (the default) or JSON."""
    if as_json and as_csv:
        raise click.BadParameter("choose one of --json and --csv.", param_hint="'--csv'")
    with open_session() as session:
        rows = lead_rows(session.db) if what == "leads" else activity_rows(session.db)
        if as_json:
            print_json(list(rows))
        else:
            columns = LEAD_COLUMNS if what == "leads" else ACTIVITY_COLUMNS
            say(csv_text(rows, columns).rstrip("\n"))


@click.command("import")
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A .csv, .tsv, .xlsx or .json file with a line of headings.",
)
@flag("--dry-run", "Show the field of each column and the people; change nothing.")
@list_option("--map mapped", "The field for a column.", metavar="COLUMN=FIELD")
@list_option("--ignore ignored", "Leave a column out.", metavar="COLUMN")
@integer_option("--heading", "Line with the headings; 0 finds it.", default=0, low=0)
@text_option("--encoding", "Such as cp1252 or utf-16.", metavar="NAME")
@text_option("--sheet", "Sheet of an .xlsx file.", metavar="NAME")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write rows that were left out to this CSV file.",
)
@json_option
def import_file(
    file: Path,
    dry_run: bool,
    mapped: Sequence[str],
    ignored: Sequence[str],
    heading: int,
    encoding: str,
    sheet: str,
    rejects: Path | None,
    as_json: bool,
) -> None:
    """Create the people in a file as your leads in the CRM, and fetch them.

    People the CRM already has are not changed, so a file can be imported twice without harm. They
    are matched by e-mail address, or else by number and name. A do-not-call column is kept, here
    and at the CRM. Rows that cannot be used are listed with their line; exit code 5.
    """
    reading = Reading(heading, encoding, sheet, _pairs(mapped))
    with open_session() as session:
        job = session.import_job()
        look = job.look(file, reading, ignored)
        if dry_run and not as_json:
            _print_columns(look)
        refused = Rejects(rejects, file) if rejects and not dry_run else None
        with ProgressLine() as progress:
            done = job.run(
                look,
                dry_run=dry_run,
                on_progress=lambda count, of: progress.tell("people", count, of),
            )
        if refused:
            refused.write(look.columns.headings, look.cells_of(), done.left_out)
        if as_json:
            print_json(done.to_json(dry_run=dry_run))
        else:
            _print_result(done, file.name, dry_run=dry_run)
        if done.stopped is not None:
            raise done.stopped
        if done.needs_person:
            if rejects is None and not as_json:
                say_err("To get the rows that were left out as a file to correct: --rejects FILE")
            raise need_person()


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        column, equals, field = text.rpartition("=")
        if not (equals and column.strip() and field.strip()):
            raise click.BadParameter(f"{text!r} is not COLUMN=FIELD.", param_hint="'--map'")
        pairs[column.strip()] = field.strip().casefold()
    return pairs


def _print_columns(look: FileLook) -> None:
    for line in (*table(("Column", "Goes to", "First rows"), column_rows(look)), ""):
        say(line)


def _print_result(done: Imported, name: str, *, dry_run: bool) -> None:
    say(f"{name}: {done.words(dry_run=dry_run)}")
    if done.ignored:
        say_err(f"Columns left out: {', '.join(done.ignored)}")
    for text in done.notes:
        say_err(text)
    for line, why in sorted(done.left_out):
        say_err(f"line {line}: {why}")
