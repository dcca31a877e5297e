"""Time from exec to the first queue row, compared with an empty Textual application."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.homes import SDRDESK, environment, filled_home
from bench.table import heading, row, timed, verdict

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


def wall(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """Return the milliseconds a command takes."""
    return timed(
        lambda: subprocess.run(command, env=dict(environ), check=True, stdout=subprocess.DEVNULL)
    )


def first_name(environ: Mapping[str, str]) -> bytes:
    """Return a word of the first queue row, short enough to be written in one piece."""
    told = subprocess.run(
        [SDRDESK, "next", "--json"], env=dict(environ), check=True, capture_output=True, text=True
    )
    name = str(json.loads(told.stdout)["name"])
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
        needle = first_name(environ)
        ours, empty, typer, plain_help, queue = [], [], [], [], []
        for _ in range(RUNS):  # in turns, so that a busy moment hits all alike
            empty.append(
                until_painted([sys.executable, "-m", "bench.empty_app"], environ, b"painted-empty")
            )
            ours.append(until_painted([SDRDESK], environ, needle))
            typer.append(wall([sys.executable, "-c", "import typer"], environ))
            plain_help.append(wall([SDRDESK, "--help"], environ))
            queue.append(wall([SDRDESK, "queue", "--json"], environ))
        print(f"Start-up, {LEADS:,} leads on disk, {RUNS} runs\n{heading()}")
        print(row("empty Textual app, exec to painted", empty, "ms"))
        print(row("sdrdesk, exec to first painted row", ours, "ms"))
        print(row("python -c 'import typer'", typer, "ms"))
        print(row("sdrdesk --help", plain_help, "ms"))
        print(row("sdrdesk queue --json", queue, "ms"))
        print(verdict("first row / empty app", median(ours) / median(empty), 2.0))
        print(verdict("--help / import typer", median(plain_help) / median(typer), 1.5))
        print("Slowest packages to import, own time:")
        print("\n".join(f"  {line}" for line in imports(environ)))


if __name__ == "__main__":
    main()
