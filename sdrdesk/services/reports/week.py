"""``report week``: one page for the lead of a team, against last week and the four before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sdrdesk.domain.reports.callbacks import PromisedCallback, callback_results
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import CallTally
from sdrdesk.domain.reports.promises import WorkedLead, sales_side
from sdrdesk.domain.reports.speed import Speed, grouped, speed
from sdrdesk.domain.reports.statistics import THIN, Proportion
from sdrdesk.services.reports.against import certain
from sdrdesk.services.reports.behind import Behind
from sdrdesk.services.reports.reader import Converted, Reader
from sdrdesk.services.reports.tallies import tallies
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.record.sla_pauses import pauses_in
from sdrdesk.store.reports.report_rows import calls_at, promised_between
from sdrdesk.store.reports.stuck_leads import StuckLead, stuck_since

COUNTS = (
    "dials", "connects", "conversations", "meetings_set", "meetings_held", "meetings_missed",
)  # fmt: skip
WEEKS_BEFORE = 4
"""Weeks to compare with."""


class Numbers(NamedTuple):
    """The calls of one rep or the team."""

    this: CallTally
    last: CallTally
    before: CallTally
    """All of the four weeks before this one."""

    def to_json(self) -> dict[str, object]:
        """Return each count of this week, last week and the average of four."""
        return {
            name: {
                "this_week": getattr(self.this, name),
                "last_week": getattr(self.last, name),
                "four_week_average": round(getattr(self.before, name) / WEEKS_BEFORE, 1),
            }
            for name in COUNTS
        }


class WeekPromises(NamedTuple):
    """Promises of one week."""

    in_time: Proportion
    """First attempts within the SLA."""
    callbacks: Proportion
    """Callbacks kept, of those kept or missed."""
    missed: tuple[str, ...]
    """Leads whose callback was missed."""


@dataclass(frozen=True, slots=True)
class WeekReport:
    """One week, its promises, and what to look at."""

    span: DateRange
    team: Numbers
    reps: dict[str, Numbers]
    """By owner id, by name."""
    kept: WeekPromises
    kept_before: WeekPromises
    """In the four weeks before."""
    speed: Speed
    slowest: tuple[str, Speed] | None
    """The source whose leads waited longest, among those with enough leads."""
    behind: tuple[Behind, ...]
    stuck: dict[str, int]
    """Leads by stage that have not moved for long."""
    names: Mapping[str, str]
    idle: tuple[str, ...]
    """Reps without a dial."""
    silent_days: int
    stuck_days: int
    over: bool
    problems: tuple[str, ...] = ()
    points: tuple[str, ...] = field(default=(), kw_only=True)

    def count(self, name: str) -> int:
        """Return the leads behind a number of the page."""
        return next((len(found.lead_ids) for found in self.behind if found.name == name), 0)

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report week --json``."""
        kept, before = self.kept, self.kept_before
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            "over": self.over,
            "team": self.team.to_json(),
            "reps": [
                {"owner_id": owner, "name": self.names.get(owner, owner), **numbers.to_json()}
                for owner, numbers in self.reps.items()
            ],
            "first_attempt_in_time": kept.in_time.to_json(),
            "first_attempt_in_time_four_weeks": before.in_time.to_json(),
            "callbacks_kept": kept.callbacks.to_json(),
            "callbacks_kept_four_weeks": before.callbacks.to_json(),
            "leads": self.speed.leads,
            "never_attempted": self.speed.never_attempted,
            "waiting_for_routing_s": self.speed.system.to_json(),
            "waiting_for_rep_s": self.speed.rep.to_json(),
            "silent_after_one_touch": self.count("silent after one touch"),
            "stuck_in_stage": self.stuck,
            "reps_without_dial": list(self.idle),
            "look_at": list(self.points),
        }


def week_of(day: date, reader: Reader) -> DateRange:
    """Return the week from Monday to Sunday that holds ``day``."""
    monday = day - timedelta(days=day.weekday())
    return DateRange(monday, monday + timedelta(days=6), reader.zone)


def week_report(reader: Reader, week: DateRange) -> WeekReport:
    """Count the week, and the four before it; ``points`` are added by ``week_points``."""
    now = reader.clock()
    step = timedelta(days=7)
    last = DateRange(week.first - step, week.last - step, week.zone)
    before = DateRange(week.first - WEEKS_BEFORE * step, last.last, week.zone)
    told = reader.credits(before.start)
    counted = [tallies(reader, span, told) for span in (week, last, before)]
    talk = reader.targets.conversation_s
    names = reader.owner_names()
    callers = reader.callers()
    owners = sorted(
        {*callers, *(owner for found in counted[:2] for owner in found)},
        key=lambda owner: (names.get(owner, owner), owner),
    )

    def numbers(owner: str) -> Numbers:
        return Numbers(*(found.get(owner, CallTally(talk)) for found in counted))

    converted, earlier = reader.converted(week), reader.converted(before)
    found = speed([item.wait for item in converted], reader.hours_of)
    stuck = _stuck(reader, min(now, week.end))
    kept = _kept(reader, week, converted)
    silent = _silent(reader, [*earlier, *converted], min(now, week.end))
    never = sorted((i.wait.converted_at, i.wait.lead_id) for i in converted if not _tried(i))
    return WeekReport(
        week,
        Numbers(*(_sum(part.values(), talk) for part in counted)),
        {owner: numbers(owner) for owner in owners},
        kept,
        _kept(reader, before, earlier),
        found,
        _slowest(reader, converted),
        tuple(
            Behind(name, tuple(ids))
            for name, ids in (
                ("never attempted", [lead_id for _, lead_id in never]),
                ("callbacks missed", list(kept.missed)),
                ("silent after one touch", silent),
                ("stuck in a stage", [lead.lead_id for lead in stuck]),
            )
            if ids
        ),
        _by_stage(stuck),
        names,
        tuple(o for o in callers if not numbers(o).this.dials),
        reader.team().silent_days,
        reader.team().stuck_days,
        now >= week.end,
        reader.roster().problems,
    )


