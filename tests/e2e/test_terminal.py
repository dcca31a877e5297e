"""The installed ``sdrdesk`` in a real pseudo-terminal, on a real sandbox CRM process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk_home import open_always
from tests.support.sandbox import Sandbox, sandbox_process

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX"),
]
if os.name != "nt":
    from tests.support.terminal import Terminal, terminal

CALLS = "/crm/objects/2026-09"
SDRDESK = str(Path(sys.executable).parent / "sdrdesk")


@pytest.fixture
def crm() -> Iterator[Sandbox]:
    with sandbox_process("--leads", "80", "--seed", "7", "--no-limits", "--lag-ms", "0") as (up, _):
        yield up


@pytest.fixture
def environ(home: Path, crm: Sandbox) -> dict[str, str]:
    open_always(home)
    (home / "config.toml").write_text("[sync]\ngrace_s = 1\n", encoding="utf-8")
    return {
        **os.environ,
        "SDRDESK_HOME": str(home),
        "SDRDESK_TOKEN": crm.token,
        "SDRDESK_API_URL": crm.url,
        "SDRDESK_OWNER": crm.owner,
        "SDRDESK_DO_NOT_CALL": "do_not_call_phone=true",
        "LANG": "C.UTF-8",
    }


def opened(term: Terminal) -> None:
    """Wait for the queue with leads in it and the preview of the first."""
    term.wait_for("callable of", "▸", "Why here")


def sent_calls(crm: Sandbox) -> list[dict[str, object]]:
    """Return the calls that clients logged, as the CRM's journal of writes has them."""
    return [
        row
        for row in crm.journal()
        if (row["op"], row["object"], row["by"]) == ("create", "calls", "api")
    ]


def test_from_an_empty_home_to_a_call_in_the_crm_and_back_again(
    environ: dict[str, str], crm: Sandbox
) -> None:
    with terminal([SDRDESK], environ) as term:
        opened(term)
        term.send("\r")
        term.wait_for("No answer", "Opener")
        heading = term.screen.splitlines()[0]
        term.send("a")
        term.wait_for("Undo (")
        assert term.screen.splitlines()[0] != heading
        term.send("\x1b")
        term.wait_for("callable of")
        term.send("3")
        term.wait_for("Sent ", "✓ sent")
        term.send("1")
        term.wait_for("callable of")
        term.send("q")
        assert term.wait_end() == 0
        assert b"\x1b[?1049l" in term.raw  # the terminal is given back
    assert len(sent_calls(crm)) == 1
    with terminal([SDRDESK], environ, columns=140, rows=40) as term:
        opened(term)
        term.send("2")
        term.wait_for("Log", "No answer")
        term.send("\x03")
        assert term.wait_end() == 0


def test_suspended_in_a_call_it_draws_everything_again_and_goes_on(
    environ: dict[str, str],
) -> None:
    with terminal([SDRDESK], environ) as term:
        opened(term)
        term.send("\r")
        term.wait_for("No answer", "Opener")
        term.send("\r")
        term.send("wants forty seats")
        term.wait_for("wants forty seats")
        os.killpg(os.getpgid(term.pid), signal.SIGTSTP)
        os.waitid(os.P_PID, term.pid, os.WSTOPPED | os.WNOWAIT)
        term.reset()
        os.killpg(os.getpgid(term.pid), signal.SIGCONT)
        term.wait_for("wants forty seats", "Opener", "No answer")
        term.send(" now")
        term.wait_for("wants forty seats now")
        term.send("\x1b")
        term.wait_gone("esc note done")
        term.send("a")
        term.wait_for("Undo (")
        term.send("\x03")
        assert term.wait_end() == 0


