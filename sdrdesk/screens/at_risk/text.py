"""The leads at risk as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual.content import Content

from sdrdesk.domain.place.local_times import local_times
from sdrdesk.domain.queue.at_risk import RiskKind
from sdrdesk.domain.text.humanize import DAY_NAMES, plural, span_words
from sdrdesk.screens.shell import lead_text
from sdrdesk.services.lead.at_risk import AtRiskRow, AtRiskView
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.lead_line import LeadLine

_WORDS = {
    RiskKind.CALLBACK: "callback",
    RiskKind.SLA: "SLA",
    RiskKind.WINDOW: "closes",
}
_PEN = "✎"
"""Marks a lead with an opening note."""


def line(found: AtRiskRow, now: datetime) -> LeadLine:
    """Return the row of a lead: what is at risk and when, in the rep's own time."""
    mark = f"{_PEN} " if found.first_line else ""
    made = lead_text.lead_line(found.row, now)
    return replace(made, why=f"{mark}{what(found, now)}", resting=False)


def what(found: AtRiskRow, now: datetime) -> str:
    """Return what is at risk and when: ``callback 14:30, in 25m``."""
    at = found.risk.at
    left = (at - now).total_seconds()
    when = f"in {span_words(left)}" if left >= 0 else f"{span_words(-left)} ago"
    return f"{_WORDS[found.risk.what]} {moment(at, now)}, {when}"


def moment(at: datetime, now: datetime) -> str:
    """Return the time in the rep's zone, with its day unless that is today."""
    local = at.astimezone()
    if local.date() == now.astimezone().date():
        return f"{local:%H:%M}"
    return f"{DAY_NAMES[local.weekday()]} {local:%H:%M}"


def counts(view: AtRiskView) -> str:
    """Return the counts: ``2 callbacks · 54 windows close``."""
    kinds = [found.risk.what for found in view.leads]
    parts = []
    for kind, one, many in (
        (RiskKind.CALLBACK, "callback", "callbacks"),
        (RiskKind.SLA, "SLA", "SLAs"),
        (RiskKind.WINDOW, "window closes", "windows close"),
    ):
        count = kinds.count(kind)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return " · ".join(parts) or "nothing due"


def detail(found: AtRiskRow, now: datetime) -> Content:
    """Return three lines about the lead under the cursor."""
    row = found.row
    there = local_times(row.time_zone, row.other_zones, now)
    state = " · ".join(
        part
        for part in (
            row.persona,
            f"local time {there}" if there else "time zone unknown",
            f"fit {row.fit}",
            f"{row.attempts} {plural(row.attempts, 'attempt')}",
            row.callback_note,
        )
        if part
    )
    first = (
        Content.assemble((f"{_PEN} ", "$text-accent"), found.first_line)
        if found.first_line
        else Content.styled("W: opening note for the next call", MUTED)
    )
    return Content("\n").join([lead_text.headline(row), Content(state), first])
