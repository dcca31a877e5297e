"""The agenda: promised callbacks and booked meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from sdrdesk.cli.options import CommandGroup, flag, json_option, whose_options
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, print_json, say, table
from sdrdesk.clock import iso
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.reports.whose import narrowed, whose_of

if TYPE_CHECKING:
    from sdrdesk.services.agenda.service import AgendaItem, Span

ORIGINS = {
    "sdrdesk": "",
    "crm": "from the CRM",
    "automation": "by an automation",
    "no_show": "a missed meeting",
}


@click.command
@click.option(
    "--when",
    type=click.Choice(["today", "tomorrow", "week", "all"]),
    default="all",
    help="These days only; overdue ones count as today.",
)
@flag("--everybody", "Also what colleagues promised to other reps' leads.")
@whose_options("those that concern you")
@json_option
def callbacks(when: str, everybody: bool, rep: str, team: str, as_json: bool) -> None:
    """List promised callbacks, booked meetings and open tasks in the CRM, earliest first.

    Yours and the team's. Call tasks in the CRM count as callbacks, no matter who made them; for
    other tasks see: task.
    """
    with open_session() as session:
        whose = whose_of(rep, team)
        view = session.desk.agenda.view(cast("Span", when), everybody=everybody or bool(whose))
        if whose:
            reader = narrowed(session.report_reader, whose)
            kept = tuple(item for item in view.items if reader.reads(item.row.owner_id))
            view = view._replace(items=kept)
        if as_json:
            print_json([_json(item) for item in view.items])
        elif not view.items:
            say("No callback is promised, no meeting is booked, and no task is open.")
        else:
            zone = session.rep_zone
            rows = [
                (
                    local_words(item.at, zone) + (" late" if item.late else ""),
                    item.row.kind,
                    item.row.name,
                    item.row.company,
                    who(item),
                    item.row.note,
                    item.row.lead_id,
                )
                for item in view.items
            ]
            for line in table(("when", "what", "lead", "company", "whose", "note", "id"), rows):
                say(line)


@click.group(cls=CommandGroup, no_args_is_help=True)
def task() -> None:
    """E-mail and to-do tasks in the CRM: mark them as done, or move them."""


@task.command
@click.argument("key")
@json_option
def done(key: str, as_json: bool) -> None:
    """Mark the task KEY (callbacks --json) as done, here and in the CRM."""
    with open_session() as session:
        name = session.desk.decisions.finish_task(key)
        answer(as_json, {"key": key, "done": True}, [f"Done: the task of {name}. Undo: undo"])


@task.command
@click.argument("key")
@click.argument("at", metavar="TIME")
@json_option
def move(key: str, at: str, as_json: bool) -> None:
    """Move the task KEY to TIME, here and in the CRM."""
    with open_session() as session:
        desk = session.desk
        due_at = desk.outcome.when(desk.decisions.task_lead(key), at)
        name = desk.decisions.move_task(key, due_at)
        words = local_words(due_at, session.rep_zone)
        said = f"Moved to {words}: the task of {name}. Undo: undo"
        answer(as_json, {"key": key, "due_at": iso(due_at)}, [said])


def who(item: AgendaItem) -> str:
    """Return whose promise it is: ``mine``, ``team`` or the colleague's name."""
    if item.whose == "colleague":
        return item.row.owner or f"owner {item.row.owner_id}"
    return item.whose


def _json(item: AgendaItem) -> dict[str, object]:
    row = item.row
    return {
        "kind": row.kind,
        "key": row.key,
        "lead_id": row.lead_id,
        "name": row.name,
        "company": row.company,
        "due_at": iso(row.at),
        "overdue": item.late,
        "needs_result": item.ask,
        "note": row.note,
        "whose": item.whose,
        "team": row.team,
        "owner_id": row.owner_id,
        "owner": row.owner,
        "origin": row.origin,
        "crm_id": row.crm_id or None,
        "time_zone": row.zone,
    }
