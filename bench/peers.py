"""Independent readers pull a whole sandbox account: ``python -m bench.peers [--leads N]``.

They were written by others for the real CRM and are not patched. Each must return exactly the ids
that the sandbox holds. Needs the network once, to install them from PyPI into virtual environments;
not part of the test run.

* dlt's built-in ``rest_api`` source, by list and by search, into SQLite;
* ``meltano-tap-hubspot``, a Singer tap with a fixed host: it goes through a local CONNECT proxy
  that ends TLS with a temporary certificate. Other hosts are refused, so no telemetry leaves.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.homes import listed_ids
from tests.support.sandbox import Sandbox, sandbox_process

HOST = "api.hubapi.com"
TYPES = ("contacts", "companies", "calls", "owners")
Ids = dict[str, list[str]]

DLT_SCRIPT = """
import sys, dlt
from dlt.sources.rest_api import rest_api_source
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

url, mode, out = sys.argv[1:4]
MOD = {"contacts": "lastmodifieddate", "companies": "hs_lastmodifieddate",
       "calls": "hs_lastmodifieddate"}

def listed(kind):
    return {"name": kind, "primary_key": "id", "write_disposition": "merge", "endpoint": {
        "path": f"crm/v3/objects/{kind}", "params": {"limit": 100}, "data_selector": "results",
        "paginator": {"type": "cursor", "cursor_path": "paging.next.after",
                      "cursor_param": "after"}}}

def searched(kind):
    test = {"propertyName": MOD[kind], "operator": "GTE", "value": "{incremental.start_value}"}
    return {"name": kind, "primary_key": "id", "write_disposition": "merge", "endpoint": {
        "path": f"crm/v3/objects/{kind}/search", "method": "POST", "data_selector": "results",
        "paginator": JSONResponseCursorPaginator(cursor_path="paging.next.after",
                                                 cursor_body_path="after"),
        "incremental": {"cursor_path": "updatedAt", "initial_value": "2020-01-01T00:00:00.000Z",
                        "convert": lambda v: str(int(dlt.common.pendulum.parse(v).timestamp()
                                                     * 1000))},
        "json": {"limit": 200, "sorts": [{"propertyName": MOD[kind], "direction": "ASCENDING"}],
                 "properties": [MOD[kind]], "filterGroups": [{"filters": [test]}]}}}

make = listed if mode == "list" else searched
owners = {"name": "owners", "write_disposition": "replace", "endpoint": {
    "path": "crm/v3/owners", "data_selector": "results",
    "paginator": {"type": "cursor", "cursor_path": "paging.next.after", "cursor_param": "after"}}}
source = rest_api_source({
    "client": {"base_url": url + "/", "auth": {"type": "bearer", "token": "pat-peer"}},
    "resources": [*(make(kind) for kind in MOD), owners]})
dlt.pipeline("hs", destination=dlt.destinations.sqlalchemy(f"sqlite:///{out}/hs.sqlite"),
             dataset_name="hs", pipelines_dir=f"{out}/state").run(source)
