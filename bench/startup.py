"""Start-up times: the first painted queue row, and the commands that scripts and hooks call.

The row is compared with an empty Textual application, the commands with ``import typer`` 0.29, the
library they once used, installed in an environment of its own.
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.homes import SDRDESK, environment, filled_home
from bench.table import heading, row, verdict

LEADS = 10_000
RUNS = 9


def until_painted(command: Sequence[str], environ: Mapping[str, str], needle: bytes) -> float:
    """Return the milliseconds from exec until ``needle`` appears in the terminal."""
    import pexpect

    started = time.perf_counter()
    child = pexpect.spawn(
        command[0],
        list(command[1:]),
        env={**environ, "TERM": "xterm-256color"},
        dimensions=(24, 80),
        timeout=60,
    )
    child.expect_exact(needle)
    took = (time.perf_counter() - started) * 1000
    child.kill(signal.SIGKILL)
    child.wait()
    child.close()
    return took


def cpu(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """Return the milliseconds of CPU that a command uses, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        env=dict(environ),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used * 1000


def typer_python(folder: Path) -> str:
    """Return a Python with typer 0.29 and nothing of ours."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "typer==0.29.2"], check=True)
    return python


def first_leads(environ: Mapping[str, str], most: int) -> list[dict[str, str]]:
    """Return the first leads of the queue."""
    told = subprocess.run(
        [SDRDESK, "queue", "--json", "--limit", str(most)],
        env=dict(environ),
        check=True,
        capture_output=True,
        text=True,
    )
    found: list[dict[str, str]] = json.loads(told.stdout)
    return found


def row_word(name: str) -> bytes:
    """Return a word of a lead's row that the terminal writes in one piece."""
    return max(name.split(), key=len)[:6].encode()


def imports(environ: Mapping[str, str]) -> list[str]:
    """Return the slowest packages to import, from Python's import profile."""
    code = "import sdrdesk.cli.session, sdrdesk.services.desk.local, sdrdesk.app"
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        env=dict(environ),
        check=True,
        capture_output=True,
        text=True,
    )
    own: dict[str, int] = {}
    for line in told.stderr.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if len(parts) == 3 and parts[0].strip().isdigit():
            package = parts[2].strip().partition(".")[0]
            own[package] = own.get(package, 0) + int(parts[0])
    top = sorted(own.items(), key=lambda pair: -pair[1])[:10]
    return [f"{name:<20} {us / 1000:8.1f} ms" for name, us in top]


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        folder = Path(text)
        environ = environment(filled_home(folder, LEADS), None)
        typer = typer_python(folder / "typer")
        top, *others = first_leads(environ, RUNS + 2)
        word = row_word(top["name"])
        ours, empty = [], []
        used: dict[str, list[float]] = {}
        for other in others:  # in turns, so that a noisy moment affects all of them
            empty.append(
                until_painted([sys.executable, "-m", "bench.empty_app"], environ, b"painted-empty")
            )
            ours.append(until_painted([SDRDESK], environ, word))
            for name, command in {
                "import typer": [typer, "-c", "import typer"],
                "--help": [SDRDESK, "--help"],
                "next": [SDRDESK, "next", "--json"],
                "queue": [SDRDESK, "queue", "--limit", "1", "--json"],
                "why": [SDRDESK, "why", top["lead_id"], "--json"],
                "dispose": [SDRDESK, "dispose", other["lead_id"], "no_answer", "--json"],
            }.items():
                used.setdefault(name, []).append(cpu(command, environ))
        used = {name: times[1:] for name, times in used.items()}  # the first run writes bytecode
        print(f"Start-up, {LEADS:,} leads on disk, {RUNS} runs\n{heading()}")
        print(row("empty Textual app, exec to painted", empty, "ms"))
        print(row("sdrdesk, exec to first painted row", ours, "ms"))
        for name, times in used.items():
            print(row(f"{name}, CPU", times, "ms"))
        print(verdict("first row / empty app", median(ours) / median(empty), 2.0))
        unit = median(used.pop("import typer"))
        for name, times in used.items():
            goal = 1.5 if name == "--help" else 2.5
            print(verdict(f"{name} / import typer", median(times) / unit, goal))
        print("Slowest packages to import, own time:")
        print("\n".join(f"  {line}" for line in imports(environ)))


if __name__ == "__main__":
    main()
