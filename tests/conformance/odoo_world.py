"""Odoo as a world of the suite."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from sdrdesk.domain.crm.records import ACTIVITY_KINDS
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.odoo.client import OdooClient
from sdrdesk.sync.odoo.mapping import MODEL
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.push.key_modes import set_mode
from sdrdesk.sync.registry import Target
from tests.conformance.odoo_records import ADMIN, RITA, SAM
from tests.conformance.odoo_server import OdooServer
from tests.conformance.still_clock import StillClock
from tests.conformance.worlds import LEADS
from tests.support.sandbox import Sandbox
from tests.sync.arena import TUNING
from tests.sync.desk import Desk, MovableClock


class OdooWorld:
    """Odoo, the small one."""

    status = ("New", "Qualified", "Lost")
    outcome = "Connected"

    def __init__(self, mode: KeyMode, version: int) -> None:
        self.mode = mode
        self.can = frozenset({"take_away", "restore"})
        if version < 19:
            self.can |= {"closing_deletes"}
        self.clock: MovableClock = StillClock()
        self.server: Any = self._open(version)
        self._archived: dict[str, Any] = {}
        for number in range(LEADS):
            self._add(f"Eva{number} Example", f"eva{number}@example.com")

    def _open(self, version: int) -> Any:
        keyed = self.mode is not KeyMode.MARKER
        server = OdooServer(self.clock, version=version, key_fields=keyed)
        if not keyed:
            server.add_field("crm.lead", "x_sdrdesk_dnc", "boolean")
        return server

    def _add(self, name: str, email: str) -> int:
        body = {"name": "Web form", "contact_name": name, "email_from": email}
        made: int = self.server.create(RITA, "crm.lead", body | {"phone": "+353 86 123 4567"})
        return made

    def target(self) -> Target:
        """Return the database as the rep's desk opens it."""
        return Target("https://odoo.example", "RITA", self.clock, "rita", "crm")

    def connect(self, **more: Any) -> OdooClient:
        """Open the database, with another key, name or mapping."""
        account = replace(self.target(), **more)
        return OdooClient(account, transport=self.server, sleep=lambda _: None)

    def client(self) -> OdooClient:
        return self.connect()

    def administrator(self) -> OdooClient:
        """Open the database as its administrator."""
        return self.connect(secret="ADMIN", user="admin")

    def lock(self, lead_id: str) -> None:
        """Let a rule forbid reps to change a lead."""
        self.server.read_only.add(int(lead_id))

    def desk(self, directory: Path, wrap: Callable[[CrmClient], CrmClient]) -> Desk:
        client = self.client()
        path = directory / f"{random.getrandbits(64):x}.db"
        nowhere = cast(Sandbox, None)
        made = Desk(nowhere, path, clock=self.clock, tuning=TUNING, client=client, wrap=wrap)
        for kind in ACTIVITY_KINDS:
            set_mode(made.db, kind, client.probe(kind), self.clock())
        made.owner_id = client.whoami().user_id
        return made

    def forward(self, seconds: float) -> None:
        self.clock.forward(seconds)

    def _rows(self, model: str) -> Mapping[int, dict[str, Any]]:
        rows: Mapping[int, dict[str, Any]] = self.server.records[model]
        return rows

    def leads(self) -> list[str]:
        return sorted(map(str, self._rows("crm.lead")))

    def add(self) -> str:
        return str(self._add("New Example", "new@example.com"))

    def row(self, record_id: str, model: str = "crm.lead") -> dict[str, Any]:
        return self._rows(model)[int(record_id)]

    def colleague(self) -> int:
        """Return the user whose leads the rep does not see."""
        return SAM

    def edit(self, lead_id: str, status: str) -> None:
        stages = {row["name"]: i for i, row in self._rows("crm.stage").items()}
        vals = {"active": False} if status == "Lost" else {"stage_id": stages[status]}
        self.server.update(ADMIN, "crm.lead", self.row(lead_id), {"active": True} | vals)

    def status_of(self, lead_id: str) -> str:
        row = self.row(lead_id)
        stage = self._rows("crm.stage")[row["stage_id"]]
        return str(stage["name"]) if row["active"] else "Lost"

    def is_marked(self, lead_id: str) -> bool:
        return self.row(lead_id).get("x_sdrdesk_dnc") is True

    def delete(self, lead_id: str) -> None:
        self._archived[lead_id] = self.server.records["crm.lead"].pop(int(lead_id))
        for model in ("mail.message", "mail.activity"):  # what was logged goes with it
            rows = self.server.records[model]
            for i in [i for i, row in rows.items() if row.get("res_id") == int(lead_id)]:
                del rows[i]

    def restore(self, lead_id: str) -> None:  # as from a backup: Odoo itself restores none
        self.server.records["crm.lead"][int(lead_id)] = self._archived[lead_id]
        self.server.update(ADMIN, "crm.lead", self.row(lead_id), {})

    def merge(self, keep_id: str, other_id: str) -> str:
        return str(self.server.merge(ADMIN, [int(other_id), int(keep_id)]))

    def take_away(self, lead_id: str) -> None:
        self.server.update(ADMIN, "crm.lead", self.row(lead_id), {"user_id": self.colleague()})

    def drop_key_field(self, kind: str) -> None:
        model = MODEL[kind]
        self.server.fields[model].discard("x_sdrdesk_key")
        for row in self.server.records[model].values():
            row.pop("x_sdrdesk_key", None)

    def found(self, kind: str, key: str) -> list[set[str]]:
        model = MODEL[kind]
        text = {"task": "note", "meeting": "description"}.get(kind, "body")
        return [
            {str(row.get("res_id") or row.get("opportunity_id"))}
            for row in self._rows(model).values()
            if row.get("x_sdrdesk_key") == key or f"[ref sdrdesk {key}]" in str(row.get(text))
        ]


ODOO: dict[str, Callable[[], OdooWorld]] = {
    "17-upsert": lambda: OdooWorld(KeyMode.UPSERT, 17),
    "17-marker": lambda: OdooWorld(KeyMode.MARKER, 17),
    "19-once": lambda: OdooWorld(KeyMode.ONCE, 19),
    "19-marker": lambda: OdooWorld(KeyMode.MARKER, 19),
}
