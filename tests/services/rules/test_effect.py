"""What other rules would do to the leads on this machine, before they count."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.rulebook import Rulebook, shipped_path
from sdrdesk.services.rules.effect import Population, effect_of
from sdrdesk.store.database.database import Database
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, lead_row, put

MIN = 60_000
CTO = {"job_title": "CTO", "persona": "Technical Builder", "persona_value": "p1"}


@pytest.fixture
def leads(db: Database, make_desk: MakeDesk) -> Population:
    """Six leads: four of mine from new to old, one without an owner, one that is parked."""
    put(
        db,
        *(
            lead_row(str(n), owner_id="7", fit=50, converted_ms=NOW_MS - n * 10 * MIN)
            for n in range(1, 5)
        ),
        lead_row("5", owner_id="", fit=50, converted_ms=NOW_MS - 5 * MIN),
        lead_row("6", owner_id="7", fit=50, status="PARKED", converted_ms=NOW_MS - MIN),
    )
    return Population(db, NOW, make_desk().my_owner_ids())


@pytest.fixture
def before(tmp_path: Path, make_desk: MakeDesk) -> Path:
    make_desk()
    return tmp_path / "rules"


@pytest.fixture
def after(tmp_path: Path, before: Path) -> Path:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "windows.toml").write_bytes((before / "windows.toml").read_bytes())
    return folder


def test_the_same_rules_change_nothing(leads: Population, before: Path, after: Path) -> None:
    found = effect_of(leads, [before], [after])
    assert found.before == found.after == ("6", "1", "2", "3", "4")
    assert list(found.lines()) == [
        "Queue now: 5 → 5 callable",
        "  The first 5 stay as they are.",
    ]


def test_rules_say_who_comes_in_and_who_drops_out(
    leads: Population, before: Path, after: Path
) -> None:
    text = shipped_path("rules.toml").read_text("utf-8")
    text = text.replace("unassigned = false", "unassigned = true")
    (after / "rules.toml").write_text(text.replace("closed = [", 'closed = ["PARKED", '))
    found = effect_of(leads, [before], [after])
    assert (found.entering, found.leaving) == (("5",), ("6",))
    assert found.after == ("5", "1", "2", "3", "4")
    assert found.kept_out["status"] == (0, 1)
    assert found.new_at_the_top == ("5",)
    assert found.moved == 0
    told = "\n".join(found.lines())
    assert "Enter the queue (1): Ada Lovelace" in told
    assert "Leave it (1): Ada Lovelace" in told


def test_a_changed_fit_file_moves_leads_before_any_lead_is_scored_again(
    leads: Population, db: Database, before: Path, after: Path
) -> None:
    put(db, lead_row("9", owner_id="7", fit=50, converted_ms=NOW_MS - 300 * MIN, **CTO))
    (after / "fit.toml").write_text(
        'base = 0\nfree_mail = []\n[[rule]]\nname = "cto"\npoints = 100\ntext = "decides"\n'
        'field = "title"\nwords = ["CTO"]\n'
    )
    ranking = shipped_path("ranking.toml").read_text("utf-8")
    (after / "ranking.toml").write_text(
        ranking.replace("points_per_fit = 0.04", "points_per_fit = 1.0")
    )
    found = effect_of(leads, [before], [after])
    assert found.before[-1] == found.after[0] == "9"
    assert found.moved == 6
    assert "Other places among the first 6: 6" in "\n".join(found.lines())
    assert found.to_json()["top_after"] == list(found.after)
    assert Rulebook(after).fit.base == 0


def test_a_team_named_by_addresses_has_its_hours(
    leads: Population, before: Path, after: Path
) -> None:
    (after / "team.toml").write_text('[team.east]\nmembers = ["Rita@harbour.example"]\n')
    with (after / "windows.toml").open("a") as file:
        file.write('[team.east]\nhours.default = { daily = "closed" }\n')
    found = effect_of(leads, [before], [after])
    assert (found.after, found.kept_out["call_window"]) == ((), (0, 5))
