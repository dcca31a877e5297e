"""A CRM in memory and its connector: the smallest one that passes the suite, to start from.

``MemoryCrm`` is the server, ``MemoryClient`` the connector. Its ids are no numbers and rise in no
order, and it can have any traits, so that the engine meets traits that no real CRM combines.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sdrdesk.clock import Clock, parse_iso
from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    ActivityKindName,
    Added,
    LeadFields,
    NewLead,
    OptionField,
    RemoteActivity,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.crm.shared_facts import read_facts
from sdrdesk.domain.outcome.meeting_result import OPEN
from sdrdesk.sync.capabilities import Capabilities, KeyMode
from sdrdesk.sync.errors import (
    ChangedSince,
    Conflicting,
    Gone,
    KeyFieldMissing,
    OutcomeMissing,
    TakenAway,
)
from sdrdesk.sync.kit.basics import Basics
from sdrdesk.sync.kit.entries import Draft
from sdrdesk.sync.port import (
    AccountInfo,
    Changed,
    CreateItem,
    Departed,
    KeyStep,
    LeadsRead,
    Newest,
    Page,
    Survey,
)

_PAGE = 3
"""Records of a page; few, so that small tests have several pages."""
_WRITABLE = {"persona", "status", "lifecycle", "owner_id", "time_zone"}
_WRITABLE |= {"first_name", "last_name", "job_title", "email", "phone", "mobile", "company_text"}


@dataclass
class MemoryCrm:
    """The server: records, and what happened to them."""

    clock: Clock
    owners: tuple[str, ...] = ("rita", "sam")
    outcomes: tuple[str, ...] = ("No answer", "Connected", "Left voicemail")
    statuses: tuple[str, ...] = ("fresh", "tried", "talking", "lost")
    key_kinds: set[str] = field(default_factory=set)
    """Kinds of activity with a field for the key."""
    leads: dict[str, RemoteLead] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    activities: dict[str, RemoteActivity] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=lambda: {"Nurture": []})
    gone: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Moment, id, how (``deleted``, ``merged``, ``taken``), and the survivor."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    made: int = 0

    def now_ms(self) -> int:
        return round(self.clock().timestamp() * 1000)

    def new_id(self) -> str:
        self.made += 1
        return hashlib.sha256(str(self.made).encode()).hexdigest()[:17]

    def add_lead(self, **values: Any) -> str:
        lead_id, now = self.new_id(), self.now_ms()
        made: dict[str, Any] = {
            "owner_id": "rita",
            "status": "fresh",
            "phone": "+353861234567",
            "created_ms": now,
            "converted_ms": now,
            "conversions": 1,
            "lifecycle": "lead",
            "first_name": "Eva",
        }
        self.leads[lead_id] = RemoteLead(lead_id, modified_ms=now, **(made | values))
        self.versions[lead_id] = 1
        return lead_id

    def edit(self, lead_id: str, **values: Any) -> None:
        self.leads[lead_id] = self.leads[lead_id]._replace(modified_ms=self.now_ms(), **values)
        self.versions[lead_id] += 1

    def remove(self, lead_id: str, how: str, survivor: str = "") -> None:
        self.gone.append((self.now_ms(), lead_id, how, survivor))
        if how == "merged":
            for activity in list(self.activities.values()):
                if lead_id in activity.lead_ids:
                    self.put(replace(activity, lead_ids=(survivor,)))
        if how != "taken":
            del self.leads[lead_id]

    def fate(self, lead_id: str) -> tuple[str, str]:
        """Return how a lead went and its survivor, ``("", "")`` for one that is there."""
        return next(((how, to) for _, i, how, to in self.gone if i == lead_id), ("", ""))

    def put(self, activity: RemoteActivity) -> None:
        self.activities[activity.crm_id] = replace(activity, modified_ms=self.now_ms())


class MemoryClient(Basics):
    """The connector; implements ``port.CrmClient``."""

    account_zone = "UTC"
    can_merge = True
    can_mark = True

    def __init__(
        self, crm: MemoryCrm, traits: Capabilities, best: KeyMode = KeyMode.UPSERT, me: str = "rita"
    ) -> None:
        self._crm = crm
        self._best = best
        self._me = me
        self.capabilities = traits
        self.requests = 0
        self.clock_offset_s: float | None = 0.0

    # The account.

    def account_id(self) -> str:
        return "Memory 1"

    def check(self) -> float:
        return 0.0

    def whoami(self) -> AccountInfo:
        return AccountInfo("1", "", "UTC", None, "key", self._me)

    # Reading.

    def owners(self) -> Iterator[RemoteOwner]:
        self.requests += 1
        yield from (RemoteOwner(o, o, f"{o}@example.com", o.title()) for o in self._crm.owners)

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        self.requests += 1
        all_of: dict[OptionField, tuple[str, ...]] = {
            "outcome": self._crm.outcomes,
            "status": self._crm.statuses,
            "lifecycle": ("lead", "qualified", "customer"),
        }
        return tuple(
            RemoteOption(name, _value(label) if name == "outcome" else label, label, place)
            for name, labels in all_of.items()
            if not names or name in names
            for place, label in enumerate(labels)
        )

    def list_leads(self, cursor: str) -> Page[RemoteLead]:
        return _page([i for i in self._mine() if i.lead_id > cursor], lambda lead: lead.lead_id)

    def list_activities(self, kind: ActivityKindName, cursor: str) -> Page[RemoteActivity]:
        with self._crm.lock:
            found = sorted(self._crm.activities.values(), key=lambda a: a.crm_id)
        of_kind = [a for a in found if a.kind == kind and a.crm_id > cursor]
        return _page(of_kind, lambda activity: activity.crm_id)

    def newest(self, kind: RemoteKind) -> Newest:
        found = [changed.modified_ms for changed in self._changed(kind)]
        return Newest(max(found, default=0), len(found))

    def changed(
        self, kind: RemoteKind, since_ms: int, owner_id: str = ""
    ) -> Iterator[tuple[Changed, ...]]:
        self.requests += 1
        found = sorted(
            (c for c in self._changed(kind, owner_id) if c.modified_ms >= since_ms),
            key=lambda c: c.modified_ms,
        )
        for start in range(0, len(found), _PAGE):
            yield tuple(found[start : start + _PAGE])

    def gone(self, since_ms: int) -> Departed:
        self.requests += 1
        with self._crm.lock:
            since = [row for row in self._crm.gone if row[0] >= since_ms]
        return Departed(
            tuple(i for _, i, how, _ in since if how == "deleted"),
            {i: to for _, i, how, to in since if how == "merged"},
            tuple(i for _, i, how, _ in since if how == "taken"),
            self._crm.now_ms(),
        )

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        self.requests += 1
        here = {lead.lead_id: lead for lead in self._mine()}
        found = {i: here[i] for i in ids if i in here}
        fates = {i: self._crm.fate(i) for i in ids if i not in here} if explain_missing else {}
        moved = {i: to for i, (how, to) in fates.items() if how == "merged" and to in here}
        found |= {to: here[to] for to in moved.values()}
        return LeadsRead(
            tuple(found.values()),
            tuple(i for i, (how, _) in fates.items() if how in ("deleted", "")),
            moved,
            tuple(i for i, (how, _) in fates.items() if how == "taken"),
        )

    def read_activities(
        self, kind: ActivityKindName, ids: Sequence[str]
    ) -> tuple[RemoteActivity, ...]:
        self.requests += 1
        with self._crm.lock:
            found = [self._crm.activities.get(i) for i in ids]
        return tuple(a for a in found if a is not None and a.kind == kind)

    # Writing.

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:
        self.requests += 1
        with self._crm.lock:
            how, survivor = self._crm.fate(lead_id)
            lead = self._crm.leads.get(survivor or lead_id)
            if how == "taken":
                raise TakenAway("this lead belongs to another rep now")
            if lead is None:
                raise Gone("no such lead")
            values = {name: _field(lead, name) for name in names}
            changed = dict.fromkeys(names, lead.modified_ms) if times else {}
            version = str(self._crm.versions[lead.lead_id])
            return LeadFields(lead.lead_id, values, changed, "", lead.modified_ms, version)

    def change_lead(
        self, lead_id: str, changes: dict[str, str], *, seen_version: str = ""
    ) -> LeadFields:
        with self._crm.lock:
            before = self.lead_fields(lead_id, tuple(changes), times=False)
            if seen_version and seen_version != before.version:
                raise ChangedSince("the lead was changed meanwhile")
            if changes.get("status", self._crm.statuses[0]) not in self._crm.statuses:
                raise OutcomeMissing("no such status", fields=("status",))
            values: dict[str, Any] = {k: v for k, v in changes.items() if k in _WRITABLE}
            if "do_not_call" in changes:
                values["do_not_call"] = changes["do_not_call"] == "true"
            self._crm.edit(before.lead_id, **values)
            return self.lead_fields(lead_id, tuple(changes), times=False)

    def create(self, item: CreateItem) -> str:
        self.requests += 1
        with self._crm.lock:
            self.lead_fields(item.lead_id, (), times=False)
            if item.mode is not KeyMode.MARKER and item.kind not in self._crm.key_kinds:
                raise KeyFieldMissing("there is no field for the key")
            known = self._with_key(item) if item.mode.is_unique else ""
            if known and item.mode is KeyMode.ONCE:
                raise Conflicting("there already", crm_id=known)
            linked = item.mode is not KeyMode.UPSERT or self.capabilities.upsert_links
            made = _activity(item, known or self._crm.new_id(), linked=linked)
            self._crm.put(made)
            return made.crm_id

    def find(self, item: CreateItem, *, thorough: bool = True) -> str:
        self.requests += 1
        with self._crm.lock:
            return self._with_key(item)

    def link(self, item: CreateItem, crm_id: str) -> None:
        self.requests += 1
        with self._crm.lock:
            activity = self._crm.activities.get(crm_id)
            if activity is None:
                raise Gone("no such activity")
            self._crm.put(replace(activity, lead_ids=(item.lead_id,)))

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        self.requests += 1
        with self._crm.lock:
            members = self._crm.lists.get(list_name)
            if members is None:
                raise OutcomeMissing(f"no list {list_name}")
            if lead_id not in members:
                members.append(lead_id)
            return list_name

    # Setting up, creating leads, tasks, merging, correcting.

    def survey(self) -> Survey:
        modes = {kind: self.probe(kind) for kind in ACTIVITY_KINDS}
        return Survey(self.options(), (), (), "", modes, ())

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:
        missing = [kind for kind in ACTIVITY_KINDS if kind not in self._crm.key_kinds]
        if not dry_run:
            self._crm.key_kinds.update(missing)
        return tuple(KeyStep(kind, f"a key field on {kind}s", not dry_run) for kind in missing)

    def probe(self, kind: ActivityKindName) -> KeyMode:
        return self._best if kind in self._crm.key_kinds else KeyMode.MARKER

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        by_email = {lead.email.casefold(): lead.lead_id for lead in self._mine() if lead.email}
        return {email: by_email[email] for email in emails if email in by_email}

    def find_numbers(self, numbers: Sequence[str]) -> tuple[RemoteLead, ...]:
        return tuple(lead for lead in self._mine() if {lead.phone, lead.mobile} & set(numbers))

    def leads_after(self, lead_id: str) -> Iterator[tuple[RemoteLead, ...]]:
        raise AssertionError(f"asked what came after {lead_id}, which only an index needs")

    def add_lead(self, lead: NewLead, owner_id: str) -> Added:
        with self._crm.lock:
            if there := self.find_leads([lead.email]).get(lead.email):
                return Added(there, existed=True)
            return Added(self._crm.add_lead(email=lead.email, owner_id=owner_id))

    def change_task(self, crm_id: str, changes: Mapping[str, str]) -> RemoteActivity:
        with self._crm.lock:
            task = self.read_task(crm_id)
            new: dict[str, Any] = {}
            if "open" in changes:
                new |= {"done": changes["open"] != "true", "open_call": changes["open"] == "true"}
            if "due_at" in changes:
                new["at_ms"] = _ms(parse_iso(changes["due_at"]))
            new |= {k: changes[k] for k in ("owner_id",) if k in changes}
            if "subject" in changes:
                new["title"] = changes["subject"]
            if "body" in changes:
                new["note"] = f"{changes['body']}\n{task.note}"
            self._crm.put(replace(task, **new))
            return self.read_task(crm_id)

    def change_meeting(self, crm_id: str, result: str, start_at: str = "") -> None:
        with self._crm.lock:
            new: dict[str, Any] = {"result": result, "done": result not in OPEN}
            if start_at:
                new["at_ms"] = _ms(parse_iso(start_at))
            self._crm.put(replace(self.read_activity("meeting", crm_id), **new))

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        with self._crm.lock:
            if other_id in self._crm.leads:
                self._crm.remove(other_id, "merged", keep_id)
            return keep_id

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        with self._crm.lock:
            was = self.read_activity(item.kind, crm_id)
            now = _activity(item, crm_id, linked=True)
            new: dict[str, Any] = {"note": now.note} if "text" in parts else {}
            if "outcome" in parts:
                new |= {"outcome": now.outcome, "title": now.title}
            if "facts" in parts:
                new["facts"] = now.facts
            self._crm.put(replace(was, **new))

    def _mine(self) -> list[RemoteLead]:
        with self._crm.lock:
            self.requests += 1
            taken = {i for _, i, how, _ in self._crm.gone if how == "taken"}
            return sorted(lead for lead in self._crm.leads.values() if lead.lead_id not in taken)

    def _changed(self, kind: RemoteKind, owner_id: str = "") -> list[Changed]:
        """Return every record of a kind; leads come along, activities are read by id."""
        if kind == "lead":
            return [
                Changed(lead.lead_id, lead.modified_ms, lead)
                for lead in self._mine()
                if owner_id in ("", lead.owner_id)
            ]
        with self._crm.lock:
            found = [a for a in self._crm.activities.values() if a.kind == kind]
        return [Changed(a.crm_id, a.modified_ms) for a in found]

    def _with_key(self, item: CreateItem) -> str:
        for activity in self._crm.activities.values():
            if activity.kind == item.kind and activity.key == item.key:
                return activity.crm_id
        return ""


def _activity(item: CreateItem, crm_id: str, *, linked: bool) -> RemoteActivity:
    draft = Draft(item)
    at = next((name for name in ("at", "due_at", "start_at") if name in draft.intent), "")
    is_task, facts = item.kind == "task", draft.intent.get("facts")
    return RemoteActivity(
        kind=item.kind,
        crm_id=crm_id,
        lead_ids=(item.lead_id,) if linked else (),
        owner_id=draft.owner,
        at_ms=_ms(draft.moment(at)) if at else 0,
        title=draft.line("title", "subject"),
        note=str(draft.intent.get("note", draft.intent.get("body", ""))),
        outcome=item.outcome,
        duration_s=draft.seconds,
        number=draft.number,
        facts=read_facts(facts) if facts else None,
        key=item.key,
        done=not is_task,
        open_call=is_task and bool(draft.intent.get("call")),
        direction="in" if draft.is_incoming else "",
    )


def _field(lead: RemoteLead, name: str) -> str:
    value = getattr(lead, name)
    return ("true" if value else "false") if name == "do_not_call" else str(value)


def _value(label: str) -> str:
    """Return the value behind a label; like ids it means nothing to a reader."""
    return hashlib.sha256(label.encode()).hexdigest()[:8]


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _page(found: list[Any], cursor: Any) -> Page[Any]:
    more = len(found) > _PAGE
    return Page(tuple(found[:_PAGE]), cursor(found[_PAGE - 1]) if more else "")