def test_killed_in_the_middle_of_a_call_it_reopens_in_the_same_call(
    environ: dict[str, str],
) -> None:
    with terminal([SDRDESK], environ) as term:
        opened(term)
        term.send("\r")
        term.wait_for("No answer", "Opener")
        # A lead that comes in meanwhile adds its number after the arrow and shortens the end.
        heading = term.screen.splitlines()[0].lstrip("◀ 0123456789")[:12]
        term.send("\r")
        term.send("wants forty seats")
        term.wait_for("wants forty seats")
        term.wait_match(TWO_SECONDS)
        term.kill()
    with terminal([SDRDESK], environ) as term:
        term.wait_for("wants forty seats", "No answer")
        term.wait_for(heading)
        assert "☎ 00:00" not in term.screen
        term.send("\x1b")
        term.send("\x03")
        term.wait_end()


def test_without_a_network_it_works_and_says_so(environ: dict[str, str], crm: Sandbox) -> None:
    with terminal([SDRDESK, "sync"], environ) as term:
        assert term.wait_end() == 0
    before = len(sent_calls(crm))
    away = {**environ, "SDRDESK_API_URL": "http://127.0.0.1:9"}
    with terminal([SDRDESK], away) as term:
        opened(term)
        term.wait_for("offline")
        term.send("\r")
        term.wait_for("No answer", "Opener")
        term.send("v")
        term.wait_for("Undo (")
        term.send("\x1b")
        term.wait_for("callable of", "offline", "unsent")
        term.send("q")
        assert term.wait_end() == 0
    assert len(sent_calls(crm)) == before
    with terminal([SDRDESK, "sync"], environ) as term:
        assert term.wait_end() == 0
    assert len(sent_calls(crm)) == before + 1


def test_too_small_a_terminal_is_a_sentence_and_comes_back(environ: dict[str, str]) -> None:
    with terminal([SDRDESK], environ, columns=40, rows=10) as term:
        term.wait_for("60", "20")
        term.resize(80, 24)
        opened(term)
        term.send("q")
        assert term.wait_end() == 0


def test_a_termination_signal_gives_the_terminal_back(environ: dict[str, str]) -> None:
    with terminal([SDRDESK], environ) as term:
        opened(term)
        os.kill(term.pid, signal.SIGTERM)
        term.wait_end()
        assert b"\x1b[?1049l" in term.raw


TWO_SECONDS = r"☎ (?!00:0[01])\d\d:\d\d"
"""The clock of a call of two seconds or more: a busy machine may leave a number out."""

DEAF = """import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
os.execv(sys.argv[1], sys.argv[1:])"""
"""Starts a program that no SIGHUP reaches, as below some shells and terminal multiplexers."""


def test_a_window_that_is_closed_takes_the_program_with_it(environ: dict[str, str]) -> None:
    with terminal([sys.executable, "-c", DEAF, SDRDESK], environ) as term:
        opened(term)
        term.send("\r")
        term.wait_for("No answer", "☎ 0")
        term.send("\rhalf a sentence")
        term.wait_for("half a sentence")
        term.wait_match(TWO_SECONDS)
        term.hang_up()
    with terminal([SDRDESK], environ) as term:
        term.wait_for("half a sentence", "No answer")
        term.send("\x03")
        term.wait_end()


def test_the_demo_needs_nothing_and_goes_on_where_it_ended(home: Path) -> None:
    environ = {**os.environ, "SDRDESK_HOME": str(home), "LANG": "C.UTF-8"}
    command = [SDRDESK, "demo", "--leads", "60"]
    with terminal(command, environ) as term:
        term.wait_for("Welcome")
        term.send("\r")
        opened(term)
        term.send("\r")
        term.wait_for("No answer", "Opener")
        term.send("a")
        term.wait_for("Undo (")
        term.send("\x1b")
        term.wait_for("callable of")
        term.send("q")
        assert term.wait_end() == 0
    with terminal(command, environ) as term:
        opened(term)
        assert "Welcome" not in term.screen
        term.send("2")
        term.wait_for("Log", "All calls", "Rita")
        term.send("\x1b")
        term.wait_for("callable of")
        term.send("q")
        assert term.wait_end() == 0
