"""The rows behind the reports, read once and classified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.domain.outcome.catalog import Dispositions, Flag
from sdrdesk.domain.outcome.qualification import Qualification
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import Dial, Group
from sdrdesk.domain.reports.history import History, OutcomeEffect, effect_of
from sdrdesk.domain.reports.outcome_classifier import CallOutcome, OutcomeClassifier, head_of
from sdrdesk.domain.reports.speed import Wait
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.domain.team.roster import Roster, roster
from sdrdesk.domain.team.team import TeamFile
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.options import lead_owners, owners
from sdrdesk.store.reports import report_rows
from sdrdesk.store.reports.report_rows import CallRow, ReportConversion

_MOST_KNOWN = 10_000
"""Cached classifications of one report."""


class Converted(NamedTuple):
    """A lead of the date range with its wait and the calls since."""

    wait: Wait
    owner_id: str
    conversions: int
    done: History


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for one report; ``zone`` is the zone of the reader."""

    db: Database
    dispositions: Dispositions
    sla: SlaConfig
    zone: ZoneInfo
    clock: Clock
    slots: Callable[[], Qualification] = Qualification
    team: Callable[[], TeamFile] = TeamFile
    whose: frozenset[str] | None = None
    """Owner ids of the reps whose calls and leads count, ``None`` for everybody's."""
    who: str = "all reps"
    """The same in words."""

    def only(self, whose: Iterable[str], who: str) -> Reader:
        """Return a reader for these reps."""
        return replace(self, whose=frozenset(whose), who=who)

    def reads(self, owner_id: str) -> bool:
        """Return whether the calls and leads of this rep count."""
        return self.whose is None or owner_id in self.whose

    def roster(self) -> Roster:
        """Return the teams of ``team.toml`` with the people of the account."""
        return roster(self.team(), owners(self.db), lead_owners(self.db))

    def callers(self) -> list[str]:
        """Return the reps who are expected to call, among those who count."""
        return [owner_id for owner_id in self.roster().callers if self.reads(owner_id)]

    @property
    def targets(self) -> SlaTargets:
        """The agreement between marketing and sales."""
        return self.sla.targets

    def owner_names(self) -> dict[str, str]:
        """Return the name of each rep by owner id."""
        return {owner.owner_id: owner.name or owner.owner_id for owner in owners(self.db)}

    def dials(self, start: datetime, end: datetime, owner_id: str | None = None) -> Iterator[Dial]:
        """Yield calls and outcomes without a call of a span, oldest first (``None``: all reps)."""
        to_dial = self.dial_maker(start)
        found = map(to_dial, report_rows.calls_between(self.db, start, end, owner_id))
        return (dial for dial in found if self.reads(dial.owner_id))

    def dial_maker(self, since: datetime) -> _DialMaker:
        """Return the function that turns rows of calls since ``since`` into dials."""
        classifier = OutcomeClassifier(self.dispositions)
        reached = classifier.labels_with(Flag.INTENDED_PERSON)
        meetings = report_rows.meetings_with_calls(self.db, since, reached) if reached else []
        return _DialMaker(classifier, frozenset(row.call_key for row in meetings))

    def groups(self, span: DateRange) -> tuple[list[Group], list[Dial]]:
        """Return all calls of a span grouped by equal facts, and the calls of meetings.

        The second list holds calls whose meeting is known only from the CRM's meeting; the groups
        hold them too, classified by their outcome.
        """
        classifier = OutcomeClassifier(self.dispositions)
        rows = report_rows.groups_between(
            self.db, span.start, span.end, self.targets.conversation_s
        )
        groups = [
            Group(
                row.owner_id,
                row.script_id,
                row.kind == "call",
                classifier.of(
                    row.disposition, row.outcome_label, row.title_head, bool(row.corrected)
                ),
                "" if row.corrected else row.reason,
                bool(row.is_long),
                row.calls,
                row.duration_s,
                incoming=row.kind == "incoming",
            )
            for row in rows
            if self.reads(row.owner_id)
        ]
        return groups, self.meetings_of(span)

    def meetings_of(self, span: DateRange) -> list[Dial]:
        """Return the calls whose meeting is known only from the CRM's meeting."""
        to_dial = self.dial_maker(span.start)
        found = map(to_dial, report_rows.calls_by_key(self.db, to_dial.set_meeting))
        return [
            dial
            for dial in found
            if dial.set_meeting
            and not dial.outcome.is_(Flag.MEETING)
            and span.holds(dial.at)
            and self.reads(dial.owner_id)
        ]

    def handed_over(self, span: DateRange) -> list[Mapping[str, str]]:
        """Return the answers given with each hand-off of a span, those of earlier calls too."""
        keys = sorted(k for k, item in self.dispositions.items() if item.note == "handoff")
        return report_rows.handoff_answers(self.db, span.start, span.end, keys, self.whose)

    def conversions(self, span: DateRange) -> list[ReportConversion]:
        """Return the leads that converted in the span, by their owners of today."""
        rows = report_rows.conversions_in(self.db, span.start, span.end)
        return [row for row in rows if self.reads(row.owner_id)]

    def converted(self, span: DateRange) -> list[Converted]:
        """Return the leads that converted in the span, with the calls to each since."""
        rows = self.conversions(span)
        done = {row.lead_id: History() for row in rows}
        if rows:
            self._take_in(done, {row.lead_id: row.at_ms for row in rows}, span.start)
        names = self.owner_names()
        return [_converted(row, done[row.lead_id], names) for row in rows]

    def _take_in(
        self, done: Mapping[str, History], since: Mapping[str, int], start: datetime
    ) -> None:
        classifier = OutcomeClassifier(self.dispositions)
        meetings = self.dial_maker(start).set_meeting
        known: dict[tuple[str, str, str, int], OutcomeEffect] = {}
        for row in report_rows.calls_since(self.db, since):
            lead_id, at_ms, key, kind, disposition, outcome, head, reason, corrected = row
            asked = (disposition, outcome, head, corrected)
            told = known.get(asked)
            if told is None:
                told = effect_of(classifier.of(disposition, outcome, head, bool(corrected)))
                if len(known) < _MOST_KNOWN:  # titles are free text
                    known[asked] = told
            has_meeting = key in meetings and not corrected
            done[lead_id].add(at_ms, key, kind, told, reason, has_meeting)


