"""Commands that read the queue: who to call, why, and what to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import csv_option, integer_option, json_option, lead_argument, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, print_json, say, say_err, table
from sdrdesk.services.desk.json import (
    funnel_json,
    lead_json,
    queue_row_json,
    script_json,
    why_json,
)
from sdrdesk.services.desk.text import (
    lead_words,
    reasons_words,
    row_age,
    row_words,
    script_words,
    sla_words,
    why_words,
)
from sdrdesk.services.rep_zone import local_words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sdrdesk.cli.session import Session
    from sdrdesk.services.views.queue import QueueRow, QueueSnapshot

_FROM_INDEX = 500
"""Up to this many leads are read from the index; for more, ranking the whole queue is faster."""
_COLUMNS = (
    "rank", "lead_id", "name", "company", "title", "persona", "lane", "score", "reasons",
    "converted_at", "converted_on", "age_s", "fit", "attempts", "phone", "extension",
    "lead_local_time", "time_zone", "callable", "next_due_at", "sla_state", "sla_due_at",
    "sla_waits", "lifecycle", "status", "callback_due_at", "callback_note", "callback_owner_id",
    "callback_owner", "callback_team", "callback_origin",
)  # fmt: skip


@click.command
@integer_option("--limit", "Print at most this many leads.", default=25, low=1, high=1_000_000)
@text_option("--view", "View of the queue; `sdrdesk views` lists the names.", default="callable")
@text_option(
    "--where", 'Conditions in words: "fit at least 60, country IE or GB".', metavar="WORDS"
)
@text_option("--find", "Only leads with these words in name, company, phone, e-mail or notes.")
@text_option("--as-of", "Rank for another time, in your zone: `tomorrow 18:00`.", metavar="TIME")
@json_option
@csv_option
def queue(
    limit: int, view: str, where: str, find: str, as_of: str, as_json: bool, as_csv: bool
) -> None:
    """Print the ranked queue: the leads to call now, best first."""
    with open_session() as session:
        at, desk = session.moment(as_of), session.ready_desk
        if (as_json or as_csv) and (view, where, find) == ("callable", "", ""):
            snapshot = desk.queue.snapshot(first=limit if limit <= _FROM_INDEX else 0, as_of=at)
        else:
            snapshot = desk.views.queue(view, where, find=find, as_of=at)
        rows = desk.queue.rows(snapshot, 0, limit)
        if as_json:
            print_json([queue_row_json(row) for row in rows])
            _explain_empty(session, rows)
        elif as_csv:
            from sdrdesk.services.reports.csv_text import csv_text

            found = [_flat(queue_row_json(row)) for row in rows]
            say(csv_text(found, _COLUMNS).rstrip("\n"))
        elif not rows:
            say(_empty_words(session, snapshot))
        else:
            say(_headline(snapshot, session.rep_zone))
            for line in _queue_table(rows, snapshot.as_of):
                say(line)


def _queue_table(rows: Sequence[QueueRow], at: datetime) -> Iterator[str]:
    return table(
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
                sla_words(row, at),
                row.lead_id,
            )
            for row in rows
        ],
        right="rank since fit score",
    )


def _explain_empty(session: Session, rows: Sequence[object]) -> None:
    """Say on stderr why the JSON is empty, unless it is for want of callable leads."""
    if not rows and (why := session.why_empty()):
        say_err(why)


@click.command("next")
@json_option
def next_lead(as_json: bool) -> None:
    """Print the lead to call now."""
    with open_session() as session:
        desk = session.ready_desk
        snapshot = desk.queue.working(first=1)
        rows = desk.queue.rows(snapshot, 0, 1)
        if as_json:
            print_json(queue_row_json(rows[0]) if rows else None)
            _explain_empty(session, rows)
        elif not rows:
            say(desk.queue.empty_words(snapshot))
        else:
            say(row_words(rows[0]))
            say(f"Why: {reasons_words(rows[0].reasons, rows[0].score)}")


@click.command
@lead_argument
@json_option
def lead(lead_id: str, as_json: bool) -> None:
    """Print one lead with its timeline."""
    with open_session() as session:
        view = session.ready_desk.leads.view(lead_id)
        answer(as_json, lead_json(view), lead_words(view, session.rep_zone))
        if view.row.comment:
            session.ready_desk.comments.told(view.row.lead_id)


@click.command
@lead_argument
@json_option
def why(lead_id: str, as_json: bool) -> None:
    """Explain a lead's place in the queue, or the rule that keeps it out."""
    with open_session() as session:
        view = session.ready_desk.queue.why(lead_id)
        answer(as_json, why_json(view), why_words(view, session.rep_zone))


@click.command
@json_option
def funnel(as_json: bool) -> None:
    """Count how many leads each rule keeps out of the queue, and how many are left to call."""
    with open_session() as session:
        view = session.ready_desk.queue.funnel()
        rows = [(f"-{step.removed}", str(step.left), step.text) for step in view.steps]
        lines = (
            f"{view.total} leads on disk",
            *table(("removed", "left", "because"), rows, right="removed left"),
            f"{view.callable} callable now",
        )
        answer(as_json, funnel_json(view), lines)
        if not view.callable and (why := session.why_empty()):
            say_err(why)


@click.command
@lead_argument
@json_option
def script(lead_id: str, as_json: bool) -> None:
    """Print the call script for this lead and why it was chosen."""
    with open_session() as session:
        view = session.desk.call.script(lead_id)
        answer(as_json, script_json(lead_id, view), script_words(view))


@click.command
@json_option
def views(as_json: bool) -> None:
    """List the views of the queue; a team defines its own in views.toml."""
    with open_session() as session:
        choices = session.desk.views.choices()
        lines = table(("view", "shows", "conditions"), choices)
        answer(as_json, [choice._asdict() for choice in choices], lines)


def _headline(snapshot: QueueSnapshot, zone: ZoneInfo) -> str:
    at = "" if snapshot.live else f"plan for {local_words(snapshot.as_of, zone)} (your time): "
    return f"{at}{_count_words(snapshot)}"


def _count_words(snapshot: QueueSnapshot) -> str:
    count = len(snapshot.lead_ids)
    if snapshot.view == "callable" and not snapshot.find:
        return f"{count} callable of {snapshot.total} leads on disk"
    found = f", found by {snapshot.find!r}" if snapshot.find else ""
    return f"{count} of {snapshot.total} leads on disk: {snapshot.view}{found}"


def _empty_words(session: Session, snapshot: QueueSnapshot) -> str:
    if snapshot.total and not snapshot.find and snapshot.view not in {"callable", "all"}:
        return f"No leads: {snapshot.view}."
    return session.desk.queue.empty_words(snapshot)


def _flat(row: dict[str, object]) -> dict[str, object]:
    """Return a queue row with one plain value in each of the columns of its CSV."""
    sla, reasons, callback = row["sla"], row["reasons"], row["callback"]
    if isinstance(reasons, list):
        row["reasons"] = "; ".join(f"{r['text']} {r['points']:+.2f}" for r in reasons)
    if isinstance(sla, dict):
        row |= {f"sla_{name}": value for name, value in sla.items()}
    if isinstance(callback, dict):
        row |= {f"callback_{name}": value for name, value in callback.items()}
    return {name: row.get(name) for name in _COLUMNS}
