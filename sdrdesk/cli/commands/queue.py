"""Commands that read: who to call, why, and what to say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdrdesk.cli.session import Session
    from sdrdesk.services.views.desk import QueueSnapshot

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
LeadId = Annotated[str, typer.Argument(help="Id of the lead.", metavar="ID")]

_YEARS = range(2000, 2100)
"""What a queue can be ranked for: no lead is older, and no rule looks further ahead."""

scripts_app = typer.Typer(
    help="The script library: list it, check it, say where it is.", rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(queue)
    app.command()(views)
    app.command("next")(next_lead)
    app.command()(lead)
    app.command()(why)
    app.command()(funnel)
    app.command()(script)
    app.add_typer(scripts_app, name="scripts")


def queue(
    limit: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="How many leads at the most.")
    ] = 25,
    view: Annotated[
        str,
        typer.Option(help="Which leads; `sdrdesk views` lists the names."),
    ] = "callable",
    where: Annotated[
        str,
        typer.Option(
            help='Conditions in words: "fit at least 60, country IE or GB".', metavar="WORDS"
        ),
    ] = "",
    find: Annotated[
        str, typer.Option(help="Only leads with these words: name, company, phone, e-mail, notes.")
    ] = "",
    as_of: Annotated[
        str, typer.Option(help="Rank for another moment, ISO 8601.", metavar="TIME")
    ] = "",
    as_json: AsJson = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV, safe for spreadsheets.")
    ] = False,
) -> None:
    """Print the ranked queue: the leads to call now, best first."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say, table
    from sdrdesk.services.desk.json import queue_row_json
    from sdrdesk.services.desk.text import row_age, sla_words

    with open_session() as session:
        snapshot = session.ready_desk.views.queue(view, where, find=find, as_of=_moment(as_of))
        rows = session.desk.queue.rows(snapshot, 0, limit)
        if as_json:
            print_json([queue_row_json(row) for row in rows])
            _tell_why_empty(session, rows)
        elif as_csv:
            from sdrdesk.services.reports.csv_text import csv_text

            say(csv_text([_flat(queue_row_json(row)) for row in rows]).rstrip("\n"))
        elif not rows:
            say(_empty_words(session, snapshot))
        else:
            say(_headline(snapshot))
            table(
                ("rank", "since", "lead", "company", "fit", "score", "phone", "there", "sla", "id"),
                [
                    (
                        str(row.rank),
                        row_age(row),
                        row.name,
                        row.company,
                        str(row.fit),
                        f"{row.score:.2f}",
                        row.phone_text,
                        row.lead_local_time,
                        sla_words(row, snapshot.as_of),
                        row.lead_id,
                    )
                    for row in rows
                ],
                right="rank since fit score",
            )


def _tell_why_empty(session: Session, rows: Sequence[object]) -> None:
    """Say beside the JSON why it is empty, when that is not for want of callable leads."""
    from sdrdesk.cli.terminal.output import note

    if not rows and (why := session.why_empty()):
        note(why)


def next_lead(as_json: AsJson = False) -> None:
    """Print the lead to call now."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.desk.json import queue_row_json
    from sdrdesk.services.desk.text import reasons_words, row_words

    with open_session() as session:
        snapshot = session.ready_desk.queue.working()
        rows = session.desk.queue.rows(snapshot, 0, 1)
        if as_json:
            print_json(queue_row_json(rows[0]) if rows else None)
            _tell_why_empty(session, rows)
        elif not rows:
            say(session.desk.queue.empty_words(snapshot))
        else:
            say(row_words(rows[0]))
            say(f"Why: {reasons_words(rows[0].reasons, rows[0].score)}")


def lead(lead_id: LeadId, as_json: AsJson = False) -> None:
    """Print one lead with its timeline."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.desk.json import lead_json
    from sdrdesk.services.desk.text import lead_words

    with open_session() as session:
        view = session.ready_desk.leads.view(lead_id)
        if as_json:
            print_json(lead_json(view))
        else:
            for line in lead_words(view, session.rep_zone):
                say(line)


