"""The world contradicts neither itself nor the rules of the CRM."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from sdrdesk.sandbox.account.records import Link
from sdrdesk.sandbox.world import account, generate
from sdrdesk.sandbox.world.data import content
from sdrdesk.sandbox.world.people import companies
from sdrdesk.sandbox.world.people.places import COUNTRIES, zone_option
from tests.sandbox.world.made import NOW_MS, ms_of, records, world

pytestmark = pytest.mark.long

LEADS = 1000
TYPE_IDS = {
    ("contacts", "companies"): {1, 279},
    ("calls", "contacts"): {194},
    ("calls", "companies"): {182},
    ("tasks", "contacts"): {204},
    ("tasks", "companies"): {192},
    ("notes", "contacts"): {202},
    ("notes", "companies"): {190},
    ("meetings", "contacts"): {200},
    ("meetings", "companies"): {188},
}
OWNERS = {str(owner["id"]) for owner in account.owners(NOW_MS)}
OPTIONS = {
    "contacts": {
        "hs_lead_status": {
            "NEW",
            "OPEN",
            "IN_PROGRESS",
            "OPEN_DEAL",
            "UNQUALIFIED",
            "ATTEMPTED_TO_CONTACT",
            "CONNECTED",
            "BAD_TIMING",
        },
        "lifecyclestage": {value for value, _ in account.STAGES},
        "hs_persona": {value for value, *_ in account.PERSONAS},
        "do_not_call_phone": {"true", "false"},
        "hs_is_unworked": {"true", "false"},
        "hs_email_optout": {"true", "false"},
        "hubspot_owner_id": OWNERS,
        "hs_analytics_source": {
            "ORGANIC_SEARCH",
            "PAID_SEARCH",
            "EMAIL_MARKETING",
            "SOCIAL_MEDIA",
            "REFERRALS",
            "OTHER_CAMPAIGNS",
            "DIRECT_TRAFFIC",
            "OFFLINE",
            "PAID_SOCIAL",
        },
        "numemployees": {"1-5", "5-25", "25-50", "50-100", "100-500", "500-1000", "1000+"},
        "hs_object_source": {"FORM", "IMPORT"},
        "hs_timezone": {zone_option(c.zone) for p in COUNTRIES.values() for c in p.cities},
        "hs_legal_basis": {
            "Legitimate interest – prospect/lead",
            "Freely given consent from contact",
            "Not applicable",
        },
    },
    "companies": {
        "industry": set(companies.INDUSTRIES),
        "type": {"PROSPECT"},
        "hubspot_owner_id": OWNERS,
    },
    "calls": {
        "hs_call_direction": {"INBOUND", "OUTBOUND"},
        "hs_call_disposition": set(account.DISPOSITIONS.values()),
        "hs_call_status": {"COMPLETED", "NO_ANSWER", "BUSY"},
        "hubspot_owner_id": OWNERS,
    },
    "tasks": {
        "hs_task_status": {"NOT_STARTED", "COMPLETED"},
        "hs_task_priority": {"NONE", "LOW", "MEDIUM", "HIGH"},
        "hs_task_type": {"TODO", "CALL", "EMAIL"},
        "hubspot_owner_id": OWNERS,
    },
    "notes": {"hubspot_owner_id": OWNERS},
    "meetings": {
        "hs_meeting_outcome": {"SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"},
        "hubspot_owner_id": OWNERS,
    },
}
NUMBERS = [
    "num_conversion_events",
    "num_unique_conversion_events",
    "hs_analytics_num_visits",
    "hubspotscore",
    "hs_analytics_num_page_views",
    "num_contacted_notes",
    "num_notes",
    "associatedcompanyid",
    "numberofemployees",
    "annualrevenue",
    "founded_year",
    "num_associated_contacts",
    "hs_call_duration",
]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z")
LATER_ALLOWED = {"tasks": {"hs_timestamp"}, "meetings": {"hs_timestamp"}}


@pytest.mark.parametrize(("type_", "name"), [(t, n) for t, names in OPTIONS.items() for n in names])
def test_enumerations_hold_options_only(type_: str, name: str) -> None:
    found = {r.properties[name] for r in records(LEADS)[type_] if name in r.properties}
    assert found
    assert found <= OPTIONS[type_][name]


def test_required_properties_are_there() -> None:
    made = records(LEADS)
    for type_ in ("calls", "tasks", "notes", "meetings"):
        assert all("hs_timestamp" in r.properties for r in made[type_])
        assert all("hubspot_owner_id" in r.properties for r in made[type_])
    assert all("email" in r.properties for r in made["contacts"])
    assert all("name" in r.properties and "domain" in r.properties for r in made["companies"])


def test_values_are_text_and_never_empty() -> None:
    for rows in records(LEADS).values():
        for record in rows:
            assert "" not in record.properties.values()
            assert {type(v) for v in record.properties.values()} == {str}


def test_numbers_are_plain_digits() -> None:
    for rows in records(LEADS).values():
        for record in rows:
            for name in NUMBERS:
                assert record.properties.get(name, "0").isdecimal(), (name, record.id)


def test_times_are_in_the_format_of_the_crm_and_in_the_past() -> None:
    for type_, rows in records(LEADS).items():
        later = LATER_ALLOWED.get(type_, set()) | {
            "notes_next_activity_date",
            "hs_meeting_start_time",
            "hs_meeting_end_time",
        }
        for record in rows:
            assert record.created_ms <= record.updated_ms <= NOW_MS
            for name, value in record.properties.items():
                if name.endswith(("_date", "_timestamp", "_time")) and name != "hs_ip_timezone":
                    assert TIME.fullmatch(value), (name, value)
                    assert name in later or ms_of(value) <= NOW_MS, (type_, name, value)


def test_ids_are_unique_per_type_and_shared_across_types() -> None:
    made = records(LEADS)
    for rows in made.values():
        assert max(Counter(r.id for r in rows).values()) == 1
        assert all(r.id.isdecimal() and int(r.id) < 2**63 for r in rows)
    assert {r.id for r in made["contacts"]} & {r.id for r in made["companies"]}


def test_addresses_and_domains_are_unique_and_reserved() -> None:
    made = records(4000)
    mails = [r.properties["email"] for r in made["contacts"]]
    domains = [r.properties["domain"] for r in made["companies"]]
    assert len(set(mails)) == len(mails)
    assert len(set(domains)) == len(domains)
    assert all(re.fullmatch(r"[a-z0-9._]+@[a-z0-9-]+\.example", mail) for mail in mails)
    assert all(re.fullmatch(r"[a-z0-9-]{1,63}\.example", domain) for domain in domains)


def test_links_use_the_right_type_and_point_to_records() -> None:
    made = records(LEADS)
    known = {type_: {r.id for r in rows} for type_, rows in made.items()}
    links = list(world(LEADS).links)
    for link in links:
        assert link.type_id in TYPE_IDS[link.from_type, link.to_type]
        assert link.from_id in known[link.from_type]
        assert link.to_id in known[link.to_type]
    assert max(Counter(map(repr, links)).values()) == 1


def test_every_engagement_belongs_to_one_contact_and_to_its_company() -> None:
    made = records(LEADS)
    links: list[Link] = list(world(LEADS).links)
    company = {k.from_id: k.to_id for k in links if k.type_id == 1}
    contact = {(k.from_type, k.from_id): k.to_id for k in links if k.to_type == "contacts"}
    firms = {
        (k.from_type, k.from_id): k.to_id
        for k in links
        if k.to_type == "companies" and k.from_type != "contacts"
    }
    for type_ in ("calls", "tasks", "notes", "meetings"):
        for record in made[type_]:
            whose = contact[type_, record.id]
            assert firms.get((type_, record.id)) == company.get(whose)
    for record in made["contacts"]:
        assert record.properties.get("associatedcompanyid") == company.get(record.id)


def test_roll_ups_agree_with_the_calls() -> None:
    made = records(LEADS)
    calls = {r.id: r for r in made["calls"]}
    per_contact: Counter[str] = Counter()
    latest: dict[str, int] = {}
    for link in world(LEADS).links:
        if link.type_id == 194:
            per_contact[link.to_id] += 1
            at = ms_of(calls[link.from_id].properties["hs_timestamp"])
            latest[link.to_id] = max(at, latest.get(link.to_id, 0))
    for record in made["contacts"]:
        assert int(record.properties.get("num_contacted_notes", "0")) == per_contact[record.id]
        if record.id in latest:
            assert ms_of(record.properties["notes_last_contacted"]) == latest[record.id]
            assert record.updated_ms >= latest[record.id]


def test_submissions_match_the_contacts_conversions() -> None:
    made = world(LEADS)
    forms = {str(form["id"]) for form in made.forms}
    times: dict[str, list[int]] = {}
    for submission in made.submissions:
        assert submission["form"] in forms
        values = submission["values"]
        assert isinstance(values, list)
        mail = next(v["value"] for v in values if v["name"] == "email")
        at = submission["submittedAt"]
        assert isinstance(at, int)
        times.setdefault(mail, []).append(at)
    for record in records(LEADS)["contacts"]:
        seen = sorted(times.get(record.properties["email"], []))
        assert len(seen) == int(record.properties.get("num_conversion_events", "0"))
        if seen:
            assert ms_of(record.properties["recent_conversion_date"]) == seen[-1]
            assert ms_of(record.properties["first_conversion_date"]) == seen[0]


def test_submissions_come_newest_first() -> None:
    times = [s["submittedAt"] for s in world(LEADS).submissions]
    assert times == sorted(times, key=lambda t: -int(str(t)))


def test_lists_hold_contacts_that_belong_there() -> None:
    made = records(LEADS)["contacts"]
    by_name = {str(row["name"]): row for row in world(LEADS).lists}
    flagged = {r.id for r in made if r.properties.get("do_not_call_phone") == "true"}
    resting = {r.id for r in made if r.properties.get("hs_lead_status") == "BAD_TIMING"}
    assert set(_members(by_name["Do not call"])) == flagged != set()
    assert set(_members(by_name["Nurture"])) == resting != set()
    kinds = {row["processingType"] for row in by_name.values()}
    assert kinds == {"MANUAL", "DYNAMIC", "SNAPSHOT"}


def _members(row: dict[str, object]) -> list[str]:
    members = row["memberIds"]
    assert isinstance(members, list)
    return members


def test_owners_have_user_ids_of_their_own_and_one_has_left() -> None:
    made = world(50)
    ids = {owner["id"] for owner in made.owners}
    users = {str(owner["userIdIncludingInactive"]) for owner in made.owners}
    assert len(ids) == len(users) == 7
    assert not ids & users
    gone = [owner for owner in made.owners if owner["archived"]]
    assert [owner["userId"] for owner in gone] == [None]
    mails = [owner["email"] for owner in made.owners]
    assert made.default_owner_email in mails
    assert all(re.fullmatch(r"[a-z]+@[a-z]+\.example", str(mail)) for mail in mails)


def test_who_has_left_calls_no_more() -> None:
    gone = account.BEN
    late = [
        r
        for r in records(4000)["calls"]
        if r.properties["hubspot_owner_id"] == gone and r.created_ms > NOW_MS - account.BEN_LEFT_MS
    ]
    assert late == []


def test_renamed_outcomes_keep_their_guids() -> None:
    plain = generate(1, 1, NOW_MS).property_changes
    assert "calls" not in plain
    made = generate(1, 1, NOW_MS, renamed_outcomes={"No answer": "Nobody home"})
    (definition,) = made.property_changes["calls"]
    options = definition["options"]
    assert isinstance(options, list)
    labels = {option["value"]: option["label"] for option in options}
    assert labels[account.DISPOSITIONS["No answer"]] == "Nobody home"
    assert set(labels) == set(account.DISPOSITIONS.values())


def test_event_names_are_of_known_forms() -> None:
    forms = tuple(content.FORM_NAMES.values())
    names = [
        r.properties["recent_conversion_event_name"]
        for r in records(LEADS, hostile=0.0)["contacts"]
        if "recent_conversion_event_name" in r.properties
    ]
    assert names
    assert all(name.endswith(forms) for name in names)