def _sum(tallies: Iterable[CallTally], talk: int) -> CallTally:
    found = CallTally(talk)
    for one in tallies:
        for name in COUNTS:
            setattr(found, name, getattr(found, name) + getattr(one, name))
    return found


def _tried(item: Converted) -> bool:
    return item.wait.attempted_at is not None


def _kept(reader: Reader, span: DateRange, converted: Sequence[Converted]) -> WeekPromises:
    now, targets = reader.clock(), reader.targets
    leads = [WorkedLead(item.wait, item.done) for item in converted]
    with reader.db.reader() as connection:
        waits = pauses_in(connection, [lead.wait.lead_id for lead in leads])
    sales = sales_side(leads, Proportion(0, 0), reader.sla, now, waits)
    promised = [
        PromisedCallback(owner, lead, from_ms(at))
        for owner, lead, at in promised_between(reader.db, span.start, span.end)
        if reader.reads(owner)
    ]
    kept, missed = 0, []
    if promised:
        since = min(promise.at for promise in promised) - timedelta(days=1)
        calls = calls_at(reader.db, {promise.lead_id for promise in promised}, since, now)
        moments = {lead: [from_ms(at) for at in times] for lead, times in calls.items()}
        for promise in promised:
            result = callback_results(
                [promise], moments, now, targets.callback_early_s, targets.callback_late_s
            )[promise.owner_id]
            kept += result["kept"]
            if result["missed"]:
                missed.append(promise.lead_id)
    return WeekPromises(
        sales.in_time, Proportion(kept, kept + len(missed)), tuple(dict.fromkeys(missed))
    )


def _silent(reader: Reader, converted: Sequence[Converted], now: datetime) -> list[str]:
    """Return leads called once, never reached, and left alone since, oldest call first."""
    least = timedelta(days=reader.team().silent_days)
    latest = {item.wait.lead_id: item.done for item in converted}  # oldest first
    found = {
        lead_id: done.last_ms
        for lead_id, done in latest.items()
        if done.attempts == 1
        and done.contacted_ms is None
        and not done.ended
        and done.last_ms is not None
        and now - from_ms(done.last_ms) >= least
    }
    return sorted(found, key=lambda lead_id: (found[lead_id], lead_id))


def _stuck(reader: Reader, now: datetime) -> list[StuckLead]:
    stages = [stage for name, stage in reader.targets.stages.steps() if name != "Customer"]
    before = now - timedelta(days=reader.team().stuck_days)
    found = stuck_since(reader.db, stages, before)
    return [lead for lead in found if reader.reads(lead.owner_id)]


def _by_stage(stuck: Sequence[StuckLead]) -> dict[str, int]:
    found: dict[str, int] = {}
    for lead in stuck:
        found[lead.stage] = found.get(lead.stage, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _slowest(reader: Reader, converted: Sequence[Converted]) -> tuple[str, Speed] | None:
    groups = grouped([item.wait for item in converted], "source", reader.zone, reader.hours_of)
    enough = [
        (name, found)
        for name, found in groups.items()
        if found.attempted >= THIN and found.calendar.first_attempt.p50 is not None
    ]
    if len(enough) < 2:
        return None
    return max(enough, key=lambda pair: pair[1].calendar.first_attempt.p50 or 0)


def compared(report: WeekReport) -> Iterator[tuple[str, Proportion, Proportion, str]]:
    """Yield each rate of the team with that of the four weeks before, and what is certain."""
    this, before = report.team.this, report.team.before
    for name, now, old in (
        ("connects per dial", Proportion(this.connects, this.dials),
         Proportion(before.connects, before.dials)),
        ("conversations per dial", Proportion(this.conversations, this.dials),
         Proportion(before.conversations, before.dials)),
        ("meetings set per dial", Proportion(this.meetings_set, this.dials),
         Proportion(before.meetings_set, before.dials)),
        ("meetings held of those due", Proportion(this.meetings_held, _due(this)),
         Proportion(before.meetings_held, _due(before))),
        ("first attempt in time", report.kept.in_time, report.kept_before.in_time),
        ("callbacks kept", report.kept.callbacks, report.kept_before.callbacks),
    ):  # fmt: skip
        yield name, now, old, certain(now, old)


def _due(found: CallTally) -> int:
    return found.meetings_held + found.meetings_missed
