"""A real EspoCRM as a world of the suite, where the environment names one (``make live``).

It makes users, fields and leads there: an account to throw away. Each world has a team of its own.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import httpx

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.espocrm.client import EspoClient
from sdrdesk.sync.kit.values import written
from sdrdesk.sync.registry import Target
from tests.conformance.worlds import LEADS, EspoWorld
from tests.sync.desk import MovableClock

SERVER: Final = os.environ.get("SDRDESK_LIVE_ESPOCRM", "")
"""``http://admin:password@127.0.0.1:8080``, or nothing."""
MODES: Final = {
    "once": (KeyMode.ONCE, "cSdrdeskKey"),
    "field": (KeyMode.FIELD, "cPlainKey"),
    "marker": (KeyMode.MARKER, "cNoKey"),
}
"""The key field of each way to log once: with the script of the docs, without it, and none."""
SCRIPT: Final = r"""if (entity\isNew() && cSdrdeskKey) {
  $id = record\findOne('%s', 'createdAt', 'asc', 'cSdrdeskKey=', cSdrdeskKey);
  if ($id) { recordService\throwDuplicateConflict($id); }
}"""
ENTITIES: Final = ("Call", "Task", "Meeting")


class RemoteEspo:
    """The account as its administrator uses it."""

    def __init__(self) -> None:
        whole = httpx.URL(SERVER)
        self.url = str(whole.copy_with(userinfo=b"")).rstrip("/")
        self.user, self.password = whole.username, whole.password
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v1/", auth=(self.user, self.password), timeout=120
        )
        self.people: dict[str, Any] = {}
        self.team = ""

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Return the answer to a request, which must succeed."""
        headers = {"X-Skip-Duplicate-Check": "true"}
        answer = self._http.request(method, path, json=body, headers=headers, params=query)
        assert answer.status_code == 200, (method, path, answer.headers, answer.text)
        return answer.json() if answer.content else None

    def now(self) -> str:
        """Return the time as EspoCRM writes it."""
        return written(datetime.now(UTC))

    def create(self, entity: str, body: dict[str, Any]) -> Any:
        """Make a record; one that reps work with is their team's."""
        teams = {"teamsIds": [self.team]} if entity in ("Lead", *ENTITIES) else {}
        return self.ask("POST", entity, teams | body)

    def update(self, entity: str, record_id: str, body: dict[str, Any]) -> None:
        """Change a record."""
        self.ask("PUT", f"{entity}/{record_id}", body)

    def find(self, entity: str, attribute: str, value: str, test: str = "equals") -> list[Any]:
        """Return the records with this value, each as it is shown alone."""
        where = {"type": test, "attribute": attribute, "value": value}
        query = {f"where[0][{name}]": said for name, said in where.items()}
        rows = self.ask("GET", entity, maxSize="200", select="id", **query)["list"]
        return [self.ask("GET", f"{entity}/{row['id']}") for row in rows]

    def one(self, entity: str, name: str, body: dict[str, Any]) -> Any:
        """Return the record of this name; make it first where it is missing."""
        attribute = "userName" if entity == "User" else "name"
        found = self.find(entity, attribute, name)
        return found[0] if found else self.create(entity, {attribute: name, **body})

    def ready(self) -> None:
        """Make what is missing of fields, scripts, role, list and users."""
        for _, key in list(MODES.values())[:2]:
            names = {"call": {"key": key, "outcome": "cOutcome"}}
            account = Target(self.url, self.password, RealClock(), self.user, mapping=names)
            admin = EspoClient(account)
            assert all(step.done for step in admin.create_key_field(dry_run=False))
            admin.close()
        for entity in ENTITIES:
            data = {"beforeSaveApiScript": SCRIPT % entity}
            if self.ask("GET", "Metadata", key=f"formula.{entity}") != data:
                self.ask("POST", "EntityManager/action/formula", {"scope": entity, "data": data})
        if not self.ask("GET", "Metadata", key="entityDefs.Lead.optimisticConcurrencyControl"):
            body = {"name": "Lead", "optimisticConcurrencyControl": True}
            self.ask("POST", "EntityManager/action/updateEntity", body)
        self.one("TargetList", "Nurture", {})
        theirs = {"create": "yes", "read": "team", "edit": "team", "delete": "no", "stream": "team"}
        rights = dict.fromkeys(("Lead", *ENTITIES), theirs) | {
            "Call": theirs | {"delete": "own"},
            "User": {"read": "team", "edit": "no"},
            "TargetList": {"create": "no", "read": "all", "edit": "all", "delete": "no"},
        }
        role = self.one("Role", "Rep (sdrdesk)", {"data": rights, "assignmentPermission": "team"})
        more = {"isActive": True, "lastName": "Example", "rolesIds": [role["id"]]}
        self.people = {
            name: self.one("User", f"sdrdesk-{name}", more | {"type": kind} | given)
            for name, kind, given in (
                ("desk", "api", {"authMethod": "ApiKey"}),
                ("rita", "regular", {"emailAddress": "rita@team.example"}),
                ("sam", "regular", {"emailAddress": "sam@team.example"}),
            )
        }


