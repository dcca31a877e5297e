"""The CRMs of the suite, each with what others do there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, cast

from sdrdesk.domain.crm.records import ACTIVITY_KINDS
from sdrdesk.sync.capabilities import Capabilities, KeyMode
from sdrdesk.sync.errors import Rejected, Unknown
from sdrdesk.sync.espocrm.client import EspoClient
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.push.key_modes import set_mode
from sdrdesk.sync.registry import Target
from tests.conformance.espo_server import EspoServer
from tests.conformance.memory_crm import MemoryClient, MemoryCrm
from tests.conformance.still_clock import StillClock
from tests.support.sandbox import Sandbox
from tests.sync.arena import TUNING, Arena, SharedClock
from tests.sync.desk import Desk, MovableClock, use_keys

LEADS = 8
PLURAL = {"call": "calls", "task": "tasks", "note": "notes", "meeting": "meetings"}
WRITES = ("create", "change_lead", "link", "add_to_list", "change_task", "correct_activity")


class World(Protocol):
    """One CRM account, seen from the CRM's side."""

    mode: KeyMode
    can: frozenset[str]
    """What the CRM can show, of ``take_away``, ``restore``, ``compare`` and ``closing_deletes``."""
    status: tuple[str, str, str]
    """A status of the account that a lead may have, and two others."""
    outcome: str
    """Label of a call outcome."""

    def desk(self, directory: Path, wrap: Callable[[CrmClient], CrmClient]) -> Desk:
        """Return a desk on an empty database."""

    def forward(self, seconds: float) -> None: ...
    def leads(self) -> list[str]: ...
    def add(self) -> str: ...
    def edit(self, lead_id: str, status: str) -> None: ...
    def status_of(self, lead_id: str) -> str: ...
    def is_marked(self, lead_id: str) -> bool: ...
    def delete(self, lead_id: str) -> None: ...
    def restore(self, lead_id: str) -> None: ...
    def merge(self, keep_id: str, other_id: str) -> str: ...
    def take_away(self, lead_id: str) -> None: ...
    def drop_key_field(self, kind: str) -> None: ...

    def found(self, kind: str, key: str) -> list[set[str]]:
        """Return the leads of each activity with this key."""


class Failing:
    """A client whose next writes get no answer, before or after they were carried out.

    Those of the kinds in ``refused`` are refused.
    """

    def __init__(self, crm: Any) -> None:
        self._crm = crm
        self.lost: list[str] = []
        self.refused: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._crm, name)
        if name not in WRITES:
            return real

        def call(*given: Any, **named: Any) -> Any:
            if name == "create" and given[0].kind in self.refused:
                raise Rejected("Not like this")
            when = self.lost.pop(0) if self.lost else ""
            answer = None if when == "before" else real(*given, **named)
            if when:
                raise Unknown("no response")
            return answer

        return call


class MemoryWorld:
    """The CRM in memory, with any traits."""

    can = frozenset({"take_away", "restore", "compare"})
    status = ("fresh", "talking", "lost")
    outcome = "Connected"

    def __init__(self, mode: KeyMode, **traits: Any) -> None:
        self.mode = mode
        self.clock = StillClock()
        kinds: set[str] = set() if mode is KeyMode.MARKER else set(ACTIVITY_KINDS)
        self.crm = MemoryCrm(self.clock, key_kinds=kinds)
        self.traits = Capabilities(**({"absence_is_certain": True, "index_lag_s": 0.0} | traits))
        for number in range(LEADS):
            self.clock.forward(0.001)
            self.crm.add_lead(email=f"eva{number}@example.com", phone=f"+35386123456{number}")
        self._archived: dict[str, Any] = {}

    def desk(self, directory: Path, wrap: Callable[[CrmClient], CrmClient]) -> Desk:
        client = MemoryClient(self.crm, self.traits, self.mode)
        made = Desk(
            cast(Sandbox, None),
            directory / f"{random.getrandbits(64):x}.db",
            clock=self.clock,
            tuning=TUNING,
            client=client,
            wrap=wrap,
        )
        if self.mode is not KeyMode.MARKER:
            use_keys(made)
        made.owner_id = "rita"
        return made

    def forward(self, seconds: float) -> None:
        self.clock.forward(seconds)

    def leads(self) -> list[str]:
        return sorted(self.crm.leads)

    def add(self) -> str:
        return self.crm.add_lead()

    def edit(self, lead_id: str, status: str) -> None:
        self.crm.edit(lead_id, status=status)

    def status_of(self, lead_id: str) -> str:
        return self.crm.leads[lead_id].status

    def is_marked(self, lead_id: str) -> bool:
        return self.crm.leads[lead_id].do_not_call

    def delete(self, lead_id: str) -> None:
        self._archived[lead_id] = self.crm.leads[lead_id]
        self.crm.remove(lead_id, "deleted")

    def restore(self, lead_id: str) -> None:
        self.crm.gone = [row for row in self.crm.gone if row[1] != lead_id]
        self.crm.leads[lead_id] = self._archived[lead_id]
        self.crm.edit(lead_id)

    def merge(self, keep_id: str, other_id: str) -> str:
        self.crm.remove(other_id, "merged", keep_id)
        self.crm.edit(keep_id)
        return keep_id

    def take_away(self, lead_id: str) -> None:
        self.crm.remove(lead_id, "taken")

    def drop_key_field(self, kind: str) -> None:
        self.crm.key_kinds.discard(kind)
        for activity in list(self.crm.activities.values()):
            if activity.kind == kind:
                self.crm.put(replace(activity, key=""))

    def found(self, kind: str, key: str) -> list[set[str]]:
        records = self.crm.activities.values()
        return [set(a.lead_ids) for a in records if a.kind == kind and a.key == key]


