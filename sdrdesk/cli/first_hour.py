"""The first start without an account: try the demo, connect a CRM, import a list.

Each step is a command in a process of its own, as a person would type it.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from sdrdesk.cli.terminal.output import say_err
from sdrdesk.domain.errors import ExitCode

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session

_CHOICES = """\
sdrdesk knows no CRM account yet. What first?

  1  Try it on made-up leads (sdrdesk demo); nothing leaves this machine
  2  Connect your CRM: log in, choose fields, fetch your leads
  3  Connect your CRM, and import a list of people from a file
  4  Open the empty workbench
"""
_FINE = (ExitCode.DONE, ExitCode.NEEDS_PERSON)


def is_new(session: Session) -> bool:
    """Return whether there is neither a database nor a token; asks no keyring otherwise."""
    return not session.paths.database.exists() and session.access.source is None


def choose() -> str:
    """Ask what to do first; return ``demo``, ``login``, ``import``, ``open`` or ``leave``."""
    say_err(_CHOICES)
    while True:
        sys.stderr.write("Number [1], or q: ")
        sys.stderr.flush()
        typed = sys.stdin.readline()
        answer = typed.strip().casefold()
        if not typed or answer in ("q", "quit"):
            return "leave"
        named = {"": "demo", "1": "demo", "2": "login", "3": "import", "4": "open"}
        if answer in named or answer in named.values():
            return named.get(answer, answer)
        say_err("Type 1, 2, 3 or 4.")


def lead_through(choice: str) -> int:
    """Take the steps of a choice; return the exit code, 0 when the workbench may open."""
    if choice == "demo":
        return _run("demo")
    if code := _run("login"):
        return code
    code = _run("setup")
    if code not in _FINE:
        say_err("The account can be set up later: sdrdesk setup")
    if choice == "import":
        sys.stderr.write("File (.csv, .xlsx, .tsv, .json): ")
        sys.stderr.flush()
        if file := sys.stdin.readline().strip().strip("'\""):
            _run("import", file)
    code = _run("sync")
    return 0 if code in _FINE else code


def tell_zone(session: Session) -> None:
    """Say in which time zone times are shown, while that can still be corrected easily."""
    say_err(
        f"Times are shown in {session.rep_zone.key}, with each lead's own hour. "
        "Another zone: [rep] time_zone in config.toml (sdrdesk config edit)."
    )


def _run(*arguments: str) -> int:
    say_err(f"\n$ sdrdesk {' '.join(arguments)}")
    return subprocess.run([sys.executable, "-m", "sdrdesk", *arguments], check=False).returncode  # noqa: S603
