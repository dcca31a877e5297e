"""Commands for the hours ahead: what they will break, and triage of many leads without a call."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from sdrdesk.cli.options import (
    csv_option,
    flag,
    integer_option,
    json_option,
    text_option,
    whose_options,
)
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, say, say_err, table
from sdrdesk.clock import iso, iso_or_none
from sdrdesk.domain.errors import ExitCode
from sdrdesk.services.desk.json import at_risk_json
from sdrdesk.services.desk.settle import (
    ACTIONS,
    SettleOrder,
    read_order,
    settle,
    settled_lines,
)
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.reports.csv_text import csv_text
from sdrdesk.services.reports.whose import whose_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sdrdesk.services.lead.at_risk import AtRiskRow, AtRiskView

_COLUMNS = (
    "lead_id", "name", "company", "what", "at", "fit", "lead_local_time", "time_zone", "first_line",
)  # fmt: skip
_WORDS = {"callback": "callback", "sla": "SLA", "window": "closes"}


@click.command
@integer_option("--hours", "Look this many hours ahead.", default=3, low=1, high=336)
@text_option("--until", 'Look ahead to a time: "tomorrow 18:00 Lisbon", ISO.', metavar="TIME")
@integer_option("--limit", "Print at most this many leads, 0 for all.", default=0, low=0)
@whose_options("all of your queue")
@json_option
@csv_option
def ahead(
    hours: int, until: str, limit: int, rep: str, team: str, as_json: bool, as_csv: bool
) -> None:
    """List what is at risk in the next hours: callbacks, SLAs, calling windows that close."""
    with open_session() as session:
        desk = session.ready_desk
        end = desk.views.moment(until) if until else desk.now() + timedelta(hours=hours)
        asked = whose_of(rep, team)
        whose = desk.log.members(asked) if asked not in ("", "all") else None
        view = desk.at_risk.ahead(end, whose)
        rows = desk.at_risk.rows(view, 0, limit or len(view.leads))
        if whose is not None and whose - desk.log.members("") and (words := session.own_only()):
            say_err(words)
        if as_csv:
            say(csv_text([_flat(found) for found in rows], _COLUMNS).rstrip("\n"))
            return
        document = {
            "as_of": iso(view.as_of),
            "until": iso(view.until),
            "total": len(view.leads),
            "leads": [at_risk_json(found) for found in rows],
        }
        answer(as_json, document, _lines(view, rows, session.rep_zone))


def _lines(view: AtRiskView, rows: Sequence[AtRiskRow], zone: ZoneInfo) -> Iterator[str]:
    until = local_words(view.until, zone)
    if not rows:
        yield f"Nothing due until {until}: no callback, no SLA, no closing window."
        return
    yield f"{len(view.leads)} at risk until {until} (your time)"
    yield from table(
        ("what", "when", "lead", "company", "there", "fit", "opening note", "id"),
        [
            (
                _WORDS[found.risk.what],
                local_words(found.risk.at, zone),
                found.row.name,
                found.row.company,
                found.row.lead_local_time,
                str(found.row.fit),
                found.first_line,
                found.row.lead_id,
            )
            for found in rows
        ],
        right="fit",
    )


def _flat(found: AtRiskRow) -> dict[str, object]:
    row, risk = found.row, found.risk
    values = (
        row.lead_id, row.name, row.company, risk.what.value, iso(risk.at), row.fit,
        row.lead_local_time, row.time_zone, found.first_line,
    )  # fmt: skip
    return dict(zip(_COLUMNS, values, strict=True))


@click.command(
    epilog=(
        "Actions: nurture, disqualify REASON, snooze TIME, pin, unpin, persona LABEL, "
        'assign E-MAIL, first-line TEXT ("" removes it). The id - reads ids from stdin, one a line.'
    )
)
@click.argument(
    "words", nargs=-1, required=True, metavar="ID... ACTION [TEXT]", help="Leads, then the action."
)
@text_option("--reason", "The reason of disqualify.")
@flag("--with-callback", "Put off promised callbacks as well; without this they stay due.")
@json_option
def settle_leads(words: Sequence[str], reason: str, with_callback: bool, as_json: bool) -> None:
    """Decide on many leads at once without calling; undo --last takes all of it back.

    A time is read in each lead's own zone. Each lead is saved on its own; those that were refused
    are listed (exit code 5).
    """
    order = _order(words, reason)
    with open_session() as session:
        made = settle(session.desk, order, promises_too=with_callback)
        document = {
            "action": made.action,
            "done": [
                {
                    "lead_id": lead.lead_id,
                    "until": iso_or_none(lead.until),
                    "callback_stays_at": iso_or_none(lead.callback_at),
                }
                for lead in made.done
            ],
            "left": [{"lead_id": lead.lead_id, "why": lead.why} for lead in made.left],
        }

        def words_of(moment: datetime) -> str:
            return local_words(moment, session.rep_zone)

        lines = settled_lines(made, words_of)
        answer(as_json, document, lines)
        if as_json:
            for line in lines[1:]:
                say_err(line)
    if any(lead.callback_at for lead in made.done):
        say_err("--with-callback puts callbacks off as well.")
    if made.left:
        raise Exit(int(ExitCode.NEEDS_PERSON))


def _order(words: Sequence[str], reason: str) -> SettleOrder:
    order = read_order(words, sys.stdin.read().split() if words[0] == "-" else ())
    if not reason:
        return order
    if order.action != ACTIONS[1] or order.text:
        raise click.BadParameter("is only for disqualify, and once.", param_hint="'--reason'")
    return order._replace(text=reason)
