"""Teams on the command line: the log, reports, the leads behind a number, views, assigning."""

from __future__ import annotations

import io
import json
from pathlib import Path

from openpyxl import load_workbook

from tests.support.desk_home import DeskHome

DAYS = ("--from", "90 days ago", "--to", "today")


def test_a_team_from_its_file_to_the_leads_behind_a_number(
    synced: DeskHome, tmp_path: Path
) -> None:
    outcomes = synced.ok("report", "outcomes", *DAYS, "--json").json
    rep = next(rep["owner_id"] for rep in outcomes["reps"] if rep["dials"])
    (synced.home / "team.toml").write_text(
        f'[goals]\ndials_per_day = 40\n[team.one]\nname = "One"\nmembers = ["{rep}", "nobody"]\n',
        encoding="utf-8",
    )
    part = synced.ok("report", "outcomes", *DAYS, "--team", "one", "--json").json
    assert 0 < part["dials"] < outcomes["dials"]
    assert [row["owner_id"] for row in part["reps"]] == [rep]
    assert part == synced.ok("report", "outcomes", *DAYS, "--rep", rep, "--json").json
    ran = synced("log", "--team", "One", "--json")
    assert [row["owner_id"] for row in json.loads(ran.out)["reps"]] == [rep]
    assert "nobody in the CRM is 'nobody'" in ran.err
    goals = synced.ok("report", "goals", "--week", "today", "--json").json
    assert goals["weeks"][0]["reps"][0]["dials_goal"] == 40 * goals["weeks"][0]["working_days"]
    assert synced("report", "goals", "--team", "Two").code == 2
    assert synced("log", "--team", "One", "--rep", "all").code == 2

    listed = synced.ok("report", "speed", *DAYS, "--leads", "list", "--json").json
    counts = {row["number"]: row["leads"] for row in listed}
    speed = synced.ok("report", "speed", *DAYS, "--json").json
    assert counts["never attempted"] == speed["never_attempted"] > 0
    leads = ("report", "speed", *DAYS, "--leads", "never attempted")
    saved = synced.ok(*leads, "--json", "--save-view", "never called")
    assert "your own leads only" in saved.err
    rows = saved.json
    ids = [row["lead_id"] for row in rows]
    assert len(ids) == counts["never attempted"]
    queue = synced.ok("queue", "--view", "never called", "--limit", "5000", "--json").json
    assert {row["lead_id"] for row in queue} <= set(ids)
    assert synced("report", "speed", *DAYS, "--leads", "nevr attempted").code == 2
    assert synced(*leads, "--save-view", "hot").code == 2  # a view of the team

    theirs = rows[0]["owner"].startswith("Omar")
    given_to = f"{'rita' if theirs else 'omar'}@harbourline.example"
    given = synced.ok("settle", ids[0], "assign", given_to, "--json").json
    assert given["done"][0]["lead_id"] == ids[0]
    waiting = synced.ok("outbox", "--json").json
    assert [item["lead_id"] for item in waiting if item["kind"] == "contact"] == [ids[0]]
    assert synced("settle", ids[0], "assign", "nobody@example.com").code != 0

    book = tmp_path / "week.xlsx"
    page = tmp_path / "week.html"
    synced.ok("report", "week", "--xlsx", str(book), "--html", str(page), "--against", "previous")
    assert "Numbers" in load_workbook(io.BytesIO(book.read_bytes())).sheetnames
    assert "What to look at on Monday" in page.read_text(encoding="utf-8")


def test_callbacks_of_one_team_or_rep(synced: DeskHome) -> None:
    everybody = synced.ok("callbacks", "--everybody", "--json").json
    rep = next(item["owner_id"] for item in everybody if item["owner_id"])
    teams = f'[team.one]\nmembers = ["{rep}"]\n[team.two]\nmembers = ["nobody"]\n'
    (synced.home / "team.toml").write_text(teams, encoding="utf-8")
    # At some hours all of them are of one rep.
    theirs = [item for item in everybody if item["owner_id"] == rep]
    assert synced.ok("callbacks", "--team", "one", "--json").json == theirs
    assert synced.ok("callbacks", "--team", "two", "--json").json == []
    assert synced.ok("callbacks", "--rep", rep, "--json").json == theirs


def test_what_is_at_risk_for_a_colleague_is_in_the_queue_of_everybody(synced: DeskHome) -> None:
    rep = "omar@harbourline.example"
    ahead = ("ahead", "--hours", "336", "--json", "--rep", rep)
    ran = synced.ok(*ahead)
    assert ran.json["total"] == 0
    assert 'owners = "all"' in ran.err
    with (synced.home / "config.toml").open("a", encoding="utf-8") as config:
        config.write('[queue]\nowners = "all"\n')
    # At many hours none of his leads is at risk.
    lead = synced.ok(*ahead[:-2]).json["leads"][0]["lead_id"]
    synced.ok("settle", lead, "assign", rep)
    ran = synced.ok(*ahead)
    assert lead in [one["lead_id"] for one in ran.json["leads"]]
    assert ran.err == ""
