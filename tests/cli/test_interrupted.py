"""Ctrl-C ends a command with a word and the exit code of shells."""

from __future__ import annotations

import os

import pytest

from sdrdesk.cli.commands import account
from sdrdesk.cli.main import run


def test_a_command_that_is_interrupted_says_what_was_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(account, "open_session", interrupted)
    assert run(["sync"]) == 130
    assert capsys.readouterr().err == (
        "sdrdesk: interrupted. Everything recorded so far is kept.\n"
    )


def test_a_check_whose_reader_left_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe, monkeypatch.context() as patched:
        patched.setattr("sys.stdout", pipe)
        assert run(["scripts", "list"]) == 141
