"""The command that shows the state of the desk, also in one line for tmux. No network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import flag, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, say
from sdrdesk.clock import iso_or_none
from sdrdesk.domain.text.humanize import plural, span_words
from sdrdesk.services.rep_zone import local_words
from sdrdesk.store.mirror.sync_state import last_pull
from sdrdesk.store.reports.counts import unsent_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sdrdesk.services.notice.attention import Attention
    from sdrdesk.services.views.sync import StatusView

_STALE_S = 3_600
"""Older data is mentioned: no sync is running."""


@click.command
@flag("--short", "One line for tmux or a prompt.")
@json_option
def status(short: bool, as_json: bool) -> None:
    """Show what cannot wait: due callbacks, new leads, SLAs about to break, unsent items.

    Reads the local database only.
    """
    with open_session() as session:
        desk = session.desk
        waiting = desk.attention()
        if short and not as_json:
            # Read here: the services behind the outbox and the state line take as long to import as
            # everything else of a command that a prompt runs every few seconds.
            unsent, blocked = unsent_items(session.db)
            age_s = _age_s(last_pull(session.db), session.clock())
            say(_short(waiting, unsent, blocked, age_s))
            return
        view = desk.status.view()
        line = _short(waiting, view.unsent, view.blocked + view.conflicts, view.data_age_s)
        document = {
            "line": line,
            "callbacks_due": waiting.count("callback"),
            "next_callback_at": iso_or_none(view.next_callback_at),
            "fresh": waiting.count("fresh"),
            "sla_at_risk": waiting.count("sla"),
            "comments": waiting.count("comment"),
            "waiting": [
                {"why": w.why, "lead_id": w.lead_id, "name": w.name, "at": iso_or_none(w.at)}
                for w in waiting.waiting
            ],
            "in_call": waiting.in_call,
            "unsent": view.unsent,
            "needs_you": view.blocked + view.conflicts,
            "dials_today": view.dials_today,
            "meetings_today": view.meetings_today,
            "sla_percent": view.sla_percent,
            "data_age_s": view.data_age_s,
        }
        answer(as_json, document, (line,) if short else _lines(waiting, view, session.rep_zone))


def _age_s(last: datetime | None, now: datetime) -> int | None:
    return None if last is None else max(0, int((now - last).total_seconds()))


def _short(waiting: Attention, unsent: int, needs: int, age_s: int | None) -> str:
    """Return one line; it always says something, so that a prompt keeps its width."""
    parts = [*(waiting.parts() or ("☎ 0 due",))]
    if needs:
        parts.append(f"! {needs} {'needs' if needs == 1 else 'need'} you")
    if unsent:
        parts.append(f"{unsent} unsent")
    if age_s is None:
        parts.append("not synced yet")
    elif age_s > _STALE_S:
        parts.append(f"data {span_words(age_s)} old")
    return " · ".join(parts)


def _lines(waiting: Attention, view: StatusView, zone: ZoneInfo) -> Iterator[str]:
    words = {
        "callback": "callback due",
        "fresh": "converted",
        "sla": "SLA breaks",
        "comment": "comment",
    }
    for item in waiting.waiting:
        yield f"{words[item.why]} {local_words(item.at, zone)}: {item.name} (id {item.lead_id})"
    if not waiting.waiting:
        yield "Nothing is waiting."
    if view.next_callback_at is not None:
        yield f"next callback {local_words(view.next_callback_at, zone)}"
    dials, meetings = view.dials_today, view.meetings_today
    yield f"today: {dials} {plural(dials, 'dial')}, {meetings} {plural(meetings, 'meeting')}"
    needs = view.blocked + view.conflicts
    yield f"{view.unsent} unsent, {needs} {'needs' if needs == 1 else 'need'} you"
    age = "never" if view.data_age_s is None else f"{span_words(view.data_age_s)} ago"
    yield f"last sync {age}"
