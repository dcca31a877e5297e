"""The command that prints team reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

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
from sdrdesk.cli.terminal.output import print_json, say, say_err
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.reports.behind import chosen_number
from sdrdesk.services.reports.csv_text import csv_text
from sdrdesk.services.reports.registry import Report, ReportName, make_report
from sdrdesk.services.reports.tables import csv, markdown, text_lines
from sdrdesk.services.reports.week import week_of
from sdrdesk.services.reports.whose import narrowed, whose_of

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.domain.reports.speed import By

_NAMES = get_args(ReportName)
_LIST = "list"


@click.command
@click.argument(
    "name",
    type=click.Choice(_NAMES),
    metavar="NAME",
    help=f"{', '.join(_NAMES[:-1])} or {_NAMES[-1]}.",
)
@text_option("--from start", "First day: 2026-11-20, mon, 3 nov.", default="today", metavar="DATE")
@text_option("--to end", "Last day.", default="today", metavar="DATE")
@text_option("--week", "The week of this day, in place of --from and --to.", metavar="DATE")
@choice_option("--by", "Group `speed` by this.", ["source", "form", "persona", "owner", "hour"])
@whose_options()
@choice_option("--against", "Also show the same number of days before.", ["previous"])
@text_option(
    "--leads", f"Print the leads behind a number; `{_LIST}` lists the numbers.", metavar="NUMBER"
)
@text_option("--save-view", "Save the leads of --leads as a view of the queue.", metavar="NAME")
@json_option
@csv_option
@markdown_option
@html_options
@definitions_option
def report(
    name: ReportName,
    start: str,
    end: str,
    week: str,
    by: By | None,
    rep: str,
    team: str,
    against: str | None,
    leads: str,
    save_view: str,
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
    if save_view and not leads:
        raise UsageError("--save-view saves the leads of --leads.", next_step="Add --leads.")
    with open_session() as session:
        reader = narrowed(session.report_reader, whose_of(rep, team))
        days = session.day(start), session.day(end)
        if week:
            found = week_of(session.day(week), reader)
            days = found.first, found.last
        made = make_report(reader, name, *days, by, against=against is not None)
        if leads:
            _print_leads(session, made, leads, save_view, as_json=as_json, as_csv=as_csv)
        elif write_files(html, xlsx, made.sheet, shared=shared, pictures=made.pictures):
            return
        elif as_json:
            print_json(made.json)
        elif as_csv or as_markdown:
            text = csv(made.sheet) if as_csv else markdown(made.sheet)
            say(text.rstrip("\n"))
        else:
            for line in text_lines(made.sheet, definitions=definitions):
                say(line)


def _print_leads(
    session: Session, made: Report, which: str, view: str, *, as_json: bool, as_csv: bool
) -> None:
    """Print the leads behind one number, or the numbers that have leads."""
    numbers = made.numbers()
    if which == _LIST:
        rows = [{"number": one.name, "leads": len(one.lead_ids)} for one in numbers]
        lines = [f"{row['leads']:>6}  {row['number']}" for row in rows]
    else:
        number = chosen_number(numbers, which)
        found = session.desk.reports.rows(number.lead_ids)
        rows, lines = [row.to_json() for row in found], [row.line() for row in found]
        if view:
            text = f"{number.name}: {made.sheet.title}, {made.sheet.about}"
            name = session.desk.reports.save_view(view, text, number.lead_ids)
            say_err(f"Saved as a view: sdrdesk queue --view {name!r}")
            if words := session.own_only():
                say_err(words)
    if as_json:
        print_json(rows)
    elif as_csv:
        say(csv_text(rows).rstrip("\n"))
    else:
        for line in lines:
            say(line)
