"""Schedules in which the operating system kills a real ``sdrdesk sync``.

Other schedules end a round by an exception at a request. Here the command is a process and gets
SIGKILL while an answer is on its way (before or after the CRM carried the request out, with a fault
that delays the answer), or some milliseconds after any request, during its transactions. Then
everything heals, and the checks are those of ``machine``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Literal

from tests.support.patience import PATIENCE_S
from tests.sync.arena import MODES, Arena
from tests.sync.machine import OUTCOMES, Story

Moment = Literal["before the commit", "after the commit", "after a request"]
MOMENTS: tuple[Moment, ...] = ("before the commit", "after the commit", "after a request")

WRITES = (
    ("POST", r"/(calls|tasks|notes|meetings)(/batch/upsert)?$"),
    ("PATCH", "/contacts/"),
    ("PUT", "/associations/default/"),
)
EDITS = (("hs_lead_status", "IN_PROGRESS"), ("jobtitle", "Somebody else"))

_HELD_MS = 5_000
"""Delay of the answer; the process is killed long before."""
_LOOK_S = 0.002
_LATEST_MS = 40
"""A page of this account is stored within this time after its request."""

_COMMAND = """
import sys
from datetime import timedelta
import sdrdesk.clock as clock
real, shift = clock.system_clock, timedelta(milliseconds=int(sys.argv[1]))
clock.system_clock = lambda: real() + shift
exec(sys.argv[2], {})
from sdrdesk.cli.main import run
sys.exit(run(["sync", "--json"]))
"""
"""``sdrdesk sync`` on the account's clock, with a planted mistake if a test has one."""


class KilledStory:
    """One schedule, determined by its seed."""

    def __init__(self, arena: Arena, seed: int, planted: str = "") -> None:
        self._arena = arena
        self._planted = planted
        self._dice = Random(seed)
        self._story = Story()
        type(self._story).arena = arena
        self.told: list[str] = []
        """The events, to understand a failure."""
        self.kills = 0
        """Number of processes that were alive when they were killed."""

    def play(self) -> None:
        """Play, heal and check."""
        mode = self._dice.choice(MODES)
        self.told.append(f"mode {mode}")
        self._story.begin(mode=mode, merge_mode="new_id")
        assert self._story.desk is not None
        home = self._story.desk.db.path.parent
        (home / "config.toml").write_text('[storage]\nencryption = "off"\n', encoding="utf-8")
        try:
            for _ in range(self._dice.randint(1, 2)):
                self._work()
                self._sync_and_kill(home)
                self._arena.sandbox.control("faults", method="DELETE")
                self._arena.advance(self._dice.choice((0, 15_000, 70_000)))
        except BaseException:
            self._story.desk.close()
            raise
        self._story.teardown()

    def _work(self) -> None:
        assert self._story.desk is not None
        for _ in range(self._dice.randint(1, 3)):
            index, outcome = (
                self._dice.randrange(len(self._story.leads)),
                self._dice.choice(OUTCOMES),
            )
            self.told.append(f"{outcome} for lead {index}")
            self._story.dispose(index=index, outcome=outcome)
        if self._dice.random() < 0.4:
            index, change = self._dice.randrange(len(self._story.leads)), self._dice.choice(EDITS)
            self.told.append(f"somebody edits lead {index}: {change}")
            self._story.other_edits(index=index, change=change)

    def _sync_and_kill(self, home: Path) -> None:
        moment = self._dice.choice(MOMENTS)
        wanted = self._dice.randint(1, 14)
        rest_s = self._dice.randint(0, _LATEST_MS) / 1000
        fault: dict[str, Any] = {}
        if moment != "after a request":
            method, path = self._dice.choice(WRITES)
            drop = "before" if moment == "before the commit" else "after"
            fault = {"method": method, "path": path, "drop": drop, "delay_ms": _HELD_MS}
            self._arena.sandbox.control("faults", fault)
        self._arena.account.requests.clear()
        child = self._spawn(home)
        try:
            deadline = time.monotonic() + PATIENCE_S
            while child.poll() is None and not self._is_time(fault, wanted):
                assert time.monotonic() < deadline, "the command neither asks nor ends"
                time.sleep(_LOOK_S)
            if not fault:
                time.sleep(rest_s)
            if child.poll() is None:
                self.kills += 1
                child.send_signal(signal.SIGKILL)
        finally:
            child.kill()
            said = child.communicate(timeout=PATIENCE_S)[1]
        where = fault or f"{rest_s * 1000:.0f} ms after request {wanted}"
        self.told.append(f"sync, {moment}, {where}: ended with {child.returncode}")
        assert child.returncode in (-signal.SIGKILL, 0, 3, 5), said

    def _is_time(self, fault: dict[str, Any], wanted: int) -> bool:
        account = self._arena.account
        if fault:
            return any(rule.met for rule in list(account.faults.rules))
        answered = sum(n for what, n in list(account.requests.items()) if "status" in what)
        return answered >= wanted

    def _spawn(self, home: Path) -> subprocess.Popen[str]:
        sandbox = self._arena.sandbox
        now_ms = datetime.now(UTC).timestamp() * 1000
        environ = {n: v for n, v in os.environ.items() if not n.startswith("SDRDESK_")}
        environ |= {
            "SDRDESK_HOME": str(home),
            "SDRDESK_TOKEN": sandbox.token,
            "SDRDESK_API_URL": sandbox.url,
            "SDRDESK_OWNER": sandbox.owner,
            "SDRDESK_DO_NOT_CALL": "do_not_call_phone",
        }
        shift_ms = round(self._arena.account.now_ms - now_ms)
        return subprocess.Popen(
            [sys.executable, "-c", _COMMAND, str(shift_ms), self._planted],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )


def play(arena: Arena, seed: int, planted: str = "") -> int:
    """Play one schedule and return how many processes were killed alive.

    ``planted``: code that the killed process runs first, to show that the check would fail.

    Raises:
      AssertionError: something was lost, doubled or overwritten; names seed and schedule.
    """
    story = KilledStory(arena, seed, planted)
    try:
        story.play()
    except AssertionError as error:
        lines = "\n  ".join(story.told)
        raise AssertionError(f"seed {seed}: {error}\n  {lines}") from error
    return story.kills