def why(lead_id: LeadId, as_json: AsJson = False) -> None:
    """Print where a lead stands and why; if it is not callable, which rule keeps it out."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.desk.json import why_json
    from sdrdesk.services.desk.text import why_words

    with open_session() as session:
        view = session.ready_desk.queue.why(lead_id)
        if as_json:
            print_json(why_json(view))
        else:
            for line in why_words(view, session.rep_zone):
                say(line)


def funnel(as_json: AsJson = False) -> None:
    """Print how the leads on disk shrink to the callable ones, rule by rule."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say, table
    from sdrdesk.services.desk.json import funnel_json

    with open_session() as session:
        view = session.ready_desk.queue.funnel()
        if as_json:
            print_json(funnel_json(view))
            return
        say(f"{view.total} leads on disk")
        table(
            ("removed", "left", "because"),
            [(f"-{step.removed}", str(step.left), step.text) for step in view.steps],
            right="removed left",
        )
        say(f"{view.callable} callable now")


def script(lead_id: LeadId, as_json: AsJson = False) -> None:
    """Print the call script for this lead, with the reason for the match."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.desk.json import script_json
    from sdrdesk.services.desk.text import script_words

    with open_session() as session:
        view = session.desk.call.script(lead_id)
        if as_json:
            print_json(script_json(lead_id, view))
        else:
            for line in script_words(view):
                say(line)


@scripts_app.command("list")
def scripts_list(as_json: AsJson = False) -> None:
    """List the scripts, the team's own before the shipped ones."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, table

    with open_session() as session:
        entries = session.scripts.entries()
        if as_json:
            print_json([entry._asdict() for entry in entries])
        else:
            table(
                ("script", "persona", "conversion", "from"),
                [
                    (e.script_id, e.persona or "any", e.conversion or "any", e.source)
                    for e in entries
                ],
            )


@scripts_app.command("lint")
def scripts_lint(as_json: AsJson = False) -> None:
    """Check every script: merge fields, scripts nothing can reach, sections too long to say."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import need_person, print_json, say
    from sdrdesk.store.mirror.options import options

    with open_session() as session:
        personas = tuple(o.label for o in options(session.db, "persona") if not o.hidden)
        findings = session.scripts.lint(personas)
        if as_json:
            print_json([finding._asdict() for finding in findings])
        else:
            for finding in findings:
                say(f"{finding.where}: {finding.text}")
            say(f"{len(session.scripts.entries())} scripts, {len(findings)} findings")
        if findings:
            raise need_person()


@scripts_app.command("path")
def scripts_path() -> None:
    """Print the folder the team's own scripts go into."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import say

    with open_session() as session:
        say(str(session.paths.scripts_dir))


def views(as_json: AsJson = False) -> None:
    """List the views of the queue; a team keeps its own in views.toml."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, table

    with open_session() as session:
        choices = session.desk.views.choices()
        if as_json:
            print_json([choice._asdict() for choice in choices])
        else:
            table(("view", "shows", "conditions"), choices)


def _headline(snapshot: QueueSnapshot) -> str:
    count = len(snapshot.lead_ids)
    if snapshot.view == "callable" and not snapshot.find:
        return f"{count} callable of {snapshot.total} leads on disk"
    found = f", found by {snapshot.find!r}" if snapshot.find else ""
    return f"{count} of {snapshot.total} leads on disk: {snapshot.view}{found}"


def _empty_words(session: Session, snapshot: QueueSnapshot) -> str:
    if snapshot.total and not snapshot.find and snapshot.view not in {"callable", "all"}:
        return f"Nobody: {snapshot.view}."
    return session.desk.queue.empty_words(snapshot)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    from sdrdesk.clock import parse_iso

    try:
        moment = parse_iso(text)
        if moment.year in _YEARS:
            return moment
        raise ValueError(text)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(
            f"{text!r} is not an ISO 8601 time of this century such as 2026-11-21T14:30:00Z.",
            param_hint="'--as-of'",
        ) from error


def _flat(row: dict[str, object]) -> dict[str, object]:
    sla, reasons = row.pop("sla"), row.pop("reasons")
    if isinstance(reasons, list):
        row["reasons"] = "; ".join(f"{r['text']} {r['points']:+.2f}" for r in reasons)
    if isinstance(sla, dict):
        row["sla_state"], row["sla_due_at"] = sla["state"], sla["due_at"]
    return row