class HubSpotWorld:
    """The sandbox."""

    can = frozenset({"restore"})
    status = ("NEW", "IN_PROGRESS", "BAD_TIMING")
    outcome = "Connected"

    def __init__(self, arena: Arena, mode: KeyMode) -> None:
        self.mode = mode
        self._arena = arena
        self._start = arena.reset(mode.value)
        self._desks = 0
        self._reader: Desk | None = None

    def desk(self, directory: Path, wrap: Callable[[CrmClient], CrmClient]) -> Desk:
        self._desks += 1
        path = directory / f"{self._desks}.db"
        path.write_bytes(self._start.read_bytes())
        clock = SharedClock(self._arena)
        self._reader = Desk(self._arena.sandbox, path, clock=clock, tuning=TUNING, wrap=wrap)
        return self._reader

    def forward(self, seconds: float) -> None:
        self._arena.advance(round(seconds * 1000))

    def leads(self) -> list[str]:
        page = self._arena.sandbox.get("/crm/objects/2026-09/contacts?limit=100").json
        return [record["id"] for record in page["results"]]

    def add(self) -> str:
        body = {"properties": {"email": "new@example.com", "phone": "+353861234599"}}
        return str(self._arena.sandbox.post("/crm/objects/2026-09/contacts", body).json["id"])

    def edit(self, lead_id: str, status: str) -> None:
        properties = {"hs_lead_status": status}
        body = {"type": "contacts", "id": lead_id, "properties": properties}
        self._arena.sandbox.control("edit", body)

    def status_of(self, lead_id: str) -> str:
        return str(self._contact(lead_id).get("hs_lead_status") or "")

    def is_marked(self, lead_id: str) -> bool:
        return self._contact(lead_id).get("do_not_call_phone") == "true"

    def delete(self, lead_id: str) -> None:
        self._arena.sandbox.control("archive", {"type": "contacts", "ids": [lead_id]})

    def restore(self, lead_id: str) -> None:
        self._arena.sandbox.control("restore", {"type": "contacts", "ids": [lead_id]})

    def merge(self, keep_id: str, other_id: str) -> str:
        body = {"type": "contacts", "ids": [keep_id, other_id]}
        return str(self._arena.sandbox.control("merge", body)["id"])

    def take_away(self, lead_id: str) -> None:
        raise AssertionError(f"HubSpot has no rights to single contacts such as {lead_id}")

    def drop_key_field(self, kind: str) -> None:
        self._arena.sandbox.delete(f"/crm/properties/2026-09/{PLURAL[kind]}/sdrdesk_key")

    def found(self, kind: str, key: str) -> list[set[str]]:
        assert self._reader is not None
        desk = self._reader
        return [desk.contacts_of(record) for record in desk.remote(PLURAL[kind], key)]

    def _contact(self, lead_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._arena.sandbox.control(f"record/contacts/{lead_id}")
        properties: dict[str, Any] = found["properties"]
        return properties


class EspoWorld:
    """EspoCRM 9.1, the small one."""

    can = frozenset({"take_away", "restore"})
    status = ("New", "In Process", "Dead")
    outcome = "Connected"
    rep = "rita"

    def __init__(self, mode: KeyMode, *, versions: bool = False) -> None:
        self.mode = mode
        self.clock: MovableClock = StillClock()
        self.server = EspoServer(
            self.clock,
            key_field=mode is not KeyMode.MARKER,
            script=mode is KeyMode.ONCE,
            versions=versions,
        )
        if versions:
            self.can |= {"compare"}
        self._archived: dict[str, Any] = {}
        for number in range(LEADS):
            self._add(f"Eva{number}", f"eva{number}@example.com")
        if versions:  # a version is shown from the first change on
            for lead in self.leads():
                self.server.update("Lead", lead, {"title": "Head of Ops"})

    def _add(self, name: str, email: str) -> str:
        body = {"firstName": name, "lastName": "Example", "emailAddress": email}
        more = {"phoneNumber": "+353861234567", "assignedUserId": "rita"}
        return str(self.server.create("Lead", body | more)["id"])

    def desk(self, directory: Path, wrap: Callable[[CrmClient], CrmClient]) -> Desk:
        path, client = directory / f"{random.getrandbits(64):x}.db", self.client()
        nowhere = cast(Sandbox, None)
        made = Desk(nowhere, path, clock=self.clock, tuning=TUNING, client=client, wrap=wrap)
        for kind in ACTIVITY_KINDS:
            set_mode(made.db, kind, client.probe(kind), self.clock())
        made.owner_id = self.rep
        return made

    def client(self) -> EspoClient:
        account = Target("https://crm.example", "API-KEY", self.clock)
        return EspoClient(account, transport=self.server, sleep=lambda _: None)

    def forward(self, seconds: float) -> None:
        self.clock.forward(seconds)

    def leads(self) -> list[str]:
        return sorted(self.server.records["Lead"])

    def add(self) -> str:
        return self._add("New", "new@example.com")

    def edit(self, lead_id: str, status: str) -> None:
        self.server.update("Lead", lead_id, {"status": status})

    def status_of(self, lead_id: str) -> str:
        return str(self.server.records["Lead"][lead_id]["status"])

    def is_marked(self, lead_id: str) -> bool:
        return bool(self.server.records["Lead"][lead_id]["doNotCall"])

    def delete(self, lead_id: str) -> None:
        self._archived[lead_id] = self.server.records["Lead"].pop(lead_id)

    def restore(self, lead_id: str) -> None:
        self.server.records["Lead"][lead_id] = self._archived[lead_id]
        self.server.update("Lead", lead_id, {})

    def merge(self, keep_id: str, other_id: str) -> str:
        body = {"name": "Earlier call", "leadsIds": [other_id], "parentId": other_id}
        body |= {"parentType": "Lead", "assignedUserId": self.rep}
        now = {"dateStart": self.server.now(), "dateEnd": self.server.now()}
        self.server.create("Call", body | now)  # only a call shows where the lead went
        self.merge_leads(keep_id, other_id)
        return keep_id

    def merge_leads(self, keep_id: str, other_id: str) -> None:
        self.server.merge(keep_id, other_id)

    def take_away(self, lead_id: str) -> None:
        self.server.hidden.add(lead_id)

    def drop_key_field(self, kind: str) -> None:
        entity = PLURAL[kind].removesuffix("s").title()
        self.server.fields[entity].discard("cSdrdeskKey")
        for record in self.server.records[entity].values():
            record.pop("cSdrdeskKey", None)

    def found(self, kind: str, key: str) -> list[set[str]]:
        entity = PLURAL[kind].removesuffix("s").title()
        mark = f"[ref sdrdesk {key}]"
        return [
            set(record.get("leadsIds") or [record["parentId"]])
            for record in self.server.records[entity].values()
            if record.get("cSdrdeskKey") == key
            or mark in str(record.get("post") or record.get("description") or "")
        ]


MEMORY: dict[str, Callable[[], MemoryWorld]] = {
    "upsert": lambda: MemoryWorld(KeyMode.UPSERT),
    "upsert-links": lambda: MemoryWorld(KeyMode.UPSERT, upsert_links=True, gone_feed=True),
    "once": lambda: MemoryWorld(KeyMode.ONCE, gone_feed=True, read_size=2),
    "field": lambda: MemoryWorld(KeyMode.FIELD, stages_only_forward=False),
    "marker": lambda: MemoryWorld(KeyMode.MARKER, index_lag_s=None),
}
HUBSPOT = ("marker", "field", "upsert")
ESPO: dict[str, Callable[[], EspoWorld]] = {
    "once": lambda: EspoWorld(KeyMode.ONCE),
    "field": lambda: EspoWorld(KeyMode.FIELD, versions=True),
    "marker": lambda: EspoWorld(KeyMode.MARKER),
}
FORCE = ("upsert", "field", "marker")


@contextmanager
def open_desk(
    world: World, directory: Path, wrap: Callable[[CrmClient], CrmClient] = lambda crm: crm
) -> Iterator[Desk]:
    """Return a desk that has loaded the account."""
    desk = world.desk(directory, wrap)
    try:
        desk.sync()
        world.forward(10)
        desk.sync()
        yield desk
    finally:
        desk.close()