"""


def install(work: Path, name: str, *packages: str) -> Path:
    """Make a virtual environment with ``packages``, kept between runs, and return its Python."""
    home = work / name
    python = home / "bin" / "python"
    if not (home / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
        (home / "done").touch()
    return python


def truth(crm: Sandbox) -> Ids:
    """Return the ids of the account from its own list endpoints."""
    found: Ids = {}
    for kind in TYPES:
        base = "/crm/v3/owners" if kind == "owners" else f"/crm/v3/objects/{kind}"
        found[kind] = list(listed_ids(crm, base))
    return found


def with_dlt(work: Path, crm: Sandbox, mode: str) -> Ids:
    """Pull with dlt and return the ids in its SQLite file."""
    python = install(work, "dlt", "dlt[sqlalchemy]")
    script = work / "pull_with_dlt.py"
    script.write_text(DLT_SCRIPT)
    with tempfile.TemporaryDirectory() as out:
        environment = {**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false", "HOME": out}
        command = [str(python), str(script), crm.url, mode, out]
        subprocess.run(command, check=True, env=environment, cwd=out)
        with sqlite3.connect(f"{out}/hs__hs.sqlite") as db:
            found = {
                kind: [str(row[0]) for row in db.execute(f"SELECT id FROM {kind}")]
                for kind in TYPES
            }
        db.close()
    return found


def ready_tap(work: Path) -> Path:
    """Install the Meltano tap with a certificate for the proxy and return its program."""
    python = install(work, "tap", "meltano-tap-hubspot")
    tools = install(work, "tools", "trustme")
    certificates = work / "ca"
    if not certificates.exists():
        certificates.mkdir()
        command = [str(tools), "-m", "trustme", "-q", "-d", str(certificates), "-i", HOST]
        subprocess.run(command, check=True)
    _trust(python, certificates / "client.pem")
    return python.with_name("tap-hubspot")


def with_singer_tap(work: Path, crm: Sandbox) -> Ids:
    """Pull with the Meltano tap through the proxy and return the ids in its messages."""
    tap = str(ready_tap(work))
    config = work / "tap.json"
    config.write_text(
        json.dumps({"access_token": "pat-peer", "start_date": "2020-01-01T00:00:00Z"})
    )
    with proxied(crm.url, work / "ca") as proxy:
        environment = {**os.environ, "HTTPS_PROXY": proxy, "NO_PROXY": "", "DO_NOT_TRACK": "1"}

        def run(*more: str) -> str:
            return subprocess.run(
                [tap, "--config", str(config), *more],
                check=True,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            ).stdout

        catalog = json.loads(run("--discover"))
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                if entry["breadcrumb"] == []:
                    entry["metadata"]["selected"] = stream["tap_stream_id"] in TYPES
        chosen = work / "catalog.json"
        chosen.write_text(json.dumps(catalog))
        messages = run("--catalog", str(chosen))
    found: Ids = {kind: [] for kind in TYPES}
    for line in messages.splitlines():
        message = json.loads(line)
        if message["type"] == "RECORD" and message["stream"] in found:
            found[message["stream"]].append(str(message["record"]["id"]))
    return found


def _trust(python: Path, certificate: Path) -> None:
    """Add the certificate to the environment's own store: Singer taps ignore REQUESTS_CA_BUNDLE."""
    where = subprocess.run(
        [str(python), "-c", "import certifi; print(certifi.where())"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()
    store = Path(where)
    text = certificate.read_text()
    if text not in store.read_text():
        store.write_text(store.read_text() + "\n" + text)


@contextmanager
def proxied(url: str, certificates: Path) -> Iterator[str]:
    """Run a CONNECT proxy to the sandbox that ends TLS, and yield its URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    host, _, port = url.removeprefix("http://").partition(":")
    ready = threading.Event()
    ports: list[int] = []
    stopping: list[Callable[[], object]] = []

    async def serve() -> None:
        async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _join(reader, writer, host, int(port))

        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, OSError):
                writer.close()
                return
            if not head.startswith(f"CONNECT {HOST}:443 ".encode()):
                writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                writer.close()
                return
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await _join(reader, writer, host, ports[0])

        async with (
            await asyncio.start_server(plain, host, 0, ssl=context) as inner,
            await asyncio.start_server(connect, host, 0) as outer,
        ):
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            stopping.append(lambda: loop.call_soon_threadsafe(stop.set))
            ports.extend(server.sockets[0].getsockname()[1] for server in (inner, outer))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield f"http://{host}:{ports[1]}"
    finally:
        stopping[0]()
        thread.join(10)


async def _join(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int
) -> None:
    far_reader, far_writer = await asyncio.open_connection(host, port)
    await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # one side closed; the close below tells the other
    finally:
        writer.close()


def main() -> None:
    """Pull with all readers and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=2500)
    default = Path(tempfile.gettempdir()) / "sdrdesk-peers"
    parser.add_argument("--work", type=Path, default=default, help="where environments are kept")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    peers: dict[str, Callable[[Path, Sandbox], Ids]] = {
        "dlt rest_api, list": lambda work, crm: with_dlt(work, crm, "list"),
        "dlt rest_api, search": lambda work, crm: with_dlt(work, crm, "search"),
        "meltano-tap-hubspot": with_singer_tap,
    }
    print(f"| peer | {' | '.join(TYPES)} | agrees | requests | seconds |")
    print("|" + " --- |" * (len(TYPES) + 4))
    agreed = True
    serve = ("--leads", str(arguments.leads), "--seed", "7", "--no-limits", "--lag-ms", "0")
    with sandbox_process(*serve) as (crm, _):
        expected = truth(crm)
        for name, pull in peers.items():
            crm.control("requests?reset=true")
            began = time.monotonic()
            agreed &= _report(name, expected, pull(arguments.work, crm), crm, began)
    raise SystemExit(0 if agreed else 1)


def _report(name: str, expected: Ids, found: Ids, crm: Sandbox, began: float) -> bool:
    took_s = time.monotonic() - began
    requests: Any = crm.control("requests")["total"]
    same = all(sorted(found[kind]) == sorted(expected[kind]) for kind in TYPES)
    counts = " | ".join(f"{len(found[kind]):,}" for kind in TYPES)
    word = "yes" if same else f"no: { ({k: len(set(expected[k]) ^ set(found[k])) for k in TYPES}) }"
    print(f"| {name} | {counts} | {word} | {requests} | {took_s:.1f} |", flush=True)
    return same


if __name__ == "__main__":
    main()
