"""The rows behind the reports, read once and classified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.domain.calling_hours.business_time import BusinessHours
from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome.catalog import Dispositions, Flag
from sdrdesk.domain.outcome.meeting_result import result_of
from sdrdesk.domain.outcome.qualification import Qualification
from sdrdesk.domain.ranking.fit import FitConfig
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import (
    QUARTER_HOUR_MS,
    Dial,
    Group,
    MeetingWord,
    RepCalls,
)
from sdrdesk.domain.reports.history import History, effect_of
from sdrdesk.domain.reports.kept import Kept
from sdrdesk.domain.reports.meeting_credit import (
    CANCELLED,
    WEEK_MS,
    Credits,
    Meeting,
    ReachedCall,
    credit,
)
from sdrdesk.domain.reports.outcome_classifier import CallOutcome, OutcomeClassifier, head_of
from sdrdesk.domain.reports.speed import Wait
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.domain.team.roster import Roster, roster
from sdrdesk.domain.team.team import TeamFile
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.began import began_ms
from sdrdesk.store.mirror.options import lead_owners, owners
from sdrdesk.store.reports import meeting_rows, report_rows
from sdrdesk.store.reports.call_counts import groups_between
from sdrdesk.store.reports.call_facts import CallFacts
from sdrdesk.store.reports.calls_since import calls_since
from sdrdesk.store.reports.report_rows import CallRow, ReportConversion

_EARLIER = timedelta(days=14)
"""The call of a meeting depends on the meetings of the week before it."""
_NO_OUTCOME = CallOutcome("", "Meeting set", frozenset())
_BECAME: dict[str, MeetingWord] = {"held": "held", "no-show": "missed"}
"""The word of a line for each result of a meeting that was due."""


class Converted(NamedTuple):
    """A lead of the date range with its wait and the calls since."""

    wait: Wait
    owner_id: str
    conversions: int
    done: History


class FitRules(NamedTuple):
    """The rules that judge leads now."""

    config: FitConfig = FitConfig()
    points_per_fit: float = 0.04
    """Log-odds of one point of fit in the ranking."""


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
    fit: Callable[[], FitRules] = FitRules
    scripts: Callable[[], Collection[str]] = tuple
    """Ids of the scripts of this machine; empty where nobody knows them."""
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

    def hours_of(self, owner_id: str) -> BusinessHours:
        """Return the office hours that hold for the leads of an owner."""
        return self.sla.of(owner_id).hours

    def owner_names(self) -> dict[str, str]:
        """Return the name of each rep by owner id; ``""`` is nobody."""
        named = {owner.owner_id: owner.name or owner.owner_id for owner in owners(self.db)}
        return {**named, "": NO_OWNER}

    def dials(self, start: datetime, end: datetime, owner_id: str | None = None) -> Iterator[Dial]:
        """Yield calls, outcomes without a call, and meetings of a span (``None``: all reps)."""
        told = self.credits(start)
        to_dial = self.dial_maker(start, told)
        rows = report_rows.calls_between(self.db, start, end, self.clock(), owner_id)
        yield from (dial for dial in map(to_dial, rows) if self.reads(dial.owner_id))
        for dial in self.meetings(start, end, told):
            if dial.meeting != "cancelled" and owner_id in (None, dial.owner_id):
                yield dial

    def dial_maker(self, since: datetime, told: Credits | None = None) -> _DialMaker:
        """Return the function that turns rows of calls since ``since`` into dials."""
        told = told or self.credits(since)
        return _DialMaker(OutcomeClassifier(self.dispositions), told.cancelled)

    def groups(
        self, bounds: Sequence[datetime], *, details: bool = True
    ) -> Iterator[tuple[int, Group]]:
        """Yield all calls grouped by equal facts, each with the place of its part of the range.

        ``bounds`` are the beginnings of the parts and the end of the last. Without ``details``,
        groups have no script and no reason, and are far fewer.
        """
        classifier = OutcomeClassifier(self.dispositions)
        talk = self.targets.conversation_s
        for row in groups_between(self.db, bounds, self.clock(), talk, details=details):
            if not self.reads(row.owner_id):
                continue
            what = row.what
            yield (
                row.part,
                Group(
                    row.owner_id,
                    row.script_id,
                    what.kind == "call",
                    outcome_of(classifier, what),
                    "" if what.corrected else row.reason,
                    what.is_long,
                    row.calls,
                    row.duration_s,
                    incoming=what.kind == "incoming",
                    not_made=what.kind == "not_made",
                ),
            )

    def kept(self, span: DateRange, told: Credits) -> dict[str, Kept]:
        """Return what became of the meetings made in a span, by owner id.

        A meeting is that of the rep whose call it came from, else of its own owner.
        """
        low, high = to_ms(span.start), to_ms(span.end)
        made = [(m, key) for m, key in told.calls if low <= m.made_ms < high]
        rows = report_rows.calls_by_key(self.db, {key for _, key in made if key}, self.clock())
        callers = {row.activity_key: row.owner_id for row in rows}
        found: dict[str, Kept] = {}
        for meeting, key in made:
            owner_id = callers.get(key, meeting.owner_id)
            if self.reads(owner_id):
                found.setdefault(owner_id, Kept()).add(meeting.result)
        return found

    def meetings(self, start: datetime, end: datetime, told: Credits | None = None) -> list[Dial]:
        """Return what the CRM's meetings change in the counts of a span, oldest first.

        Meetings made in it that no outcome recorded, calls in it whose meeting was cancelled, and
        meetings that began in it and were held or missed (``meeting`` says which).
        """
        told = told or self.credits(start)
        low, high = to_ms(start), to_ms(end)
        begun = self._begun(start, end, told)
        made = [(m, key) for m, key in told.by_call if low <= m.made_ms < high]
        keys = {key for _, key in (*made, *begun)} | told.cancelled
        to_dial = _DialMaker(OutcomeClassifier(self.dispositions), told.cancelled)
        rows = report_rows.calls_by_key(self.db, keys, self.clock())
        calls = {row.activity_key: to_dial(row) for row in rows}
        found = [calls[key] for key in told.cancelled if key in calls]
        found += [_meeting(one, calls[key], "credited") for one, key in made if key in calls]
        found += [_meeting(one, None, "alone") for one in told.alone if low <= one.made_ms < high]
        for meeting, key in begun:
            if word := _BECAME.get(result_of(meeting.result)):
                found.append(_meeting(meeting, calls.get(key), word))
        mine = (d for d in found if start <= d.at < end and self.reads(d.owner_id))
        return sorted(mine, key=lambda d: (d.at, d.key))

    def _begun(
        self, start: datetime, end: datetime, told: Credits
    ) -> Sequence[tuple[Meeting, str]]:
        """Return the meetings that begin in a span with the keys of their calls."""
        low, high = to_ms(start), to_ms(end)
        sure = low - WEEK_MS  # ``told`` knows everything about meetings made since
        earlier = meeting_rows.meetings_begun(self.db, start, end, sure)
        old = self._credited(earlier).calls if earlier else ()
        return [
            pair
            for pairs, are_old in ((told.calls, False), (old, True))
            for pair in pairs
            if low <= pair[0].at_ms < high and (pair[0].made_ms < sure) is are_old
        ]

    def credits(self, since: datetime) -> Credits:
        """Return the call of each meeting that matters from ``since`` on."""
        return self._credited(meeting_rows.meetings_made(self.db, since - _EARLIER))

    def _credited(self, rows: Sequence[tuple[meeting_rows.MeetingRow, tuple[str, ...]]]) -> Credits:
        spans: dict[str, tuple[int, int]] = {}
        for row, lead_ids in rows:
            for lead_id in lead_ids:
                low, high = spans.get(lead_id, (row.made_ms - WEEK_MS, row.made_ms))
                spans[lead_id] = min(low, row.made_ms - WEEK_MS), max(high, row.made_ms)
        classifier = OutcomeClassifier(self.dispositions)
        calls: dict[str, list[ReachedCall]] = {}
        labels = classifier.labels(_reached_them)
        for call in meeting_rows.calls_near(self.db, spans, labels, to_ms(self.clock())):
            outcome = classifier.of(
                call.disposition, call.outcome_label, call.title_head, bool(call.corrected)
            )
            if _reached_them(outcome.flags):
                sets = outcome.is_(Flag.MEETING)
                reached = ReachedCall(call.activity_key, call.at_ms, sets)
                calls.setdefault(call.lead_id, []).append(reached)
        meetings = (
            Meeting(
                row.crm_id, row.owner_id, lead_ids, row.at_ms, row.made_ms,
                row.result in CANCELLED, row.call_key, row.result,
            )
            for row, lead_ids in rows
        )  # fmt: skip
        return credit(meetings, calls)

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
        with self.db.reader() as connection:
            began = began_ms(connection)
        return [_converted(row, done[row.lead_id], names, began) for row in rows]

    def _take_in(
        self, done: Mapping[str, History], since: Mapping[str, int], start: datetime
    ) -> None:
        effects = OutcomeClassifier(self.dispositions).table(effect_of)
        for lead_id, calls in calls_since(self.db, since, effects, self.clock()):
            done[lead_id].add(calls)
        for meeting, _ in self.credits(start).by_call:
            for lead_id in meeting.lead_ids:
                if meeting.made_ms >= since.get(lead_id, meeting.made_ms + 1):
                    done[lead_id].add_meeting(meeting.made_ms)


def outcome_of(classifier: OutcomeClassifier, what: CallFacts) -> CallOutcome:
    """Return the outcome of calls that are equal in what reports count by."""
    return classifier.of(
        what.disposition, what.outcome_label, what.title_head, corrected=what.corrected
    )


def distinct_names(owner_ids: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return a name for each owner; namesakes get their id as well."""
    found = {owner_id: names.get(owner_id, owner_id) for owner_id in owner_ids}
    count = Counter(found.values())
    return {
        owner_id: name if count[name] == 1 else f"{name} ({owner_id})"
        for owner_id, name in found.items()
    }


