"""The background sync in its own process: what is said between the two, and how each end ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sdrdesk.cli import sync_process, sync_worker
from sdrdesk.cli.sync_process import SyncProcess
from sdrdesk.services.sync.events import from_line, to_line
from sdrdesk.services.views.sync import SyncEvent
from tests.support.desk_home import DeskHome
from tests.support.patience import PATIENCE_S
from tests.support.processes import is_gone

HEAD = """
import sys
from sdrdesk.services.sync.events import to_line
from sdrdesk.services.views.sync import SyncEvent
def say(kind, text, *more):
    print(to_line(SyncEvent(kind, text, *more)), end="", flush=True)
"""
ECHO = (
    HEAD
    + """
print("a library says hello", flush=True)
say("started", " ".join(sys.argv[1:]))
for line in sys.stdin:
    say("finished", line.strip(), True, ("501",))
"""
)
DIES = HEAD + 'say("finished", "one round")'


class Running:
    """A sync process run in a thread, as a screen runs it."""

    def __init__(self, sync: SyncProcess) -> None:
        self.sync = sync
        self.events: list[SyncEvent] = []
        self._stop = threading.Event()
        self._news = threading.Condition()
        self.thread = threading.Thread(target=sync.run, args=(self._hear, self._stop.is_set))

    def _hear(self, event: SyncEvent) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def wait(self, true: Callable[[list[SyncEvent]], bool]) -> list[SyncEvent]:
        with self._news:
            assert self._news.wait_for(lambda: true(self.events), PATIENCE_S), self.events
            return list(self.events)

    def stop(self) -> None:
        self._stop.set()
        self.sync.kick()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


@contextmanager
def running(sync: SyncProcess) -> Iterator[Running]:
    run = Running(sync)
    run.thread.start()
    try:
        yield run
    finally:
        run.stop()


def of(program: str, heard: list[tuple[str, ...]] | None = None, ahead_s: float = 0) -> SyncProcess:
    told = heard if heard is not None else []
    return SyncProcess(
        os.environ, ahead_s, lambda *one: told.append(one), (sys.executable, "-c", program)
    )


def test_news_come_over_and_kicks_go(tmp_path: Path) -> None:
    heard: list[tuple[str, ...]] = []
    with running(of(ECHO, heard, ahead_s=90)) as run:
        assert run.wait(bool) == [SyncEvent("started", "90.000")]
        run.sync.kick()
        run.sync.kick(release_held=True)
        events = run.wait(lambda events: len(events) == 3)
    assert events[1:] == [
        SyncEvent("finished", "kick", True, ("501",)),
        SyncEvent("finished", "kick release", True, ("501",)),
    ]
    assert heard == [("syncing", "", ""), ("online", "", ""), ("online", "", "")]


def test_a_kick_to_nobody_is_kept_where_something_waits_to_be_sent() -> None:
    sync = of(ECHO)
    sync.kick(release_held=True)
    with running(sync) as run:
        events = run.wait(lambda events: len(events) == 2)
    assert events[1].text == "kick release"


def test_a_process_that_ends_by_itself_is_told_and_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sync_process, "RESTART_AFTER_S", 0.01)
    with running(of(DIES)) as run:
        events = run.wait(lambda events: len(events) >= 4)
    assert [event.kind for event in events[:3]] == ["finished", "failed", "finished"]
    assert "kept" in events[1].text


def test_a_program_that_cannot_be_started_is_told() -> None:
    sync = SyncProcess(os.environ, 0, lambda *_: None, ("/nowhere/to/be/found",))
    with running(sync) as run:
        assert run.wait(bool)[0].kind == "failed"


def test_lines_are_read_as_they_were_written_and_others_are_no_news() -> None:
    event = SyncEvent("offline", 'a "name"\nwith \x1b[31m', True, ("1", "2"), "HTTP 503")
    assert "\n" not in to_line(event)[:-1]
    assert from_line(to_line(event)) == event
    for line in ("", "hello", "{}", "[]", "3", '{"kind": "odd", "text": "", "changed": false}'):
        assert from_line(line) is None


def test_the_real_one_syncs_and_ends_when_asked(synced: DeskHome) -> None:
    sync = SyncProcess({**os.environ, **synced.environ}, 0, lambda *_: None)
    with running(sync) as run:
        run.wait(lambda events: any(event.kind == "finished" for event in events))


def test_it_is_gone_when_the_workbench_was_killed(synced: DeskHome) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env={**os.environ, **synced.environ},
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert is_gone(child, PATIENCE_S)


PARENT = """
import os, subprocess, sys
from sdrdesk.cli.sync_process import SyncProcess
popen = subprocess.Popen
def told(*arguments, **named):
    process = popen(*arguments, **named)
    print(process.pid, flush=True)
    return process
subprocess.Popen = told
SyncProcess(os.environ, 0, lambda *_: None).run(lambda event: None, lambda: False)
"""


def test_what_ended_it_unexpectedly_is_in_the_log(
    synced: DeskHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ValueError("a mistake of ours")

    for name, value in synced.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sync_worker, "sync_loop", broken)
    monkeypatch.setattr(sys, "argv", ["sync_worker"])
    monkeypatch.setattr("os.nice", int, raising=False)  # this process runs other tests too
    with pytest.raises(SystemExit):
        sync_worker.main()
    logs = list(synced.home.rglob("sdrdesk.log"))
    assert "a mistake of ours" in "".join(log.read_text(encoding="utf-8") for log in logs)
