"""``folder``: two homes agree by ``sync`` and by ``folder``; a missing key is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

KEY = "5a" * 32


def test_a_second_home_knows_the_pin_and_the_block(
    synced: DeskHome, crm: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shutil.copytree(synced.home, tmp_path / "second")
    second = DeskHome(tmp_path / "second", crm, monkeypatch)
    for home in (synced, second):
        with (home.home / "config.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[sync]\nfolder = "{shared.as_posix()}"\n')
    told = second("folder")
    assert told.code == 5
    assert "sdrdesk folder key" in told.err
    assert "sdrdesk folder key" in second.ok("sync").err, "a sync goes on without it"
    assert "sdrdesk folder key" in second("doctor").out
    for home in (synced, second):
        home.environ = {**home.environ, "SDRDESK_FOLDER_KEY": KEY}
    assert "does not know whose desk it is" in synced("folder", SDRDESK_OWNER="").err
    (shared / f"{'ab' * 8}.sdrdesk").write_bytes(b"half a file")
    assert "in the shared folder" in synced("doctor").out
    lead = synced.ok("queue", "--json").json[-1]["lead_id"]
    synced.ok("pin", lead)
    synced.ok("block", "start", "--length", "30m")
    called = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", called, "no_answer", "--push", "now")
    for half in shared.glob("abab*"):
        half.unlink()
    assert synced.ok("folder", "--json").json["written"]
    second.ok("sync")
    assert second.ok("block", "status", "--json").json["block"]["dials"] == 1
    places = [
        [row["lead_id"] for row in home.ok("queue", "--json").json if row["lead_id"] != called]
        for home in (synced, second)
    ]
    assert places[0].index(lead) == places[1].index(lead) < 5, "pinned on both"
    assert len(second.ok("folder", "--json").json["machines"]) == 1
    assert second.ok("folder", "key", "--show").out.strip() == KEY
