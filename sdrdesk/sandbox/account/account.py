"""One sandbox account in memory: its records, definitions and settings."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from typing import Any

from sdrdesk.sandbox.account.faults import Faults
from sdrdesk.sandbox.account.graph import Graph
from sdrdesk.sandbox.account.journal import Journal
from sdrdesk.sandbox.account.limits import Limits
from sdrdesk.sandbox.account.records import Link, Record, World
from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.account.tables import Table
from sdrdesk.sandbox.account.tokens import Tokens
from sdrdesk.sandbox.account.view import SearchCache, SearchIndex
from sdrdesk.sandbox.errors import unknown_type
from sdrdesk.sandbox.schema.catalog import PropertyCatalog
from sdrdesk.sandbox.schema.schema import OBJECT_TYPES, ObjectType, object_type
from sdrdesk.sandbox.times import Clock, iso, iso_short, parse_instant


@dataclass(slots=True)
class Version:
    """One entry of a property's history."""

    value: str
    at_ms: int
    source: str
    user_id: str | None = None


@dataclass(order=True, slots=True)
class Effect:
    """A change that the CRM makes on its own some time after a write."""

    due_ms: int
    number: int
    kind: str = field(compare=False)
    args: dict[str, Any] = field(compare=False)


@dataclass(slots=True)
class Actor:
    """The source of a change: an integration (a token) or a user in the browser."""

    source: str = "INTEGRATION"
    user_id: str | None = None


