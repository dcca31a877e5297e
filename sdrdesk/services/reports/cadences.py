"""``report cadences``: what became of the leads in cadences, by cadence and step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sdrdesk.domain.cadence.events import REASONS, WON
from sdrdesk.domain.cadence.words import WORDS
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Sheet, Table
from sdrdesk.store.cadences.reading import StepCount, run_counts, step_counts

_DEFINED = (
    ("came on", "answered, or took a meeting, after this step was done and before the next one"),
    ("done", "leads for which the step was done; skipped ones had a condition that did not hold"),
    ("days", "of the start of the cadence, by the rep who started it"),
)


class CadenceCount(NamedTuple):
    """One cadence in the days."""

    cadence: str
    reasons: dict[str, int]
    """Leads by why their run ended; ``""``: it goes on."""
    steps: tuple[StepCount, ...]

    @property
    def leads(self) -> int:
        """Leads that were put into it."""
        return sum(self.reasons.values())

    @property
    def won(self) -> Proportion:
        """Those who answered or took a meeting, of all."""
        return Proportion(sum(self.reasons.get(reason, 0) for reason in WON), self.leads)


def cadence_report(reader: Reader, span: DateRange) -> list[CadenceCount]:
    """Count the runs that began in ``span``."""
    reps = None if reader.whose is None else sorted(reader.whose)
    runs = run_counts(reader.db, span.start, span.end, reps)
    steps = step_counts(reader.db, span.start, span.end, reps)
    return [
        CadenceCount(name, reasons, tuple(step for step in steps if step.cadence == name))
        for name, reasons in sorted(runs.items())
    ]


def cadence_json(found: Sequence[CadenceCount], span: DateRange) -> dict[str, object]:
    """Return the output of ``report cadences --json``."""
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "cadences": [
            {
                "name": one.cadence,
                "leads": one.leads,
                "running": one.reasons.get("", 0),
                "ended": {reason: n for reason, n in sorted(one.reasons.items()) if reason},
                "came_on": one.won.to_json(),
                "steps": [
                    {
                        "step": step.step + 1,
                        "what": step.what,
                        "done": step.done,
                        "skipped": step.skipped,
                        "came_on": Proportion(step.came_on, step.done).to_json(),
                        "ended": step.ended,
                    }
                    for step in one.steps
                ],
            }
            for one in found
        ],
    }


def cadence_sheet(reader: Reader, found: Sequence[CadenceCount], span: DateRange) -> Sheet:
    """Return the report as tables."""
    ended = tuple(
        (one.cadence, REASONS.get(reason, "goes on"), number)
        for one in found
        for reason, number in sorted(one.reasons.items())
    )
    steps = tuple(
        (
            one.cadence, f"{step.step + 1}. {WORDS.get(step.what, step.what)}", step.done,
            step.skipped, Proportion(step.came_on, step.done), step.ended,
        )
        for one in found
        for step in one.steps
    )  # fmt: skip
    return Sheet(
        "Cadences",
        f"{span.first} to {span.last} · {span.zone.key} · {reader.who}",
        (
            Table(
                "By cadence",
                ("cadence", "leads", "came on"),
                tuple((one.cadence, one.leads, one.won) for one in found),
                "No leads were put into a cadence in these days.",
            ),
            Table("By step", ("cadence", "step", "done", "skipped", "came on", "ended"), steps),
            Table("How they ended", ("cadence", "how", "leads"), ended),
        ),
        _DEFINED,
    )
