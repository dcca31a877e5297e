"""The conditions after a schedule has healed, from the CRM's side."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sdrdesk.domain.outcome.types import DEFAULT_STAGES
from sdrdesk.sandbox.account.account import Account
from sdrdesk.store.outbox.conflicts import open_conflicts
from tests.sync.desk import BODIES, Desk

BARS = "do_not_call"
FIELDS = {
    "status": "hs_lead_status",
    "lifecycle": "lifecyclestage",
    "owner_id": "hubspot_owner_id",
    "job_title": "jobtitle",
}
ATTEMPTED = "ATTEMPTED_TO_CONTACT"
LOWEST = {"", "NEW", "OPEN", ATTEMPTED}


@dataclass
class Outcome:
    """The outcome the rep recorded."""

    lead_id: str
    outcome: str
    undone: bool = False


@dataclass
class Record:
    """The events of the schedule."""

    account: Account
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    edits: set[tuple[str, str]] = field(default_factory=set)
    """Contact and property that another user changed."""
    known: dict[str, set[str]] = field(default_factory=dict)
    """Contact to the values the rep saw when acting."""
    families: dict[str, set[str]] = field(default_factory=dict)
    """Contact to all contacts merged with it."""
    before: dict[str, dict[str, str]] = field(default_factory=dict)
    after_merge: dict[int, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = self.account.tables["contacts"].rows
        self.before = {i: dict(r.properties) for i, r in rows.items()}
        self.journal_from = self.account.journal.last

    def current(self, contact: str) -> str:
        aliases = self.account.tables["contacts"].aliases
        while contact in aliases:
            contact = aliases[contact]
        return contact

    def live(self, contact: str) -> str:
        """Return the current id, ``""`` when it is archived."""
        contact = self.current(contact)
        row = self.account.tables["contacts"].rows.get(contact)
        return contact if row is not None and row.archived_ms is None else ""

    def seen(self, lead_id: str, *values: str) -> None:
        for value in values:
            self.seen_value(lead_id, value)

    def seen_value(self, lead_id: str, value: str) -> None:
        self.known.setdefault(lead_id, set()).add(value)

    def disposed(self, key: str, lead_id: str, outcome: str) -> None:
        self.outcomes[key] = Outcome(lead_id, outcome)

    def edited(self, contact: str, name: str, value: str) -> None:
        del value
        self.edits.add((contact, name))

    def merged(self, first: str, second: str) -> None:
        survivor = self.current(first)
        family = {first, second} | self.families.get(first, set())
        self.families[survivor] = family | self.families.get(second, set())
        row = self.account.tables["contacts"].rows[survivor]
        self.after_merge[self.account.journal.last] = (survivor, dict(row.properties))

    def family(self, contact: str) -> set[str]:
        return {contact} | self.families.get(contact, set())

    def known_of(self, contact: str) -> set[str]:
        found: set[str] = set()
        for member in self.family(contact):
            found |= self.known.get(member, set())
        return found


def check(desk: Desk, account: Account, record: Record) -> None:
    """Raise when something was lost, doubled, silently overwritten or moved back."""
    _exactly_once(desk, account, record)
    _nothing_lost(desk, record)
    _both_sides_equal(desk, account, record)
    _writes_were_allowed(account, record)
    _conflicts_are_real(desk, record)


def _exactly_once(desk: Desk, account: Account, record: Record) -> None:
    rows = desk.sql(
        "SELECT key, kind, lead_id, activity_key, state, crm_id, last_error, payload_json"
        " FROM outbox"
    )
    for key, kind, lead_id, activity_key, state, crm_id, error, payload in rows:
        assert state in ("sent", "blocked", "undone"), (kind, state, error)
        outcome = record.outcomes.get(activity_key)
        assert state == "undone" or outcome is None or not outcome.undone, (
            f"{kind} was taken back and is {state} all the same"
        )
        if kind not in ("call", "task", "note", "meeting"):
            continue
        if "change" in json.loads(payload):
            continue  # closes or moves a task that is there, and makes none
        there = carrying(account, f"{kind}s", key)
        if state == "undone":
            assert outcome is None or outcome.undone
            assert there == [], f"{kind} was taken back in time and arrived all the same"
        elif state == "sent":
            assert there == [crm_id], f"{kind} is there {len(there)} times"
            linked = contacts_of(account, f"{kind}s", crm_id)
            contact = record.current(lead_id)
            # An archived contact has no links to show.
            assert contact in linked or not record.live(contact), f"{kind} lost its lead"
        else:
            assert len(there) <= 1, f"a refused {kind} is there twice"
            assert "deleted" in error or not record.live(lead_id), error


def _nothing_lost(desk: Desk, record: Record) -> None:
    for key, outcome in record.outcomes.items():
        rows = desk.sql("SELECT lead_id, note, undone_ms FROM activity WHERE activity_key = ?", key)
        assert len(rows) == 1, "an outcome vanished from the rep's own record"
        lead_id, text, undone = rows[0]
        assert text.startswith("typed ")
        assert (undone is not None) is outcome.undone
        # A contact merged and then deleted between two rounds shows no survivor.
        assert lead_id == record.live(outcome.lead_id) or not record.live(outcome.lead_id)


def _both_sides_equal(desk: Desk, account: Account, record: Record) -> None:
    live = {i: r for i, r in account.tables["contacts"].rows.items() if r.archived_ms is None}
    local = {str(r[0]) for r in desk.sql("SELECT lead_id FROM lead WHERE archived = 0")}
    assert local == set(live), "not the same leads"
    stuck = {
        str(r[0])
        for r in desk.sql("SELECT lead_id FROM outbox WHERE kind='contact' AND state='blocked'")
    }
    for contact, row in live.items():
        if contact in stuck:
            continue
        lead = desk.lead(contact)
        for ours, theirs in FIELDS.items():
            assert getattr(lead, ours) == row.properties.get(theirs, ""), (contact, ours)
        marked = row.properties.get("do_not_call_phone", "false") == "true"
        assert lead.do_not_call is marked, (contact, "do_not_call")
    for plural in BODIES:
        held = {
            str(r[0]): str(r[1])
            for r in desk.sql(
                "SELECT crm_id, lead_id FROM activity WHERE crm_id <> '' AND (kind = ?"
                " OR kind = 'change' AND ? = 'notes')",
                plural[:-1],
                plural,
            )
        }
        there = {i for i, r in account.tables[plural].rows.items() if r.archived_ms is None}
        assert there <= set(held), f"{plural} of the CRM are missing here"
        for crm_id in there:
            # A link to an archived contact is not shown; a restored one keeps what was known.
            linked = {c for c in contacts_of(account, plural, crm_id) if record.live(c)}
            filed = held[crm_id]
            assert not linked or filed in linked | {""}, f"{plural}: filed under another lead"
    for outcome in record.outcomes.values():
        contact = record.live(outcome.lead_id)
        marked = outcome.outcome == "do_not_call" and not outcome.undone
        if marked and contact in live and contact not in stuck:
            assert live[contact].properties.get("do_not_call_phone") == "true"


def _writes_were_allowed(account: Account, record: Record) -> None:
    """Walk the journal: no stage back, no attempt over a status, no change overwritten."""
    values = {i: dict(p) for i, p in record.before.items()}
    for entry in account.journal.after(record.journal_from, 100_000):
        if entry["seq"] in record.after_merge:
            survivor, properties = record.after_merge[entry["seq"]]
            values[survivor] = dict(properties)
        if entry["object"] != "contacts" or entry["op"] != "update":
            continue
        held = values.setdefault(entry["id"], {})
        if entry["by"] == "api":
            _one_write(entry, held, record)
        held.update(entry["properties"])


def _one_write(entry: dict[str, Any], held: dict[str, str], record: Record) -> None:
    wrote = entry["properties"]
    if (stage := wrote.get("lifecyclestage")) and held.get("lifecyclestage") in DEFAULT_STAGES:
        order = DEFAULT_STAGES.index
        assert order(stage) >= order(held["lifecyclestage"]), "the stage went backwards"
    title = wrote.get("jobtitle")
    if title is not None and title != (there := held.get("jobtitle", "")):
        assert there in record.known_of(entry["id"]), f"{title!r} silently overwrote {there!r}"
    status, before = wrote.get("hs_lead_status"), held.get("hs_lead_status", "")
    if status is None or before == status:
        return
    if status == ATTEMPTED:
        allowed = record.known_of(entry["id"]) | LOWEST
        assert before in allowed, f"an attempt replaced {before}"
        return
    barred = {record.current(o.lead_id) for o in record.outcomes.values() if o.outcome == BARS}
    if before == ATTEMPTED and record.current(entry["id"]) in barred:
        return  # "do not call" wins over an attempt
    seen = record.known_of(entry["id"])
    assert before in seen, f"{status} silently overwrote {before}"


def _conflicts_are_real(desk: Desk, record: Record) -> None:
    for conflict in open_conflicts(desk.db, with_settled=True):
        family = record.family(record.current(conflict.lead_id))
        others = {name for contact, name in record.edits if contact in family}
        merged = len(family) > 1
        assert FIELDS[conflict.field] in others or merged, f"nobody else changed {conflict.field}"


def carrying(account: Account, plural: str, key: str) -> list[str]:
    """Return the live records with one of our keys."""
    return [
        record.id
        for record in account.tables[plural].rows.values()
        if record.archived_ms is None
        and (
            record.properties.get("sdrdesk_key") == key
            or key in record.properties.get(BODIES[plural], "")
        )
    ]


def contacts_of(account: Account, plural: str, crm_id: str) -> set[str]:
    """Return the contacts linked to a record."""
    return {str(i) for i in account.graph.neighbours(plural, crm_id, "contacts")}
