"""Commands for the team lead: the daily log and reports."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from sdrdesk.cli.queue import AsJson


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(log)
    app.command()(report)


def log(
    day: Annotated[str, typer.Option(help="YYYY-MM-DD, today or yesterday.")] = "today",
    rep: Annotated[str, typer.Option(help="Owner id, e-mail or all; yourself if left out.")] = "",
    as_json: AsJson = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV, safe for spreadsheets.")
    ] = False,
    as_markdown: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
) -> None:
    """Print the activity log of one day: totals per rep, then every call."""
    from sdrdesk.cli.output import print_json, say
    from sdrdesk.cli.session import open_session
    from sdrdesk.services.log_text import log_csv, log_lines, log_markdown
    from sdrdesk.services.shapes import log_json

    with open_session() as session:
        view = session.desk.log(session.day(day), rep)
        if as_json:
            print_json(log_json(view))
        elif as_csv:
            say(log_csv(view).rstrip("\n"))
        elif as_markdown:
            say(log_markdown(view).rstrip("\n"))
        else:
            for line in log_lines(view):
                say(line)


def report(
    name: Annotated[
        Literal["speed", "sla", "outcomes", "scripts"], typer.Argument(help="Which report.")
    ],
    start: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")] = "today",
    end: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = "today",
    as_json: AsJson = False,
) -> None:
    """Print a team report over some days."""
    from sdrdesk.cli.output import print_json, say
    from sdrdesk.cli.session import open_session
    from sdrdesk.domain.errors import SdrDeskError

    if name != "outcomes":
        raise SdrDeskError(
            f"The report `{name}` is not made yet in this version.",
            kept="Nothing was changed.",
            next_step="`sdrdesk log` and `sdrdesk report outcomes` work; "
            "`sdrdesk export activities --csv` has the rows behind it.",
        )
    with open_session() as session:
        view = session.outcome_report(session.day(start), session.day(end))
        if as_json:
            print_json(view.to_json())
        else:
            for line in view.lines():
                say(line)