class RealClock(MovableClock):
    """The time, and how far a test went ahead of it."""

    def __init__(self) -> None:
        self.offset = timedelta()


@cache
def account() -> RemoteEspo:
    """Return the account, ready."""
    remote = RemoteEspo()
    remote.ready()
    return remote


class LiveEspoWorld(EspoWorld):
    """A team of its own in a real EspoCRM."""

    can = frozenset({"take_away", "restore", "compare"})
    server: Any

    def __init__(self, which: str) -> None:
        self.mode, self.key = MODES[which]
        self.clock = RealClock()
        self.server = account()
        team = self.server.create("Team", {"name": f"sdrdesk {uuid.uuid4().hex[:8]}"})
        self.server.team = team["id"]
        for person in self.server.people.values():
            self.server.update("User", person["id"], {"teamsIds": [self.server.team]})
        self.rep = self.server.people["rita"]["id"]
        self._mine: list[str] = []
        for number in range(LEADS):
            self._add(f"Eva{number}", f"eva{number}@example.com")
        for lead in self.leads():  # a version is shown from the first change on
            self.server.update("Lead", lead, {"addressCity": "Cork"})

    @property
    def ahead_s(self) -> float:
        """How far the desk's clock is ahead of the server's."""
        return self.clock.offset.total_seconds()

    def client(self) -> EspoClient:
        secret, names = self.server.people["desk"]["apiKey"], {"call": {"key": self.key}}
        account = Target(self.server.url, secret, self.clock, mapping=names)
        return EspoClient(account, sleep=lambda _: None)

    def _add(self, name: str, email: str) -> str:
        body = {"firstName": name, "lastName": "Example", "emailAddress": email}
        body |= {"phoneNumber": "+353861234567", "assignedUserId": self.rep}
        made = str(self.server.create("Lead", body)["id"])
        self._mine.append(made)
        return made

    def leads(self) -> list[str]:
        return sorted(self._mine)

    def status_of(self, lead_id: str) -> str:
        return str(self.server.ask("GET", f"Lead/{lead_id}")["status"])

    def is_marked(self, lead_id: str) -> bool:
        return bool(self.server.ask("GET", f"Lead/{lead_id}")["doNotCall"])

    def delete(self, lead_id: str) -> None:
        self.server.ask("DELETE", f"Lead/{lead_id}")
        self._mine.remove(lead_id)

    def restore(self, lead_id: str) -> None:
        self.server.ask("POST", "Lead/action/restoreDeleted", {"id": lead_id})
        self._mine.append(lead_id)

    def merge_leads(self, keep_id: str, other_id: str) -> None:
        data = {"sourceIdList": [other_id], "attributes": {}}
        body = {"entityType": "Lead", "action": "merge", "id": keep_id, "data": data}
        self.server.ask("POST", "Action", body)
        self._mine.remove(other_id)

    def take_away(self, lead_id: str) -> None:
        self.server.update("Lead", lead_id, {"teamsIds": [], "assignedUserId": None})

    def drop_key_field(self, kind: str) -> None:
        self.server.ask("DELETE", f"Admin/fieldManager/{kind.title()}/{self.key}")
        account.cache_clear()  # the next world makes it again

    def found(self, kind: str, key: str) -> list[set[str]]:
        entity, mark = ("Note" if kind == "note" else kind.title()), f"[ref sdrdesk {key}]"
        text = "post" if entity == "Note" else "description"
        found = {row["id"]: row for row in self.server.find(entity, text, mark, "contains")}
        with suppress(AssertionError):  # no such field
            found |= {row["id"]: row for row in self.server.find(entity, self.key, key)}
        return [set(row.get("leadsIds") or [row["parentId"]]) for row in found.values()]
