"""The steps of round robin on one day, for the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.clock import iso
from sdrdesk.services.views.log import LogView
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.lead_ids import display_name
from sdrdesk.store.mirror.options import owner_by
from sdrdesk.store.record.team_offers import steps_between


class StepView(NamedTuple):
    """One step: a lead was offered to a rep, taken, or passed on."""

    at: datetime
    """Aware UTC."""
    lead_id: str
    lead_name: str
    owner_id: str
    owner: str
    what: str


def day_steps(db: Database, view: LogView, *, everybody: bool) -> list[StepView]:
    """Return the steps of a log's day: of its reps, or of all."""
    day, zone = date.fromisoformat(view.day), ZoneInfo(view.time_zone)
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    whose = None if everybody else [rep.owner_id for rep in view.reps]
    made = []
    for step in steps_between(db, start, end, whose):
        rep = owner_by(db, step.owner_id)
        name = rep.name if rep and rep.name else step.owner_id
        lead = display_name(*step.name, step.lead_id)
        made.append(StepView(step.at, step.lead_id, lead, step.owner_id, name, step.words))
    return made


def step_lines(steps: Sequence[StepView], time_zone: str) -> list[str]:
    """Return the steps for a terminal, empty without any."""
    zone = ZoneInfo(time_zone)
    lines = [
        f"{step.at.astimezone(zone):%H:%M:%S} {step.lead_name} · {step.owner}: {step.what}"
        for step in steps
    ]
    return ["", "Round robin", *lines] if lines else []


def steps_json(steps: Sequence[StepView]) -> dict[str, object]:
    """Return the steps as an addition to the log's JSON, empty without any."""
    rows = [step._asdict() | {"at": iso(step.at)} for step in steps]
    return {"offers": rows} if rows else {}
