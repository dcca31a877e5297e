"""Hooks that work, hang, crash and print without end: none holds anybody, each is told of once."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.services.desk.hook_events import HookEvents
from sdrdesk.services.hooks import watchdog
from sdrdesk.services.hooks.files import HookFiles
from sdrdesk.services.hooks.runner import IN_HOOK, Hooks
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.store.database.database import Database
from tests.services.hooks.conftest import NOW, Write, result

SECRETS = {"SDRDESK_TOKEN": "pat-1", "SDRDESK_DB_KEY": "00", "AWS_SECRET_ACCESS_KEY": "x"}


def make(files: HookFiles, environ: dict[str, str] | None = None, *, on: bool = True) -> Hooks:
    return Hooks(files, environ or dict(os.environ), lambda: NOW, on=on, seconds=1.0)


@pytest.fixture
def hooks(files: HookFiles) -> Iterator[Hooks]:
    made = make(files, {**os.environ, **SECRETS})
    yield made
    made.close()


def test_a_hook_gets_the_event_as_json_and_no_secret(
    hooks: Hooks, files: HookFiles, write: Write, tmp_path: Path
) -> None:
    write("after-outcome", f"cat > {tmp_path}/got.json; env > {tmp_path}/env")
    began = time.monotonic()
    hooks.fire("after-outcome", lambda: {"lead": {"name": "Zoë; rm -rf ~"}, "pad": "x" * 200_000})
    assert time.monotonic() - began < 0.5
    told = result(files.place / "own-after-outcome.json")
    assert (told["ok"], told["event"]) == (True, "after-outcome")
    got = json.loads((tmp_path / "got.json").read_text())
    assert (got["version"], got["event"], got["at"]) == (1, "after-outcome", "2026-11-30T09:00:00Z")
    assert got["lead"]["name"] == "Zoë; rm -rf ~"
    environ = (tmp_path / "env").read_text()
    assert "PATH=" in environ
    assert f"{IN_HOOK}=1" in environ
    assert not [name for name in SECRETS if name in environ]
    assert files.news() == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("sleep 30 & sleep 30", "it took more than 1 s and was ended"),
        ("kill -SEGV $$", "it ended by signal 11"),
        ("echo no such channel >&2; exit 3", "it ended with code 3: no such channel"),
    ],
)
def test_a_failure_is_told_once_until_it_works_again(
    hooks: Hooks, files: HookFiles, write: Write, body: str, what: str
) -> None:
    place = files.place / "own-block-end.json"
    write("block-end", body)
    hooks.fire("block-end", dict)
    assert result(place)["what"] == what
    assert files.news() == [f"Hook block-end failed: {what}."]
    assert files.news() == []
    watchdog.keep(files.place, "own-block-end", {"ok": False, "what": what})
    assert files.news() == []
    watchdog.keep(files.place, "own-block-end", {"ok": True, "what": ""})
    watchdog.keep(files.place, "own-block-end", {"ok": False, "what": what})
    assert files.news() == [f"Hook block-end failed: {what}."]


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ("echo no first line", "its first line names no program, such as #!/bin/sh"),
        ("#!/no/such/python3", "this machine does not have the program that its first line"),
        ("#!/bin/sh\r", "this machine does not have the program that its first line"),
    ],
)
def test_a_hook_that_cannot_be_started_says_why(tmp_path: Path, first: str, why: str) -> None:
    path = tmp_path / "a hook"
    path.write_text(f"{first}\n", encoding="utf-8", newline="")
    path.chmod(0o700)
    assert why in watchdog.run(str(path), b"{}", 5.0)["what"]
    path.unlink()
    assert watchdog.run(str(path), b"{}", 5.0)["what"].endswith("No such file or directory")


def test_what_a_hook_prints_is_bounded_and_what_it_leaves_running_is_ended(
    files: HookFiles, write: Write, tmp_path: Path
) -> None:
    body = f"(sleep 60; touch {tmp_path}/late) & echo $! > {tmp_path}/pid; yes | head -c 50000000"
    path = write("fresh-lead", f"{body}; yes | head -c 50000000 >&2")
    done = watchdog.run(str(path), b"{}", 20.0, stdout=True)
    assert done["ok"]
    assert len(done["said"]) == watchdog.MOST_OUTPUT
    left = int((tmp_path / "pid").read_text())
    until = time.monotonic() + 5
    while time.monotonic() < until and Path(f"/proc/{left}/cmdline").exists():
        if not Path(f"/proc/{left}/cmdline").read_bytes():  # waits to be collected
            break
        time.sleep(0.02)
    assert not Path(f"/proc/{left}").exists() or not Path(f"/proc/{left}/cmdline").read_bytes()


def test_a_flood_is_bounded_and_told(files: HookFiles, write: Write) -> None:
    write("after-outcome", "true")
    hooks = make(files)
    hooks._thread = __import__("threading").Thread()  # nobody takes anything from the queue
    for _ in range(200):
        hooks.fire("after-outcome", dict)
    assert files.news() == [
        "Hook after-outcome failed: too many events at once; this one was left out."
    ]


def test_no_hook_starts_in_the_demo_or_from_a_hook(files: HookFiles, write: Write) -> None:
    write("after-outcome", "true")
    for hooks in (make(files, on=False), make(files, {IN_HOOK: "1"})):
        hooks.fire("after-outcome", lambda: pytest.fail("was asked"))
        hooks.close()
    assert not files.place.exists()


def test_an_outage_is_told_once_until_a_round_works(files: HookFiles, db: Database) -> None:
    told: list[str] = []

    class Kept(Hooks):
        def fire(self, event: str, *_: object) -> None:
            told.append(event)

    events = HookEvents(
        Kept(files, {}, lambda: NOW), db, lambda: NOW, lambda _: pytest.fail("asked"),
        lambda: ("", ""), lambda _: None,
    )  # fmt: skip
    for kind in ("offline", "failed", "offline", "finished", "started", "unavailable"):
        events.heard(SyncEvent(kind, "no network"))
    events.heard(SyncEvent("finished", "", fresh_lead_ids=("1", "2")))
    assert told == ["sync-failed", "sync-failed", "fresh-lead"]
