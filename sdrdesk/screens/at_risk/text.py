"""How the list of what breaks reads. Pure drawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual.content import Content

from sdrdesk.domain.queue.at_risk import RiskKind
from sdrdesk.domain.text.humanize import plural, span_words
from sdrdesk.screens.shell import lead_text
from sdrdesk.services.lead.at_risk import AtRiskRow, AtRiskView
from sdrdesk.widgets.lead_line import LeadLine

_WORDS = {
    RiskKind.CALLBACK: "promise",
    RiskKind.SLA: "SLA",
    RiskKind.WINDOW: "closes",
}
_LINE = "✎"
"""Marks a lead with a first line written."""
MUTED = "$foreground-muted"


def line(found: AtRiskRow, now: datetime) -> LeadLine:
    """Return what the list draws for a lead: what breaks and when, in the rep's own time."""
    mark = f"{_LINE} " if found.first_line else ""
    made = lead_text.lead_line(found.row, now)
    return replace(made, why=f"{mark}{what(found, now)}", resting=False)


def what(found: AtRiskRow, now: datetime) -> str:
    """Say what breaks when: ``promise 14:30, in 25m``."""
    at = found.risk.at
    left = (at - now).total_seconds()
    when = f"in {span_words(left)}" if left >= 0 else f"{span_words(-left)} ago"
    return f"{_WORDS[found.risk.what]} {at.astimezone():%H:%M}, {when}"


def counts(view: AtRiskView) -> str:
    """Say how many of what break."""
    kinds = [found.risk.what for found in view.rows]
    parts = []
    for kind, word in (
        (RiskKind.CALLBACK, "promise"),
        (RiskKind.SLA, "SLA"),
        (RiskKind.WINDOW, "window"),
    ):
        count = kinds.count(kind)
        if count:
            parts.append(f"{count} {plural(count, word)}")
    return " · ".join(parts) or "nothing breaks"


def detail(found: AtRiskRow) -> Content:
    """Return three lines about the lead under the cursor."""
    row = found.row
    state = " · ".join(
        part
        for part in (
            row.persona,
            f"{row.lead_local_time} there" if row.lead_local_time else "zone unknown",
            f"fit {row.fit}",
            f"{row.attempts} {plural(row.attempts, 'attempt')}",
            row.callback_note,
        )
        if part
    )
    first = (
        Content.assemble((f"{_LINE} ", "$text-accent"), found.first_line)
        if found.first_line
        else Content.styled("w writes the first line of the next call", MUTED)
    )
    return Content("\n").join([lead_text.headline(row), Content(state), first])
