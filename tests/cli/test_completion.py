"""Completion of commands and options in a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sdrdesk.cli.main import run
from tests.support.patience import PATIENCE_S


@pytest.mark.parametrize(
    ("typed", "completed"), [("sdrdesk out", "outbox"), ("sdrdesk queue --li", "--limit")]
)
def test_a_shell_gets_completions(typed: str, completed: str) -> None:
    asked = {"_SDRDESK_COMPLETE": "bash_complete", "COMP_WORDS": typed}
    asked["COMP_CWORD"] = str(len(typed.split()) - 1)
    done = subprocess.run(
        [sys.executable, "-m", "sdrdesk"],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    assert done.stdout == f"plain,{completed}\n"


def test_completion_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start_file = tmp_path / ".bashrc"
    start_file.write_text("alias ll='ls -l'\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", "/bin/bash")
    assert run(["--install-completion"]) == 0
    installed = start_file.read_text(encoding="utf-8")
    assert installed.startswith("alias ll='ls -l'\neval ")
    assert run(["--install-completion"]) == 0
    assert start_file.read_text(encoding="utf-8") == installed


def test_an_unknown_shell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    assert run(["--show-completion"]) == 2
