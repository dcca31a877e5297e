"""What other CRMs cost: ``python -m bench.connectors [--leads N]``.

Requests of a first load, of an idle round and of a round with five changes, against the fewest that
the CRM's API allows; then the CPU of a first load beside HubSpot's. The small CRMs of the tests
answer in this process; their own time is taken off.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

import httpx

from bench.table import verdict
from sdrdesk.clock import system_clock
from sdrdesk.sync.espocrm.client import EspoClient
from sdrdesk.sync.odoo.client import OdooClient
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.registry import Target
from sdrdesk.sync.salesforce.client import SalesforceClient
from tests.conformance.espo_server import EspoServer
from tests.conformance.force_server import RITA as FORCE_RITA
from tests.conformance.force_server import TOKEN, ForceServer
from tests.conformance.odoo_records import ADMIN, RITA
from tests.conformance.odoo_server import OdooServer
from tests.conformance.serve import make
from tests.support.sandbox import Sandbox, sandbox_process
from tests.sync.desk import Desk, MovableClock

CHANGES = 5
LEADS = 25_000


class Kind(NamedTuple):
    """A CRM, and the fewest requests that its API allows."""

    name: str
    page: int
    ids: int
    """Most ids of a read: EspoCRM takes them in the address, which servers limit to 8 kB; so does
    Salesforce, with room for 16 kB."""
    sign_in: int
    """Requests that prove the key and say whose it is, in each process."""
    shape: int
    """Requests that say which fields and words the account has, in each process."""
    newest: int
    """Requests before a first load that say where changes begin, and how many leads there are."""
    options: int
    """Requests for owners and options, every quarter of an hour."""
    kinds: int
    """Kinds of record that have changes."""
    feeds: int = 0
    """Requests for the leads that went, where a list names them."""

    def load(self, leads: int) -> int:
        """Return the fewest requests of a first load without activities."""
        pages = math.floor(leads / self.page) + 1
        return self.sign_in + self.shape + self.newest + self.options + pages + self.kinds - 1

    def idle(self, own: int) -> int:
        """Return the fewest requests of a round: changes of each kind, and the newest leads."""
        asked = self.kinds + self.feeds + math.ceil(own / self.ids)
        return self.sign_in + self.shape + asked


KINDS = {
    "odoo17": Kind("Odoo 17", 500, 500, 3, 6, 2, 1, 5),
    "odoo19": Kind("Odoo 19", 500, 500, 2, 6, 2, 1, 5),
    "espocrm": Kind("EspoCRM 9", 200, 100, 1, 0, 4, 4, 4),
    "salesforce": Kind("Salesforce", 2_000, 500, 1, 3, 5, 1, 7, 1),
}


class Counted(httpx.BaseTransport):
    """Takes the time of a server in this process."""

    def __init__(self, server: httpx.BaseTransport) -> None:
        self._server = server
        self.cpu_s = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.thread_time()
        try:
            response = self._server.handle_request(request)
            response.read()
            return response
        finally:
            self.cpu_s += time.thread_time() - began


def client_of(kind: str, transport: httpx.BaseTransport) -> CrmClient:
    """Return a client of a small CRM."""
    url = "https://crm.example"
    if kind == "espocrm":
        return EspoClient(Target(url, "API-KEY", system_clock), transport=transport)
    if kind == "salesforce":
        return SalesforceClient(Target(url, TOKEN, system_clock), transport=transport)
    account = Target(url, "RITA", system_clock, user="rita", database="crm")
    return OdooClient(account, transport=transport)


def desk_of(path: Path, client: CrmClient, owner: str) -> Desk:
    """Return a desk on a database, with a client as a new process has it."""
    desk = Desk(cast(Sandbox, None), path, clock=cast(MovableClock, system_clock), client=client)
    desk.owner_id = owner
    return desk


def change(server: EspoServer | ForceServer | OdooServer, word: str) -> None:
    """Change five leads as somebody else does."""
    if isinstance(server, ForceServer):
        for lead in list(server.records["Lead"])[:CHANGES]:
            server.change("Lead", lead, {"Title": word})
        return
    if isinstance(server, EspoServer):
        for lead in list(server.records["Lead"])[:CHANGES]:
            server.update("Lead", lead, {"title": word})
        return
    for row in list(server.records["crm.lead"].values())[:CHANGES]:
        server.update(ADMIN, "crm.lead", row, {"function": word})


def rounds(kind: str, leads: int, folder: Path) -> list[tuple[str, int, int]]:
    """Return what each round cost, and the fewest requests for it."""
    server = make(kind, leads, ready=True)
    owner = {"espocrm": "rita", "salesforce": FORCE_RITA}.get(kind, str(RITA))
    path, least = folder / f"{kind}-{leads}.db", KINDS[kind]

    def sync() -> int:
        desk = desk_of(path, client_of(kind, server), owner)
        try:
            return desk.sync().requests
        finally:
            desk.close()

    own = min(leads, 500)
    load = sync()
    sync()
    idle = sync()
    change(server, "Head of Five")
    few = sync()
    return [
        ("first load", load, least.load(leads)),
        ("idle round", idle, least.idle(own)),
        (f"{CHANGES} changes", few, least.idle(own)),
    ]


def cpu(kind: str, leads: int, folder: Path) -> float:
    """Return the CPU seconds of a first load, without those of the server."""
    server = make(kind, leads, ready=True)
    counted = Counted(server)
    desk = desk_of(folder / f"{kind}-cpu.db", client_of(kind, counted), "")
    began = time.process_time()
    desk.sync()
    took = time.process_time() - began - counted.cpu_s
    desk.close()
    return took


def cpu_of_hubspot(leads: int, folder: Path) -> float:
    """Return the same for the sandbox, which is a process of its own."""
    serve = ("--leads", str(leads), "--seed", "7", "--no-limits", "--lag-ms", "0")
    with sandbox_process(*serve) as (sandbox, _):
        desk = Desk(sandbox, folder / "hubspot.db")
        began = time.process_time()
        desk.sync()
        took = time.process_time() - began
        desk.close()
    return took


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=LEADS)
    parser.add_argument("--small", type=int, default=1_000)
    asked = parser.parse_args()
    show: Callable[..., None] = print
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        folder = Path(text)
        show("| CRM | leads | round | requests | fewest |\n| --- | ---: | --- | ---: | ---: |")
        for kind, least in KINDS.items():
            for leads in (asked.small, 4 * asked.small):
                for what, cost, fewest in rounds(kind, leads, folder):
                    show(f"| {least.name} | {leads:,} | {what} | {cost} | {fewest} |", flush=True)
                    show(verdict(f"{least.name}, {what}: requests / fewest", cost / fewest, 1.1))
        hubspot = cpu_of_hubspot(asked.leads, folder)
        show(f"HubSpot: {asked.leads:,} leads in {hubspot:.1f} s of CPU")
        for kind, least in KINDS.items():
            took = cpu(kind, asked.leads, folder)
            show(f"{least.name}: {asked.leads:,} leads in {took:.1f} s of CPU")
            show(verdict(f"{least.name}: CPU / HubSpot's", took / hubspot, 2.0))


if __name__ == "__main__":
    main()
