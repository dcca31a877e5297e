"""``sdrdesk away``: events while there was no sync."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import json_option, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import need_person, print_json, say
from sdrdesk.clock import iso, iso_or_none
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.people.edit import field_words
from sdrdesk.domain.text.humanize import span_words
from sdrdesk.domain.times.parse import parse_happened
from sdrdesk.services.desk.json import conflicts_json, outbox_json, questions_json
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.sync import away_text as text
from sdrdesk.services.sync.away_text import caller, sent_words
from sdrdesk.services.sync.questions_text import counted

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sdrdesk.services.sync.away import AwayView


@click.command
@text_option("--since", "Since another time, in words or ISO 8601.", metavar="TIME")
@json_option
def away(since: str, as_json: bool) -> None:
    """Show what happened while you were away, for half an hour or more without a sync.

    What went out, what was refused, conflicts, leads that moved, merged, were deleted or converted,
    other reps' calls, and missed callbacks. Exit code 5 when something is refused or in conflict.
    """
    with open_session() as session:
        zone, desk = session.rep_zone, session.desk
        start = None
        if since:
            start = parse_happened(since, zone, session.clock())
        view = desk.away.view(start)
        if as_json:
            print_json(_json(view))
        else:
            for line in _lines(view, zone):
                say(line)
            if start is None:
                desk.away.saw(view)  # a person read it; the workbench need not show it again
        if view.needs_you:
            raise need_person()


def _lines(view: AwayView, zone: ZoneInfo) -> Iterator[str]:
    if view.since is None:
        yield "You were not away: there was no half hour without a sync."
        return
    span = span_words((view.as_of - view.since).total_seconds())
    yield f"Since {local_words(view.since, zone)}, {span} ago. Sent: {sent_words(view)}."
    yield from _needs_you(view)
    yield from _passed(view, zone)
    yield from _others(view, zone)
    if view.is_empty:
        yield f"Nothing needs you; nobody else changed your leads in {CRM_NAME}."


def _needs_you(view: AwayView) -> Iterator[str]:
    if view.asked:
        yield f"Waiting for your answer ({counted(view.asked)}): sdrdesk outbox questions"
        yield from (
            f"  {q.lead_name}: {q.became}: {'; '.join(q.what)} [{q.key}]" for q in view.asked
        )
    if view.refused:
        yield f"Refused ({len(view.refused)}): sdrdesk outbox retry KEY, or drop KEY"
        yield from (f"  {x.lead_name}: {x.what}: {x.last_error} [{x.key}]" for x in view.refused)
    if view.conflicts:
        yield f"Conflicts ({len(view.conflicts)}): sdrdesk conflicts resolve KEY --take mine|theirs"
        for item in view.conflicts:
            yield (
                f"  {item.lead_name}: {field_words(item.field)}: mine {item.mine or 'empty'}, "
                f"theirs {item.theirs or 'empty'}{_after(', ', item.theirs_by)} [{item.key}]"
            )


def _passed(view: AwayView, zone: ZoneInfo) -> Iterator[str]:
    if view.promises:
        yield f"Promises that passed ({len(view.promises)}): sdrdesk dispose ID"
        for promise in view.promises:
            ago = span_words((view.as_of - promise.at).total_seconds())
            note = f": {promise.row.note}" if promise.row.note else ""
            yield (
                f"  {promise.row.name}: due {local_words(promise.at, zone)}, {ago} ago{note} "
                f"[{promise.row.lead_id}]"
            )


def _others(view: AwayView, zone: ZoneInfo) -> Iterator[str]:
    if view.leads:
        yield f"Leads ({len(view.leads)}): sdrdesk lead ID"
        for lead in view.leads:
            yield (
                f"  {lead.name}: {text.NEWS[lead.kind]}"
                f"{_after(': ', text.news_words(lead, view.as_of))} [{lead.lead_id}]"
            )
    if view.calls:
        yield f"Calls not made here ({len(view.calls)}): sdrdesk lead ID"
        for call in view.calls:
            yield (
                f"  {call.name}: {text.caller(call, view.me)}, {local_words(call.at, zone)}"
                f"{_after(', ', call.outcome)}{_after(': ', call.note)} [{call.lead_id}]"
            )


def _after(mark: str, words: str) -> str:
    return f"{mark}{words}" if words else ""


def _json(view: AwayView) -> dict[str, object]:
    return {
        "since": iso_or_none(view.since),
        "as_of": iso(view.as_of),
        "seen": view.seen,
        "sent": dict(view.sent),
        "asked": questions_json(view.asked),
        "refused": outbox_json(view.refused),
        "conflicts": conflicts_json(view.conflicts),
        "promises": [
            {
                "lead_id": item.row.lead_id,
                "name": item.row.name,
                "due_at": iso(item.at),
                "note": item.row.note,
                "whose": item.whose,
            }
            for item in view.promises
        ],
        "leads": [
            {
                "kind": row.kind,
                "lead_id": row.lead_id,
                "name": row.name,
                "was": row.was,
                "now": row.now,
                "converted_at": iso_or_none(row.at),
            }
            for row in view.leads
        ],
        "calls": [
            {
                "lead_id": row.lead_id,
                "name": row.name,
                "at": iso(row.at),
                "owner_id": row.owner_id,
                "by": caller(row, view.me),
                "outcome": row.outcome,
                "note": row.note,
            }
            for row in view.calls
        ],
    }