class _DialMaker:
    """Turns rows into dials; each outcome is looked up once."""

    def __init__(self, classifier: OutcomeClassifier, set_meeting: frozenset[str]) -> None:
        self._meanings = classifier
        self.set_meeting = set_meeting
        self._known: dict[tuple[str, str, str, bool], CallOutcome] = {}

    def __call__(self, row: CallRow) -> Dial:
        """Return the dial of one row."""
        head = "" if row.disposition else head_of(row.title)
        asked = (row.disposition, row.outcome_label, head, bool(row.corrected))
        outcome = self._known.get(asked)
        if outcome is None:
            outcome = self._meanings.of(*asked)
            if len(self._known) < _MOST_KNOWN:  # titles are free text
                self._known[asked] = outcome
        return Dial(
            row.activity_key,
            row.lead_id,
            row.owner_id,
            from_ms(row.at_ms),
            row.kind == "call",
            outcome,
            row.duration_s,
            row.script_id,
            "" if row.corrected else row.reason,
            not row.corrected
            and (Flag.MEETING in outcome.flags or row.activity_key in self.set_meeting),
            row.kind == "incoming",
        )


def _converted(row: ReportConversion, done: History, names: Mapping[str, str]) -> Converted:
    wait = Wait(
        lead_id=row.lead_id,
        converted_at=from_ms(row.at_ms),
        seen_at=from_ms(row.seen_ms),
        attempted_at=from_ms(done.attempted_ms),
        contacted_at=from_ms(done.contacted_ms),
        qualified_at=from_ms(done.qualified_ms),
        source=row.source,
        form=row.form,
        persona=row.persona,
        owner=names.get(row.owner_id, row.owner_id),
    )
    return Converted(wait, row.owner_id, row.times, done)
