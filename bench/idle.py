"""What a workbench costs while nobody types and nothing changes: battery, and a thin line.

Bytes to the terminal, CPU and wake-ups of an idle desk offline at 80x24, against an empty Textual
application at the same time: a busy machine makes each wake-up dearer, so programs measured one
after the other cannot be compared. CPU and wake-ups are those of the whole process tree, so the
background sync counts too.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.homes import SDRDESK, environment, filled_home
from bench.table import verdict

LEADS = 600
SETTLE_S = 35.0
"""The start (first row, first try of the sync, first garbage collection), and the half minute after
which the queue reads less often, because nobody reads along."""
LASTS_S = 60.0
MOST_BYTES = 50.0
MOST_CPU = 3.0
_Rates = tuple[float, float, float]


@dataclass(frozen=True)
class Used:
    """What a process tree used until now."""

    cpu_s: float
    wakeups: int
    bytes: int

    def per_second(self, before: Used, seconds: float) -> _Rates:
        """Return bytes, CPU milliseconds and wake-ups per second since ``before``."""
        return (
            (self.bytes - before.bytes) / seconds,
            (self.cpu_s - before.cpu_s) * 1000 / seconds,
            (self.wakeups - before.wakeups) / seconds,
        )


def tree(pid: int) -> list[int]:
    """Return a process and its descendants (Linux)."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="utf-8").split():
            found += tree(int(child))
    return found


def used(pid: int, written: int) -> Used:
    """Return what a process tree used so far; a wake-up is a voluntary switch of a thread."""
    cpu_ns = wakeups = 0
    for one in tree(pid):
        for task in Path(f"/proc/{one}/task").iterdir():
            cpu_ns += int((task / "schedstat").read_text(encoding="utf-8").split()[0])
            for line in (task / "status").read_text(encoding="utf-8").splitlines():
                if line.startswith("voluntary"):
                    wakeups += int(line.split()[1])
    return Used(cpu_ns / 1e9, wakeups, written)


def idle(
    command: Sequence[str], environ: dict[str, str], ready: str, keys: str, seconds: float
) -> _Rates:
    """Return bytes, CPU milliseconds and wake-ups per second of an idle program.

    Args:
        command: what to run.
        environ: its environment.
        ready: a text that is on the screen when it may be driven.
        keys: typed then, to go to the screen that is measured.
        seconds: how long to measure.
    """
    from tests.support.terminal import Terminal

    with Terminal(command, environ) as term:
        term.wait_for(ready, timeout=60)
        for key in keys:
            listen(term, 1.5)
            term.send(key)
        listen(term, SETTLE_S)
        before = used(term.pid, len(term.raw))
        listen(term, seconds)
        return used(term.pid, len(term.raw)).per_second(before, seconds)


def listen(term: object, seconds: float) -> None:
    """Read what a terminal shows for so long."""
    from tests.support.terminal import Terminal

    assert isinstance(term, Terminal)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        term.read_some()


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else LASTS_S
    screens = {"queue": "", "at risk": "h", "log": "2", "call, ringing": "\r"}
    empty = [sys.executable, "-m", "bench.empty_app"]
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        filled = filled_home(Path(text), LEADS)
        with ThreadPoolExecutor(len(screens) + 2) as pool:

            def start(command: Sequence[str], ready: str, keys: str = "") -> Future[_Rates]:
                home = shutil.copytree(filled, Path(tempfile.mkdtemp(dir=text)) / "home")
                # A terminal that tells nothing of the line it is on.
                environ = {
                    name: value
                    for name, value in environment(home, None).items()
                    if not name.startswith("SSH_")
                }
                return pool.submit(idle, command, environ, ready, keys, seconds)

            runs = {
                "empty Textual app": start(empty, "painted-empty"),
                "the same with a clock": start([*empty, "ticks"], "pressed-"),
            }
            for name, keys in screens.items():
                runs[name] = start([SDRDESK], "callable of", keys)
            found = {name: run.result() for name, run in runs.items()}
        print(f"Idle offline at 80x24, {seconds:.0f} s each, {LEADS} leads")
        print(f"{'':<24} {'B/s':>9} {'CPU ms/s':>9} {'wake-ups/s':>11} {'CPU':>6} {'wake-ups':>9}")
        _, cpu, wakeups = found["empty Textual app"]
        for name, (sent, spent, woken) in found.items():
            times = f"{spent / cpu:5.1f}x {woken / wakeups:8.1f}x"
            print(f"{name:<24} {sent:9.0f} {spent:9.1f} {woken:11.1f} {times}")
        for name in screens:
            print(verdict(f"{name}, bytes a second", found[name][0], MOST_BYTES))
            print(verdict(f"{name}, CPU / empty app", found[name][1] / cpu, MOST_CPU))


if __name__ == "__main__":
    main()
