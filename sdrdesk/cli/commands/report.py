"""The command that prints team reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import (
    choice_option,
    csv_option,
    json_option,
    markdown_option,
    text_option,
    whose_options,
)
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.html_file import definitions_option, html_options, write_files
from sdrdesk.cli.terminal.output import print_json, say
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.reports.registry import ReportName, make_report
from sdrdesk.services.reports.tables import csv, markdown, text_lines
from sdrdesk.services.reports.whose import narrowed, whose_of

if TYPE_CHECKING:
    from sdrdesk.domain.reports.speed import By


@click.command
@click.argument(
    "name",
    type=click.Choice(["speed", "sla", "outcomes", "scripts", "funnel", "rhythm"]),
    metavar="NAME",
    help="speed, sla, outcomes, scripts, funnel or rhythm.",
)
@text_option("--from start", "First day: 2026-11-20, mon, 3 nov.", default="today", metavar="DATE")
@text_option("--to end", "Last day.", default="today", metavar="DATE")
@choice_option("--by", "Split `speed` by this.", ["source", "form", "persona", "owner", "hour"])
@whose_options
@choice_option("--against", "Also show the days before.", ["previous"])
@json_option
@csv_option
@markdown_option
@html_options
@definitions_option
def report(
    name: ReportName,
    start: str,
    end: str,
    by: By | None,
    rep: str,
    team: str,
    against: str | None,
    as_json: bool,
    as_csv: bool,
    as_markdown: bool,
    html: Path | None,
    xlsx: Path | None,
    shared: bool,
    definitions: bool,
) -> None:
    """Print a team report for a range of days, both ends included."""
    if by and name != "speed":
        raise UsageError(
            f"--by splits `report speed`, not `report {name}`.", next_step="Leave --by out."
        )
    with open_session() as session:
        reader = narrowed(session.report_reader, whose_of(rep, team))
        days = session.day(start), session.day(end)
        made = make_report(reader, name, *days, by, against=against is not None)
        if write_files(html, xlsx, made.sheet, shared=shared, pictures=made.pictures):
            return
        if as_json:
            print_json(made.json)
        elif as_csv:
            say(csv(made.sheet).rstrip("\n"))
        elif as_markdown:
            say(markdown(made.sheet).rstrip("\n"))
        else:
            for line in text_lines(made.sheet, definitions=definitions):
                say(line)
