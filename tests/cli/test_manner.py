"""``--quiet``, ``--verbose``, ``--fields``, ``help``: how a command answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome


def test_a_quiet_command_says_nothing_unless_it_fails(synced: DeskHome) -> None:
    for arguments in (["funnel", "--quiet"], ["--quiet", "funnel"], ["next", "--json", "--quiet"]):
        ran = synced.ok(*arguments)
        assert (ran.out, ran.err) == ("", "")
    failed = synced("lead", "no-such-lead", "--quiet")
    assert failed.code == 1
    assert "There is no lead" in failed.err
    assert synced.ok("funnel").out  # the next command speaks again


def test_fields_keep_only_those_keys(synced: DeskHome) -> None:
    rows = synced.ok("queue", "--json", "--limit", "2", "--fields", "lead_id, rank").json
    assert [list(row) for row in rows] == [["lead_id", "rank"]] * 2
    told = synced.ok("funnel", "--json", "--fields", "callable,nonsense")
    assert list(told.json) == ["callable"]
    assert "nonsense" in told.err
    assert "steps" in told.err  # what there is
    refused = synced("queue", "--fields", "rank")
    assert refused.code == 2
    assert "--json" in refused.err


def test_a_verbose_command_names_requests_without_what_was_asked(synced: DeskHome) -> None:
    ran = synced.ok("sync", "--verbose", "--json")
    assert ran.json["requests"] > 0
    asked = ran.err.splitlines()
    assert asked
    assert all(line.split()[0] in ("GET", "POST") for line in asked)
    assert not any("?" in line or synced.crm.token in line for line in asked)
    assert "GET" not in synced.ok("sync", "--json").err


def test_help_explains_a_command(synced: DeskHome) -> None:
    assert "Usage: sdrdesk block start" in synced.ok("help", "block", "start").out
    assert "queue" in synced.ok("help").out
    assert synced("help", "nonsense").code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="numbers of open files are of Unix")
@pytest.mark.parametrize("closed", [(1,), (0, 1, 2)])
def test_a_closed_stream_takes_what_is_printed_and_no_file_takes_its_place(
    tmp_path: Path, closed: tuple[int, ...]
) -> None:
    ran = subprocess.run(
        (sys.executable, "-m", "sdrdesk", "config", "path"),
        preexec_fn=lambda: list(map(os.close, closed)) and None,
        env={**os.environ, "SDRDESK_HOME": str(tmp_path)},
        check=False,
    )
    assert ran.returncode == 0
    assert not list(tmp_path.rglob("sdrdesk.log"))
