"""The small CRMs of these tests on loopback: ``python -m tests.conformance.serve odoo17``.

For playing with them by hand, and for the bench.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx

from sdrdesk.clock import system_clock
from tests.conformance.espo_server import EspoServer
from tests.conformance.force_server import ForceServer
from tests.conformance.odoo_records import RITA
from tests.conformance.odoo_server import OdooServer

KINDS = ("odoo17", "odoo19", "espocrm", "salesforce")


def make(kind: str, leads: int, *, ready: bool = False) -> EspoServer | ForceServer | OdooServer:
    """Return a server with leads of the last hours; ``ready``: with the fields of ``setup``."""
    made: EspoServer | ForceServer | OdooServer
    made_at = system_clock() - timedelta(hours=1, seconds=leads)
    passed = count()

    def earlier() -> datetime:
        return made_at + timedelta(seconds=next(passed) / 10)

    if kind == "salesforce":
        made = ForceServer(earlier, key="unique" if ready else "")
        for n in range(leads):
            said = _name(n)
            made.put("Lead", {
                "FirstName": said["firstName"], "LastName": said["lastName"],
                "Email": said["emailAddress"], "Phone": said["phoneNumber"],
                "Company": said["accountName"], "Title": said["title"],
            })  # fmt: skip
        made.clock = system_clock
        return made
    if kind == "espocrm":
        made = EspoServer(earlier, key_field=ready, script=False, versions=False)
        for n in range(leads):
            made.create("Lead", {**_name(n), "assignedUserId": "rita"})
        made.clock = system_clock
        return made
    made = OdooServer(earlier, version=int(kind[-2:]), key_fields=ready)
    for n in range(leads):
        said = _name(n)
        made.create(RITA, "crm.lead", {
            "name": f"Form {n}", "contact_name": f"{said['firstName']} {said['lastName']}",
            "email_from": said["emailAddress"], "phone": said["phoneNumber"],
            "partner_name": said["accountName"], "function": said["title"],
        })  # fmt: skip
    made.clock = system_clock
    return made


def _name(n: int) -> dict[str, str]:
    return {
        "firstName": f"Eva{n}",
        "lastName": "Example",
        "emailAddress": f"eva{n}@firm{n}.example",
        "phoneNumber": f"+3538612{n % 100_000:05d}",
        "accountName": f"Firm {n}",
        "title": "Head of Operations",
    }


@contextmanager
def serving(crm: httpx.BaseTransport, port: int = 0) -> Iterator[str]:
    """Serve a small CRM and return its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = httpx.Request(
                self.command,
                f"http://127.0.0.1{self.path}",
                headers=dict(self.headers.items()),
                content=self.rfile.read(length),
            )
            response = crm.handle_request(request)
            content = response.read()
            self.send_response_only(response.status_code)
            for name, value in response.headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  # the base's names

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--leads", type=int, default=40)
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    with serving(make(asked.kind, asked.leads), asked.port) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
