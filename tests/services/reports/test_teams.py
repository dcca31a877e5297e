"""Teams, goals, weeks, partners and the leads behind a number, on a generated month."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.team.team import TeamFile, parse_team
from sdrdesk.services.log.service import TeamLog
from sdrdesk.services.reports.behind import chosen_number
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.registry import Report, ReportName, make_report
from sdrdesk.services.reports.tables import csv, markdown, text_lines
from sdrdesk.services.reports.whose import narrowed, whose_of
from sdrdesk.services.reports.xlsx import xlsx_bytes
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import OwnerRow
from tests.services.reports.test_recomputed import FIRST, HERE, LAST, OUTCOMES, reader
from tests.services.reports.world import NOW, World, generate
from tests.store.filling import call_row, lead_row, put

TEAM = parse_team(
    {
        "goals": {"dials_per_day": 5, "meetings_per_week": 1},
        "not_calling": ["8"],
        "team": {
            "dublin": {"name": "Dublin", "members": ["rita@harbour.example", "11"]},
            "acme": {"name": "Acme", "members": ["omar@harbour.example"], "partner": True},
        },
    }
)
REPORTS: tuple[ReportName, ...] = (
    "speed", "sla", "outcomes", "scripts", "funnel", "rhythm", "goals", "week", "partners",
)  # fmt: skip


AGAINST: dict[ReportName, str] = {
    "speed": "never attempted", "sla": "marketing, leads", "outcomes": "outcomes, No answer",
    "scripts": "no script, dials", "funnel": "Lead, reached", "goals": "Rita Rep, meetings set",
    "week": "team, dials, this week", "rhythm": "1 to 4 hours, reached",
}  # fmt: skip
"""A figure of each report that has another one next to it with ``--against previous``."""


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, World]]:
    with Database.open(tmp_path_factory.mktemp("teams") / "sdrdesk.db") as db:
        world = generate(db, 4)
        put(db, OwnerRow(owner_id="11", name="Uma Unheard", email="uma@harbour.example"))
        put(db, OwnerRow(owner_id="12", name="Gone", email="gone@harbour.example", archived=True))
        yield db, world


@pytest.fixture
def mine(month: tuple[Database, World]) -> Reader:
    return replace(reader(month[0]), team=lambda: TEAM)


def made(reader: Reader, name: ReportName, **options: Any) -> Report:
    return make_report(reader, name, FIRST, LAST, **options)


def test_every_rep_of_the_team_stands_in_the_log_with_zero(mine: Reader) -> None:
    log = TeamLog(mine.db, OUTCOMES, HERE, mine.targets, lambda: NOW, team=lambda: TEAM)
    busy = TeamLog(mine.db, OUTCOMES, HERE, mine.targets, lambda: NOW)
    quiet = FIRST - timedelta(days=300)
    assert [(rep.name, rep.dials) for rep in log.day(quiet, "all").reps] == [
        ("Rita Rep", 0), ("Uma Unheard", 0),
    ]  # fmt: skip
    assert [rep.name for rep in busy.day(quiet, "all").reps] == ["Omar Haddad", "Rita Rep"]
    day = FIRST + timedelta(days=9)
    whole, part = log.day(day, "all"), log.day(day, "team:dublin")
    assert {entry.owner_id for entry in whole.activities} > {"7"}
    assert {entry.owner_id for entry in part.activities} == {"7"}
    assert [rep.owner_id for rep in part.reps] == ["7", "11"]
    assert [name for _, name in log.reps()] == [
        "team Dublin", "team Acme", "Rita Rep", "Uma Unheard",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="no team"):
        log.day(day, "team:paris")


def test_who_left_or_does_not_call_has_no_row_of_their_own(mine: Reader) -> None:
    whole: Any = made(mine, "sla").json["sales_by_owner"]
    file = replace(TEAM, not_calling=("7",), teams={})
    without = replace(mine, team=lambda: file)
    report = made(without, "sla")
    rows: Any = report.json["sales_by_owner"]
    assert "Rita Rep" in whole
    assert "Rita Rep" not in rows
    assert rows["left or does not call"] == whole["Rita Rep"]
    assert rows["Omar Haddad"] == whole["Omar Haddad"]
    (note,) = (note for note in report.sheet.notes if note.startswith("Leads of people who left"))
    assert "Rita Rep " in note
    alone: Any = made(without.only(["7"], "Rita Rep"), "sla").json["sales_by_owner"]
    assert list(alone) == ["Rita Rep"], "asked for by name"


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_of_one_rep_is_a_part_and_can_be_written_everywhere(
    mine: Reader, name: ReportName
) -> None:
    whole, part = made(mine, name), made(narrowed(mine, "7"), name, against=True)
    for report in (whole, part):
        json.dumps(report.json)
        assert "Definitions" in markdown(report.sheet)
        csv(report.sheet)
        assert xlsx_bytes(report.sheet)
        assert list(text_lines(report.sheet))
    assert "previous" in part.json
    assert part.sheet.tables[-1].title.startswith("Against 2026-09-12 to 2026-10-11")
    figures = {str(row[0]): row for row in part.sheet.tables[-1].rows}
    if expected := AGAINST.get(name):
        assert expected in figures
    assert "Rita Rep" in part.sheet.about or name == "scripts"
    for key in ("dials", "leads", "conversations", "conversions", "meetings_set"):
        if isinstance(whole.json.get(key), int):
            assert 0 < part.json[key] < whole.json[key]  # type: ignore[operator]


def test_the_parts_of_all_reps_are_the_whole(mine: Reader) -> None:
    whole = made(mine, "outcomes").json
    parts = [made(mine.only([owner], owner), "outcomes").json for owner in ("7", "8", "9")]
    for key in ("dials", "connects", "meetings_set", "talk_s", "incoming"):
        assert sum(part[key] for part in parts) == whole[key]  # type: ignore[misc]
    leads = [made(mine.only([owner], owner), "speed").json["leads"] for owner in ("7", "8", "9")]
    assert sum(leads) == made(mine, "speed").json["leads"]  # type: ignore[arg-type]
    hours = [made(mine.only([o], o), "rhythm").json["weekdays"] for o in ("7", "8", "9")]
    days = made(mine, "rhythm").json["weekdays"]
    for at, day in enumerate(days):  # type: ignore[arg-type,var-annotated]
        assert sum(part[at]["dials"] for part in hours) == day["dials"]  # type: ignore[index]


def test_goals_stand_beside_what_was_done(mine: Reader) -> None:
    report: Any = make_report(mine, "goals", date(2026, 11, 2), date(2026, 11, 13)).json
    outcomes: Any = make_report(mine, "outcomes", date(2026, 11, 2), date(2026, 11, 8)).json
    week, unfinished = report["weeks"]
    reps = {rep["owner_id"]: rep for rep in week["reps"]}
    told = {rep["owner_id"]: rep for rep in outcomes["reps"]}
    assert week["working_days"] == 5
    assert reps["7"]["dials"] == told["7"]["dials"]
    assert (reps["7"]["dials_goal"], reps["7"]["meetings_set_goal"]) == (25, 1)
    assert reps["7"]["conversations_goal"] is None
    assert (reps["11"]["dials"], reps["11"]["dials_goal"]) == (0, 25)
    assert reps["8"]["dials_goal"] is None  # a partner, who called all the same
    dublin = next(team for team in week["teams"] if team["team"] == "Dublin")
    assert dublin["dials_goal"] == 50
    assert dublin["dials"] == reps["7"]["dials"]
    assert (week["over"], unfinished["over"]) == (True, False)
    assert unfinished["last_day"] == "2026-11-13"
    days = report["days"]
    mine_by_day = [
        rep["dials"] for day in days[:7] for rep in day["reps"] if rep["owner_id"] == "7"
    ]
    assert sum(mine_by_day) == reps["7"]["dials"]
    saturday = days[5]["reps"]
    assert all(not rep["dials_goal"] for rep in saturday)


def test_who_has_no_goal_comes_last_and_it_is_said(mine: Reader) -> None:
    report = make_report(mine, "goals", date(2026, 11, 2), date(2026, 11, 8))
    rows = report.sheet.tables[0].rows
    said = [row[-1] for row in rows]
    assert all(said)
    first = said.index("no goal")
    assert first > 0
    assert set(said[first:]) == {"no goal"}
    assert {row[4] for row in rows[first:]} == {None}
    saturday = [row for row in report.sheet.tables[1].rows if row[0] == "2026-11-07"]
    assert {row[-1] for row in saturday} == {"no goal"}


def test_goals_of_days_ahead_are_no_gap(mine: Reader) -> None:
    today = mine.clock().date()
    report = make_report(mine, "goals", today, today + timedelta(days=8))
    by_week, by_day = report.sheet.tables
    assert {row[0] for row in by_day.rows} == {today.isoformat()}
    assert {row[0] for row in by_week.rows} == {today.isoformat()}
    assert "Days and weeks that have not begun are left out." in report.sheet.notes
    days: Any = report.json["days"]
    assert [day["ahead"] for day in days] == [False] + [True] * 8


def test_the_week_says_what_to_look_at_and_its_leads_can_be_opened(mine: Reader) -> None:
    report = make_report(mine, "week", date(2026, 11, 4), date(2026, 11, 4))
    assert (report.json["from"], report.json["to"]) == ("2026-11-02", "2026-11-08")
    outcomes = make_report(mine, "outcomes", date(2026, 11, 2), date(2026, 11, 8)).json
    before = make_report(mine, "outcomes", date(2026, 10, 5), date(2026, 11, 1)).json
    team: Any = report.json["team"]
    assert team["dials"]["this_week"] == outcomes["dials"]
    assert team["dials"]["four_week_average"] == round(before["dials"] / 4, 1)  # type: ignore[operator]
    assert report.json["reps_without_dial"] == ["11"]
    speed = make_report(mine, "speed", date(2026, 11, 2), date(2026, 11, 8))
    assert report.json["never_attempted"] == speed.json["never_attempted"]
    found = report.numbers()
    assert {number.name for number in found} >= {"silent after one touch"}
    for number in found:
        assert len(set(number.lead_ids)) == len(number.lead_ids) > 0
    never = chosen_number(speed.numbers(), "Never attempted")
    assert len(never.lead_ids) == speed.json["never_attempted"]
    look = "\n".join(report.json["look_at"])  # type: ignore[arg-type]
    assert "No dial this week: Uma Unheard" in look


def test_the_rows_of_the_week_add_up_to_the_team(tmp_path: Path) -> None:
    with Database.open(tmp_path / "sdrdesk.db") as db:
        put(db, OwnerRow(owner_id="7", name="Rita Rep", email="rita@harbour.example"), lead_row())
        put(db, *(call_row(at=NOW, owner_id=owner) for owner in ("7", "7", "")))
        week = make_report(reader(db), "week", NOW.date(), NOW.date())
    rows = {row[0]: row[2] for row in week.sheet.tables[1].rows if row[1] == "dials"}
    assert rows == {"Rita Rep": 2, "no owner": 1, "Team": 3}


def test_the_week_leaves_out_counts_that_are_zero_throughout(mine: Reader) -> None:
    rows = make_report(mine, "week", date(2026, 11, 4), date(2026, 11, 4)).sheet.tables[1].rows
    counts = [row[1] for row in rows if row[0] == "Uma Unheard"]
    assert counts == ["dials"], "nobody forgets who did not call"
    assert [row[1] for row in rows if row[0] == "Team"][-1] == "meetings missed"
    assert all(any(row[2:]) for row in rows if row[0] == "Rita Rep")


def test_silent_leads_were_called_once_and_never_reached(
    mine: Reader, month: tuple[Database, World]
) -> None:
    report = make_report(mine, "week", date(2026, 11, 4), date(2026, 11, 4))
    silent = chosen_number(report.numbers(), "silent after one touch").lead_ids
    for lead_id in silent:
        latest = month[1].leads[lead_id]["latest"]
        dials = [
            call for call in month[1].calls
            if call["lead"] == lead_id and call["kind"] == "call" and not call["undone"]
            and call["at"] >= latest
        ]  # fmt: skip
        assert len(dials) <= 1


@pytest.mark.parametrize("name", ["speed", "sla", "outcomes", "funnel"])
def test_the_leads_behind_a_number_are_as_many_as_the_number(
    mine: Reader, name: ReportName
) -> None:
    report = made(mine, name)
    counts = {number.name: len(number.lead_ids) for number in report.numbers()}
    assert counts
    if name == "speed":
        assert counts["never attempted"] == report.json["never_attempted"]
        assert counts["contacted"] == report.json["contacted"]
        bands: Any = report.json["bands"]
        for band, count in bands.items():
            if band != "never" and count:
                assert counts[f"first attempt {band}"] == count
    if name == "sla":
        sales: Any = report.json["sales"]
        assert counts["first attempt in time"] == sales["first_attempt_in_time"]["count"]
    with pytest.raises(UsageError, match="no leads behind"):
        chosen_number(report.numbers(), "nothing of the kind")


def test_a_partner_is_told_by_what_the_crm_holds(
    mine: Reader, month: tuple[Database, World]
) -> None:
    partner: Any = made(mine, "partners").json["partners"]
    assert [one["name"] for one in partner] == ["Acme"]
    acme = partner[0]
    theirs: Any = made(narrowed(mine, "team:acme"), "speed").json
    assert acme["given"] == theirs["leads"] > 0
    assert acme["touched"]["count"] + acme["untouched"] == acme["given"]
    assert made(replace(mine, team=TeamFile), "partners").json["partners"] == []


def test_a_rep_and_a_team_exclude_each_other() -> None:
    assert whose_of("", "Dublin") == "team:Dublin"
    with pytest.raises(UsageError, match="exclude"):
        whose_of("7", "Dublin")


def test_the_leads_behind_scripts_hours_and_reps(mine: Reader) -> None:
    asked: tuple[tuple[ReportName, str], ...] = (
        ("scripts", "no script: dials"), ("rhythm", "Mon: dials"), ("goals", "Rita Rep: dials"),
    )  # fmt: skip
    for name, number in asked:
        numbers = {one.name: one for one in made(mine, name).numbers()}
        assert numbers[number].lead_ids, sorted(numbers)
    hours = [one.name for one in made(mine, "rhythm").numbers() if " h: dials" in one.name]
    assert hours == sorted(hours)


def test_a_script_that_nobody_has_is_told(mine: Reader) -> None:
    found: dict[str, Any] = made(mine, "scripts").json
    assert not found["doubts"]  # nobody knows the library here
    gone, *kept = sorted({s["script"].partition("@")[0] for s in found["scripts"] if s["script"]})
    told = made(replace(mine, scripts=lambda: [*kept, "another"]), "scripts")
    doubts: Any = told.json["doubts"]
    assert {doubt["keys"][0].partition("@")[0] for doubt in doubts} == {gone}
    assert any(gone in note for note in told.sheet.notes)


def test_gaps_of_31_days_begin_at_midnight_when_clocks_change(tmp_path: Path) -> None:
    with Database.open(tmp_path / "sdrdesk.db") as db:
        early = datetime(2026, 10, 18, 23, 30, tzinfo=UTC)  # half past midnight in Dublin
        put(db, lead_row("1"), *(call_row("1", early - timedelta(hours=h)) for h in (0, 2)))
        days = date(2026, 10, 1), date(2026, 11, 18)
        found: Any = make_report(reader(db), "rhythm", *days).json
        assert found["retry_gaps_from"] == "2026-10-19"
        assert [row["dials"] for row in found["retry_gaps"]] == [0, 1, 0, 0, 0, 0]
