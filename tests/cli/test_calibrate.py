"""Learning points from a table, on the command line."""

from __future__ import annotations

import random
from pathlib import Path

from tests.support.desk_home import DeskHome


def leads(path: Path) -> str:
    chance = random.Random(11)
    rows = ["source,tags,won"]
    for _ in range(900):
        source = chance.choice(["event", "\x1b[31mads"])
        won = chance.random() < (0.5 if source == "event" else 0.1)
        rows.append(f"{source},{'hot' if won else 'cold'},{int(won)}")
    file = path / "leads.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    return str(file)


def test_a_table_teaches_and_the_leak_is_named(desk: DeskHome, tmp_path: Path) -> None:
    found = desk.ok("calibrate", "--data", leads(tmp_path), "--outcome", "won", "--json").json
    assert (found["rows"], found["split"], found["refused"]) == (900, "random", None)
    assert found["auc_old"] == 0.5 < found["difference"][0] + 0.5 < found["auc_new"]
    fields = {field["name"]: field for field in found["fields"]}
    assert (fields["source"]["used"], fields["tags"]["used"]) == (True, False)
    assert "after the call" in fields["tags"]["why"]


def test_for_a_person_without_escapes_and_the_same_twice(desk: DeskHome, tmp_path: Path) -> None:
    arguments = ("calibrate", "--data", leads(tmp_path), "--outcome", "won")
    once, again = desk.ok(*arguments).out, desk.ok(*arguments).out
    assert once == again
    assert "\x1b" not in once
    assert "tell won from lost better" in once


def test_an_unknown_column_is_usage(desk: DeskHome, tmp_path: Path) -> None:
    ran = desk("calibrate", "--data", leads(tmp_path), "--outcome", "wan")
    assert ran.code == 2
    assert "did you mean 'won'" in ran.err


def test_a_young_account_is_refused_with_its_numbers_and_nothing_is_written(
    synced: DeskHome, tmp_path: Path
) -> None:
    out = tmp_path / "new"
    ran = synced("calibrate", "--out", str(out), "--json")
    assert ran.code == 5
    assert "outcomes" in ran.json["refused"]
    assert (ran.json["written"], out.exists()) == ([], False)


def test_options_that_do_not_go_together_are_usage(desk: DeskHome, tmp_path: Path) -> None:
    file = leads(tmp_path)
    for arguments in (["--data", file], ["--outcome", "won"], ["--data", file, "--out", "x"]):
        assert desk("calibrate", *arguments).code == 2
