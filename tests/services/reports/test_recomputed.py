"""Every number of every report, worked out a second time by hand from what was put in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.outcome.catalog import parse_dispositions
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.services.log.service import TeamLog
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.registry import make_report
from sdrdesk.store.database.database import Database
from tests.domain import shipped
from tests.services.reports.world import LABELS, NOW, STAGES, World, generate

REACHED = {
    "gatekeeper", "callback", "nurture", "not_interested", "disqualified", "qualified",
    "meeting_set", "do_not_call",
}  # fmt: skip
ZONES = {"7": ZoneInfo("Europe/Dublin"), "8": ZoneInfo("America/New_York")}
HERE = ZoneInfo("Europe/Dublin")
OUTCOMES = parse_dispositions(shipped.data("dispositions"))
FIRST, LAST = date(2026, 10, 12), date(2026, 11, 10)


@pytest.fixture(params=[1, 2, 3], scope="module")
def month(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, World]]:
    path: Path = tmp_path_factory.mktemp("month") / "sdrdesk.db"
    with Database.open(path) as db:
        yield db, generate(db, request.param)


def reader(db: Database) -> Reader:
    sla = shipped_sla()
    return Reader(db, OUTCOMES, sla, HERE, lambda: NOW)


def shipped_sla() -> SlaConfig:
    found = shipped.data("sla")
    found["rep_time_zones"] = {"omar@harbour.example": "America/New_York"}
    from sdrdesk.domain.sla.sla import parse_sla

    return parse_sla(found, shipped.windows().calendars).in_zone("Europe/Dublin")


def name_of(call: dict[str, Any]) -> str:
    if call["corrected"]:
        return "corrected"
    label = LABELS[call["outcome"]]
    # A label that one outcome has for itself means that outcome, by whatever tool.
    known = call["known"] or list(LABELS.values()).count(label) == 1
    return str(call["outcome"] if known else label)


def reached(call: dict[str, Any]) -> bool:
    return not call["corrected"] and call["outcome"] in REACHED


def meeting(call: dict[str, Any]) -> bool:
    return not call["corrected"] and call["known"] and call["outcome"] == "meeting_set"


def qualifies(call: dict[str, Any]) -> bool:
    won = ("meeting_set", "qualified")
    return not call["corrected"] and call["known"] and call["outcome"] in won


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def counts(calls: list[dict[str, Any]]) -> dict[str, Any]:
    dials = [c for c in calls if c["kind"] == "call"]
    talks = [c for c in dials if reached(c) and c["outcome"] != "gatekeeper" and c["seconds"] >= 60]
    return {
        "dials": len(dials),
        "connects": sum(reached(c) for c in dials),
        "conversations": len(talks),
        "meetings_set": sum(meeting(c) for c in calls),
        "talk_s": sum(c["seconds"] for c in dials),
        "disqualified_without_call": sum(c["kind"] != "call" and not c["corrected"] for c in calls),
        "outcomes": dict(Counter(name_of(c) for c in dials)),
    }


def test_each_day_of_the_log(month: tuple[Database, World]) -> None:
    db, world = month
    log = TeamLog(db, OUTCOMES, HERE, shipped_sla().targets, lambda: NOW)
    day = FIRST
    seen = 0
    while day <= LAST:
        view = log.day(day, "all")
        mine = [
            c
            for c in world.calls
            if not c["undone"] and local_day(c["at"], ZONES.get(c["owner"], HERE)) == day
        ]
        assert {entry.activity_key for entry in view.activities} == {c["key"] for c in mine}
        seen += len(mine)
        for rep in view.reps:
            theirs = [c for c in mine if c["owner"] == rep.owner_id]
            told = counts(theirs)
            assert {name: getattr(rep, name) for name in told if name != "outcomes"} == {
                name: value for name, value in told.items() if name != "outcomes"
            }
            assert dict(rep.outcomes) == told["outcomes"]
            zone = ZONES.get(rep.owner_id, HERE)
            hours = Counter(c["at"].astimezone(zone).hour for c in theirs if c["kind"] == "call")
            assert list(rep.hours) == [hours[hour] for hour in range(24)]
            assert (rep.callbacks_kept, rep.callbacks_missed) == promises(world, rep.owner_id, day)
        alone = log.day(day, "8")
        assert [rep for rep in view.reps if rep.owner_id == "8"] in ([], list(alone.reps))
        assert alone.time_zone == "America/New_York"
        day += timedelta(days=1)
    assert seen > 200


def promises(world: World, owner: str, day: date) -> tuple[int, int]:
    kept = missed = 0
    for call in world.calls:
        due = call["callback"]
        stands = due is not None and not call["undone"] and not call["corrected"]
        zone = ZONES.get(owner, HERE)
        if not stands or call["owner"] != owner or local_day(due, zone) != day:
            continue
        done = any(
            other["lead"] == call["lead"]
            and other["kind"] == "call"
            and not other["undone"]
            and due - timedelta(minutes=15) <= other["at"] <= due + timedelta(minutes=30)
            for other in world.calls
        )
        kept += done
        missed += not done and due + timedelta(minutes=30) < NOW
    return kept, missed


def test_the_month_holds_every_odd_thing(month: tuple[Database, World]) -> None:
    """What the numbers must survive is really in there."""
    db, world = month
    assert {c["owner"] for c in world.calls} == {"7", "8", "9"}  # two clocks, and one nobody knows
    changes = [HERE.utcoffset(datetime.combine(FIRST, datetime.min.time()))]
    changes.append(HERE.utcoffset(datetime.combine(LAST, datetime.min.time())))
    assert changes[0] != changes[1]
    assert sum(c["undone"] for c in world.calls) > 5
    assert sum(c["corrected"] for c in world.calls) > 5
    assert sum(not c["local"] for c in world.calls) > 50
    assert sum(lead["archived"] for lead in world.leads.values()) > 0
    assert sum(len(lead["times"]) > 1 for lead in world.leads.values()) > 10
    with db.reader() as connection:
        assert connection.execute("SELECT count(*) FROM alias").fetchone() == (5,)
    seen = Counter((c["lead"], c["owner"], c["at"], c["outcome"]) for c in world.calls)
    assert sum(count > 1 for count in seen.values()) > 3


def in_span(moment: datetime) -> bool:
    return FIRST <= local_day(moment, HERE) <= LAST


def test_outcomes_and_scripts(month: tuple[Database, World]) -> None:
    db, world = month
    calls = [c for c in world.calls if not c["undone"] and in_span(c["at"])]
    found = make_report(reader(db), "outcomes", FIRST, LAST).json
    told = counts(calls)
    assert {name: found[name] for name in told} == told
    for rep in found["reps"]:  # type: ignore[attr-defined]
        theirs = counts([c for c in calls if c["owner"] == rep["owner_id"]])
        assert {name: rep[name] for name in theirs} == theirs
    reasons = Counter(c["reason"] for c in calls if c["reason"] and not c["corrected"])
    assert found["reasons"] == dict(reasons)
    scripts = make_report(reader(db), "scripts", FIRST, LAST).json["scripts"]
    dialled = [c for c in calls if c["kind"] == "call"]
    assert {s["script"] or "" for s in scripts} == {c["script"] for c in dialled}  # type: ignore[attr-defined]
    for script in scripts:  # type: ignore[attr-defined]
        theirs = counts([c for c in dialled if c["script"] == (script["script"] or "")])
        assert {name: script[name] for name in theirs} == theirs


def wait_of(world: World, lead_id: str) -> dict[str, Any] | None:
    lead = world.leads[lead_id]
    times = [at for at in lead["times"] if in_span(at)]
    if not times or lead["archived"]:
        return None
    since = times[-1]
    done = sorted(
        (c for c in world.calls if c["lead"] == lead_id and not c["undone"] and c["at"] >= since),
        key=lambda c: (c["at"], c["key"]),
    )
    calls = [c for c in done if c["kind"] == "call"]
    return {
        "lead": lead, "since": since, "done": done, "calls": calls, "count": len(times),
        "seen": lead["seen"] if since == lead["latest"] else None,
        "attempt": next((c["at"] for c in calls), None),
        "contact": next((c["at"] for c in calls if reached(c)), None),
        "qualified": next((c["at"] for c in done if qualifies(c)), None),
    }  # fmt: skip


def ranks(values: list[float]) -> dict[str, int | None]:
    ordered = sorted(math.floor(value) for value in values)
    if not ordered:
        return {"p50": None, "p90": None, "p95": None}
    return {f"p{p}": ordered[math.ceil(len(ordered) * p / 100) - 1] for p in (50, 90, 95)}


def office_s(start: datetime, end: datetime) -> float:
    """Count office time, Monday to Friday 08:00 to 18:00 in Dublin, day by day."""
    total, day = 0.0, start.astimezone(HERE).date()
    while day <= end.astimezone(HERE).date():
        if day.weekday() < 5:
            opens = datetime(day.year, day.month, day.day, 8, tzinfo=HERE).timestamp()
            closes = datetime(day.year, day.month, day.day, 18, tzinfo=HERE).timestamp()
            total += max(0.0, min(closes, end.timestamp()) - max(opens, start.timestamp()))
        day += timedelta(days=1)
    return total


def test_speed(month: tuple[Database, World]) -> None:
    db, world = month
    waits = [w for w in (wait_of(world, lead_id) for lead_id in world.leads) if w]
    found = make_report(reader(db), "speed", FIRST, LAST, "source").json
    assert found["leads"] == len(waits) > 20
    assert found["conversions"] == sum(w["count"] for w in waits)
    assert found["attempted"] == sum(w["attempt"] is not None for w in waits)
    assert found["never_attempted"] == sum(w["attempt"] is None for w in waits)
    for name, key in (
        ("first_attempt_s", "attempt"),
        ("first_contact_s", "contact"),
        ("qualified_s", "qualified"),
    ):
        done = [(w["since"], w[key]) for w in waits if w[key]]
        assert found[name] == ranks([(end - start).total_seconds() for start, end in done])
        office = found["business_hours"][name]  # type: ignore[index]
        assert office == ranks([office_s(start, end) for start, end in done])
    bands = Counter(
        band((w["attempt"] - w["since"]).total_seconds()) for w in waits if w["attempt"]
    )
    bands["never"] = sum(w["attempt"] is None for w in waits)
    assert {name: count for name, count in found["bands"].items() if count} == dict(+bands)  # type: ignore[attr-defined]
    early = [w for w in waits if w["seen"] and w["attempt"] and w["attempt"] < w["seen"]]
    assert found["attempted_before_seen"] == len(early)
    saw = [w for w in waits if w["seen"] and w not in early]
    assert found["system_s"] == ranks([(w["seen"] - w["since"]).total_seconds() for w in saw])
    rep = [(w["attempt"] - w["seen"]).total_seconds() for w in saw if w["attempt"]]
    assert found["rep_s"] == ranks(rep)
    sizes = {name: group["leads"] for name, group in found["groups"].items()}  # type: ignore[attr-defined]
    assert sizes == dict(Counter(w["lead"]["source"] for w in waits))


def band(seconds: float) -> str:
    for name, most in (("0-5m", 300), ("5-15m", 900), ("15-60m", 3600), ("1-24h", 86400)):
        if seconds <= most:
            return name
    return "24h+"


def test_both_sides_of_the_agreement(month: tuple[Database, World]) -> None:
    db, world = month
    waits = [w for w in (wait_of(world, lead_id) for lead_id in world.leads) if w]
    found: Any = make_report(reader(db), "sla", FIRST, LAST).json
    settled = [office_s(w["since"], w["attempt"] or NOW) for w in waits]
    kept = sum(s <= 300 and w["attempt"] is not None for s, w in zip(settled, waits, strict=True))
    late = sum(s > 300 for s in settled)
    side = found["sales"]["first_attempt_in_time"]
    assert (side["count"], side["of"]) == (kept, kept + late)
    assert found["sales"]["still_running"] == len(waits) - kept - late
    final = {"not_interested", "disqualified", "qualified", "meeting_set", "do_not_call"}
    given_up = [
        w
        for w in waits
        if w["done"]
        and w["contact"] is None
        and (
            (w["done"][-1]["outcome"] in final and not w["done"][-1]["corrected"])
            or NOW - w["done"][-1]["at"] > timedelta(days=14)
        )
    ]
    enough = found["sales"]["enough_attempts_before_giving_up"]
    assert enough["of"] == len(given_up)
    assert enough["count"] == sum(len(w["calls"]) >= 6 for w in given_up)
    marketing = found["marketing"]
    leads = [w["lead"] for w in waits]
    assert marketing["leads"] == len(leads)
    assert marketing["good_fit"]["count"] == sum(lead["fit"] >= 60 for lead in leads)
    assert marketing["fit"] == {
        "80–100": sum(lead["fit"] >= 80 for lead in leads),
        "60–79": sum(60 <= lead["fit"] < 80 for lead in leads),
        "40–59": sum(40 <= lead["fit"] < 60 for lead in leads),
        "0–39": sum(lead["fit"] < 40 for lead in leads),
    }
    assert marketing["complete"]["count"] == sum(bool(le["email"] and le["title"]) for le in leads)
    far = ("salesqualifiedlead", "opportunity", "customer", "evangelist")
    won = [w for w in waits if w["qualified"] is not None or came_to(w, far)]
    assert marketing["qualified"]["count"] == len(won)
    worked, old = [w for w in waits if w["done"]], [w for w in waits if matured(w)]
    for name, some in (("qualified_of_worked", worked), ("qualified_of_matured", old)):
        share = marketing[name]
        assert (share["count"], share["of"]) == (sum(w in won for w in some), len(some))
    assert marketing["unworked"] == len(waits) - len(worked) > 0
    assert marketing["against_expected"] == "leads unworked"
    lost = [w for w in waits if w not in won and w["lead"]["stage"] in far]
    undated = [w for w in lost if not dates_from(w)]
    assert marketing["stage_without_date"] == len(undated)
    assert marketing["stood_at_stage_before"] == len(lost) - len(undated)
    reasons: Counter[str] = Counter()
    for w in waits:
        said = [c["reason"] for c in w["done"] if c["reason"] and not c["corrected"]]
        if said:
            reasons[said[-1]] += 1
        elif w["lead"]["status"] == "UNQUALIFIED":
            reasons[""] += 1
    assert marketing["rejected"] == dict(reasons)


def came_to(w: dict[str, Any], stages: Sequence[str]) -> bool:
    """Tell whether a lead stands at one of these stages, and entered one since it converted."""
    lead, way = w["lead"], STAGES[:-1]
    if lead["stage"] not in stages:
        return False
    passed = way[: way.index(lead["stage"]) + 1]
    return any(at >= w["since"] for s, at in lead["entered"].items() if s in stages and s in passed)


def dates_from(w: dict[str, Any]) -> list[datetime]:
    lead = w["lead"]
    later = STAGES[STAGES.index(lead["stage"]) : -1]
    return [at for stage, at in lead["entered"].items() if stage in later]


def matured(w: dict[str, Any]) -> bool:
    return bool(NOW - w["since"] >= timedelta(days=14))


def test_the_funnel(month: tuple[Database, World]) -> None:
    db, world = month
    waits = [w for w in (wait_of(world, lead_id) for lead_id in world.leads) if w]
    found: Any = make_report(reader(db), "funnel", FIRST, LAST).json["steps"]
    way = STAGES[:-1]
    for step in found[1:]:
        passed = way[way.index(step["stage"]) :]
        reached = [w for w in waits if came_to(w, passed)]
        assert step["reached"] == len(reached)
        worked, old = [w for w in waits if w["done"]], [w for w in waits if matured(w)]
        for name, some in (("of_worked", worked), ("of_matured", old)):
            share = (step[name]["count"], step[name]["of"])
            assert share == (sum(w in reached for w in some), len(some))
        stood = [w for w in waits if w["lead"]["stage"] in passed and dates_from(w)]
        assert step["stood_before"] == sum(min(dates_from(w)) < w["since"] for w in stood)
    assert [step["of_step_before"]["of"] for step in found[1:]] == [
        step["reached"] for step in found[:-1]
    ]


def test_time_in_each_stage(month: tuple[Database, World]) -> None:
    db, world = month
    leads = [
        w["lead"] for w in (wait_of(world, lead_id) for lead_id in world.leads) if w is not None
    ]
    found: Any = make_report(reader(db), "funnel", FIRST, LAST).json["steps"]
    way = ["lead", *(step["stage"] for step in found[1:])]
    seen = 0
    for at, (stage, step) in enumerate(zip(way, found, strict=True)):
        waits = []
        for lead in leads:
            after = [lead["entered"][later] for later in way[at + 1 :] if later in lead["entered"]]
            if stage in lead["entered"] and after and min(after) >= lead["entered"][stage]:
                waits.append((min(after) - lead["entered"][stage]).total_seconds())
        assert step["time_in_stage_s"] == ranks(waits)
        assert step["went_on_with_dates"] == len(waits)
        assert step["still_there"] == sum(lead["stage"] == stage for lead in leads)
        seen += len(waits)
    assert seen > 10


def test_a_team_without_sql_configures_it_away(month: tuple[Database, World]) -> None:
    db, _ = month
    base = reader(db)
    targets = replace(base.targets, stages=replace(base.targets.stages, sql=""))
    found: Any = make_report(
        replace(base, sla=replace(base.sla, targets=targets)), "funnel", FIRST, LAST
    ).json["steps"]
    assert [step["step"] for step in found] == ["Lead", "MQL", "Opportunity", "Customer"]


def gaps_of(world: World) -> list[tuple[str, int, int]]:
    """Return name, dials and connects by the time since the dial before."""
    names = (
        "under 1 hour", "1 to 4 hours", "4 to 24 hours", "1 to 3 days", "3 to 7 days",
        "over 7 days",
    )  # fmt: skip
    hours = (1, 4, 24, 72, 168)
    last: dict[str, datetime] = {}
    dials, connects = Counter[int](), Counter[int]()
    made = [c for c in world.calls if c["kind"] == "call" and not c["undone"]]
    for call in sorted(made, key=lambda c: c["at"]):
        before = last.get(call["lead"])
        last[call["lead"]] = call["at"]
        if before is not None and in_span(call["at"]):
            gap = (call["at"] - before).total_seconds() / 3600
            band = sum(gap >= hour for hour in hours)
            dials[band] += 1
            connects[band] += reached(call)
    return [(name, dials[band], connects[band]) for band, name in enumerate(names)]


def test_the_rhythm(month: tuple[Database, World]) -> None:
    db, world = month
    calls = [c for c in world.calls if not c["undone"] and in_span(c["at"])]
    dials = [c for c in calls if c["kind"] == "call"]
    talked = [
        c for c in dials if reached(c) and c["outcome"] != "gatekeeper" and c["seconds"] >= 60
    ]
    found: Any = make_report(reader(db), "rhythm", FIRST, LAST).json

    def own(call: dict[str, Any]) -> datetime:
        at: datetime = call["at"]
        return at.astimezone(ZONES.get(call["owner"], HERE))

    connects = [c for c in dials if reached(c)]
    for name, some in (("dials", dials), ("conversations", talked), ("connects", connects)):
        hours = Counter(own(c).hour for c in some)
        assert [row[name] for row in found["hours"]] == [hours[hour] for hour in range(24)]
        week = Counter(own(c).weekday() for c in some)
        if name != "connects":
            assert [row[name] for row in found["weekdays"]] == [week[day] for day in range(7)]
    shares = [(row["reached"]["count"], row["reached"]["of"]) for row in found["hours"]]
    assert shares == [(row["connects"], row["dials"]) for row in found["hours"]]
    assert [tuple(row.values())[:3] for row in found["retry_gaps"]] == gaps_of(world)
    days = {row["day"]: row for row in found["days"]}
    assert len(days) == (LAST - FIRST).days + 1
    by_day = Counter(local_day(c["at"], HERE).isoformat() for c in dials)
    met = Counter(local_day(c["at"], HERE).isoformat() for c in calls if meeting(c))
    assert {day: row["dials"] for day, row in days.items()} == {day: by_day[day] for day in days}
    assert {d: row["meetings_set"] for d, row in days.items()} == {d: met[d] for d in days}
    assert sum(met.values()) > 0
