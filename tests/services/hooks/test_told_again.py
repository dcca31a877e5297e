"""What hooks are told of an outcome is kept with the outcome: a kill in between loses nothing."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.hook_events import HookEvents
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.hooks.files import HookFiles
from sdrdesk.services.hooks.runner import IN_HOOK, Hooks
from sdrdesk.store.database.database import Database
from tests.services.conftest import MakeDesk
from tests.services.hooks.conftest import Write
from tests.store.filling import NOW, lead_row, put
from tests.support.patience import PATIENCE_S


class Session:
    """One running sdrdesk; ``end`` is its end, by whatever."""

    events: HookEvents

    def __init__(self, db: Database, files: HookFiles, make_desk: MakeDesk) -> None:
        self.at = NOW
        self.hooks = Hooks(files, dict(os.environ), lambda: self.at, seconds=5.0)
        self.desk: LocalDesk = make_desk(hooks=lambda: self.events)
        self.events = HookEvents(
            self.hooks, db, lambda: self.at, self.desk.leads.view, lambda: ("7", "Rita"),
            self.desk.outcome.recorded,
        )  # fmt: skip


@pytest.fixture
def start(db: Database, files: HookFiles, make_desk: MakeDesk) -> Callable[[], Session]:
    put(db, lead_row("501"))
    return lambda: Session(db, files, make_desk)


def killed(session: Session, monkeypatch: pytest.MonkeyPatch) -> str:
    """Record an outcome and die before the hooks hear of it."""
    with monkeypatch.context() as patch:
        patch.setattr(session.hooks, "fire", lambda *_: None)
        return session.desk.outcome.record("501", Entry("no_answer", NOW, note="rang")).activity_key


def told(folder: Path, count: int) -> list[dict[str, object]]:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        lines = (folder / "got").read_text().splitlines() if (folder / "got").exists() else []
        if len(lines) >= count:
            return [json.loads(line) for line in lines]
        time.sleep(0.02)
    raise AssertionError("the hook was not run")


def rows(db: Database) -> int:
    with db.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM hook_event").fetchone()[0])


def test_an_outcome_whose_hook_never_ran_is_told_by_the_next_session_once(
    db: Database, start: Callable[[], Session], write: Write, tmp_path: Path,
    files: HookFiles, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    write("after-outcome", f"cat >> {tmp_path}/got; echo >> {tmp_path}/got")
    key = killed(start(), monkeypatch)
    assert rows(db) == 1
    later = start()
    later.events.tell_rest()
    later.events.tell_rest()  # while the first is on its way
    later.hooks.close()
    (got,) = told(tmp_path, 1)
    assert got["key"] == f"{key}.after-outcome"
    assert got["outcome"]["activity_key"] == key  # type: ignore[index]
    assert got["outcome"]["note"] == "rang"  # type: ignore[index]
    assert got["lead"]["lead_id"] == "501"  # type: ignore[index]
    _wait(lambda: files.done() == [f"{key}.after-outcome"])
    later.events.tell_rest()
    assert (rows(db), files.done()) == (0, [])
    assert len(told(tmp_path, 1)) == 1


def test_a_hook_cut_off_with_the_machine_is_told_again_with_the_same_key(
    db: Database, start: Callable[[], Session], write: Write, tmp_path: Path, files: HookFiles
) -> None:
    write("after-outcome", f"cat >> {tmp_path}/got; echo >> {tmp_path}/got")
    session = start()
    session.desk.outcome.record("501", Entry("no_answer", NOW))
    session.hooks.close()
    told(tmp_path, 1)
    _wait(lambda: len(files.done()) == 1)
    files.forget_done(files.done())  # as if the machine had died before this was written
    later = start()
    later.events.tell_rest()  # it may still be running
    later.at += timedelta(minutes=3)
    later.events.tell_rest()
    later.hooks.close()
    first, second = told(tmp_path, 2)
    assert first["key"] == second["key"]


def test_nothing_is_kept_without_a_hook_or_inside_of_one(
    db: Database, start: Callable[[], Session], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = start()
    session.desk.outcome.record("501", Entry("no_answer", NOW))
    assert rows(db) == 0
    path = write("after-outcome", "true")
    killed(session, monkeypatch)
    monkeypatch.setenv(IN_HOOK, "1")
    start().events.tell_rest()
    assert rows(db) == 1  # for the sdrdesk that is no hook's
    monkeypatch.delenv(IN_HOOK)
    path.unlink()
    start().events.tell_rest()
    assert rows(db) == 0


def test_a_meeting_is_two_events(
    db: Database, start: Callable[[], Session], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("meeting-set", "true")
    session = start()
    monkeypatch.setattr(session.hooks, "fire", lambda *_: None)
    at: datetime = NOW + timedelta(days=1)
    session.desk.outcome.record("501", Entry("meeting_set", NOW, meeting_at=at))
    with db.reader() as connection:
        keys = connection.execute("SELECT event FROM hook_event").fetchall()
    assert keys == [("meeting-set",)]


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < until
        time.sleep(0.02)
