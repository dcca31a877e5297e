"""Every number of every report, worked out a second time from the CRM's API alone.

Nothing here reads the database or uses the product's rules: labels, flags and lengths are written
down as a person would. ``crm_month`` says what the month holds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.outcome.catalog import parse_dispositions
from sdrdesk.domain.sla.sla import SlaConfig, parse_sla
from sdrdesk.services.log.service import TeamLog
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.registry import make_report
from sdrdesk.store.database.database import Database
from tests.domain import shipped
from tests.services.reports.crm_month import GUIDS, MIDDLE, NOW, STAGES, Month, iso, put, read_all
from tests.support.sandbox import running_sandbox
from tests.sync.desk import Desk, MovableClock

HERE, THERE = ZoneInfo("Europe/Dublin"), ZoneInfo("America/New_York")
ZONES = {"70002": THERE}
FIRST, LAST = date(2026, 10, 14), date(2026, 11, 18)
OUTCOMES = parse_dispositions(shipped.data("dispositions"))
KEYS = {
    "Busy": "busy", "No answer": "no_answer", "Left voicemail": "left_voicemail",
    "Wrong number": "wrong_number", "Left live message": "gatekeeper", "Connected": "Connected",
    "": "",
}  # fmt: skip
TITLED = {
    "Meeting set": "meeting_set", "Qualified": "qualified", "Not interested": "not_interested",
    "Callback": "callback",
}  # fmt: skip
WEEK = timedelta(days=7)
OR = {"phone": "mobilephone", "company": "associatedcompanyid"}


@dataclass(frozen=True)
class Call:
    id: str
    owner: str
    leads: frozenset[str]
    at: datetime
    outcome: str
    seconds: int
    made: bool
    incoming: bool

    @property
    def dialled(self) -> bool:
        return self.made and not self.incoming

    @property
    def reached(self) -> bool:
        return self.outcome in ("gatekeeper", "Connected", *TITLED.values())

    @property
    def spoke(self) -> bool:
        return self.reached and self.outcome != "gatekeeper"


@dataclass(frozen=True)
class Booked:
    owner: str
    made: datetime
    begins: datetime
    leads: frozenset[str]
    call: Call | None
    """The last call of the week before that spoke with them."""


class Crm:
    """The account as its API tells it."""

    def __init__(self, contacts: list[Any], calls: list[Any], meetings: list[Any]) -> None:
        self.leads = {row["id"]: row for row in contacts if row.get("recent_conversion_date")}
        self.calls = [self._call(row) for row in calls]
        self.meetings = meetings
        self.meetings = meetings
        stand: list[Any] = []
        gone: list[Any] = []
        for row in sorted(meetings, key=lambda row: (moment(row["hs_createdate"]), row["id"])):
            (gone if row["hs_meeting_outcome"] == "CANCELED" else stand).append(row)
        self._taken: dict[str, list[str]] = {}
        self._goes_to: dict[str, Call | None] = {}
        for row in sorted(meetings, key=lambda row: (moment(row["hs_createdate"]), row["id"])):
            self._goes_to[row["id"]] = self._origin(row)
        lost = {self._goes_to[row["id"]] for row in gone} - {self._goes_to[r["id"]] for r in stand}
        self.cancelled = {c.id for c in lost if c is not None and c.outcome == "meeting_set"}
        booked = [
            Booked(
                row.get("hubspot_owner_id") or "", moment(row["hs_createdate"]),
                moment(row["hs_meeting_start_time"]), frozenset(row["contacts"]),
                self._goes_to[row["id"]],
            )
            for row in stand
        ]  # fmt: skip
        self.alone = [one for one in booked if one.call is None]
        firsts: dict[str, Booked] = {}
        for one in booked:
            if one.call is not None and one.call.outcome != "meeting_set":
                firsts.setdefault(one.call.id, one)
        self.credited = list(firsts.values())
        self.stand = booked

    def _call(self, row: Any) -> Call:
        label = next(
            name for name, guid in GUIDS.items() if guid == (row.get("hs_call_disposition") or "")
        )
        at = moment(row["hs_timestamp"])
        title = (row.get("hs_call_title") or "").split(" · ")[0]
        not_made = ("QUEUED", "FAILED", "CANCELED", "MISSED", "CALLING_CRM_USER")
        return Call(
            row["id"], row.get("hubspot_owner_id") or "", frozenset(row["contacts"]), at,
            TITLED.get(title, KEYS[label]) if label == "Connected" else KEYS[label],
            int(row.get("hs_call_duration") or 0) // 1_000,
            row["hs_call_status"] not in not_made and at <= NOW,
            row["hs_call_direction"] == "INBOUND",
        )  # fmt: skip

    def call_of(self, row: Any) -> Call | None:
        """Return the call a meeting came from."""
        return self._goes_to[row["id"]]

    def _origin(self, row: Any) -> Call | None:
        made = moment(row["hs_createdate"])
        near = sorted(
            (
                call
                for call in self.calls
                if call.made and call.spoke and call.leads & row["contacts"]
                and timedelta(0) <= made - call.at <= WEEK
            ),
            key=lambda call: (call.at, call.id),
        )  # fmt: skip
        free = [c for c in near if c.outcome == "meeting_set" and c.id not in self._taken]
        chosen = next(reversed(free or near), None)
        if chosen is not None:
            self._taken.setdefault(chosen.id, []).append(row["id"])
        return chosen


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Set(MovableClock):
    """Stands still where it is put."""

    def __init__(self) -> None:
        self.at = MIDDLE

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(params=[1], scope="module")
def month(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Crm]]:
    made, clock = Month(request.param), Set()
    path: Path = tmp_path_factory.mktemp("crm") / "desk.db"
    with running_sandbox(leads=1, now=iso(MIDDLE), hostile=0) as sandbox:
        desk = Desk(sandbox, path, clock=clock)
        try:
            for half, at in zip(made.halves, (MIDDLE, NOW), strict=True):
                sandbox.account.clock.set(round(at.timestamp() * 1000))
                clock.at = at
                put(sandbox, half)
                desk.sync(full=at == NOW)
            yield desk.db, everything(sandbox)
        finally:
            desk.close()


def everything(sandbox: Any) -> Crm:
    links = "&associations=contacts"
    dates = [f"hs_lifecyclestage_{stage}_date" for stage in STAGES]
    contacts = (
        "email", "jobtitle", "phone", "company", "country", "lifecyclestage", "hubspot_owner_id",
        "hs_lead_status", "hs_latest_source", "recent_conversion_date", "first_conversion_date",
        *OR.values(), *dates,
    )  # fmt: skip
    calls = (
        "hs_timestamp", "hs_call_disposition", "hs_call_title", "hs_call_status",
        "hs_call_duration", "hs_call_direction", "hubspot_owner_id",
    )  # fmt: skip
    meetings = (
        "hs_createdate", "hs_meeting_start_time", "hs_meeting_outcome", "hubspot_owner_id",
    )  # fmt: skip
    return Crm(
        read_all(sandbox, "contacts", contacts),
        read_all(sandbox, "calls", calls, links),
        read_all(sandbox, "meetings", meetings, links),
    )


def sla() -> SlaConfig:
    found = shipped.data("sla")
    found["rep_time_zones"] = {owner: zone.key for owner, zone in ZONES.items()}
    return parse_sla(found, shipped.windows().calendars).in_zone("Europe/Dublin")


def report(db: Database, name: Any, by: Any = None) -> Any:
    reader = Reader(db, OUTCOMES, sla(), HERE, lambda: NOW)
    return make_report(reader, name, FIRST, LAST, by).json


def local_day(at: datetime, zone: ZoneInfo = HERE) -> date:
    return at.astimezone(zone).date()


def in_span(at: datetime) -> bool:
    return FIRST <= local_day(at) <= LAST


def counts(crm: Crm, calls: Sequence[Call], booked: Sequence[Booked], alone: int) -> dict[str, Any]:
    """Count some calls, meetings credited to a call, and meetings without one."""
    dials = [c for c in calls if c.dialled]
    taken = [c for c in calls if c.made]
    met = [c for c in taken if c.outcome == "meeting_set"]
    return {
        "dials": len(dials),
        "connects": sum(c.reached for c in dials),
        "conversations": sum(c.spoke and c.seconds >= 60 for c in dials),
        "meetings_set": len([c for c in met if c.id not in crm.cancelled]) + len(booked),
        "talk_s": sum(c.seconds for c in dials),
        "incoming": sum(c.made and c.incoming for c in calls),
        "not_made": sum(not c.made for c in calls),
        "meetings_without_call": alone,
        "outcomes": dict(Counter(c.outcome for c in dials)),
    }


def test_the_month_holds_every_doubt(month: tuple[Database, Crm]) -> None:
    _, crm = month
    assert sum(len(c.leads) > 1 for c in crm.calls) > 10
    assert sum(not c.made for c in crm.calls) > 30
    assert sum(c.at > NOW for c in crm.calls) > 3
    assert sum(c.made and c.incoming for c in crm.calls) > 5
    assert any(c.seconds == 26 * 3_600 for c in crm.calls)
    assert sum(c.seconds == 59 and c.spoke for c in crm.calls) > 5
    assert min(len(crm.alone), len(crm.credited), len(crm.stand)) > 2
    assert {c.owner for c in crm.calls} == {"70001", "70002", "70003", ""}


def test_each_day_of_the_log(month: tuple[Database, Crm]) -> None:
    db, crm = month
    log = TeamLog(db, OUTCOMES, HERE, sla().targets, lambda: NOW)
    day = FIRST
    while day <= LAST + timedelta(days=2):
        view = log.day(day, "all")
        told = {rep.owner_id: rep for rep in view.reps}
        for owner in ("70001", "70002", "70003", ""):
            zone = ZONES.get(owner, HERE)

            def today(at: datetime, zone: ZoneInfo = zone, day: date = day) -> bool:
                return local_day(at, zone) == day

            calls = [c for c in crm.calls if c.owner == owner and today(c.at)]
            booked = [m for m in crm.credited if m.call and m.call.owner == owner and today(m.made)]
            alone = sum(m.owner == owner and today(m.made) for m in crm.alone)
            expected = counts(crm, calls, booked, alone)
            rep = told.get(owner)
            if rep is None:
                assert not calls
                assert not booked
                assert not alone
                continue
            shown = {name: getattr(rep, name) for name in expected} | {
                "outcomes": dict(rep.outcomes)
            }
            assert shown == expected
            hours = Counter(c.at.astimezone(zone).hour for c in calls if c.dialled)
            assert list(rep.hours) == [hours[hour] for hour in range(24)]
        day += timedelta(days=1)


def test_what_is_doubtful_is_told(month: tuple[Database, Crm]) -> None:
    db, crm = month
    log = TeamLog(db, OUTCOMES, HERE, sla().targets, lambda: NOW)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    told = [doubt for day in days for doubt in log.day(day, "all").doubts]
    long = [key for doubt in told if doubt.kind == "long_call" for key in doubt.keys]
    spent = {f"call:{c.id}" for c in crm.calls if c.dialled and c.seconds > 4 * 3_600}
    assert set(long) == {key for key in spent if key in long} == spent
    assert sum(doubt.kind == "logged_twice" for doubt in told) > 0
    begins = Counter((lead, m.begins) for m in crm.stand for lead in m.leads)
    assert any(doubt.kind == "meetings_at_once" for doubt in told) == (max(begins.values()) > 1)


def test_outcomes_and_scripts(month: tuple[Database, Crm]) -> None:
    db, crm = month
    calls = [c for c in crm.calls if in_span(c.at)]
    booked = [m for m in crm.credited if in_span(m.made)]
    alone = [m for m in crm.alone if in_span(m.made)]
    found = report(db, "outcomes")
    told = counts(crm, calls, booked, len(alone))
    assert {name: found[name] for name in told} == told
    assert found["without_outcome"] == sum(c.dialled and not c.outcome for c in calls)
    won = sum(c.made and c.outcome in ("meeting_set", "qualified") for c in calls)
    won += sum(m.call is not None and m.call.outcome != "qualified" for m in booked)
    assert found["qualified"] == won
    for rep in found["reps"]:
        owner = rep["owner_id"]
        theirs = counts(
            crm,
            [c for c in calls if c.owner == owner],
            [m for m in booked if m.call and m.call.owner == owner],
            sum(m.owner == owner for m in alone),
        )
        assert {name: rep[name] for name in theirs} == theirs
    (script,) = report(db, "scripts")["scripts"]  # the CRM tells of none
    assert (script["script"], script["dials"]) == (None, told["dials"])
    assert script["connects"] == told["connects"]


def test_what_became_of_meetings(month: tuple[Database, Crm]) -> None:
    db, crm = month
    names = {
        "COMPLETED": "held", "NO_SHOW": "no_show", "CANCELED": "cancelled", "RESCHEDULED": "moved",
        "SCHEDULED": "open",
    }  # fmt: skip
    expected: dict[str, Counter[str]] = {}
    for row in crm.meetings:
        if in_span(moment(row["hs_createdate"])):
            call = crm.call_of(row)
            owner = call.owner if call else row["hubspot_owner_id"] or ""
            expected.setdefault(owner, Counter()).update(["made", names[row["hs_meeting_outcome"]]])
    found = report(db, "outcomes")
    assert sum(len(counted) > 2 for counted in expected.values()) > 0
    for rep in found["reps"]:
        told = Counter({n: rep["meetings"][n] for n in ("made", *names.values())})
        assert +told == expected.get(rep["owner_id"], Counter()), rep["owner_id"]
    total: Counter[str] = sum(expected.values(), Counter())
    assert {n: found["meetings"][n] for n in ("made", *names.values())} == {
        n: total[n] for n in ("made", *names.values())
    }


def test_meetings_set_and_held(month: tuple[Database, Crm]) -> None:
    db, crm = month
    made = [row for row in crm.meetings if in_span(moment(row["hs_createdate"]))]
    words = {
        "COMPLETED": "held", "NO_SHOW": "no_show", "CANCELED": "cancelled",
        "RESCHEDULED": "moved", "SCHEDULED": "open",
    }  # fmt: skip
    became = Counter(words[row["hs_meeting_outcome"]] for row in made)
    told = report(db, "outcomes")["meetings"]
    assert told["made"] == len(made) > 20
    assert {word: told[word] for word in words.values()} == {w: became[w] for w in words.values()}
    share = (told["held_rate"]["count"], told["held_rate"]["of"])
    assert share == (became["held"], became["held"] + became["no_show"])


def test_what_was_done_by_week(month: tuple[Database, Crm]) -> None:
    db, crm = month
    for week in report(db, "goals")["weeks"]:
        first = date.fromisoformat(week["week_of"])
        last = date.fromisoformat(week["last_day"])
        calls = [c for c in crm.calls if first <= local_day(c.at) <= last]
        booked = [m for m in crm.credited if first <= local_day(m.made) <= last]
        done = Counter(c.owner for c in calls if c.dialled)
        for rep in week["reps"]:
            owner = rep["owner_id"]
            own = [m for m in booked if m.call and m.call.owner == owner]
            told = counts(crm, [c for c in calls if c.owner == owner], own, 0)
            for name in ("dials", "conversations", "meetings_set"):
                assert rep[name] == told[name], (first, owner, name)
            del done[owner]
        assert not done or set(done) == {""}


def waits(crm: Crm) -> list[dict[str, Any]]:
    """Return what became of each lead since its latest conversion in the span."""
    found = []
    for lead_id, row in crm.leads.items():
        dates = {moment(row["recent_conversion_date"]), moment(row["first_conversion_date"])}
        times = sorted(at for at in dates if in_span(at))
        if not times:
            continue
        since = times[-1]
        mine = sorted(
            (c for c in crm.calls if lead_id in c.leads and c.made and c.at >= since),
            key=lambda c: (c.at, c.id),
        )
        done = [c for c in mine if c.dialled or c.reached]
        won = [c.at for c in mine if c.outcome in ("meeting_set", "qualified")]
        won += [m.made for m in crm.credited if lead_id in m.leads and m.made >= since]
        latest = since == max(dates)
        found.append(
            {
                "row": row, "since": since, "conversions": len(times), "done": done,
                "attempt": next((c.at for c in done), None),
                "contact": next((c.at for c in done if c.reached), None),
                "qualified": min(won, default=None),
                # The desk fetched twice; it knows of what came in between when that came.
                "seen": NOW if latest and since >= MIDDLE else None,
            }
        )  # fmt: skip
    return found


def ranks(values: Sequence[float]) -> dict[str, int | None]:
    ordered = sorted(math.floor(value) for value in values)
    if not ordered:
        return {"p50": None, "p90": None, "p95": None}
    return {f"p{p}": ordered[math.ceil(len(ordered) * p / 100) - 1] for p in (50, 90, 95)}


def office_s(start: datetime, end: datetime) -> float:
    """Count Monday to Friday, 08:00 to 18:00 in Dublin."""
    total, day = 0.0, local_day(start)
    while day <= local_day(end):
        if day.weekday() < 5:
            opens, closes = (datetime.combine(day, time(h), HERE).timestamp() for h in (8, 18))
            total += max(0.0, min(closes, end.timestamp()) - max(opens, start.timestamp()))
        day += timedelta(days=1)
    return total


def test_speed(month: tuple[Database, Crm]) -> None:
    db, crm = month
    leads = waits(crm)
    found = report(db, "speed", "owner")
    tried = [w for w in leads if w["attempt"]]
    assert found["leads"] == len(leads) > 20
    assert found["conversions"] == sum(w["conversions"] for w in leads)
    assert (found["attempted"], found["never_attempted"]) == (len(tried), len(leads) - len(tried))
    for name, key in (
        ("first_attempt_s", "attempt"), ("first_contact_s", "contact"), ("qualified_s", "qualified")
    ):  # fmt: skip
        pairs = [(w["since"], w[key]) for w in leads if w[key]]
        assert found[name] == ranks([(end - start).total_seconds() for start, end in pairs])
        office = found["business_hours"][name]
        assert office == ranks([office_s(start, end) for start, end in pairs])
    longest = {"0-5m": 300, "5-15m": 900, "15-60m": 3_600, "1-24h": 86_400, "24h+": math.inf}
    bands = Counter(
        next(
            n for n, most in longest.items() if (w["attempt"] - w["since"]).total_seconds() <= most
        )
        for w in tried
    )
    assert found["bands"] == {n: bands[n] for n in longest} | {"never": len(leads) - len(tried)}
    known = [w for w in leads if w["seen"]]
    early = [w for w in known if w["attempt"] and w["attempt"] < w["seen"]]
    assert found["seen_unknown"] == len(leads) - len(known) > 0
    assert found["attempted_before_seen"] == len(early)
    late = [w for w in known if w not in early]
    assert found["system_s"] == ranks([(w["seen"] - w["since"]).total_seconds() for w in late])
    groups = Counter(w["row"].get("hubspot_owner_id") or "" for w in leads)
    assert sorted(g["leads"] for g in found["groups"].values()) == sorted(groups.values())
    assert found["groups"]["no owner"]["leads"] == groups[""]


def came_to(w: dict[str, Any], stages: Sequence[str]) -> bool:
    row = w["row"]
    if row["lifecyclestage"] not in stages:
        return False
    passed = STAGES[: STAGES.index(row["lifecyclestage"]) + 1]
    dates = [row.get(f"hs_lifecyclestage_{s}_date") for s in passed if s in stages]
    return any(at and moment(at) >= w["since"] for at in dates)


def test_both_sides_of_the_agreement(month: tuple[Database, Crm]) -> None:
    db, crm = month
    leads = waits(crm)
    found = report(db, "sla")
    spent = [(office_s(w["since"], w["attempt"] or NOW), w["attempt"]) for w in leads]
    kept = sum(s <= 300 and at is not None for s, at in spent)
    late = sum(s > 300 for s, _ in spent)
    share = found["sales"]["first_attempt_in_time"]
    assert (share["count"], share["of"]) == (kept, kept + late)
    assert found["sales"]["still_running"] == len(leads) - kept - late
    dials = [c for c in crm.calls if in_span(c.at) and c.dialled]
    told = found["sales"]["outcome_recorded"]
    assert (told["count"], told["of"]) == (sum(bool(c.outcome) for c in dials), len(dials))
    ends = ("not_interested", "qualified", "meeting_set")
    given_up = [
        w
        for w in leads
        if w["done"]
        and w["contact"] is None
        and (w["done"][-1].outcome in ends or NOW - w["done"][-1].at > timedelta(days=14))
    ]
    enough = found["sales"]["enough_attempts_before_giving_up"]
    assert enough["of"] == len(given_up)
    assert enough["count"] == sum(sum(c.dialled for c in w["done"]) >= 6 for w in given_up)
    side = found["marketing"]
    asked = ("email", "jobtitle", "phone", "company", "country")
    assert side["leads"] == len(leads)
    rows = [w["row"] for w in leads]
    whole = sum(all(row.get(n) or row.get(OR.get(n, n)) for n in asked) for row in rows)
    assert side["complete"]["count"] == whole
    far = ("salesqualifiedlead", "opportunity", "customer")
    won = [w for w in leads if w["qualified"] or came_to(w, far)]
    worked = [w for w in leads if w["done"]]
    old = [w for w in leads if NOW - w["since"] >= timedelta(days=14)]
    for name, some in (
        ("qualified", leads), ("qualified_of_worked", worked), ("qualified_of_matured", old)
    ):  # fmt: skip
        share = side[name]
        assert (share["count"], share["of"]) == (sum(w in won for w in some), len(some))
    assert side["unworked"] == len(leads) - len(worked) > 0
    assert side["against_expected"] == "leads unworked"
    rejected = sum(w["row"]["hs_lead_status"] == "UNQUALIFIED" for w in leads)
    assert sum(side["rejected"].values()) == rejected  # the CRM keeps no reasons


def test_the_funnel(month: tuple[Database, Crm]) -> None:
    db, crm = month
    leads = waits(crm)
    steps = report(db, "funnel")["steps"]
    assert steps[0]["reached"] == len(leads)
    for at, step in enumerate(steps[1:], 1):
        passed = STAGES[at:]
        assert step["stage"] == passed[0]
        reached = [w for w in leads if came_to(w, passed)]
        assert step["reached"] == len(reached)
        assert step["of_step_before"]["of"] == steps[at - 1]["reached"]
        worked = [w for w in leads if w["done"]]
        old = [w for w in leads if NOW - w["since"] >= timedelta(days=14)]
        for name, some in (("of_worked", worked), ("of_matured", old)):
            share = (step[name]["count"], step[name]["of"])
            assert share == (sum(w in reached for w in some), len(some))
        assert step["still_there"] == sum(w["row"]["lifecyclestage"] == passed[0] for w in leads)


def test_the_rhythm(month: tuple[Database, Crm]) -> None:
    db, crm = month
    dials = [c for c in crm.calls if c.dialled and in_span(c.at)]
    talks = [c for c in dials if c.spoke and c.seconds >= 60]
    found = report(db, "rhythm")
    for name, some in (("dials", dials), ("conversations", talks)):
        own = [c.at.astimezone(ZONES.get(c.owner, HERE)) for c in some]
        hours, days = Counter(at.hour for at in own), Counter(at.weekday() for at in own)
        assert [row[name] for row in found["hours"]] == [hours[hour] for hour in range(24)]
        assert [row[name] for row in found["weekdays"]] == [days[day] for day in range(7)]
    met = Counter(local_day(m.made) for m in crm.credited if in_span(m.made))
    met += Counter(
        local_day(c.at)
        for c in crm.calls
        if c.made and c.outcome == "meeting_set" and c.id not in crm.cancelled and in_span(c.at)
    )
    by_day = Counter(local_day(c.at) for c in dials)
    for row in found["days"]:
        day = date.fromisoformat(row["day"])
        assert (row["dials"], row["meetings_set"]) == (by_day[day], met[day])
    assert sum(met.values()) > 5
