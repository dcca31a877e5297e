"""Trying another ranking on the past."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome

SHIPPED = Path(__file__).parents[2] / "sdrdesk" / "defaults"


def other(folder: Path, name: str, was: str, becomes: str) -> str:
    folder.mkdir(exist_ok=True)
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert was in text
    (folder / name).write_text(text.replace(was, becomes, 1), encoding="utf-8")
    return str(folder)


@pytest.fixture
def mild(tmp_path: Path) -> str:
    return other(tmp_path / "new", "ranking.toml", '"lrm2007"', '"velocify2012"')


def test_calls_of_the_day_are_compared_and_nothing_is_claimed_on_thin_data(
    synced: DeskHome, mild: str
) -> None:
    # Promises of the CRM come first now, but the past does not know them.
    for key in ("no_answer", "qualified", "left_voicemail"):
        rows = synced.ok("queue", "--json").json
        lead = next(row["lead_id"] for row in rows if row["lane"] != "callback")
        synced.ok("dispose", lead, key)
    found = synced.ok("replay", "--from", "today", "--config", mild, "--json").json
    assert found["dials"] >= 3
    assert found["present"]["top_1"] >= 3
    assert found["won"]["count"] == 1
    assert found["won"]["leads"][0]["present"]["rank"] == 1
    assert found["verdict"] == "too_few"
    said = synced.ok("replay", "--from", "today", "--config", mild).out
    assert "Too few to conclude" in said


def test_the_present_ranking_against_itself_is_the_same(synced: DeskHome, tmp_path: Path) -> None:
    same = other(tmp_path / "same", "ranking.toml", "lambda = 1.0", "lambda = 1.00")
    found = synced.ok("replay", "--from", "2026-01-01", "--config", same, "--json").json
    assert found["present"] == found["other"]
    assert found["dials"] > 0


def test_every_file_of_the_folder_is_used_or_named(synced: DeskHome, mild: str) -> None:
    for name in ("rules.toml", "rankings.toml", "notes.txt"):
        (Path(mild) / name).write_text("", encoding="utf-8")
    found = synced.ok("replay", "--from", "today", "--config", mild, "--json").json
    assert found["used"] == ["ranking.toml"]
    assert list(found["not_used"]) == ["notes.txt", "rankings.toml", "rules.toml"]
    assert "did you mean ranking.toml?" in found["not_used"]["rankings.toml"]
    said = synced.ok("replay", "--from", "today", "--config", mild).out
    assert "Not used: rules.toml: only the order is compared" in said


def test_a_folder_without_rules_and_a_wrong_rule_are_named(
    synced: DeskHome, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    ran = synced("replay", "--from", "today", "--config", str(tmp_path / "empty"))
    assert (ran.code, "ranking.toml" in ran.err) == (2, True)
    wrong = other(tmp_path / "wrong", "ranking.toml", "lambda = 1.0", "lambda = 9")
    ran = synced("replay", "--from", "today", "--config", wrong)
    assert ran.code == 1
    assert "recency.lambda" in ran.err
    assert synced("replay", "--from", "yesterweek", "--config", wrong).code == 2
