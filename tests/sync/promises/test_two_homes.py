"""Two installations on one account agree on promises, whatever happens in whatever order.

A schedule is a list of steps: either rep records, undoes or removes something, somebody else makes,
moves, completes or deletes a task in the CRM, a home syncs, an answer gets lost, time passes. In
the end both sync until nothing is left, and must show the same callbacks in the same order, and the
CRM must hold each promise once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.store.record.decisions import acknowledge_callback
from sdrdesk.store.record.outcomes import undo
from tests.sync.arena import TUNING, Arena, SharedClock, open_arena
from tests.sync.desk import Desk
from tests.sync.promises.test_tasks import add_task, call_tasks, edit_task

pytestmark = pytest.mark.long

STEPS = 14
SCHEDULES = 9
REPS = ("70002", "70003")
OUTCOMES = (
    "no_answer",
    "callback",
    "callback",
    "gatekeeper",
    "nurture",
    "qualified",
    "do_not_call",
)


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    with open_arena() as made:
        yield made


class Play:
    """One schedule over two homes."""

    def __init__(self, arena: Arena, mode: str, seed: int, directory: Path) -> None:
        self.arena = arena
        self.random = Random(f"{mode} {seed}")
        first = arena.reset(mode)
        second = directory / f"{mode}-{seed}.db"
        shutil.copyfile(first, second)
        self.homes = [
            Desk(arena.sandbox, path, clock=SharedClock(arena), tuning=TUNING)
            for path in (first, second)
        ]
        rows = self.homes[0].sql(
            "SELECT lead_id FROM lead WHERE archived = 0 AND do_not_call = 0 ORDER BY lead_id"
        )
        self.leads = [str(row[0]) for row in rows][:3]
        self.tasks: list[str] = []
        self.keys: list[tuple[Desk, str]] = []
        self.told: list[str] = []

    def close(self) -> None:
        for home in self.homes:
            home.close()

    def time(self) -> datetime:
        ahead = timedelta(minutes=self.random.choice((-20, 5, 45, 600, 3000)))
        return (self.homes[0].clock() + ahead).replace(microsecond=0)

    def step(self) -> None:
        home, lead_id = self.random.choice(self.homes), self.random.choice(self.leads)
        name = self.random.choice(
            ("outcome", "outcome", "outcome", "undo", "remove", "task", "edit", "sync", "sync",
             "lose", "wait")
        )  # fmt: skip
        self.told.append(f"{name} {self.homes.index(home)} {lead_id}")
        try:
            getattr(self, name)(home, lead_id)
        except SdrDeskError as error:
            self.told.append(f"  {error.what}")
        self.arena.advance(self.random.choice((500, 20_000, 400_000)))

    def outcome(self, home: Desk, lead_id: str) -> None:
        outcome = self.random.choice(OUTCOMES)
        more = {"note": f"said {self.random.randrange(99)}"}
        if outcome == "callback":
            at = home.clock() + timedelta(minutes=self.random.choice((10, 60, 3000)))
            key = home.dispose(lead_id, outcome, callback_at=at.replace(microsecond=0), **more)
        else:
            key = home.dispose(lead_id, outcome, **more)
        self.keys.append((home, key))

    def undo(self, _home: Desk, _lead_id: str) -> None:
        if self.keys:
            home, key = self.keys.pop()
            if not undo(home.db, key, home.clock()).done:
                home.correct(key)

    def remove(self, home: Desk, lead_id: str) -> None:
        if home.lead(lead_id).callback_at is not None:
            acknowledge_callback(home.db, lead_id, home.clock(), home.clock())

    def task(self, home: Desk, lead_id: str) -> None:
        owner = self.random.choice((*REPS, ""))
        self.tasks.append(add_task(home, lead_id, self.time(), hubspot_owner_id=owner))

    def edit(self, home: Desk, _lead_id: str) -> None:
        if not self.tasks:
            return
        task_id = self.random.choice(self.tasks)
        what = self.random.choice(("move", "complete", "give", "delete"))
        if what == "move":
            edit_task(home, task_id, hs_timestamp=self.time().isoformat())
        elif what == "complete":
            edit_task(home, task_id, hs_task_status="COMPLETED")
        elif what == "give":
            edit_task(home, task_id, hubspot_owner_id=self.random.choice(REPS))
        else:
            self.tasks.remove(task_id)
            home.sandbox.delete(f"/crm/objects/2026-09/tasks/{task_id}")

    def sync(self, home: Desk, _lead_id: str) -> None:
        home.sync(light=self.random.random() < 0.3)

    def lose(self, home: Desk, _lead_id: str) -> None:
        """Sync while an answer about a task gets lost."""
        home.fault(path="/tasks", times=1, drop=self.random.choice(("before", "after")))
        try:
            home.sync()
        finally:
            home.heal()

    def wait(self, _home: Desk, _lead_id: str) -> None:
        self.arena.advance(self.random.choice((60_000, 3_600_000)))

    def settle(self) -> None:
        """Let both homes sync until nothing waits; a rep answers each question with theirs."""
        self.homes[0].heal()
        for _ in range(8):
            for home in self.homes:
                self.arena.advance(130_000)
                self.arena.flush()
                home.sync()
                for (key,) in home.sql(
                    "SELECT key FROM outbox WHERE state = 'blocked' AND kind = 'task'"
                ):
                    from sdrdesk.store.outbox.outbox import drop

                    drop(home.db, key, home.clock())

    def shown(self, home: Desk) -> list[tuple[object, ...]]:
        """Return the callbacks as the queue of a home has them, first one first."""
        marks = ",".join("?" * len(self.leads))
        return home.sql(
            "SELECT lead_id, callback_ms, callback_note, callback_owner_id, callback_origin"
            f" FROM lead_desk WHERE callback_ms IS NOT NULL AND lead_id IN ({marks})"
            " ORDER BY callback_ms, lead_id",
            *self.leads,
        )


def play(arena: Arena, mode: str, seed: int, directory: Path) -> None:
    made = Play(arena, mode, seed, directory)
    try:
        for _ in range(STEPS):
            made.step()
        made.settle()
        story = "\n".join([f"{mode} {seed}", *made.told])
        first, second = (made.shown(home) for home in made.homes)
        assert first == second, story
        for home in made.homes:
            left = home.sql(
                "SELECT kind, state, last_error FROM outbox WHERE kind = 'task'"
                " AND state IN ('held', 'queued', 'sending', 'blocked')"
            )
            assert left == [], story
        for lead_id in made.leads:
            _agrees_with_the_crm(made, lead_id, story)
    finally:
        made.close()


def _agrees_with_the_crm(made: Play, lead_id: str, story: str) -> None:
    """Check that the open promises here are the open call tasks there, each once."""
    home = made.homes[0]
    there = [t for t in call_tasks(home, lead_id) if t["hs_task_status"] == "NOT_STARTED"]
    # One that was undone before it was sent has no id.
    here = home.sql(
        "SELECT crm_id FROM promise WHERE lead_id = ? AND base_open = 1 AND crm_id <> ''", lead_id
    )
    assert sorted(t["hs_object_id"] for t in there) == sorted(str(i) for (i,) in here), story
    ids = [t["hs_object_id"] for t in call_tasks(home, lead_id)]
    assert len(ids) == len(set(ids)), story


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_two_homes_agree(arena: Arena, seed: int, tmp_path: Path) -> None:
    mode = ("upsert", "marker", "field")[seed % 3]
    play(arena, mode, seed, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(4))
def test_soak(arena: Arena, part: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if "soak" not in str(request.config.getoption("markexpr")):
        pytest.skip("hours long: make soak")
    first = 1000 + part * 100_000
    for seed in range(first, first + int(os.environ.get("SDRDESK_SOAK", "400")) // 4):
        play(arena, ("upsert", "marker", "field")[seed % 3], seed, tmp_path)
