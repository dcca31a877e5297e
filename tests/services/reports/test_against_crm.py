"""Every number about calls and meetings, worked out a second time from the CRM's API alone.

Nothing here reads the database or uses the product's rules; ``crm_account`` has what the API tells,
``crm_month`` what the month holds.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.services.log.service import TeamLog
from sdrdesk.store.database.database import Database
from tests.services.reports.crm_account import (
    FIRST,
    HERE,
    LAST,
    OUTCOMES,
    ZONES,
    Crm,
    counts,
    in_span,
    local_day,
    moment,
    report,
    sla,
)
from tests.services.reports.crm_month import NOW

pytestmark = pytest.mark.xdist_group("crm_month")  # made once for all files


def test_the_month_holds_every_doubt(crm_month: tuple[Database, Crm]) -> None:
    _, crm = crm_month
    assert sum(len(c.leads) > 1 for c in crm.calls) > 10
    assert sum(not c.made for c in crm.calls) > 30
    assert sum(c.at > NOW for c in crm.calls) > 3
    assert sum(c.made and c.incoming for c in crm.calls) > 5
    assert any(c.seconds == 26 * 3_600 for c in crm.calls)
    assert sum(c.seconds == 59 and c.spoke for c in crm.calls) > 5
    assert min(len(crm.alone), len(crm.credited), len(crm.stand)) > 2
    assert {c.owner for c in crm.calls} == {"70001", "70002", "70003", ""}


def test_each_day_of_the_log(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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
            expected = counts(crm, calls, booked, alone) | {
                name: sum(rep == owner and today(at) for rep, at in crm.due(result))
                for name, result in (("meetings_held", "COMPLETED"), ("meetings_missed", "NO_SHOW"))
            }
            rep = told.get(owner)
            if rep is None:
                assert not any(expected.values())
                continue
            shown = {name: getattr(rep, name) for name in expected} | {
                "outcomes": dict(rep.outcomes)
            }
            assert shown == expected
            hours = Counter(c.at.astimezone(zone).hour for c in calls if c.dialled)
            assert list(rep.hours) == [hours[hour] for hour in range(24)]
        day += timedelta(days=1)


def test_what_is_doubtful_is_told(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
    log = TeamLog(db, OUTCOMES, HERE, sla().targets, lambda: NOW)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    told = [doubt for day in days for doubt in log.day(day, "all").doubts]
    long = [key for doubt in told if doubt.kind == "long_call" for key in doubt.keys]
    spent = {f"call:{c.id}" for c in crm.calls if c.dialled and c.seconds > 4 * 3_600}
    assert set(long) == {key for key in spent if key in long} == spent
    assert sum(doubt.kind == "logged_twice" for doubt in told) > 0
    begins = Counter((lead, m.begins) for m in crm.stand for lead in m.leads)
    assert any(doubt.kind == "meetings_at_once" for doubt in told) == (max(begins.values()) > 1)


def test_outcomes_and_scripts(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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


def test_what_became_of_meetings(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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


def test_meetings_set_and_held(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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


def test_what_was_done_by_week(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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


def test_the_rhythm(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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
    assert found["retry_gaps_from"] == str(LAST - timedelta(days=30))
    assert [row["dials"] for row in found["retry_gaps"]] == gaps(crm, LAST - timedelta(days=30))


def gaps(crm: Crm, first: date) -> list[int]:
    """Count dials by the hours since the one before to any of their people, the shortest gap."""
    ordered = sorted((c for c in crm.calls if c.dialled), key=lambda c: c.at)
    before: dict[str, datetime] = {}
    found = Counter[int]()
    for call in ordered:
        waits = [call.at - before[lead] for lead in call.leads if lead in before]
        if waits and in_span(call.at, first):
            hours = min(waits) / timedelta(hours=1)
            found[sum(hours >= bound for bound in (1, 4, 24, 72, 168))] += 1
        before |= dict.fromkeys(call.leads, call.at)
    assert any(len(call.leads) > 1 for call in ordered)
    return [found[band] for band in range(6)]
