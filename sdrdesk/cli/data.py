"""Commands that take data out of sdrdesk, and one day into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from sdrdesk.cli.queue import AsJson


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
    file: Annotated[Path, typer.Argument(help="A CSV file.", metavar="FILE.csv")],
) -> None:
    """Not made yet: leads come from the CRM; importing a file is planned."""
    from sdrdesk.domain.errors import SdrDeskError

    raise SdrDeskError(
        f"Importing {file.name} is not made yet in this version.",
        kept="The file and the database were not touched.",
        next_step="Import it into the CRM; `sdrdesk sync` brings the leads here.",
    )
