"""Size and speed of the sandbox CRM: ``python -m bench.sandbox [--leads N ...]``.

The server is the real process, the client a plain keep-alive loop. CPU time is the server's own.
Linux only (it reads /proc).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.table import timed

NEW = "/crm/objects/2026-09"
READS = 2000


@dataclass(slots=True)
class Server:
    """The measured process."""

    process: subprocess.Popen[str]
    ready_s: float
    connection: http.client.HTTPConnection

    def status(self, name: str) -> int:
        """Return a number of /proc/PID/status, in kB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
        raise LookupError(name)

    def cpu_s(self) -> float:
        """Return the CPU seconds so far, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request and return its JSON."""
        data = None if body is None else json.dumps(body)
        headers = {"Authorization": "Bearer pat-bench", "Content-Type": "application/json"}
        self.connection.request(method, path, data, headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {text[:200]!r}")
        return json.loads(text)


@contextmanager
def started(leads: int, *more: str) -> Iterator[Server]:
    """Start a sandbox of ``leads`` leads."""
    command = [sys.executable, "-m", "sdrdesk.sandbox", "serve", "--port", "0", "--seed", "1"]
    command += ["--leads", str(leads), "--no-limits", "--lag-ms", "0", "--exit-with-parent", *more]
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = json.loads(process.stdout.readline())
        host = ready["url"].removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=60)
        yield Server(process, time.monotonic() - began, connection)
        connection.close()
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def middle(act: Callable[[], Any], times: int) -> float:
    """Return the median milliseconds of ``times`` runs."""
    return statistics.median(timed(act) for _ in range(times))


def reads(server: Server) -> tuple[float, float]:
    """Return single reads per second of wall clock, and per second of the server's CPU."""
    page = server.ask("GET", f"{NEW}/contacts?limit=100")["results"]
    paths = [f"{NEW}/contacts/{row['id']}?properties=email,phone" for row in page]
    cpu, began = server.cpu_s(), time.monotonic()
    for number in range(READS):
        server.ask("GET", paths[number % len(paths)])
    wall_s = time.monotonic() - began
    return READS / wall_s, READS / max(0.01, server.cpu_s() - cpu)


def window(offset: int, low: int) -> dict[str, Any]:
    """Return a search for changes, as in an incremental sync."""
    between = {"propertyName": "lastmodifieddate", "operator": "BETWEEN"}
    test = between | {"value": str(low), "highValue": "1999999999999"}
    return {
        "filterGroups": [{"filters": [test]}],
        "sorts": ["lastmodifieddate"],
        "limit": 200,
        "after": str(offset),
    }


def measure(leads: int) -> dict[str, str]:
    """Return one row of the table."""
    with started(leads) as server:
        row = {
            "leads": f"{leads:,}",
            "ready": f"{server.ready_s:.1f} s",
            "CPU to ready": f"{server.cpu_s():.1f} s",
        }
        wall, cpu = reads(server)
        row |= {"reads/s": f"{wall:,.0f}", "reads/CPU s": f"{cpu:,.0f}"} | _requests(server)
        row["peak"] = f"{server.status('VmHWM') / 1024:,.0f} MiB"
    with tempfile.TemporaryDirectory() as directory:
        state = str(Path(directory) / "account.db")
        with started(leads, "--state", state):
            pass
        with started(leads, "--state", state) as server:
            row["ready from file"] = f"{server.ready_s:.1f} s"
            row["create, durable"] = _create(server)
            row["peak from file"] = f"{server.status('VmHWM') / 1024:,.0f} MiB"
    return row


def _requests(server: Server) -> dict[str, str]:
    page = server.ask("GET", f"{NEW}/contacts?limit=100")["results"]
    batch = {"inputs": [{"id": item["id"]} for item in page], "properties": ["email", "phone"]}
    lows = iter(range(1_600_000_000_000, 1_600_000_000_100))
    read, search = f"{NEW}/contacts/batch/read", f"{NEW}/contacts/search"
    first = middle(lambda: server.ask("POST", search, window(0, next(lows))), 5)
    following = middle(lambda: server.ask("POST", search, window(200, 1_600_000_000_004)), 5)
    return {
        "batch read 100": f"{middle(lambda: server.ask('POST', read, batch), 20):.1f} ms",
        "first search": f"{first:.0f} ms",
        "next page": f"{following:.1f} ms",
        "create call": _create(server),
    }


def _create(server: Server) -> str:
    call = {"properties": {"hs_timestamp": "1763700000000"}}
    return f"{middle(lambda: server.ask('POST', f'{NEW}/calls', call), 50):.1f} ms"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    rows = [measure(leads) for leads in parser.parse_args().leads]
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + " --- |" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(row.values()) + " |")


if __name__ == "__main__":
    main()
