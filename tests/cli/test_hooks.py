"""Hooks by command: every event that a command can cause."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.support.desk_home import DeskHome
from tests.support.patience import PATIENCE_S


def put(desk: DeskHome, event: str) -> None:
    folder = desk.home / "hooks"
    folder.mkdir(exist_ok=True)
    path = folder / event
    part = f"{desk.home}/{event}"
    path.write_text(f"#!/bin/sh\ncat > {part}.part\nmv {part}.part {part}.got\n")
    path.chmod(0o755)


def got(desk: DeskHome, event: str) -> Any:
    path = Path(f"{desk.home}/{event}.got")
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and not path.exists():
        time.sleep(0.02)
    return json.loads(path.read_bytes())


def test_an_outcome_a_meeting_a_block_and_a_failed_sync_start_their_hooks(
    synced: DeskHome,
) -> None:
    for event in ("after-outcome", "meeting-set", "block-end", "sync-failed"):
        put(synced, event)
    listed = synced.ok("hooks", "list", "--json").json
    assert {(each["event"], each["state"]) for each in listed} == {
        ("after-outcome", "ready"), ("meeting-set", "ready"), ("block-end", "ready"),
        ("sync-failed", "ready"),
    }  # fmt: skip
    synced.ok("block", "start", "--length", "30m", "--goal", "5 dials")
    lead = synced.ok("next", "--json").json["lead_id"]
    slots = [f"--qualify={key}=yes" for key in ("need", "timing", "authority", "budget")]
    done = synced.ok("dispose", lead, "meeting_set", "--meeting", "+3d", *slots, "--json").json
    synced.ok("block", "end")
    assert synced("sync", SDRDESK_API_URL="http://127.0.0.1:9").code == 3
    for event in ("after-outcome", "meeting-set"):
        told = got(synced, event)
        assert told["outcome"]["activity_key"] == done["activity_key"]
        assert told["lead"]["lead_id"] == lead
        assert told["rep"]["owner_id"]
        assert told["outcome"]["meeting_at"]
    assert got(synced, "block-end")["block"]["meetings_set"] == 1
    assert got(synced, "sync-failed")["problem"]


def test_hooks_test_runs_them_with_made_up_data(synced: DeskHome) -> None:
    assert synced("hooks", "test", "fresh-lead").code == 2
    put(synced, "fresh-lead")
    (ran,) = synced.ok("hooks", "test", "fresh-lead", "--json").json
    assert ran["ok"]
    assert got(synced, "fresh-lead")["test"] is True
    (synced.home / "hooks" / "fresh-lead").chmod(0o775)
    refused = synced("hooks", "test", "fresh-lead")
    assert refused.code == 5
    assert "others may write" in refused.out


def test_a_failure_is_told_by_the_next_outcome_and_only_once(synced: DeskHome) -> None:
    put(synced, "after-outcome")
    hook = synced.home / "hooks" / "after-outcome"
    hook.write_text("#!/bin/sh\necho no such channel >&2\nexit 3\n")
    kept = synced.home / "hook-results" / "own-after-outcome.json"
    said = []
    for _ in range(3):
        lead = synced.ok("next", "--json").json["lead_id"]
        said.append(synced.ok("dispose", lead, "no_answer").err)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and not kept.exists():
            time.sleep(0.02)
    told = [words.count("Hook after-outcome failed: it ended with code 3") for words in said]
    assert told == [0, 1, 0]
