"""The activity log of one day: totals per rep, then every call."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock, system_clock
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.lead import Owner
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.domain.reports.callbacks import CallbackResult, PromisedCallback, callback_results
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import CallTally, Dial, RepCalls, by_hour, tally
from sdrdesk.domain.reports.doubts import (
    LONG_S,
    Doubt,
    DoubtfulCall,
    doubts,
    meetings_at_once,
    unknown_script,
)
from sdrdesk.domain.reports.meeting_credit import Credits
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.domain.team.roster import Roster
from sdrdesk.domain.team.team import TeamFile
from sdrdesk.services.log.lines import LineMaker, lead_name
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.whose import TEAM
from sdrdesk.services.views.log import LogLines, LogView, RepTotals
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.options import owner_by, owners
from sdrdesk.store.record.clock_shifts import shifts_of
from sdrdesk.store.reports.lookups import lead_names
from sdrdesk.store.reports.report_rows import (
    CallRow,
    DayRow,
    calls_at,
    day_rows,
    promised_between,
)


class TeamLog:
    """Counts the work of reps from the CRM's records and unsent ones."""

    def __init__(
        self,
        db: Database,
        dispositions: Dispositions,
        zone: ZoneInfo,
        targets: SlaTargets | None = None,
        clock: Clock = system_clock,
        me: Callable[[], Owner | None] = lambda: None,
        team: Callable[[], TeamFile] = TeamFile,
        scripts: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._db = db
        self._zone = zone
        self._me = me
        self._clock = clock
        self._team = team
        self._scripts = scripts
        self.take_rules(dispositions, targets)

    def take_rules(self, dispositions: Dispositions, targets: SlaTargets | None = None) -> None:
        """Use these rules from now on."""
        sla = SlaConfig(targets=targets or SlaTargets())
        self._targets = sla.targets
        self._reader = Reader(self._db, dispositions, sla, self._zone, self._clock, team=self._team)

    def day(self, day: date, rep: str = "") -> LogView:
        """Return the log of ``day`` for ``rep``: ``""`` me, ``all``, or ``team:`` and a team.

        The reps who are expected to call are in it, even with nothing done.

        Each rep's day is in their own zone: that of ``sla.toml``, else the zone of this log.

        Raises:
            UsageError: no owner has that id or e-mail, or no team that name.
        """
        roster = self._reader.roster() if rep == "all" or rep.startswith(TEAM) else None
        whose = self._whose(rep, roster)
        spans = self._spans(day, whose)
        start = min(span.start for span in spans.values())
        end = max(span.end for span in spans.values())
        bounds = {owner: (to_ms(span.start), to_ms(span.end)) for owner, span in spans.items()}
        rows = day_rows(self._db, start, end, self._reader.clock(), whose)
        if len(set(bounds.values())) > 1:  # else the query has left out what is on no day
            rows = [row for row in rows if _is_on(row.call, bounds)]
        credit = self._reader.credits(start)
        to_dial = self._reader.dial_maker(start, credit)
        talk = self._targets.conversation_s
        calls = to_dial.counted(map(attrgetter("call"), rows), talk)
        met = dict(self._meetings(start, end, bounds, whose, credit))
        for row in met:
            insort(rows, row, key=_when)  # few among many
        names = self._reader.owner_names()
        expected = whose or ()
        if roster:
            # The members of a partner do not call with this desk, but they were asked for.
            expected = [o for o in roster.callers if whose is None or o in whose] or whose or ()
        return LogView(
            day=day.isoformat(),
            time_zone=spans[whose[0]].zone.key if whose and not roster else self._zone.key,
            reps=tuple(self._totals(calls, met.values(), names, expected, whose, spans)),
            activities=self._lines(rows, lambda row: met.get(row) or to_dial(row.call), names),
            notes=roster.problems if roster else (),
            doubts=tuple(self._doubts(rows, credit, spans)),
        )

    def so_far(self, day: date, owner_id: str) -> CallTally:
        """Return the results of one rep on ``day`` in their zone, counted as in the log."""
        span = _span_of(self._spans(day, [owner_id]), owner_id)
        done = self._reader.dials(span.start, span.end, owner_id)
        return tally(done, self._targets.conversation_s)

    def _meetings(
        self,
        start: datetime,
        end: datetime,
        bounds: Mapping[str, tuple[int, int]],
        whose: Sequence[str] | None,
        credit: Credits,
    ) -> list[tuple[DayRow, Dial]]:
        """Return the CRM's meetings of the day.

        Those made on it that no outcome recorded, and those due on it that were held or missed.
        """
        dials = [d for d in self._reader.meetings(start, end, credit) if d.meeting != "cancelled"]
        names = lead_names(self._db, {dial.lead_id for dial in dials})
        found = []
        for dial in dials:
            low, high = bounds.get(dial.owner_id) or bounds[""]
            at_ms = to_ms(dial.at)
            if low <= at_ms < high and (whose is None or dial.owner_id in whose):
                kind = dial.meeting if dial.meeting in ("held", "missed") else "meeting"
                call = CallRow(
                    dial.key, dial.lead_id, dial.owner_id, kind, at_ms, "", "", 0, "", "", "",
                    None, False, "",
                )  # fmt: skip
                crm_id = dial.key.partition(":")[2]
                row = DayRow(call, "", crm_id, "crm", names.get(dial.lead_id, ""), False)
                found.append((row, dial))
        return found

    def _doubts(
        self, rows: Sequence[DayRow], credit: Credits, spans: Mapping[str, DateRange]
    ) -> Iterator[Doubt]:
        made = [row for row in rows if row.call.kind == "call"]
        calls = [row.call for row in made]
        whose = list(map(attrgetter("lead_id", "owner_id"), calls))
        often = {pair for pair, times in Counter(whose).items() if times > 1}
        yield from doubts(
            DoubtfulCall(
                call.activity_key, call.lead_id, lead_name(row), call.owner_id, call.at_ms,
                call.outcome_label, call.duration_s, row.local,
            )
            for row, call, pair in zip(made, calls, whose, strict=True)
            if call.duration_s > LONG_S or pair in often
        )  # fmt: skip
        used = Counter(map(attrgetter("script_id"), calls))
        del used[""]
        known = self._scripts() if used else ()
        for reference, count in sorted(used.items()):
            if known and reference.partition("@")[0] not in known:
                yield unknown_script(reference, count)
        names = {row.call.lead_id: lead_name(row) for row in rows} if credit.twice else {}
        for first, second in credit.twice:
            lead_id = next((i for i in second.lead_ids if i in names), "")
            if lead_id:
                zone = _span_of(spans, second.owner_id).zone
                at = f"{from_ms(second.at_ms).astimezone(zone):%d %b %H:%M}"
                at += "" if zone.key == spans[""].zone.key else f", {zone.key}"
                pair = (f"meeting:{first.crm_id}", f"meeting:{second.crm_id}")
                yield meetings_at_once(names[lead_id], pair, at)

    def reps(self) -> list[tuple[str, str]]:
        """Return (value, name) of whose day can be shown: teams, then reps by name.

        The value is an owner id, or ``team:`` and the key of a team. Owners who left or do not call
        are missing.
        """
        roster = self._reader.roster()
        teams = [(f"{TEAM}{key}", f"team {team.name}") for key, team in roster.teams.items()]
        out = set(roster.silent)
        present = [o for o in owners(self._db) if not o.archived and o.owner_id not in out]
        reps = [(owner.owner_id, owner.name or owner.owner_id) for owner in present]
        return teams + sorted(reps, key=lambda pair: (pair[1], pair[0]))

    def members(self, rep: str) -> frozenset[str]:
        """Return the owner ids behind a value of ``reps``; ``""`` is me.

        Raises:
            UsageError: no owner has that id, or no team that name.
        """
        roster = self._reader.roster() if rep.startswith(TEAM) else None
        return frozenset(self._whose(rep, roster) or ())

    def _whose(self, rep: str, roster: Roster | None) -> list[str] | None:
        if rep == "all":
            return None
        if roster:
            return sorted(roster.members[roster.team(rep.removeprefix(TEAM)).key])
        owner = owner_by(self._db, rep) if rep else self._me()
        if owner is None:
            who = f"There is no rep {rep!r}." if rep else "Not logged in yet."
            raise UsageError(who, next_step="Use an owner id, an e-mail address or `--rep all`.")
        return [owner.owner_id]

    def _spans(self, day: date, whose: Sequence[str] | None) -> dict[str, DateRange]:
        """Return the day of each relevant rep by owner id; ``""`` is that of all others."""
        found = {"": DateRange(day, day, self._zone)}
        zones = self._targets.zones
        for owner in owners(self._db) if zones or whose else ():
            name = zones.get(owner.owner_id) or zones.get(owner.email)
            if whose is None or owner.owner_id in whose:
                zone = ZoneInfo(name) if name else self._zone
                found[owner.owner_id] = DateRange(day, day, zone)
        for owner_id in whose or ():
            found.setdefault(owner_id, found[""])
        if whose and len(whose) == 1:
            found[""] = found[whose[0]]
        return found

    def _lines(
        self, rows: Sequence[DayRow], to_dial: Callable[[DayRow], Dial], names: Mapping[str, str]
    ) -> LogLines:
        with self._db.reader() as connection:
            shifts = shifts_of(connection)
        rules, talk = self._reader.dispositions, self._targets.conversation_s
        make = LineMaker(names, rules, talk, shifts)
        keys = [row.call.activity_key for row in rows]
        return LogLines(keys, lambda at: make(rows[at], to_dial(rows[at])))

    def _totals(
        self,
        calls: Mapping[str, RepCalls],
        met: Iterable[Dial],
        names: Mapping[str, str],
        expected: Sequence[str],
        whose: Sequence[str] | None,
        spans: Mapping[str, DateRange],
    ) -> list[RepTotals]:
        meetings: dict[str, list[Dial]] = {}
        for dial in met:
            meetings.setdefault(dial.owner_id, []).append(dial)
        promised = self._promised(whose, spans)
        totals = [
            self._rep(
                owner_id,
                names.get(owner_id, owner_id),
                calls.get(owner_id) or RepCalls(),
                meetings.get(owner_id, ()),
                promised.get(owner_id, {}),
                _span_of(spans, owner_id).zone,
            )
            for owner_id in {*expected, *calls, *meetings, *promised}
        ]
        return sorted(totals, key=lambda rep: (rep.name, rep.owner_id))

    def _rep(
        self,
        owner_id: str,
        name: str,
        calls: RepCalls,
        met: Iterable[Dial],
        promised: Mapping[CallbackResult, int],
        zone: ZoneInfo,
    ) -> RepTotals:
        found = tally(met, self._targets.conversation_s)
        for group in calls.groups:
            found.add_group(group)
        return RepTotals(
            owner_id=owner_id,
            name=name,
            dials=found.dials,
            connects=found.connects,
            conversations=found.conversations,
            meetings_set=found.meetings_set,
            talk_s=found.talk_s,
            disqualified_without_call=found.disqualified_without_call,
            incoming=found.incoming,
            not_made=found.not_made,
            meetings_without_call=found.meetings_without_call,
            meetings_held=found.meetings_held,
            meetings_missed=found.meetings_missed,
            outcomes=dict(found.outcomes),
            labels={g.outcome.name: g.outcome.label for g in calls.groups if g.is_call},
            callbacks_kept=promised.get("kept", 0),
            callbacks_missed=promised.get("missed", 0),
            time_zone=zone.key,
            hours=by_hour(calls.quarters, zone),
        )

    def _promised(
        self, whose: Sequence[str] | None, spans: Mapping[str, DateRange]
    ) -> dict[str, dict[CallbackResult, int]]:
        """Return the results of callbacks due on the day, by owner id."""
        start = min(span.start for span in spans.values())
        end = max(span.end for span in spans.values())
        promises = [
            PromisedCallback(owner_id, lead_id, from_ms(at))
            for owner_id, lead_id, at in promised_between(self._db, start, end)
            if (whose is None or owner_id in whose) and _span_of(spans, owner_id).holds(from_ms(at))
        ]
        if not promises:
            return {}
        since = _earliest(promises)
        called = calls_at(
            self._db, {promise.lead_id for promise in promises}, since, self._reader.clock()
        )
        moments = {lead_id: [from_ms(at) for at in times] for lead_id, times in called.items()}
        early, late = self._targets.callback_early_s, self._targets.callback_late_s
        return callback_results(promises, moments, self._reader.clock(), early, late)


def _is_on(call: CallRow, bounds: Mapping[str, tuple[int, int]]) -> bool:
    low, high = bounds.get(call.owner_id) or bounds[""]
    return low <= call.at_ms < high


def _when(row: DayRow) -> tuple[int, str]:
    return row.call.at_ms, row.call.activity_key


def _earliest(promises: Sequence[PromisedCallback]) -> datetime:
    # A call keeps a promise at most a day before it.
    return min(promise.at for promise in promises) - timedelta(days=1)


def _span_of(spans: Mapping[str, DateRange], owner_id: str) -> DateRange:
    return spans.get(owner_id) or spans[""]
