"""Salesforce for the suite, with what others do there."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import cast

from sdrdesk.domain.crm.records import ACTIVITY_KINDS
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.push.key_modes import set_mode
from sdrdesk.sync.registry import Target
from sdrdesk.sync.salesforce.client import SalesforceClient
from tests.conformance.force_server import KEY, RITA, STATUSES, TOKEN, ForceServer
from tests.conformance.still_clock import StillClock
from tests.support.sandbox import Sandbox
from tests.sync.arena import TUNING
from tests.sync.desk import Desk

_LEADS = 8


class ForceWorld:
    """Salesforce, the small one."""

    can = frozenset({"take_away", "restore"})
    status = (STATUSES[0], STATUSES[1], STATUSES[2])
    outcome = "Connected"

    def __init__(self, mode: KeyMode) -> None:
        self.mode = mode
        self.clock = StillClock()
        key = {KeyMode.UPSERT: "unique", KeyMode.FIELD: "plain"}.get(mode, "")
        self.server = ForceServer(self.clock, key=key)
        for number in range(_LEADS):
            self.clock.forward(0.001)
            self._add(f"Eva{number}", f"eva{number}@example.com")

    def _add(self, name: str, email: str) -> str:
        body = {"FirstName": name, "LastName": "Example", "Company": "Acme", "Email": email}
        return self.server.put("Lead", body | {"Phone": "+353861234567", "OwnerId": RITA})

    def desk(self, directory: Path, wrap: Callable[[CrmClient], CrmClient]) -> Desk:
        account = Target("https://acme.example", TOKEN, self.clock)
        client = SalesforceClient(account, transport=self.server, sleep=lambda _: None)
        path = directory / f"{random.getrandbits(64):x}.db"
        nowhere = cast(Sandbox, None)
        made = Desk(nowhere, path, clock=self.clock, tuning=TUNING, client=client, wrap=wrap)
        for kind in ACTIVITY_KINDS:
            set_mode(made.db, kind, client.probe(kind), self.clock())
        made.owner_id = RITA
        return made

    def forward(self, seconds: float) -> None:
        self.clock.forward(seconds)

    def leads(self) -> list[str]:
        rows = self.server.records["Lead"].items()
        return sorted(lead for lead, row in rows if not row["IsDeleted"])

    def add(self) -> str:
        return self._add("New", "new@example.com")

    def edit(self, lead_id: str, status: str) -> None:
        self.server.change("Lead", lead_id, {"Status": status})

    def status_of(self, lead_id: str) -> str:
        return str(self.server.records["Lead"][lead_id]["Status"])

    def is_marked(self, lead_id: str) -> bool:
        return bool(self.server.records["Lead"][lead_id]["DoNotCall"])

    def delete(self, lead_id: str) -> None:
        self.server.change("Lead", lead_id, {"IsDeleted": True})

    def restore(self, lead_id: str) -> None:
        self.server.change("Lead", lead_id, {"IsDeleted": False})

    def merge(self, keep_id: str, other_id: str) -> str:
        self.server.merge(keep_id, other_id)
        return keep_id

    def take_away(self, lead_id: str) -> None:
        self.server.hidden.add(lead_id)

    def drop_key_field(self, kind: str) -> None:  # one field serves all kinds
        for entity in ("Task", "Event"):
            self.server.fields[entity].discard(KEY)
            for record in self.server.records[entity].values():
                record.pop(KEY, None)

    def found(self, kind: str, key: str) -> list[set[str]]:
        entity = "Event" if kind == "meeting" else "Task"
        mark = f"[ref sdrdesk {key}]"
        return [
            {record["WhoId"]}
            for record in self.server.records[entity].values()
            if record.get(KEY) == key or mark in record.get("Description", "")
        ]
