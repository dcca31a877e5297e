"""A home of sdrdesk on a sandbox CRM, and its command line run inside this process."""

from __future__ import annotations

import functools
import io
import json
import shutil
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.cli.main import run
from sdrdesk.sync.hubspot import transport
from tests.support.sandbox import Sandbox

ALWAYS_OPEN = """\
# Calling hours that never close, for tests that run at night and on Sundays.
closed_on_holidays = false
soon_min = 30

[hours.default]
daily = "00:00-24:00"

[limits.default]
hours = { daily = "00:00-24:00" }
source = "tests"
"""

_unhurried = functools.partial(transport.Timing, searches_per_s=1e9, backoff_s=0.01)
"""The pace of a sandbox without limits: no second of waiting in each sync."""


def open_always(home: Path) -> None:
    """Open the calling hours of ``home`` all day, every day."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / "windows.toml").write_text(ALWAYS_OPEN, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Ran:
    """The result of one command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Office:
    """An account in this process and a synced home, prepared once; each test starts from copies."""

    crm: Sandbox
    account: bytes
    home: Path

    def restored(self) -> Sandbox:
        """Return the sandbox with the account as it was prepared."""
        self.crm.restore(self.account)
        return self.crm

    def copy_home(self, to: Path) -> None:
        """Copy the prepared home."""
        shutil.copytree(self.home, to, dirs_exist_ok=True)


class DeskHome:
    """Runs commands with the environment of one rep."""

    def __init__(self, home: Path, crm: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.crm = crm
        self.environ: Mapping[str, str] = {
            "SDRDESK_HOME": str(home),
            "SDRDESK_TOKEN": crm.token,
            "SDRDESK_API_URL": crm.url,
            "SDRDESK_OWNER": crm.owner,
            "SDRDESK_DO_NOT_CALL": "do_not_call_phone=true",
        }
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str, **changed: str) -> Ran:
        """Run one command; keyword arguments change the environment for it."""
        out, err = io.StringIO(), io.StringIO()
        with self._monkeypatch.context() as patch:
            patch.setattr(transport, "Timing", _unhurried)
            for name, value in {**self.environ, **changed}.items():
                patch.setenv(name, value)
            with redirect_stdout(out), redirect_stderr(err):
                code = run(arguments)
        return Ran(code, out.getvalue(), err.getvalue())

    def ok(self, *arguments: str, **changed: str) -> Ran:
        """Run one command that must succeed."""
        ran = self(*arguments, **changed)
        assert ran.code == 0, f"{arguments}: {ran.code}\n{ran.out}\n{ran.err}"
        return ran
