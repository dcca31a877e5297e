"""A database restored from a copy, or in use twice: nothing is sent again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.store.record.outcomes import undo
from tests.support.sandbox import Sandbox, running_sandbox
from tests.sync.desk import AFTERNOON, Desk, desk_over, use_keys

pytestmark = pytest.mark.long

WHAT = {"calls": "call", "tasks": "task", "notes": "note", "meetings": "meeting"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(leads=160, now=AFTERNOON) as running:
        yield running


def at(sandbox: Sandbox, home: Path) -> Any:
    return desk_over(sandbox, home / "sdrdesk.db")


def record_all_kinds(desk: Desk) -> dict[str, str]:
    """Record offline: calls, a task, notes, a meeting, changes of leads."""
    desk.dispose(desk.pick(), "callback", note="after lunch")
    desk.dispose(desk.pick(skip=1), "meeting_set", qualify={"need": "a scale"})
    desk.dispose(desk.pick(skip=2), "qualified")
    desk.dispose(desk.pick(skip=3), "no_answer")
    return {str(k): str(kind) for k, kind in desk.sql("SELECT key, kind FROM outbox ORDER BY seq")}


def counts(desk: Desk, keys: dict[str, str]) -> dict[str, int]:
    """Count the records at the CRM with the key of an item of that kind."""
    return {
        plural: sum(len(desk.remote(plural, key)) for key, of in keys.items() if of == kind)
        for plural, kind in WHAT.items()
    }


def prepare(sandbox: Sandbox, home: Path, *, setup: bool) -> dict[str, str]:
    home.mkdir(mode=0o700)
    with at(sandbox, home) as desk:
        desk.sync()
        if setup:
            use_keys(desk)
        desk.dispose(desk.pick(skip=8), "no_answer")
        desk.sync()
        return record_all_kinds(desk)


def database_alone(home: Path, kept: Path) -> None:
    """Restore the database, as from a backup."""
    for suffix in ("", "-wal", "-shm"):
        (home / f"sdrdesk.db{suffix}").unlink(missing_ok=True)
    shutil.copyfile(kept / "sdrdesk.db", home / "sdrdesk.db")


def whole_home(home: Path, kept: Path) -> None:
    """Restore the directory with everything in it."""
    shutil.rmtree(home)
    shutil.copytree(kept, home)


def in_place(home: Path, kept: Path) -> None:
    """Restore every file into the existing one, with its times."""
    for file in kept.rglob("*"):
        if file.is_file():
            shutil.copy2(file, home / file.relative_to(kept))


def without_counter(home: Path, kept: Path) -> None:
    database_alone(home, kept)
    (home / "sdrdesk.db.life").unlink()


@pytest.mark.parametrize("setup", [False, True], ids=["marker", "unique key"])
@pytest.mark.parametrize("back", [database_alone, whole_home, in_place, without_counter])
def test_what_the_other_life_sent_is_not_sent_again(
    sandbox: Sandbox, tmp_path: Path, back: Callable[[Path, Path], None], setup: bool
) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept"
    keys = prepare(sandbox, home, setup=setup)
    shutil.copytree(home, kept)
    with at(sandbox, home) as desk:
        desk.sync()
        once = counts(desk, keys)
        assert all(once.values()), once
    back(home, kept)
    with at(sandbox, home) as desk:
        later = desk.dispose(desk.pick(skip=4), "no_answer")
        report = desk.sync()
        assert report.pushed.doubted > 0
        assert (report.pushed.left, report.exit) == (0, 0)
        assert counts(desk, keys) == once
        assert len(desk.remote("calls", later)) == 1
        assert desk.sync().pushed.doubted == 0, "it is its own life again"


@pytest.mark.parametrize("first", ["copy", "original"])
def test_two_machines_with_one_database_log_once(
    sandbox: Sandbox, tmp_path: Path, first: str
) -> None:
    homes = {"original": tmp_path / "original", "copy": tmp_path / "copy"}
    keys = prepare(sandbox, homes["original"], setup=False)
    shutil.copytree(homes["original"], homes["copy"])
    for name in (first, *({"original", "copy"} - {first})):
        with at(sandbox, homes[name]) as desk:
            own = desk.dispose(desk.pick(skip=5), "no_answer")
            assert desk.sync().pushed.left == 0
            assert len(desk.remote("calls", own)) == 1
    with at(sandbox, homes["copy"]) as desk:
        assert counts(desk, keys) == {"calls": 5, "tasks": 1, "notes": 2, "meetings": 1}


def test_a_machine_that_was_put_back_as_a_whole_looks_for_what_is_old(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """A snapshot restores every file; the process in it keeps running."""
    home = tmp_path / "home"
    keys = prepare(sandbox, home, setup=False)
    with at(sandbox, home) as desk:
        engine = desk.engine
        key = desk.dispose(desk.pick(skip=6), "no_answer")
        with desk.db.writer() as connection:
            connection.execute("CREATE TABLE kept AS SELECT * FROM outbox")
        engine.run(release_held=True)
        once = counts(desk, keys)
        with desk.db.writer() as connection:
            connection.execute("UPDATE outbox SET state = k.state, attempts = 0, crm_id = ''"
                               " FROM kept k WHERE k.key = outbox.key")  # fmt: skip
        desk.clock.forward(1200)
        engine.run(release_held=True)
        assert counts(desk, keys) == once
        assert len(desk.remote("calls", key)) == 1


def test_a_field_that_a_colleague_changed_since_is_not_overwritten(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept"
    home.mkdir(mode=0o700)
    with at(sandbox, home) as desk:
        desk.sync()
        lead_id = desk.pick()
        desk.change(lead_id, status="IN_PROGRESS")
    shutil.copytree(home, kept)
    with at(sandbox, home) as desk:
        desk.sync()
        desk.edit(lead_id, hs_lead_status="UNQUALIFIED")
    whole_home(home, kept)
    with at(sandbox, home) as desk:
        assert desk.sync().conflicts == 1
        assert desk.contact(lead_id)["hs_lead_status"] == "UNQUALIFIED"


def test_a_held_outcome_in_doubt_is_not_taken_back_as_if_it_had_never_been(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept"
    home.mkdir(mode=0o700)
    with at(sandbox, home) as desk:
        desk.sync()
        desk.note(desk.pick(skip=1), "first")
        desk.sync()
        key = desk.dispose(desk.pick(), "no_answer")
        desk.note(desk.pick(skip=1), "second")
    shutil.copytree(home, kept)
    with at(sandbox, home) as desk:
        desk.sync()
    database_alone(home, kept)
    with at(sandbox, home) as desk:
        desk.engine.push(release_held=False)
        assert not undo(desk.db, key, desk.clock()).done


def test_undo_before_the_first_push_knows_that_the_database_went_back(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept"
    home.mkdir(mode=0o700)
    with at(sandbox, home) as desk:
        desk.sync()
        desk.dispose(desk.pick(skip=1), "no_answer")
        desk.sync()
        key = desk.dispose(desk.pick(), "no_answer")
    shutil.copytree(home, kept)
    with at(sandbox, home) as desk:
        desk.sync()
    database_alone(home, kept)
    with at(sandbox, home) as desk:
        assert not undo(desk.db, key, desk.clock()).done, "its call is at the CRM"
        put_right = (home / "sdrdesk.db.life").stat().st_ctime_ns // 1_000_000
        later = desk.dispose(desk.pick(skip=2), "no_answer")
        with desk.db.writer() as connection:
            connection.execute("UPDATE outbox SET created_ms = ? WHERE activity_key = ?",
                               (put_right + 1, later))  # fmt: skip
        assert undo(desk.db, later, desk.clock()).done, "no other life knows it"


def test_a_fresh_outcome_costs_no_look(desk: Desk) -> None:
    engine = desk.engine
    engine.run()
    desk.note(desk.pick(), "recorded while it runs")
    before = desk.crm.requests
    engine.push(release_held=True)
    assert desk.crm.requests - before == 2, "the lead, and the note"
