"""Ctrl-C ends a command with a word and the exit code of shells."""

from __future__ import annotations

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
