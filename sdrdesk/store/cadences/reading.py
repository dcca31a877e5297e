"""Reads runs for screens and reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sdrdesk.domain.cadence.words import step_words
from sdrdesk.store.cadences.runs import Run
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.lead_ids import display_name

_COLUMNS = (
    "r.run_id, r.lead_id, r.cadence, r.owner_id, r.lifecycle, r.by_id, r.started_ms, r.step,"
    " r.steps, r.what, r.since_ms, r.due_ms, r.ended_ms, r.reason, r.ended_by"
)
_NAMED = (
    f"SELECT {_COLUMNS}, l.first_name, l.last_name, l.email,"  # noqa: S608
    " coalesce(nullif(c.name, ''), l.company_text, '') FROM cadence_run r"
    " LEFT JOIN lead l ON l.lead_id = r.lead_id LEFT JOIN company c ON c.company_id = l.company_id"
)


class NamedRun(NamedTuple):
    """A run with who it is."""

    run: Run
    name: str
    company: str

    @property
    def due_at(self) -> datetime | None:
        """When its next step is due, aware UTC; ``None``: no open hour was found."""
        return from_ms(self.run.due_ms) if self.run.due_ms is not None else None

    def step_words(self, now: datetime) -> str:
        """Return its next step in words: ``step 3/7 call due``."""
        run = self.run
        return step_words(run.step, run.steps, run.what, run.due_ms, to_ms(now))


def open_runs(
    db: Database, owner_id: str, limit: int, cadence: str = "", lead_id: str = ""
) -> list[NamedRun]:
    """Return the runs that go on, the one due first on top.

    Args:
        db: the database.
        owner_id: of this owner's leads; ``""`` everybody's.
        limit: at most this many.
        cadence: of this one; ``""`` of all.
        lead_id: of this lead; ``""`` of all.
    """
    with db.reader() as connection:
        rows = connection.execute(
            f"{_NAMED} WHERE r.ended_ms IS NULL AND (? = '' OR r.owner_id = ?)"
            " AND (? = '' OR r.cadence = ?) AND (? = '' OR r.lead_id = ?)"
            " ORDER BY r.due_ms IS NULL, r.due_ms, r.run_id LIMIT ?",
            (owner_id, owner_id, cadence, cadence, lead_id, lead_id, limit),
        ).fetchall()
    return [_named(row) for row in rows]


def counts(db: Database, owner_id: str) -> dict[str, dict[tuple[int, str], int]]:
    """Return how many leads are in each step, by cadence and (step, what it asks for)."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT cadence, step, what, count(*) FROM cadence_run WHERE ended_ms IS NULL"
            " AND (? = '' OR owner_id = ?) GROUP BY cadence, step, what",
            (owner_id, owner_id),
        ).fetchall()
    found: dict[str, dict[tuple[int, str], int]] = {}
    for cadence, step, what, number in rows:
        found.setdefault(str(cadence), {})[int(step), str(what)] = int(number)
    return found


class StepCount(NamedTuple):
    """One step of one cadence in the report."""

    cadence: str
    step: int
    what: str
    done: int
    """Leads for which it was done."""
    skipped: int
    came_on: int
    """Leads who answered or took a meeting after it, before the next step."""
    ended: int
    """Leads whose run ended there for another reason."""


def step_counts(
    db: Database, start: datetime, end: datetime, owner_ids: Sequence[str] | None
) -> list[StepCount]:
    """Count the steps of the runs that began in a span, by cadence and step.

    Args:
        db: the database.
        start: aware; the first moment.
        end: aware; the first moment after it.
        owner_ids: the reps who started them; ``None`` everybody.
    """
    with db.reader() as connection:
        rows = connection.execute(
            "WITH run AS (SELECT * FROM cadence_run WHERE started_ms >= ? AND started_ms < ?"
            " AND reason <> 'undone'"
            " AND (? OR by_id IN (SELECT value FROM json_each(?)))),"
            " last AS (SELECT run_id, max(place) AS place FROM cadence_step"
            " WHERE how = 'done' AND run_id IN (SELECT run_id FROM run) GROUP BY run_id)"
            " SELECT r.cadence, s.step, s.what, sum(s.how = 'done'), sum(s.how = 'skipped'),"
            " sum(l.place = s.place AND r.reason IN ('reply','meeting')),"
            " sum(l.place = s.place AND r.reason NOT IN ('','reply','meeting'))"
            " FROM run r JOIN cadence_step s ON s.run_id = r.run_id"
            " LEFT JOIN last l ON l.run_id = r.run_id"
            " GROUP BY r.cadence, s.step, s.what ORDER BY r.cadence, s.step, s.what",
            (to_ms(start), to_ms(end), owner_ids is None, json.dumps(list(owner_ids or ()))),
        ).fetchall()
    return [
        StepCount(str(name), int(step), str(what), int(done), int(skipped), on or 0, ended or 0)
        for name, step, what, done, skipped, on, ended in rows
    ]


def run_counts(
    db: Database, start: datetime, end: datetime, owner_ids: Sequence[str] | None
) -> dict[str, dict[str, int]]:
    """Count the runs that began in a span, by cadence and reason (``""``: it goes on)."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT cadence, reason, count(*) FROM cadence_run"
            " WHERE started_ms >= ? AND started_ms < ? AND reason <> 'undone'"
            " AND (? OR by_id IN (SELECT value FROM json_each(?))) GROUP BY cadence, reason",
            (to_ms(start), to_ms(end), owner_ids is None, json.dumps(list(owner_ids or ()))),
        ).fetchall()
    found: dict[str, dict[str, int]] = {}
    for cadence, reason, number in rows:
        found.setdefault(str(cadence), {})[str(reason)] = int(number)
    return found


def _named(row: Sequence[object]) -> NamedRun:
    *run, first, last, email, company = row
    name = display_name(str(first or ""), str(last or ""), str(email or ""), str(run[1]))
    return NamedRun(Run(*run), name, str(company or ""))  # type: ignore[arg-type]  # its columns
