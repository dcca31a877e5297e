"""Homes of sdrdesk filled with leads, made once per run of the benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    """A sandbox CRM that answers."""

    url: str
    token: str
    owner: str
    pid: int


@contextmanager
def account(leads: int, folder: Path) -> Iterator[Account]:
    """Run an unthrottled sandbox CRM of ``leads`` contacts as a process of its own."""
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
    """Return the environment of a rep with ``home``; without ``crm`` an unreachable one."""
    url = crm.url if crm else "http://127.0.0.1:9"
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SDRDESK_")},
        # An installed program has its bytecode on disk. Where this is set, the modules of an
        # editable install are compiled at every start while Textual's are not: half a start.
        "PYTHONDONTWRITEBYTECODE": "",
        "SDRDESK_HOME": str(home),
        "SDRDESK_TOKEN": crm.token if crm else "pat-none",
        "SDRDESK_API_URL": url,
        "SDRDESK_OWNER": crm.owner if crm else "rita@harbourline.example",
        "TEXTUAL_ANIMATIONS": "none",
        "LANG": "C.UTF-8",
    }


def filled_home(folder: Path, leads: int) -> Path:
    """Return a home with ``leads`` leads on disk, pulled over HTTP once."""
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
