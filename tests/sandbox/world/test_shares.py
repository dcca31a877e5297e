"""The world is as dirty, as busy and as fresh as its documentation says."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import UTC, datetime

import pytest

from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.world import account
from sdrdesk.sandbox.world.clock import TEAM_ZONE, local_minutes
from sdrdesk.sandbox.world.history import contacts
from sdrdesk.sandbox.world.people import person
from sdrdesk.sandbox.world.people.places import COUNTRIES, zone_option
from tests.sandbox.world.made import HOUR_MS, NOW_MS, ms_of, records, world

pytestmark = pytest.mark.long

BIG = 4000
CLEAN = 0.0
NIGHT_MS = int(datetime(2026, 11, 22, 3, 0, tzinfo=UTC).timestamp() * 1000)
"""A Sunday at three in the morning."""


def _share(rows: list[Record], name: str, value: str | None = None) -> float:
    hits = [r for r in rows if name in r.properties and value in (None, r.properties[name])]
    return len(hits) / len(rows)


def _contacts() -> list[Record]:
    return records(BIG, hostile=CLEAN)["contacts"]


def test_the_default_rep_owns_most_leads() -> None:
    owned = Counter(r.properties.get("hubspot_owner_id") for r in records(400)["contacts"])
    assert 200 <= owned[account.RITA] <= 290
    assert len(owned) == 8  # seven owners and none
    assert 0.55 <= _share(_contacts(), "hubspot_owner_id", account.RITA) <= 0.66


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("now_ms", [NOW_MS, NIGHT_MS])
def test_there_is_always_something_fresh(seed: int, now_ms: int) -> None:
    made = records(400, seed, now_ms=now_ms)["contacts"]
    ages = [
        now_ms - ms_of(r.properties["recent_conversion_date"])
        for r in made
        if "recent_conversion_date" in r.properties
    ]
    assert min(ages) >= 0
    assert sum(age <= HOUR_MS for age in ages) >= 10
    assert sum(age <= HOUR_MS // 12 for age in ages) >= 3
    assert sum(age > 14 * 24 * HOUR_MS for age in ages) >= 40


@pytest.mark.parametrize("seed", range(6))
def test_callbacks_are_due_now_later_today_and_overdue(seed: int) -> None:
    tasks = [
        r.properties
        for r in records(400, seed)["tasks"]
        if r.properties["hs_task_type"] == "CALL" and r.properties["hs_task_status"] != "COMPLETED"
    ]
    due = [(ms_of(p["hs_timestamp"]) - NOW_MS) / HOUR_MS for p in tasks]
    assert sum(-0.25 <= h <= 0.25 for h in due) >= 3
    assert sum(0.25 < h <= 6.5 for h in due) >= 3
    assert sum(h < -0.5 for h in due) >= 3
    hers = [p for p in tasks if p["hubspot_owner_id"] == account.RITA]
    assert len(hers) >= len(tasks) * 0.5


def test_a_small_world_has_them_too() -> None:
    made = records(50)
    fresh = [
        r
        for r in made["contacts"]
        if NOW_MS - ms_of(r.properties.get("recent_conversion_date", "1999-01-01T00:00:00Z"))
        <= HOUR_MS
    ]
    open_calls = [
        r
        for r in made["tasks"]
        if r.properties["hs_task_type"] == "CALL" and r.properties["hs_task_status"] != "COMPLETED"
    ]
    assert len(fresh) >= 3
    assert len(open_calls) >= 3


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("firstname", 0.96, 0.995),
        ("lastname", 0.94, 0.98),
        ("jobtitle", 0.89, 0.95),
        ("hs_persona", 0.45, 0.6),
        ("hs_timezone", 0.42, 0.56),
        ("hs_ip_timezone", 0.65, 0.75),
        ("country", 0.7, 0.8),
        ("hs_lead_status", 0.85, 0.98),
        ("message", 0.2, 0.5),
        ("recent_conversion_date", 0.87, 0.95),
        ("company", 0.75, 0.86),
    ],
)
def test_fields_are_filled_as_documented(name: str, low: float, high: float) -> None:
    assert low <= _share(_contacts(), name) <= high


def test_some_have_no_number_and_some_no_real_one() -> None:
    rows = [r.properties for r in _contacts()]
    none = [p for p in rows if "phone" not in p and "mobilephone" not in p]
    unreadable = [p for p in rows if "phone" in p and "hs_calculated_phone_number" not in p]
    assert abs(len(none) / BIG - person.MISSING_PHONES) < 0.015
    assert abs(len(unreadable) / BIG - person.UNUSABLE_PHONES) < 0.012


def test_stated_time_zones_disagree_with_the_number_in_some_cases() -> None:
    zones = {
        (city.calling_code, zone_option(city.zone)) for p in COUNTRIES.values() for city in p.cities
    }
    both = [
        (r.properties["hs_calculated_phone_number_country_code"], r.properties["hs_timezone"])
        for r in _contacts()
        if {"hs_timezone", "hs_calculated_phone_number_country_code"} <= set(r.properties)
    ]
    share = sum(pair not in zones for pair in both) / len(both)
    assert 0.11 <= share <= 0.18  # about one in seven, says the README


def test_do_not_call_is_flagged_in_some() -> None:
    flagged = _share(_contacts(), "do_not_call_phone", "true")
    assert 0.8 * contacts.DO_NOT_CALL_SHARE < flagged <= 0.07
    assert _share(_contacts(), "do_not_call_phone", "false") >= 0.15


def test_duplicates_share_a_name_and_a_firm() -> None:
    seen = Counter(
        (p.get("firstname", "").lower(), p.get("lastname", "").lower(), p["hs_email_domain"])
        for p in (r.properties for r in _contacts())
        if "firstname" in p and "lastname" in p
    )
    twins = sum(count - 1 for count in seen.values())
    assert 0.012 <= twins / BIG <= 0.05
    numbers = Counter(
        r.properties["hs_calculated_phone_number"]
        for r in _contacts()
        if "hs_calculated_phone_number" in r.properties
    )
    assert sum(count > 1 for count in numbers.values()) >= 30


def test_firms_have_buying_committees() -> None:
    sizes = Counter(int(r.properties["num_associated_contacts"]) for r in records(BIG)["companies"])
    assert sum(n for size, n in sizes.items() if size >= 3) / sum(sizes.values()) >= 0.2


def test_people_convert_again() -> None:
    counts = Counter(int(r.properties.get("num_conversion_events", "0")) for r in _contacts())
    assert 0.2 <= sum(n for times, n in counts.items() if times >= 2) / BIG <= 0.36
    assert 0.04 <= counts[0] / BIG <= 0.13


def test_names_come_in_many_scripts() -> None:
    scripts = Counter(
        unicodedata.name(letter, "?").split()[0]
        for r in _contacts()
        for letter in r.properties.get("firstname", "")[:1]
    )
    assert {
        "LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HIRAGANA", "KATAKANA",
        "HANGUL", "DEVANAGARI", "THAI",
    } <= set(scripts)  # fmt: skip
    assert scripts["LATIN"] / BIG >= 0.8
    accented = [
        r for r in _contacts() if any("à" <= c <= "ž" for c in r.properties.get("lastname", ""))
    ]
    assert len(accented) / BIG >= 0.08


def test_names_and_firms_vary() -> None:
    rows = [r.properties for r in _contacts()]
    assert len({p.get("firstname", "").lower() for p in rows}) >= 700
    assert len({p.get("lastname", "").lower() for p in rows}) >= 600
    assert len({p.get("jobtitle") for p in rows}) >= 150
    assert len({r.properties["name"] for r in records(400)["companies"]}) >= 150
    assert len({p.get("message") for p in rows}) >= 110


def test_calls_lie_in_the_teams_working_hours() -> None:
    calls = records(BIG)["calls"]
    when = [local_minutes(ms_of(r.properties["hs_timestamp"]), TEAM_ZONE) for r in calls]
    working = [d < 5 and 8 * 60 + 30 <= m <= 18 * 60 + 15 for d, m in when]
    assert sum(working) / len(working) >= 0.98
    ages = [NOW_MS - ms_of(r.properties["hs_timestamp"]) for r in calls]
    assert max(ages) <= 30 * 24 * HOUR_MS
    assert min(ages) <= 24 * HOUR_MS


def test_outcomes_are_mixed_as_in_real_call_lists() -> None:
    calls = records(BIG)["calls"]
    labels = {guid: label for label, guid in account.DISPOSITIONS.items()}
    mix = Counter(labels[r.properties["hs_call_disposition"]] for r in calls)
    shares = {label: count / len(calls) for label, count in mix.items()}
    assert 0.34 <= shares["No answer"] <= 0.5
    assert 0.17 <= shares["Left voicemail"] <= 0.32
    assert 0.12 <= shares["Connected"] <= 0.24
    assert 0.02 <= shares["Busy"] <= 0.07
    assert 0.04 <= shares["Left live message"] <= 0.12
    assert 0.01 <= shares["Wrong number"] <= 0.08


def test_every_rep_has_something_to_report() -> None:
    calls = records(400)["calls"]
    made = Counter(r.properties["hubspot_owner_id"] for r in calls)
    assert all(made[rep] >= 25 for rep in account.REPS)
    assert made[account.RITA] >= 200
    notes = {r.properties.get("hs_call_body") for r in records(BIG)["calls"]}
    assert len(notes) >= 60


def test_connected_calls_are_longer_than_unanswered_ones() -> None:
    def mean(label: str) -> float:
        guid = account.DISPOSITIONS[label]
        found = [
            int(r.properties["hs_call_duration"])
            for r in records(BIG)["calls"]
            if r.properties["hs_call_disposition"] == guid
        ]
        return sum(found) / len(found)

    assert mean("Connected") > 90_000 > mean("Left voicemail") > mean("No answer") > mean("Busy")
    assert mean("Busy") > 2_000  # milliseconds, not seconds


def test_more_people_are_reached_in_the_late_afternoon_than_at_noon() -> None:
    guid = account.DISPOSITIONS["Connected"]
    contact_of = {k.from_id: k.to_id for k in world(BIG, hostile=CLEAN).links if k.type_id == 194}
    british = {r.id for r in _contacts() if r.properties.get("ip_country_code") in ("gb", "ie")}
    reached: Counter[str] = Counter()
    dialled: Counter[str] = Counter()
    for call in records(BIG, hostile=CLEAN)["calls"]:
        if contact_of[call.id] not in british:
            continue
        at = ms_of(call.properties["hs_timestamp"])
        hour = local_minutes(at, TEAM_ZONE)[1] // 60
        band = "noon" if 11 <= hour <= 13 else "late" if hour >= 16 else "else"
        dialled[band] += 1
        reached[band] += call.properties["hs_call_disposition"] == guid
    assert reached["late"] / dialled["late"] > 1.3 * reached["noon"] / dialled["noon"]


def test_lead_status_follows_the_calls() -> None:
    rows = [r.properties for r in _contacts()]
    untouched = Counter(p.get("hs_lead_status") for p in rows if "num_contacted_notes" not in p)
    touched = Counter(p.get("hs_lead_status") for p in rows if "num_contacted_notes" in p)
    assert set(untouched) <= {"NEW", "OPEN", None, "OPEN_DEAL"}
    assert touched["NEW"] == 0
    assert touched["ATTEMPTED_TO_CONTACT"] > touched["OPEN"] > 0
    assert touched["CONNECTED"] > 0
    assert touched["BAD_TIMING"] > 0


def test_planned_leads_live_where_it_is_office_hours() -> None:
    fresh = [
        r.properties
        for r in records(400, hostile=CLEAN)["contacts"]
        if NOW_MS - ms_of(r.properties.get("recent_conversion_date", "1999-01-01T00:00:00Z"))
        <= HOUR_MS
    ]
    asia = [p for p in fresh if p.get("ip_country_code") in {"jp", "kr", "cn", "th", "au"}]
    assert not asia
