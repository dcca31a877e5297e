"""Homes of sdrdesk with leads in them, made once per benchmark."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.sandbox import Sandbox

ALWAYS_OPEN = """\
closed_on_holidays = false
soon_min = 30
[hours.default]
daily = "00:00-24:00"
[limits.default]
hours = { daily = "00:00-24:00" }
source = "benchmark"
"""
SDRDESK = str(Path(sys.executable).parent / "sdrdesk")


@dataclass(frozen=True)
class Account:
    """A running sandbox CRM."""

    url: str
    token: str
    owner: str
    pid: int


@contextmanager
def account(leads: int, folder: Path) -> Iterator[Account]:
    """Run a sandbox CRM of ``leads`` contacts without limits in its own process."""
    command = [sys.executable, "-m", "sdrdesk.sandbox", "serve", "--port", "0"]
    command += ["--leads", str(leads), "--seed", "7", "--no-limits", "--lag-ms", "0"]
    command += ["--exit-with-parent"]
    with (folder / f"crm-{leads}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield Account(told["url"], told["token"], told["owner"], process.pid)
        finally:
            process.terminate()
            process.wait(20)


def environment(home: Path, crm: Account | None) -> dict[str, str]:
    """Return the environment of a rep with ``home``; without ``crm`` the CRM is unreachable."""
    url = crm.url if crm else "http://127.0.0.1:9"
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SDRDESK_")},
        # An installed program has its bytecode on disk. Where this is set, an editable install
        # compiles our modules at every start.
        "PYTHONDONTWRITEBYTECODE": "",
        "SDRDESK_HOME": str(home),
        "SDRDESK_TOKEN": crm.token if crm else "pat-none",
        "SDRDESK_API_URL": url,
        "SDRDESK_OWNER": crm.owner if crm else "rita@harbourline.example",
        "TEXTUAL_ANIMATIONS": "none",
        "LANG": "C.UTF-8",
    }


def copied(home: Path, name: str, crm: Account) -> Path:
    """Return a copy of a home, bound to the account of ``crm``.

    A sync is refused where the leads of the home are not those of the account.
    """
    from sdrdesk.store.account.account import bind_account
    from sdrdesk.store.database.database import Database

    copy = home.with_name(name)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    asked = urllib.request.Request(
        f"{crm.url}/account-info/2026-09/details", headers={"Authorization": f"Bearer {crm.token}"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        number = json.load(answer)["portalId"]
    with Database.open(copy / "sdrdesk.db") as db, db.writer() as connection:
        bind_account(connection, f"HubSpot {number}", 0)
    return copy


def filled_home(folder: Path, leads: int) -> Path:
    """Return a home with ``leads`` leads, synced once."""
    home = folder / f"home-{leads}"
    if home.exists():
        return home
    home.mkdir(mode=0o700)
    (home / "windows.toml").write_text(ALWAYS_OPEN, encoding="utf-8")
    with account(leads, folder) as crm:
        subprocess.run(
            [SDRDESK, "sync", "--json"],
            env=environment(home, crm),
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return home


def listed_ids(crm: Sandbox, path: str) -> Iterator[str]:
    """Yield the id of every record of a list endpoint."""
    after = "0"
    while after:
        page = crm.get(f"{path}?limit=100&after={after}").json
        yield from (row["id"] for row in page["results"])
        after = page.get("paging", {}).get("next", {}).get("after", "")
