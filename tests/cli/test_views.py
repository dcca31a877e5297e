"""Saved views, filters in words and type-to-find, as the command line shows them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.support.desk_home import DeskHome, Office


def rows(desk: DeskHome, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ok("queue", "--json", "--limit", "500", *options).json
    return found


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [row["lead_id"] for row in found]


def test_a_filter_narrows_and_keeps_the_order(synced: DeskHome) -> None:
    whole = rows(synced)
    some = rows(synced, "--where", "fit at least 60, converted within 30 days")
    wanted = [r for r in whole if r["fit"] >= 60 and (r["age_s"] or 10**9) < 30 * 86_400 - 60]
    assert 0 < len(some) < len(whole)
    assert ids(some) == [lead_id for lead_id in ids(whole) if lead_id in ids(some)]
    assert set(ids(wanted)) <= set(ids(some))
    assert all(row["fit"] >= 60 for row in some)


def test_personas_are_found_whatever_their_case(synced: DeskHome) -> None:
    persona = next(row["persona"] for row in rows(synced) if row["persona"])
    some = rows(synced, "--where", f"persona {persona.upper()}")
    assert {row["persona"] for row in some} == {persona}
    ran = synced("queue", "--where", f"persona {persona}x")
    assert ran.code == 2
    assert persona in ran.err


def test_countries_go_by_name_or_code(synced: DeskHome) -> None:
    by_code = rows(synced, "--view", "all", "--where", "country US")
    assert by_code
    assert ids(by_code) == ids(rows(synced, "--view", "all", "--where", "country United States"))


def test_a_team_keeps_its_own_views_and_errors_name_the_line(synced: DeskHome) -> None:
    path = synced.home / "views.toml"
    path.write_text('[view.mine]\ntext = "Mine"\nfit_min = 70\n', encoding="utf-8")
    assert "mine" in {view["name"] for view in synced.ok("views", "--json").json}
    assert all(row["fit"] >= 70 for row in rows(synced, "--view", "mine"))
    path.write_text('[view.mine]\ntext = "Mine"\nfit_mim = 70\n', encoding="utf-8")
    ran = synced("queue", "--view", "mine")
    assert ran.code == 5, "the last good views are in force"
    assert "views.toml, line 3" in ran.err
    assert "'fit_min'" in ran.err


def test_an_unknown_view_names_the_nearest(synced: DeskHome) -> None:
    ran = synced("queue", "--view", "best_fitt")
    assert ran.code == 2
    assert "best_fit" in ran.err


def test_a_callback_of_the_next_hour_is_visible_before_it_is_due(synced: DeskHome) -> None:
    first, second = ids(rows(synced))[:2]
    synced.ok("dispose", first, "callback", "--callback", "+30m")
    synced.ok("dispose", second, "callback", "--callback", "+3d")
    soon = ids(rows(synced, "--view", "callback_soon"))
    assert first in soon
    assert second not in soon


def test_find_narrows_by_name_and_by_note(synced: DeskHome) -> None:
    lead, *others = rows(synced)
    assert lead["lead_id"] in ids(rows(synced, "--find", lead["name"].split()[0]))
    # At some hours a callback of the team brings a lead without an owner to the top.
    other = next(row["lead_id"] for row in others if row["callback"] is None)
    synced.ok("snooze", other, "+1h")
    synced.ok("wake", other)
    synced.ok("dispose", other, "gatekeeper", "--note", "ask for zebrafinch")
    assert ids(rows(synced, "--view", "all", "--find", "zebrafinch")) == [other]


def test_csv_has_plain_values_and_its_headings_without_a_row(
    desk: DeskHome,
    _office: Office,  # noqa: PT019  # its home is copied in the middle
) -> None:
    days = (datetime.now(UTC) - timedelta(days=n) for n in count(3))
    day = next(day for day in days if day.weekday() < 5)  # few call at the weekend
    commands = (
        ("queue", "--view", "all", "--limit", "500"), ("ahead", "--hours", "336"),
        ("export", "leads"), ("export", "activities"),
        ("log", "--rep", "all", "--day", f"{day:%Y-%m-%d}"),
    )  # fmt: skip
    bare = [desk.ok(*command, "--csv").out for command in commands]
    _office.copy_home(desk.home)
    for command, without in zip(commands, bare, strict=True):
        made = csv.reader(io.StringIO(desk.ok(*command, "--csv").out))
        head, *found = list(made)
        assert [head] == list(csv.reader(io.StringIO(without)))
        assert found
        assert not any(cell.startswith("{") for row in found for cell in row)
        if command[0] == "queue":
            promised = [row[head.index("callback_due_at")] for row in found]
            assert any(promised)