class Account:
    """One HubSpot account. Not thread-safe: only the server's event loop uses it."""

    def __init__(
        self, settings: Settings | None = None, clock: Clock | None = None, only: str | None = None
    ) -> None:
        self.clock = clock or Clock()
        self.settings = settings or Settings()
        self.tokens = Tokens(only)
        self.catalog = PropertyCatalog()
        self.tables = {kind.name: Table(kind) for kind in OBJECT_TYPES}
        self.graph = Graph()
        self.view = SearchIndex()
        self.searches = SearchCache()
        self.journal = Journal()
        self.limits = Limits()
        self.faults = Faults()
        self.details: dict[str, Any] = {}
        self.meta: dict[str, Any] = {}
        self.owners: list[dict[str, Any]] = []
        self.default_owner_email = ""
        self.forms: list[dict[str, Any]] = []
        self.submissions: dict[str, list[dict[str, Any]]] = {}
        self.lists: dict[str, dict[str, Any]] = {}
        self.history: dict[tuple[str, str], dict[str, list[Version]]] = {}
        self.blocklist: set[str] = set()
        self.effects: list[Effect] = []
        self.requests: Counter[str] = Counter()
        self.trace: deque[dict[str, Any]] = deque(maxlen=1000)
        self.dirty: set[tuple[str, str]] = set()
        """Records to save: (type, id)."""
        self.dirty_documents: set[str] = {"details", "settings"}
        """Kinds of other documents to save."""
        self.new_submissions: list[tuple[str, dict[str, Any]]] = []
        self._effect_number = 0
        self.apply_settings()

    def populate(self, world: World) -> None:
        """Fill the empty account with a generated world."""
        self.details = dict(world.account)
        self.owners = [dict(owner) for owner in world.owners]
        self.default_owner_email = world.default_owner_email
        for kind, changes in world.property_changes.items():
            self.catalog.apply(object_type(kind).name, changes)
        self.forms = [dict(form) for form in world.forms]
        self.add_lists(world.lists)
        for submission in world.submissions:
            self.submissions.setdefault(str(submission["form"]), []).append(dict(submission))
        for rows in self.submissions.values():
            rows.sort(key=lambda row: -int(row["submittedAt"]))
        for record in world.records:
            self.tables[record.type].take(strip_derived(self.tables[record.type].kind, record))
        for link in world.links:
            self.add_link(link)
        self.ready()

    def add_lists(self, given: list[dict[str, Any]]) -> None:
        """Add lists as the generator describes them."""
        for number, item in enumerate(given, start=1):
            made = dict(item)
            made.setdefault("listId", str(number))
            made["listId"] = str(made["listId"])
            members: list[Any] = []
            for name in ("members", "memberIds", "recordIds"):
                members += made.pop(name, [])
            made["members"] = {str(member): self.clock.now_ms() for member in members}
            self.lists[made["listId"]] = made

    def add_link(self, link: Link) -> None:
        """Add one association while loading, sharing the records' id strings."""
        left = self.tables[link.from_type].rows.get(link.from_id)
        right = self.tables[link.to_type].rows.get(link.to_id)
        if left is not None and right is not None:
            self.graph.add(link.from_type, left.id, link.to_type, right.id, link.type_id)
            if link.type_id == 1:
                self.graph.add(link.from_type, left.id, link.to_type, right.id, 279)

    def ready(self) -> None:
        """Sort and index after loading."""
        for name, table in self.tables.items():
            table.sort()
            for unique in self.catalog.unique_names(name):
                table.watch(unique)
        self.details.setdefault("portalId", 4242)
        self.details.setdefault("uiDomain", "app.hubspot.com")
        self.limits.zone = str(self.details.get("timeZone", "UTC"))
        self.apply_settings()

    @property
    def now_ms(self) -> int:
        """The account's time in milliseconds, UTC."""
        return self.clock.now_ms()

    @property
    def portal_id(self) -> int:
        """The number of the account."""
        return int(self.details.get("portalId", 0))

    def table(self, name: str) -> Table:
        """Return the table of a type by any of its names; 400 when there is none."""
        kind = object_type(name)
        table = self.tables.get(kind.name)
        if table is None:
            raise unknown_type(name)
        return table

    def current(self, kind: ObjectType, record_id: str) -> Record | None:
        """Return the live record of an id, following merges."""
        table = self.tables[kind.name]
        return table.get(table.resolve(record_id))

    def put(self, record: Record, actor: Actor | None = None) -> None:
        """Store a new state of a record; search shows it later."""
        table = self.tables[record.type]
        before = table.rows.get(record.id)
        table.put(record)
        self.view.note(before, record, self.now_ms)
        self.dirty.add((record.type, record.id))
        if actor is not None:
            self._remember(before, record, actor)

    def drop(self, kind: str, record_id: str) -> None:
        """Delete a record permanently."""
        self.tables[kind].drop(record_id)
        self.view.version += 1
        self.dirty.add((kind, record_id))

    def touch(self, record: Record, changes: dict[str, str | None]) -> Record:
        """Change fields on behalf of the CRM and return the changed record."""
        properties = dict(record.properties)
        for name, value in changes.items():
            if value is None:
                properties.pop(name, None)
            else:
                properties[name] = value
        if record.type == "contacts":  # moves with internal changes, not with API writes
            properties["hs_lastmodifieddate"] = iso_short(self.now_ms)
        changed = replace(record, properties=properties, updated_ms=self.now_ms)
        self.put(changed, Actor("CRM_UI"))
        return changed

    def _remember(self, before: Record | None, after: Record, actor: Actor) -> None:
        old = before.properties if before is not None else {}
        for name in {*old, *after.properties}:
            value = after.properties.get(name, "")
            if value != old.get(name, ""):
                rows = self.history.setdefault((after.type, after.id), {}).setdefault(name, [])
                if before is not None and not rows and name in old:
                    rows.append(Version(old[name], before.updated_ms, "CRM_UI"))
                rows.append(Version(value, after.updated_ms, actor.source, actor.user_id))
                del rows[:-45]

    def schedule(self, kind: str, args: dict[str, Any], delay_ms: int | None = None) -> None:
        """Schedule an effect, by default after the roll-up delay."""
        self._effect_number += 1
        delay = self.settings.rollup_ms if delay_ms is None else delay_ms
        heapq.heappush(self.effects, Effect(self.now_ms + delay, self._effect_number, kind, args))
        self.dirty_documents.add("effects")

    def due_effects(self) -> list[Effect]:
        """Remove and return the effects that are due."""
        now_ms = self.now_ms
        due = []
        while self.effects and self.effects[0].due_ms <= now_ms:
            due.append(heapq.heappop(self.effects))
            self.dirty_documents.add("effects")
        return due

    def apply_settings(self) -> None:
        """Apply the settings to the search view."""
        self.view.set_lag(self.settings.lag_ms, self.settings.out_of_order_ms)
        self.dirty_documents.add("settings")

    def summary(self) -> dict[str, Any]:
        """Return counts of everything, for people and tests."""
        return {
            "now": iso(self.now_ms),
            "records": {name: len(table.live) for name, table in self.tables.items()},
            "archived": {name: len(table.archived) for name, table in self.tables.items()},
            "journal": self.journal.last,
            "effects_waiting": len(self.effects),
            "index_waiting": self.view.waiting,
        }


def strip_derived(kind: ObjectType, record: Record) -> Record:
    """Remove values that the record itself holds, and empty ones, from a generated record."""
    for name in ("hs_object_id", kind.created, kind.modified):
        record.properties.pop(name, None)
    for name in [name for name, value in record.properties.items() if value == ""]:
        del record.properties[name]
    return record


def parse_when(value: Any, default_ms: int) -> int:
    """Return the milliseconds of an ISO text or a number; ``default_ms`` for None.

    Raises:
      ValueError: it is neither.
    """
    if value is None:
        return default_ms
    parsed = parse_instant(str(value))
    if parsed is None:
        raise ValueError(f"{value!r} is not a time.")
    return parsed
