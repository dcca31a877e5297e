"""A disk that is full, or that nobody may write to: reading goes on, writing says why."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.logs import start_logging
from tests.support.desk_home import DeskHome, open_always
from tests.support.sandbox import Sandbox

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a small disk"
)

READING = (
    ("queue", "--json"), ("next",), ("lead", "{lead}"), ("why", "{lead}"), ("funnel",),
    ("script", "{lead}"), ("scripts", "list"), ("views",), ("outbox",), ("conflicts",),
    ("log",), ("log", "--md"), ("report", "speed"), ("export", "leads"), ("meetings",),
    ("block", "status"), ("queue", "--find", "a"), ("doctor", "--json"),
)  # fmt: skip


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 24 MB."""
    path = tmp_path / "disk"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(path)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


def fill(disk: Path) -> Path:
    """Leave not a byte free; return what takes the room."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return ballast


def test_on_a_full_disk_reading_goes_on_and_writing_says_so(
    disk: Path, crm: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_always(disk / "home")
    desk = DeskHome(disk / "home", crm, monkeypatch)
    desk.ok("sync")
    lead = desk.ok("next", "--json").json["lead_id"]
    ballast = fill(disk)
    for arguments in READING:
        desk.ok(*(part.format(lead=lead) for part in arguments))
    for writing in (("dispose", lead, "no_answer"), ("pin", lead), ("sync",)):
        ran = desk(*writing)
        assert ran.code == 1, (writing, ran.err)
        assert "is full (0 MB free, needs about" in ran.err, writing
        assert "kept" in ran.err
    page = desk("log", "--html", str(disk / "log.html"))
    assert (page.code, "is full" in page.err) == (1, True)
    assert not (disk / "log.html").exists()
    assert desk.ok("outbox", "--json").json == []
    ballast.unlink()
    desk.ok("dispose", lead, "no_answer")
    assert desk.ok("outbox", "--json").json


def test_changed_rules_wait_for_room(
    disk: Path, crm: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = disk / "home"
    open_always(home)
    desk = DeskHome(home, crm, monkeypatch)
    desk.ok("sync")
    shipped = Path(__file__).parents[2] / "sdrdesk" / "defaults" / "personas.toml"
    (home / "personas.toml").write_bytes(shipped.read_bytes() + b"\n# ours\n")
    fill(disk)
    ran = desk.ok("queue", "--json")
    assert ran.json
    assert "is full" in ran.err


def test_a_read_only_disk_is_named(
    disk: Path, crm: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_always(disk / "home")
    desk = DeskHome(disk / "home", crm, monkeypatch)
    desk.ok("sync")
    start_logging(disk.parent / "elsewhere.log")  # the log of this very process keeps it busy
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    lead = desk.ok("next", "--json").json["lead_id"]
    ran = desk("pin", lead)
    assert ran.code == 1
    assert "read-only" in ran.err
    desk("doctor", "--json")


def test_output_to_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a file
        done = subprocess.run(
            [sys.executable, "-m", "sdrdesk", "scripts", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "SDRDESK_HOME": str(tmp_path / "home")},
        )
    assert done.returncode == 1
    assert "disk that the output goes to is full" in done.stderr
    assert "unexpected" not in done.stderr
