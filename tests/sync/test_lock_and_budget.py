"""One push and one pull across processes, and never above the rate limit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sdrdesk.sync.errors import Busy
from sdrdesk.sync.hubspot.budget import Budget
from sdrdesk.sync.lock import exclusive

HOLD = """
import sys, pathlib
from sdrdesk.sync.lock import exclusive
with exclusive(pathlib.Path(sys.argv[1]), "push", wait_s=0):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_another_process_holds_it_until_it_ends_or_is_killed(tmp_path: Path) -> None:
    database = tmp_path / "desk.db"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Busy), exclusive(database, "push", wait_s=0):
            pass
        with exclusive(database, "pull", wait_s=0):
            pass  # a pull has another lock
        other.kill()
    with exclusive(database, "push", wait_s=5):
        pass
    assert (database.with_name("desk.db.push.lock").stat().st_mode & 0o077) == 0


def test_waiting_ends_when_asked_to_stop(tmp_path: Path) -> None:
    slept: list[float] = []
    database = tmp_path / "desk.db"
    with (
        exclusive(database, "push", wait_s=0),
        pytest.raises(Busy),
        exclusive(
            database, "push", wait_s=1e9, should_stop=lambda: len(slept) > 3, sleep=slept.append
        ),
    ):
        pass
    assert len(slept) == 4


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_searches_never_exceed_the_limit_in_any_second() -> None:
    time = Time()
    budget = Budget(lambda: time.now, time.sleep, searches_per_s=4)
    taken = []
    for _ in range(40):
        budget.wait(search=True)
        taken.append(time.now)
    for moment in taken:
        assert sum(moment <= t < moment + 1 for t in taken) <= 4
    assert time.now >= 9


def test_the_stated_limit_is_kept_with_room_for_others() -> None:
    time = Time()
    budget = Budget(lambda: time.now, time.sleep, share=0.7)
    for _ in range(500):
        assert budget.wait(search=False) == 0  # without a stated limit there is none
    budget.learn(100, 10.0)
    taken = []
    for _ in range(300):
        budget.wait(search=False)
        taken.append(time.now)
    for moment in taken:
        assert sum(moment <= t < moment + 10 for t in taken) <= 70
    assert time.now <= 41
