"""Commands that take data out of sdrdesk and into it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sdrdesk.cli.commands.queue import AsJson

if TYPE_CHECKING:
    from sdrdesk.services.people.create import FileLook
    from sdrdesk.services.people.receipt import Imported


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
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.log.export import activity_rows, lead_rows
    from sdrdesk.services.reports.csv_text import csv_text

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
            help="A .csv, .tsv, .xlsx or .json file with a heading line.",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ],
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Show where each column goes and who would come; change nothing."
        ),
    ] = False,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="Where a column goes. Repeatable."),
    ] = None,
    ignored: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="COLUMN", help="Leave a column out. Repeatable."),
    ] = None,
    heading: Annotated[
        int, typer.Option("--heading", metavar="N", min=0, help="Line of the headings.")
    ] = 0,
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="Such as cp1252 or utf-16.")
    ] = "",
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="NAME", help="Sheet of an .xlsx file.")
    ] = "",
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects", metavar="FILE", help="Write the rows that were left out to this CSV file."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the people of a file leads of yours at the CRM, and fetch them.

    Somebody the CRM has already is left as they are, so doing it again adds nobody twice. People
    are found by e-mail address, else by number and name. A do-not-call column is kept, here and at
    the CRM. Rows that cannot be used are named by line; exit code 5.
    """
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import need_person, print_json
    from sdrdesk.cli.terminal.progress import ProgressLine
    from sdrdesk.services.people.receipt import Rejects
    from sdrdesk.services.sheets.files import Reading

    reading = Reading(heading, encoding, sheet, _pairs(mapped or ()))
    with open_session() as session:
        job = session.import_job()
        look = job.look(file, reading, ignored or ())
        if dry_run and not as_json:
            _show(look)
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
            _tell(done, file.name, dry_run=dry_run)
        if done.stopped is not None:
            raise done.stopped
        if done.needs_person:
            if rejects is None and not as_json:
                _hint()
            raise need_person()


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        column, equals, field = text.rpartition("=")
        if not (equals and column.strip() and field.strip()):
            raise typer.BadParameter(f"{text!r} is not COLUMN=FIELD.", param_hint="'--map'")
        pairs[column.strip()] = field.strip().casefold()
    return pairs


def _show(look: FileLook) -> None:
    from sdrdesk.cli.terminal.output import say, table
    from sdrdesk.services.people.text import column_rows

    table(("Column", "Goes to", "First rows"), column_rows(look))
    say()


def _tell(done: Imported, name: str, *, dry_run: bool) -> None:
    from sdrdesk.cli.terminal.output import note, say

    say(f"{name}: {done.words(dry_run=dry_run)}")
    if done.ignored:
        note(f"Columns left out: {', '.join(done.ignored)}")
    for text in done.notes:
        note(text)
    for line, why in sorted(done.left_out):
        note(f"line {line}: {why}")


def _hint() -> None:
    from sdrdesk.cli.terminal.output import note

    note("The rows that were left out, as a file to put right: --rejects FILE")
