"""Commands for the team lead: the daily log and reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sdrdesk.cli.commands.queue import AsJson

if TYPE_CHECKING:
    from sdrdesk.services.reports.tables import Sheet

AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, safe for spreadsheets.")]
AsMarkdown = Annotated[bool, typer.Option("--md", help="Print Markdown.")]
HtmlFile = Annotated[
    Path | None,
    typer.Option("--html", help="Write one HTML file that opens offline.", metavar="FILE"),
]
Shared = Annotated[
    bool,
    typer.Option("--shared", help="Let others on this machine read the file; else you alone."),
]
Definitions = Annotated[
    bool, typer.Option("--definitions", help="Say below what every number means.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(log)
    app.command()(report)


def log(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="`merge` and the files that reps saved with `log --json`; or `comment`, the key "
            "of a call and what you say about it.",
            metavar="WORD",
        ),
    ] = None,
    day: Annotated[str, typer.Option(help="YYYY-MM-DD, today or yesterday.")] = "today",
    rep: Annotated[str, typer.Option(help="Owner id, e-mail or all; yourself if left out.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_markdown: AsMarkdown = False,
    html: HtmlFile = None,
    shared: Shared = False,
    definitions: Definitions = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Print it again every half minute until stopped.")
    ] = False,
    with_crm: Annotated[
        bool,
        typer.Option("--crm", help="Hold the merged files against what the CRM has, too."),
    ] = False,
    upstream: Annotated[
        bool, typer.Option("--upstream", help="Write the comment to the CRM too, as a note.")
    ] = False,
) -> None:
    """Print the activity log of one day: totals per rep, then every call."""
    from sdrdesk.cli.commands.log import comment_on, merge_files, watch_log
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import note, print_json, say
    from sdrdesk.services.desk.json import log_json
    from sdrdesk.services.log.text import log_csv, log_lines, log_markdown, log_sheet

    with open_session() as session:
        if words and words[0] == "comment":
            comment_on(session, words, upstream=upstream)
            return
        if words:
            merge_files(session, words, as_json=as_json, with_crm=with_crm)
            return
        if watch:
            watch_log(session, day, rep)
            return
        view = session.log(session.day(day), rep)
        targets = session.rulebook.sla.targets
        if html is not None:
            _write_html(html, log_sheet(view, targets), shared=shared)
        elif as_json:
            print_json(log_json(view))
        elif as_csv:
            say(log_csv(view).rstrip("\n"))
        elif as_markdown:
            say(log_markdown(view, targets).rstrip("\n"))
        else:
            for line in log_lines(view, targets if definitions else None):
                say(line)
        if not view.activities and (why := session.why_empty()):
            note(why)


def report(
    name: Annotated[
        Literal["speed", "sla", "outcomes", "scripts", "funnel", "rhythm"],
        typer.Argument(help="Which report."),
    ],
    start: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")] = "today",
    end: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = "today",
    by: Annotated[
        Literal["source", "form", "persona", "owner", "hour"] | None,
        typer.Option(help="Split `speed` by this."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_markdown: AsMarkdown = False,
    html: HtmlFile = None,
    shared: Shared = False,
    definitions: Definitions = False,
) -> None:
    """Print a team report over some days, first and last included."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.domain.errors import UsageError
    from sdrdesk.services.reports.registry import make_report
    from sdrdesk.services.reports.tables import csv, markdown, text_lines

    if by and name != "speed":
        raise UsageError(
            f"--by splits `report speed`, not `report {name}`.", next_step="Leave --by out."
        )
    with open_session() as session:
        made = make_report(session.report_reader, name, session.day(start), session.day(end), by)
        if html is not None:
            _write_html(html, made.sheet, shared=shared)
        elif as_json:
            print_json(made.json)
        elif as_csv:
            say(csv(made.sheet).rstrip("\n"))
        elif as_markdown:
            say(markdown(made.sheet).rstrip("\n"))
        else:
            for line in text_lines(made.sheet, definitions=definitions):
                say(line)


def _write_html(path: Path, sheet: Sheet, *, shared: bool) -> None:
    from sdrdesk.cli.terminal.output import note
    from sdrdesk.plain_file import write_owned
    from sdrdesk.services.reports.html import html_page

    write_owned(path, html_page(sheet), shared=shared)
    note(f"Written to {path}.")
