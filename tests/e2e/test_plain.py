"""``sdrdesk --plain`` as it is installed: through a pipe, and in a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk_home import open_always
from tests.support.patience import PATIENCE_S
from tests.support.sandbox import Sandbox, sandbox_process

pytestmark = pytest.mark.long

SDRDESK = str(Path(sys.executable).parent / "sdrdesk")


@pytest.fixture
def crm() -> Iterator[Sandbox]:
    with sandbox_process("--leads", "60", "--seed", "7", "--no-limits", "--lag-ms", "0") as (up, _):
        yield up


@pytest.fixture
def environ(home: Path, crm: Sandbox) -> dict[str, str]:
    open_always(home)
    environ = {
        **os.environ,
        "SDRDESK_HOME": str(home),
        "SDRDESK_TOKEN": crm.token,
        "SDRDESK_API_URL": crm.url,
        "SDRDESK_OWNER": crm.owner,
        "LANG": "C.UTF-8",
    }
    subprocess.run([SDRDESK, "sync"], env=environ, check=True, capture_output=True)
    return environ


def sent_calls(crm: Sandbox) -> int:
    made = [row for row in crm.journal() if (row["op"], row["object"]) == ("create", "calls")]
    return len([row for row in made if row["by"] == "api"])


@pytest.mark.parametrize("arguments", [["--plain"], ["plain"]])
def test_a_block_through_a_pipe_is_in_the_crm_once(
    environ: dict[str, str], crm: Sandbox, arguments: list[str]
) -> None:
    before = sent_calls(crm)
    typed = "\nnote rang out\na\n\nv\n\nc\n+3d\n\nundo\nquit\n"
    ran = subprocess.run(
        [SDRDESK, *arguments],
        env=environ,
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert ran.returncode == 0, ran.stderr
    assert "\x1b" not in ran.stdout
    assert ran.stdout.count("Recorded:") == 3
    assert "Undone: Callback" in ran.stdout
    assert "go with the next sync" in ran.stdout
    subprocess.run([SDRDESK, "sync"], env=environ, check=True, capture_output=True)
    assert sent_calls(crm) == before + 2


def test_without_a_network_it_says_so_and_keeps_everything(environ: dict[str, str]) -> None:
    away = {**environ, "SDRDESK_API_URL": "http://127.0.0.1:9"}
    ran = subprocess.run(
        [SDRDESK, "--plain"],
        env=away,
        input="\nb\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Recorded: Busy" in ran.stdout
    assert re.search(r"\d+ unsent items? will go with the next sync", ran.stdout)


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
def test_killed_in_a_call_it_is_in_the_same_call_again(environ: dict[str, str]) -> None:
    from tests.support.terminal import terminal

    with terminal([SDRDESK, "--plain"], environ) as term:
        term.wait_for("Enter calls >")
        term.send("\r")
        term.wait_for("In the call >")
        term.send("note wants forty seats\r")
        term.wait_for("Noted.")
        assert b"\x1b" not in term.raw
        term.kill()
    with terminal([SDRDESK, "--plain"], environ) as term:
        term.wait_for("Back in your call", "Note so far: wants forty seats")
        term.send("a\r")
        term.wait_for("Recorded: No answer")
        term.send("\x04")
        assert term.wait_end() == 0
        assert b"\x1b" not in term.raw
