"""A planned queue as text: its title, and rows that say what closes when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sdrdesk.domain.text.humanize import moment_words
from sdrdesk.screens.shell import lead_text
from sdrdesk.services.views.queue import QueueRow, QueueSnapshot, view_label
from sdrdesk.widgets.lead_line import LeadLine


def title(snapshot: QueueSnapshot) -> str:
    """Return the count, the view, and the planned moment in the rep's zone."""
    view = "" if snapshot.view == "callable" else view_label(snapshot.view)
    if snapshot.live:
        return f"{snapshot.callable} in view: {view or view_label('callable')}"
    at = moment_words(snapshot.as_of.astimezone())
    return f"plan {at}: {snapshot.callable} then{f', {view}' if view else ''}"


def line(row: QueueRow, at: datetime, snapshot: QueueSnapshot) -> LeadLine:
    """Return the line of a row at the moment of the list."""
    made = lead_text.lead_line(row, at)
    if not snapshot.closing_first or row.window_closes_at is None:
        return made
    local = row.window_closes_at.astimezone()
    same_day = local.date() == at.astimezone().date()
    when = f"{local:%H:%M}" if same_day else moment_words(local)
    return replace(made, why=f"closes {when} · {made.why}")
