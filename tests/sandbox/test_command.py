"""The command line: one ready line, loopback only, and an end without orphans."""

from __future__ import annotations

import gc
import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sdrdesk.sandbox.cli import main
from tests.support.patience import PATIENCE_S
from tests.support.sandbox import sandbox_process


def test_ready_line_says_everything() -> None:
    with sandbox_process("--leads", "12", "--seed", "4") as (crm, _):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", crm.url)
        assert crm.token == "pat-sandbox"
        assert len(crm.control_token) >= 24
        assert crm.control("summary")["records"]["contacts"] == 12
        owners = crm.get("/crm/owners/2026-09").json["results"]
        assert crm.owner in {owner["email"] for owner in owners}


def test_ready_line_is_all_of_stdout() -> None:
    command = [sys.executable, "-m", "sdrdesk.sandbox", "serve", "--port", "0", "--leads", "3"]
    done = subprocess.run(
        [*command, "--exit-with-parent"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert set(json.loads(done.stdout)) == {"url", "token", "control_token", "owner", "leads"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_cleanly_on_signals(number: signal.Signals) -> None:
    with sandbox_process("--leads", "3") as (_, process):
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 0


def test_ends_with_its_parent() -> None:
    with sandbox_process("--leads", "3") as (_, process):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_other_addresses_are_refused(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", host, "--port", "0"]) == 2
    assert "127.0.0.1 only" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["--leads", "-1"], ["--hostile", "101"], ["--now", "soon"], ["--leads", "9999999"]],
)
def test_bad_values_are_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "0", *arguments]) == 2
    assert arguments[0] in capsys.readouterr().err


def test_port_in_use_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port, "--leads", "1"]) == 1
    assert f"Port {port} cannot be used" in capsys.readouterr().err


def test_unusable_state_file_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = str(tmp_path / "no" / "such" / "directory.db")
    assert main(["serve", "--port", "0", "--leads", "1", "--state", state]) == 1
    assert gc.isenabled(), "garbage is collected again: a test worker had grown to 1.2 GiB"
    assert "cannot be opened" in capsys.readouterr().err


def test_only_the_given_token_counts() -> None:
    with sandbox_process("--leads", "3", "--token", "pat-mine") as (crm, _):
        assert crm.token == "pat-mine"
        assert crm.get("/crm/v3/objects/contacts").status == 200
        assert crm.get("/crm/v3/objects/contacts", token="pat-other").status == 401
