"""Programs that pull a whole account, for ``bench.sync_pull``.

Unpatched programs by others: HubSpot's official client in a plain loop, dlt's ``rest_api`` source
and the Meltano Singer tap. Each is installed from PyPI into its own environment and runs in its own
process.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.homes import SDRDESK, Account, environment
from bench.peers import DLT_SCRIPT, install, proxied, ready_tap
from sdrdesk.sync.hubspot.activity_mapping import ACTIVITY_PROPERTIES
from sdrdesk.sync.hubspot.mapping import COMPANY_PROPERTIES, LEAD_PROPERTIES
from tests.support.sandbox import Sandbox

MOST_S = 180.0
"""Time limit of a program; the slowest needs half a minute."""
KINDS = ("contacts", "companies", "calls")

OFFICIAL = """
import json, sys
from hubspot import HubSpot
url, out, names = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = HubSpot(access_token="pat-peer", host=url)
apis = {"contacts": client.crm.contacts, "companies": client.crm.companies,
        "calls": client.crm.objects.calls}
with open(out, "w") as file:
    for kind, api in apis.items():
        after = None
        while True:
            page = api.basic_api.get_page(limit=100, after=after, properties=names[kind])
            for record in page.results:
                file.write(json.dumps({"type": kind, **record.to_dict()}, default=str) + "\\n")
            if not (page.paging and page.paging.next):
                break
            after = page.paging.next.after
"""

SAME = {
    "contacts": list(LEAD_PROPERTIES),
    "companies": list(COMPANY_PROPERTIES),
    "calls": list(ACTIVITY_PROPERTIES["call"]),
}
"""The properties sdrdesk reads."""

DLT_SAME = DLT_SCRIPT.replace(
    '"params": {"limit": 100}',
    '"params": {"limit": 100, "properties": ",".join(NAMES[kind])}',
).replace("url, mode, out = sys.argv[1:4]", f"url, mode, out = sys.argv[1:4]\nNAMES = {SAME!r}")


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of the process itself, without the server."""

    seconds: float
    cpu_s: float
    """User and system time."""
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Ran:
    """One pull."""

    cost: Cost
    requests: int
    rows: int
    doubled: int
    """Rows beyond one per record."""


@dataclass(frozen=True, slots=True)
class Puller:
    """One program."""

    name: str
    prepare: Callable[[Path], Path]
    """Installs it into the work directory; returns its executable."""
    run: Callable[[Path, Path, Sandbox], Cost]
    """Takes the executable, an empty directory and the account."""
    ids: Callable[[Path], Iterable[tuple[str, str]]]
    """Kind and id of what it stored there."""


def pull(puller: Puller, executable: Path, out: Path, crm: Sandbox) -> Ran:
    """Run one program once and count requests and rows."""
    crm.control("requests?reset=true")
    cost = puller.run(executable, out, crm)
    requests: int = crm.control("requests")["total"]
    landed = Counter(puller.ids(out))
    rows = sum(landed.values())
    return Ran(cost, requests, rows, rows - len(landed))


def child(command: list[str], environ: Mapping[str, str], out: Path) -> Cost:
    """Run a command in ``out``, with its output in files there."""
    began = time.perf_counter()
    with (out / "stdout").open("wb") as stdout, (out / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            command, env=dict(environ), cwd=out, stdout=stdout, stderr=stderr
        )
        # The tap asks for the same page forever if too many records changed in one millisecond.
        limit = threading.Timer(MOST_S, process.kill)
        limit.start()
        _, status, usage = os.wait4(process.pid, 0)
        limit.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - began
    if process.returncode:
        tail = (out / "stderr").read_text(errors="replace")[-500:]
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {tail}")
    return Cost(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _sdrdesk(executable: Path, out: Path, crm: Sandbox) -> Cost:
    environ = environment(out, Account(crm.url, crm.token, crm.owner, 0))
    out.chmod(0o700)
    return child([str(executable), "sync", "--json"], environ, out)


def _sdrdesk_ids(out: Path) -> Iterator[tuple[str, str]]:
    with _database(out / "sdrdesk.db") as db:
        yield from db.execute("SELECT 'contacts', lead_id FROM lead")
        yield from db.execute("SELECT 'companies', company_id FROM company")
        yield from db.execute("SELECT 'calls', crm_id FROM activity WHERE kind = 'call'")


@contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(path)
    try:
        yield db
    finally:
        db.close()


def _official(executable: Path, out: Path, crm: Sandbox) -> Cost:
    command = [str(executable), "-c", OFFICIAL, crm.url, str(out / "rows.jsonl"), json.dumps(SAME)]
    return child(command, os.environ, out)


def _jsonl_ids(out: Path) -> Iterator[tuple[str, str]]:
    with (out / "rows.jsonl").open() as file:
        for line in file:
            row = json.loads(line)
            yield row["type"], row["id"]


def _dlt(script: str) -> Callable[[Path, Path, Sandbox], Cost]:
    def run(executable: Path, out: Path, crm: Sandbox) -> Cost:
        environ = {**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false", "HOME": str(out)}
        return child([str(executable), "-c", script, crm.url, "list", str(out)], environ, out)

    return run


def _dlt_ids(out: Path) -> Iterator[tuple[str, str]]:
    with _database(out / "hs__hs.sqlite") as db:
        for kind in KINDS:
            yield from ((kind, str(row[0])) for row in db.execute(f"SELECT id FROM {kind}"))


def _tap(executable: Path, out: Path, crm: Sandbox) -> Cost:
    """Run the tap; its discovery is neither timed nor counted."""
    config = out / "tap.json"
    config.write_text(
        json.dumps({"access_token": "pat-peer", "start_date": "2000-01-01T00:00:00Z"})
    )
    with proxied(crm.url, executable.parents[2] / "ca") as proxy:
        environ = {**os.environ, "HTTPS_PROXY": proxy, "NO_PROXY": "", "DO_NOT_TRACK": "1"}
        child([str(executable), "--config", str(config), "--discover"], environ, out)
        catalog = json.loads((out / "stdout").read_text())
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                if entry["breadcrumb"] == []:
                    entry["metadata"]["selected"] = stream["tap_stream_id"] in KINDS
        (out / "catalog.json").write_text(json.dumps(catalog))
        crm.control("requests?reset=true")
        command = [str(executable), "--config", str(config), "--catalog", "catalog.json"]
        return child(command, environ, out)


def _tap_ids(out: Path) -> Iterator[tuple[str, str]]:
    with (out / "stdout").open() as file:
        for line in file:
            message = json.loads(line)
            if message["type"] == "RECORD" and message["stream"] in KINDS:
                yield message["stream"], str(message["record"]["id"])


PULLERS = (
    Puller("sdrdesk sync, SQLite", lambda _: Path(SDRDESK), _sdrdesk, _sdrdesk_ids),
    Puller(
        "official client, plain loop, JSONL",
        lambda work: install(work, "official", "hubspot-api-client"),
        _official,
        _jsonl_ids,
    ),
    Puller(
        "dlt rest_api, SQLite, same properties",
        lambda work: install(work, "dlt", "dlt[sqlalchemy]"),
        _dlt(DLT_SAME),
        _dlt_ids,
    ),
    Puller(
        "dlt rest_api, SQLite, default properties",
        lambda work: install(work, "dlt", "dlt[sqlalchemy]"),
        _dlt(DLT_SCRIPT),
        _dlt_ids,
    ),
    Puller("Meltano Singer tap, text", ready_tap, _tap, _tap_ids),
)
"""sdrdesk first."""
