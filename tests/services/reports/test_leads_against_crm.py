"""Every number about leads, worked out a second time from the CRM's API alone.

Nothing here reads the database or uses the product's rules; ``crm_account`` has what the API tells,
``crm_month`` what the month holds.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from sdrdesk.domain.team.team import parse_team
from sdrdesk.store.database.database import Database
from tests.services.reports.crm_account import (
    HERE,
    OR,
    Crm,
    came_to,
    counts,
    in_span,
    moment,
    office_s,
    ranks,
    report,
    waits,
)
from tests.services.reports.crm_month import NOW, STAGES

pytestmark = pytest.mark.xdist_group("crm_month")  # made once for all files


def test_speed(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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


def test_both_sides_of_the_agreement(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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


def test_the_funnel(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
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


ACME = parse_team({"team": {"acme": {"name": "Acme", "members": ["70003"], "partner": True}}})


def test_what_a_partner_was_given_and_what_came_back(crm_month: tuple[Database, Crm]) -> None:
    db, crm = crm_month
    (found,) = report(db, "partners", team=ACME)["partners"]
    given = [w for w in waits(crm) if w["row"].get("hubspot_owner_id") == "70003"]
    touches = []
    for w in given:
        lead_id = w["row"]["id"]
        did = [c.at for c in crm.calls if c.owner == "70003" and c.made and lead_id in c.leads]
        did += [
            moment(row["hs_meeting_start_time"])
            for row in crm.meetings
            if row["hubspot_owner_id"] == "70003" and lead_id in row["contacts"]
        ]
        touches.append(min((at for at in did if w["since"] <= at <= NOW), default=None))
    waited = [(at - w["since"]).total_seconds() for w, at in zip(given, touches, strict=True) if at]
    assert found["given"] == len(given) > 5
    assert found["touched"]["count"] == len(waited) > 0
    assert found["untouched"] == len(given) - len(waited) > 0
    assert found["wait_s"] == ranks(waited)
    far = ("salesqualifiedlead", "opportunity", "customer")
    assert found["came_back"]["count"] == sum(came_to(w, far) for w in given) > 0
    rejected = sum(w["row"]["hs_lead_status"] == "UNQUALIFIED" for w in given)
    assert found["rejected"]["count"] == rejected > 0


@pytest.mark.parametrize("monday", [date(2026, 11, 9), date(2026, 11, 16)])
def test_the_week_on_a_page(crm_month: tuple[Database, Crm], monday: date) -> None:
    db, crm = crm_month
    days = timedelta(days=6)
    found = report(db, "week", last=monday + timedelta(days=2))
    assert (found["from"], found["over"]) == (monday.isoformat(), monday.day == 9)
    before = monday - timedelta(days=28), monday - timedelta(days=1)
    spans = {
        "this_week": (monday, monday + days),
        "last_week": (monday - timedelta(days=7), before[1]),
        "four_week_average": before,
    }
    for owner, told in ((None, found["team"]), *((r["owner_id"], r) for r in found["reps"])):
        for name, (first, last) in spans.items():
            done = done_in(crm, first, last, owner)
            weeks = 4 if name == "four_week_average" else 1
            assert {count: told[count][name] for count in done} == {
                count: round(of / weeks, 1) for count, of in done.items()
            }, (owner, name)
    leads, earlier = waits(crm, monday, monday + days), waits(crm, *before)
    for name, some in (
        ("first_attempt_in_time", leads), ("first_attempt_in_time_four_weeks", earlier)
    ):  # fmt: skip
        spent = [(office_s(w["since"], w["attempt"] or NOW), w["attempt"]) for w in some]
        kept = sum(s <= 300 and at is not None for s, at in spent)
        late = sum(s > 300 for s, _ in spent)
        assert (found[name]["count"], found[name]["of"]) == (kept, kept + late)
    assert found["callbacks_kept"]["of"] == 0  # the CRM's calls promise none
    assert found["leads"] == len(leads) > 0
    assert found["never_attempted"] == sum(w["attempt"] is None for w in leads)
    end = min(NOW, datetime.combine(monday + timedelta(days=7), time(), HERE))
    latest = {w["row"]["id"]: w for w in (*earlier, *leads)}.values()
    silent = [
        w
        for w in latest
        if [c.dialled for c in w["done"]].count(True) == 1
        and w["contact"] is None
        and end - w["done"][-1].at >= timedelta(days=3)
    ]
    assert found["silent_after_one_touch"] == len(silent)
    stuck = Counter(
        row["lifecyclestage"]
        for row in crm.leads.values()
        if row["lifecyclestage"] in STAGES[1:4]
        and (at := row.get(f"hs_lifecyclestage_{row['lifecyclestage']}_date"))
        and moment(at) < end - timedelta(days=30)
    )
    assert found["stuck_in_stage"] == dict(stuck)
    assert sum(stuck.values()) > 0
    dialled = {c.owner for c in crm.calls if c.dialled and in_span(c.at, monday, monday + days)}
    assert set(found["reps_without_dial"]) == {"70001", "70002", "70003"} - dialled


def done_in(crm: Crm, first: date, last: date, owner: str | None) -> dict[str, int]:
    """Count the calls and meetings of a rep in some days, of all for ``None``."""
    mine = [c for c in crm.calls if owner in (None, c.owner) and in_span(c.at, first, last)]
    booked = [
        m
        for m in crm.credited
        if m.call and owner in (None, m.call.owner) and in_span(m.made, first, last)
    ]
    told = counts(crm, mine, booked, 0)
    found = {name: told[name] for name in ("dials", "connects", "conversations", "meetings_set")}
    for name, result in (("meetings_held", "COMPLETED"), ("meetings_missed", "NO_SHOW")):
        due = crm.due(result)
        found[name] = sum(owner in (None, rep) and in_span(at, first, last) for rep, at in due)
    return found