def _reached_them(flags: frozenset[Flag]) -> bool:
    """Return whether a call with these flags may have led to a meeting."""
    return Flag.MEETING in flags or (Flag.REACHED in flags and Flag.INTENDED_PERSON in flags)


class _DialMaker:
    """Turns rows into dials."""

    def __init__(self, classifier: OutcomeClassifier, cancelled: frozenset[str]) -> None:
        self._meanings = classifier
        self._cancelled = cancelled

    def __call__(self, row: CallRow) -> Dial:
        """Return the dial of one row."""
        # Taken apart at once: a day of a large team has 5,000 of these.
        (
            key, lead_id, owner_id, kind, at_ms, disposition, label, duration_s, title, reason,
            script_id, _, corrected, _,
        ) = row  # fmt: skip
        head = "" if disposition else head_of(title)
        outcome = self._meanings.of(disposition, label, head, bool(corrected))
        return Dial(
            key,
            lead_id,
            owner_id,
            from_ms(at_ms),
            kind == "call",
            outcome,
            duration_s,
            script_id,
            "" if corrected else reason,
            kind == "incoming",
            kind == "not_made",
            "cancelled" if key in self._cancelled else "",
        )

    def counted(self, rows: Iterable[CallRow], long_s: int) -> dict[str, RepCalls]:
        """Return the calls of each rep in groups, without a ``Dial`` for each."""
        alike: dict[tuple[str, str, str, str, str, bool, bool, bool], list[int]] = {}
        moments: Counter[tuple[str, int]] = Counter()
        for row in rows:
            (
                key, _, owner_id, kind, at_ms, disposition, label, seconds, title, _, _, _,
                corrected, _,
            ) = row  # fmt: skip
            head = "" if disposition else head_of(title)
            same = (
                owner_id, kind, disposition, label, head, corrected, seconds >= long_s,
                key in self._cancelled,
            )  # fmt: skip
            sums = alike.get(same)
            if sums is None:
                sums = alike[same] = [0, 0]
            sums[0] += 1
            sums[1] += seconds
            if kind == "call":
                moments[owner_id, at_ms // QUARTER_HOUR_MS] += 1
        found: dict[str, RepCalls] = {}
        for same, (calls, seconds) in alike.items():
            owner_id, kind, disposition, label, head, wrong, is_long, cancelled = same
            outcome = self._meanings.of(disposition, label, head, bool(wrong))
            found.setdefault(owner_id, RepCalls()).groups.append(
                Group(
                    owner_id, "", kind == "call", outcome, "", is_long, calls, seconds,
                    kind == "incoming", kind == "not_made", "cancelled" if cancelled else "",
                )
            )  # fmt: skip
        for (owner_id, quarter), calls in moments.items():
            found[owner_id].quarters[quarter] = calls
        return found


def _meeting(meeting: Meeting, call: Dial | None, word: MeetingWord) -> Dial:
    """Return a meeting as a line of the counts, for the rep of its call, else for its owner."""
    happened = word in _BECAME.values()
    key = f"{word}:{meeting.crm_id}" if happened else f"meeting:{meeting.crm_id}"
    at = from_ms(meeting.at_ms if happened else meeting.made_ms)
    if call is None:
        return Dial(
            key, meeting.lead_ids[0], meeting.owner_id, at, False, _NO_OUTCOME, 0, meeting=word
        )
    return call._replace(key=key, at=at, is_call=False, duration_s=0, reason="", meeting=word)


def _converted(
    row: ReportConversion, done: History, names: Mapping[str, str], began: int
) -> Converted:
    wait = Wait(  # by place: a quarter of a large team is 20,000 of them
        row.lead_id,
        from_ms(row.at_ms),
        # The delay of a conversion is not known of those before this desk began.
        from_ms(row.seen_ms) if row.at_ms >= began else None,
        from_ms(done.attempted_ms),
        from_ms(done.contacted_ms),
        from_ms(done.qualified_ms),
        row.source,
        row.form,
        row.persona,
        names.get(row.owner_id, row.owner_id),
        row.owner_id,
    )
    return Converted(wait, row.owner_id, row.times, done)
