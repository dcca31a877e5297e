"""A tiny CRM in HubSpot's words that may say anything at all: any JSON in any property.

The sandbox keeps its own rules and refuses such values; this one has none. It answers in this
process (``transport``), or on loopback (``listening``).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from sdrdesk.clock import iso, system_clock
from sdrdesk.sync.hubspot import mapping
from sdrdesk.sync.hubspot.activity_mapping import ACTIVITY_PROPERTIES
from sdrdesk.sync.hubspot.paths import PLURAL

OWNER = "rita@example.test"
DO_NOT_CALL = "do_not_call_phone"
PROPERTIES: dict[str, tuple[str, ...]] = {
    "contacts": mapping.lead_properties(mapping.DoNotCall(DO_NOT_CALL)),
    "companies": mapping.COMPANY_PROPERTIES,
    **{PLURAL[kind]: names for kind, names in ACTIVITY_PROPERTIES.items()},
}
"""Properties the client asks for, by type."""
OPTION_PROPERTIES = ("hs_persona", "hs_lead_status", "lifecyclestage", "hs_call_disposition")

NOT_HERE = {
    "status": "error",
    "message": "not here",
    "category": "OBJECT_NOT_FOUND",
    "correlationId": "00000000-0000-0000-0000-000000000000",
}
"""HubSpot's envelope: a refusal without it counts as a network failure."""

_PAGES = tuple(PLURAL.values())


@dataclass
class OddCrm:
    """Two leads at a company, one activity of each kind, two owners, and whatever a test adds."""

    now: str = field(default_factory=lambda: iso(system_clock()))
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    owners: list[Any] = field(default_factory=list)
    options: dict[str, list[Any]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    taken: list[Any] = field(default_factory=list)
    """Bodies of the writes."""
    answer_to_create: Any = None
    """The answer to a create; ``None`` for a record with an id."""

    def __post_init__(self) -> None:
        self.owners = [
            {"id": "70001", "email": OWNER, "firstName": "Rita", "lastName": "Rep", "userId": 1},
            {"id": "70002", "email": "max@example.test", "firstName": "Max", "lastName": "Rep"},
        ]
        self.options = {
            name: [
                {"value": value, "label": value.title(), "displayOrder": place}
                for place, value in enumerate(values)
            ]
            for name, values in {
                "hs_persona": ("buyer", "user"),
                "hs_lead_status": ("NEW", "OPEN", "IN_PROGRESS"),
                "lifecyclestage": ("lead", "marketingqualifiedlead", "salesqualifiedlead"),
                "hs_call_disposition": ("connected", "no answer"),
            }.items()
        }
        self.records = {name: {} for name in _PAGES}
        for lead_id in ("512", "513"):
            self.contact(lead_id)
        self.put("companies", "900", name="Initech", domain="initech.example", country="Ireland")
        for plural in _PAGES[2:]:
            self.put(plural, f"{len(plural)}00", hs_timestamp=self.now, hubspot_owner_id="70001")
        self.records["calls"]["500"]["hs_call_disposition"] = "connected"

    def put(self, plural: str, record_id: str, **properties: Any) -> None:
        """Add a record, or change its properties."""
        changed = "lastmodifieddate" if plural == "contacts" else "hs_lastmodifieddate"
        self.records[plural].setdefault(record_id, {changed: self.now}).update(properties)

    def contact(self, lead_id: str, **properties: Any) -> None:
        """Add a lead that is callable, but for ``properties``."""
        usual = {
            "firstname": f"Ada{lead_id}",
            "email": f"ada{lead_id}@initech.example",
            "hubspot_owner_id": "70001",
            "lifecyclestage": "marketingqualifiedlead",
            "hs_lead_status": "NEW",
            "recent_conversion_date": self.now,
            "num_conversion_events": "1",
            "phone": "+353875550142",
            "country": "Ireland",
            "associatedcompanyid": "900",
        }
        self.put("contacts", lead_id, **(usual | properties))

    def transport(self) -> httpx.MockTransport:
        """Return it as a transport of the client."""

        def handle(request: httpx.Request) -> httpx.Response:
            found = self.answer(request.method, str(request.url), request.content)
            if found is None:
                return httpx.Response(404, json=NOT_HERE)
            return httpx.Response(200, content=written(found))

        return httpx.MockTransport(handle)

    def answer(self, method: str, url: str, content: bytes) -> Any:
        """Return the answer to a request, ``None`` for nothing here."""
        parts = urlsplit(url)
        steps = parts.path.strip("/").split("/")
        body = json.loads(content) if content else {}
        self.requests.append(f"{method} {parts.path}")
        if steps[0] == "account-info":
            return {"portalId": 1, "timeZone": "Europe/Dublin"}
        if steps[:2] == ["crm", "owners"]:
            archived = parse_qs(parts.query).get("archived") == ["true"]
            return {"results": [] if archived else self.owners}
        if steps[:2] == ["crm", "properties"]:
            return self._definition(steps[-1])
        if steps[:2] == ["crm", "associations"]:
            return {
                "results": [{"from": one, "to": [{"toObjectId": 512}]} for one in body["inputs"]]
            }
        if steps[:2] == ["crm", "objects"]:
            return self._objects(method, steps[3], steps[4:], body)
        return None

    def _definition(self, name: str) -> Any:
        if name == "contacts":
            return {"results": []}
        if name not in self.options:
            return None
        return {"name": name, "type": "enumeration", "options": self.options[name]}

    def _objects(self, method: str, plural: str, rest: list[str], body: Any) -> Any:
        held = self.records[plural]
        if method == "POST" and not rest:
            self.taken.append(body)
            return self.answer_to_create or {"id": "77", "properties": {}}
        if rest == ["batch", "read"]:
            found = [one["id"] for one in body["inputs"] if one["id"] in held]
            return {"results": [self._record(plural, i) for i in found]}
        if not rest or rest == ["search"]:
            return {"results": [self._record(plural, i) for i in held], "total": len(held)}
        if len(rest) > 1 and method == "GET":
            return {"results": []}
        if rest[0] not in held:
            return None
        if method == "PATCH":
            self.taken.append(body)
            held[rest[0]] |= body["properties"]
        return self._record(plural, rest[0])

    def _record(self, plural: str, record_id: str) -> Any:
        links = {"contacts": {"results": [{"id": "512"}]}}
        properties = self.records[plural][record_id]
        odd = properties.get("!", {})
        plain = {name: value for name, value in properties.items() if name != "!"}
        return {"id": record_id, "properties": plain, "associations": links} | odd


def written(answer: Any) -> bytes:
    """Return an answer as bytes: NaN and half characters too, which JSON can carry in escapes."""
    return json.dumps(answer, allow_nan=True).encode()


@contextmanager
def listening(crm: OddCrm) -> Iterator[str]:
    """Serve the CRM on loopback; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def _go(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = crm.answer(self.command, self.path, content)
            body = written(NOT_HERE if found is None else found)
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = _go  # noqa: N815  # names of http.server

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
