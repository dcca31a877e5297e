"""Teams, goals and who is expected to call."""

from __future__ import annotations

import tomllib

import pytest

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.team.roster import Roster, roster
from sdrdesk.domain.team.team import Goals, TeamFile, parse_team
from tests.domain import shipped

OWNERS = [
    Owner("1", "Ana", "ana@harbour.example"),
    Owner("2", "Bo", "bo@harbour.example"),
    Owner("3", "Cem", "cem@acme.example"),
    Owner("4", "Dee", "dee@harbour.example"),
    Owner("9", "Gone", "ana@harbour.example", archived=True),
]
TEAMS = """
not_calling = ["dee@harbour.example"]
[goals]
dials_per_day = 40
meetings_per_week = 4
[team.dublin]
name = "Dublin"
members = ["ANA@harbour.example", "2", "nobody@harbour.example"]
goals = { dials_per_week = 150 }
[team.acme]
members = ["cem@acme.example"]
partner = true
[rep_goals."bo@harbour.example"]
meetings_per_day = 1
"""


def made(text: str, lead_owners: str = "1234") -> Roster:
    return roster(parse_team(tomllib.loads(text)), OWNERS, frozenset(lead_owners))


def test_the_file_that_ships_names_no_team_and_no_goal() -> None:
    assert parse_team(shipped.data("team")) == TeamFile()


def test_without_teams_every_present_owner_of_leads_calls() -> None:
    found = roster(TeamFile(), OWNERS, frozenset("139"))
    assert found.callers == ("1", "3")
    assert found.problems == ()


def test_members_call_but_partners_and_people_who_do_not_call_are_out() -> None:
    found = made(TEAMS)
    assert found.callers == ("1", "2")
    assert found.members == {"dublin": frozenset("12"), "acme": frozenset("3")}
    assert found.problems == (
        "team.toml: nobody in the CRM is 'nobody@harbour.example' (team Dublin).",
    )


def test_an_owner_of_leads_in_no_team_is_told() -> None:
    found = made('[team.a]\nmembers = ["1"]\n')
    assert found.callers == ("1",)
    assert [text.partition(" ")[0] for text in found.problems] == ["Bo", "Cem", "Dee"]


def test_a_team_is_found_by_key_or_name_and_a_wrong_name_is_answered_with_the_right_ones() -> None:
    found = made(TEAMS)
    assert found.team("DUBLIN").key == "dublin"
    with pytest.raises(UsageError, match="did you mean"):
        found.team("Dublim")
    with pytest.raises(UsageError, match="no team"):
        roster(TeamFile(), OWNERS, ()).team("Dublin")


def test_a_reps_own_goal_comes_before_the_teams_and_that_before_everybodys() -> None:
    goals = made(TEAMS).goals
    assert goals["1"] == Goals({}, {"meetings": 4, "dials": 150})
    assert goals["2"] == Goals({"meetings": 1}, {"dials": 150})
    assert goals["1"].of("dials", 2) == 60
    assert goals["1"].for_week("dials", 4) == 150
    assert goals["2"].for_week("meetings", 4) == 4
    assert goals["2"].of("conversations", 5) is None


@pytest.mark.parametrize(
    "text",
    [
        "[goals]\ndials_per_day = 1\ndials_per_week = 9",
        "[goals]\ndial_per_day = 1",
        "[goals]\ndials_per_day = -1",
        "[team.a]\nmembers = 3",
        "[team]\na = 3",
        "teams = []",
    ],
)
def test_a_wrong_file_is_refused_with_the_key(text: str) -> None:
    with pytest.raises(ConfigProblem):
        parse_team(tomllib.loads(text))
