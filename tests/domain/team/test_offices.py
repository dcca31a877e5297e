"""Two offices: hours, holidays and SLA by team and by owner; the lead's owner decides."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.calling_hours.call_window import is_open
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig, parse_windows
from sdrdesk.domain.check.doubtful import of_offices
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.queue.eligibility import exclusions
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.sla.sla import SlaConfig, parse_sla, sla_state
from sdrdesk.domain.team.offices import Offices
from sdrdesk.domain.team.team import parse_team
from tests.domain import shipped

TEAMS = """
[team.ireland]
members = ["rita@harbour.example", "Omar@Harbour.example"]
[team.bavaria]
members = ["70003", "omar@harbour.example"]
"""
SLA = """
first_attempt_min = 5
at_risk_min = 2
time_zone = "Europe/Dublin"
holidays = "IE"
hours = { mon-fri = "09:00-17:00" }
[team.bavaria]
first_attempt_min = 30
time_zone = "Europe/Berlin"
holidays = "DE-BY"
days_off = ["2026-12-24", "12-26"]
hours = { mon-thu = "08:00-16:00", fri = "08:00-12:00" }
[owner."omar@harbour.example"]
at_risk_min = 1
"""
WINDOWS = """
[hours.ES]
mon-fri = "16:00-19:00"
[team.bavaria]
holidays = "DE-BY"
hours.default = { mon-thu = "08:00-16:00", fri = "08:00-12:00" }
hours.AT = { mon = "10:00-11:00" }
"""
EMAILS = {"70001": "rita@harbour.example", "70002": "omar@harbour.example", "70003": "x@y.example"}
RITA, OMAR, ULI, NOBODY = "70001", "70002", "70003", ""


def offices() -> Offices:
    file = parse_team(tomllib.loads(TEAMS))
    return Offices(lambda: file, lambda owner: EMAILS.get(owner, ""))


def windows() -> WindowConfig:
    found = parse_windows(tomllib.loads(WINDOWS), shipped.data("windows"))
    return replace(found, sections_of=offices())


def sla() -> SlaConfig:
    found = parse_sla(tomllib.loads(SLA), windows().calendars)
    return replace(found, sections_of=offices())


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_the_owners_section_comes_first_then_those_of_their_teams_in_order() -> None:
    named = offices()
    assert named(RITA) == ("owner 70001", "owner rita@harbour.example", "team ireland")
    assert named(OMAR)[2:] == ("team ireland", "team bavaria")
    assert named(ULI)[-1] == "team bavaria"
    assert named(NOBODY) == ()


def test_an_owner_who_is_not_known_yet_is_looked_up_again() -> None:
    emails: dict[str, str] = {}
    file = parse_team(tomllib.loads(TEAMS))
    named = Offices(lambda: file, lambda owner: emails.get(owner, ""))
    assert "team ireland" not in named(RITA)
    emails[RITA] = EMAILS[RITA]
    assert "team ireland" in named(RITA)


@pytest.mark.parametrize(
    ("owner", "due"),
    [
        (RITA, "2026-10-02 16:05"),  # a Friday at 16:00 in Germany
        (NOBODY, "2026-10-02 16:05"),
        (ULI, "2026-10-05 08:30"),  # the office closed at noon
    ],
)
def test_the_sla_runs_in_the_hours_of_the_owners_office(owner: str, due: str) -> None:
    found = sla_state(at("2026-10-02 16:00"), None, sla().of(owner), at("2026-10-02 16:01"))
    assert found.due_at == at(due)


def test_holidays_and_own_days_rest_the_sla_of_that_office_only() -> None:
    epiphany = at("2027-01-06 10:00")
    assert sla_state(epiphany, None, sla().of(RITA), epiphany).due_at == at("2027-01-06 10:05")
    assert sla_state(epiphany, None, sla().of(ULI), epiphany).due_at == at("2027-01-07 08:30")
    eve = at("2026-12-24 10:00")
    assert sla_state(eve, None, sla().of(RITA), eve).due_at == at("2026-12-24 10:05")
    # The 26th is a Saturday: a day off moves to no other day.
    assert sla_state(eve, None, sla().of(ULI), eve).due_at == at("2026-12-28 08:30")


def test_an_owner_has_what_their_section_does_not_say_from_everybody() -> None:
    mine = sla().of(OMAR)
    assert (mine.first_attempt_s, mine.at_risk_s, mine.office) == (
        300, 60, "owner omar@harbour.example",
    )  # fmt: skip
    assert sla().in_zone("Asia/Tokyo").of(ULI).hours.zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("owner", "region", "local", "opened"),
    [
        (RITA, ("DE", ""), "2026-10-02 14:00", True),
        (ULI, ("DE", ""), "2026-10-02 14:00", False),
        (ULI, ("DE", ""), "2026-10-02 11:00", True),
        (ULI, ("AT", ""), "2026-10-02 11:00", False),  # named for the office
        (ULI, ("ES", ""), "2026-10-02 17:00", True),  # a place with hours keeps them
        (RITA, ("IE", ""), "2027-01-06 10:00", True),
        (ULI, ("IE", ""), "2027-01-06 10:00", False),  # the office rests
    ],
)
def test_calling_hours_are_those_of_the_owners_office(
    owner: str, region: tuple[str, str], local: str, opened: bool
) -> None:
    config = windows().of(owner)
    assert is_open("Europe/Berlin", region, config, at(local)) is opened
    # What was promised is kept within the law.
    assert is_open("Europe/Berlin", region, config, at(local), legal_only=True)


def test_why_says_whose_hours_keep_a_lead_out() -> None:
    lead = Candidate(
        "1", zone="Europe/Berlin", country="DE", owner_id=ULI, numbers=("+4989123",), fit=50
    )
    rules, now = shipped.rules(), at("2027-01-06 10:00")
    (said,) = exclusions(lead, rules, windows(), now)
    assert said.rule == "call_window"
    assert said.text == (
        "outside calling hours of team bavaria, opens Thu 08:00 their time (team bavaria rests: "
        "Heilige Drei Könige)"
    )
    assert said.until == at("2027-01-07 08:00")
    assert not exclusions(replace(lead, owner_id=RITA), rules, windows(), now)


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ('[team.bavaria]\nholidays = "DE-BX"', ("team", "bavaria", "holidays"), "no state 'BX'"),
        ('[team.bavaria]\ndays_off = ["24.12."]', ("team", "bavaria", "days_off", "1"), "MM-DD"),
        ('[owner.x]\nholliday = "IE"', ("owner", "x", "holliday"), "did you mean 'holidays'?"),
    ],
)
def test_a_wrong_section_is_named(text: str, path: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_windows(tomllib.loads(text), shipped.data("windows"))
    assert (caught.value.key_path, said in str(caught.value)) == (path, True)
    with pytest.raises(ConfigProblem):
        parse_sla({**shipped.data("sla"), **tomllib.loads(text)}, windows().calendars)


def test_unknown_teams_and_two_sections_for_one_rep_are_told() -> None:
    team = parse_team(tomllib.loads(TEAMS))
    sections = ["team ireland", "team bavaria", "team bavira"]
    found = list(of_offices("sla.toml", sections, team))
    assert [(one.level, one.message) for one in found] == [
        ("error", 'there is no team "bavira" in team.toml'),
        ("warning", "omar@harbour.example is in the teams ireland and bavaria, and ireland counts"),
    ]
    assert found[0].fix == "Write [team.bavaria]"
    assert not list(of_offices("sla.toml", [*sections[:2], "owner omar@harbour.example"], team))
