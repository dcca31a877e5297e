"""A client of a CRM that keeps company and contact in the lead, made of tables and a few methods.

A connector fills in the tables and the abstract methods, and replaces what its CRM does otherwise.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.foreign_values import ForeignRecord, LeftOut, OddError, identity
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    Added,
    LeadFields,
    NewLead,
    RemoteActivity,
    RemoteKind,
    RemoteLead,
)
from sdrdesk.sync.errors import Conflicting, Refused, Rejected
from sdrdesk.sync.kit.account import ServerAccount
from sdrdesk.sync.kit.entries import Draft, moved_end, with_result
from sdrdesk.sync.kit.fields import Row
from sdrdesk.sync.kit.values import chunks, written
from sdrdesk.sync.port import (
    Changed,
    CreateItem,
    KeyMode,
    Page,
)

RecordT = TypeVar("RecordT")
Where = list[tuple[str, str, object]]


class ServerClient(ServerAccount):
    """Base of clients that speak JSON to a server."""

    page_size = 200
    ids_at_once = 100
    """Ids of one condition."""
    id_name = "id"
    """The CRM's name of a record's id, as the next one of the date of its change."""
    modified = ""
    began = ended = ""
    """Names of the two moments of a meeting."""
    title = ""
    """Name of the title of an activity."""
    pulled: Collection[str]
    """Kinds that are read."""
    texts: Mapping[str, str]
    """Names of the text of our kinds."""

    # Reading.

    @abstractmethod
    def rows(self, kind: RemoteKind, where: Where, order: str = "", most: int = 0) -> list[Row]:
        """Return the records of a kind that meet all conditions.

        Args:
            kind: our kind.
            where: name, comparison (``=``, ``<``, ``>``, ``>=`` or ``in``) and value.
            order: name of a date, for the oldest first; ``""`` by id.
            most: at most this many; 0 all.
        """

    def rows_after(self, kind: RemoteKind, cursor: str) -> tuple[list[Row], str]:
        """Return a page of records by id, and the cursor of the next, ``""`` after the last."""
        rows = self.rows(kind, self.later(cursor), most=self.page_size)
        more = len(rows) >= self.page_size  # one that is not full is the last
        return rows, identity(rows[-1].get(self.id_name)) if more else ""

    def later(self, last_id: str) -> Where:
        """Return the condition on records after this one, none for all."""
        return [(self.id_name, ">", last_id)] if last_id else []

    def owned(self, owner_id: str) -> Where:
        """Return the condition on records of a rep, none for all."""
        return [(self._names.lead["owner_id"], "=", owner_id)] if owner_id else []

    def rows_by_id(self, kind: RemoteKind, ids: Sequence[str]) -> list[Row]:
        """Return the records with these ids; others are left out."""
        parts = chunks(ids, self.ids_at_once)
        return [row for part in parts for row in self.rows(kind, [(self.id_name, "in", part)])]

    @abstractmethod
    def row_of(self, kind: RemoteKind, crm_id: str) -> Row:
        """Return one record.

        Raises:
            Gone: it was deleted.
            TakenAway: it is somebody else's now.
        """

    @abstractmethod
    def to_lead(self, row: Row) -> RemoteLead:
        """Return a lead; raise ``OddError`` when its id cannot be read."""

    @abstractmethod
    def to_activity(self, kind: ActivityKindName, row: Row) -> RemoteActivity:
        """Return an activity; raise ``OddError`` when its id cannot be read."""

    def list_leads(self, cursor: str) -> Page[RemoteLead]:
        """Return one page of leads by id."""
        rows, following = self.rows_after("lead", cursor)
        return Page(self.leads_of(rows), following)

    def list_activities(self, kind: ActivityKindName, cursor: str) -> Page[RemoteActivity]:
        """Return one page of activities by id."""
        if kind not in self.pulled:
            return Page(())
        rows, following = self.rows_after(kind, cursor)
        return Page(self.activities_of(kind, rows), following)

    def changes(self, kind: RemoteKind, rows: Sequence[Row]) -> Iterator[tuple[Changed, ...]]:
        """Yield the changes that these records show, all at once."""
        if kind == "lead":
            found = [Changed(one.lead_id, one.modified_ms, one) for one in self.leads_of(rows)]
        else:
            of_kind = self.activities_of(cast("ActivityKindName", kind), rows)
            found = [Changed(one.crm_id, one.modified_ms, one) for one in of_kind]
        if found:
            yield tuple(found)

    def leads_of(self, rows: Sequence[Row]) -> tuple[RemoteLead, ...]:
        """Return the leads that these records are."""
        return self._readable("lead", rows, self.to_lead)

    def activities_of(
        self, kind: ActivityKindName, rows: Sequence[Row]
    ) -> tuple[RemoteActivity, ...]:
        """Return the activities that these records are."""
        return self._readable(kind, rows, lambda row: self.to_activity(kind, row))

    def _readable(
        self, kind: str, rows: Sequence[Row], read: Callable[[Row], RecordT]
    ) -> tuple[RecordT, ...]:
        """Return the records in our terms; those without a readable id are noted."""
        found = []
        for row in rows:
            try:
                found.append(read(row))
            except OddError as odd:
                self._unreadable.append(LeftOut(kind, "", self.id_name, "", str(odd)))
        return tuple(found)

    def leads_by_id(self, ids: Sequence[str]) -> dict[str, RemoteLead]:
        """Return the leads with these ids that can be seen."""
        found = self.leads_of(self.rows_by_id("lead", ids) if ids else [])
        return {lead.lead_id: lead for lead in found}

    def read_activities(
        self, kind: ActivityKindName, ids: Sequence[str]
    ) -> tuple[RemoteActivity, ...]:
        """Return activities by id."""
        return self.activities_of(kind, self.rows_by_id(kind, ids) if ids else [])

    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity."""
        return self.to_activity(kind, self.row_of(kind, crm_id))

    # Leads.

    @abstractmethod
    def write_lead(self, lead_id: str, changes: Mapping[str, str], version: str) -> Row:
        """Write fields of a lead, by our names, and return them as they are then."""

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:  # noqa: ARG002
        """Return fields of a lead; none of these CRMs tells a rep when one was set."""
        return self.said_of(self.row_of("lead", lead_id), names)

    def said_of(self, row: Row, names: Sequence[str]) -> LeadFields:
        """Return fields of a lead by our names."""
        return LeadFields(identity(row.get(self.id_name)), self._names.values(row, names))

    def change_lead(
        self, lead_id: str, changes: dict[str, str], *, seen_version: str = ""
    ) -> LeadFields:
        """Change a lead and return its fields."""
        try:
            return self.said_of(self.write_lead(lead_id, changes, seen_version), tuple(changes))
        except Rejected as error:
            self._names.say_ours(error, changes)
            raise

    @abstractmethod
    def rows_of_emails(self, emails: Sequence[str]) -> Sequence[Row]:
        """Return the leads with one of these addresses, the one to take first."""

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail to id of the leads found."""
        rows, name = self.rows_of_emails(emails) if emails else (), self._names.lead["email"]
        return {str(r.get(name)).lower(): identity(r.get(self.id_name)) for r in reversed(rows)}

    def make_lead(self, body: dict[str, Any]) -> str:
        """Create a lead and return its id; not needed by a client with its own ``add_leads``."""
        raise NotImplementedError

    def new_body(self, lead: NewLead, owner_id: str) -> dict[str, Any]:
        """Return the body of a new lead."""
        return self._names.new_lead(lead, owner_id)

    def add_lead(self, lead: NewLead, owner_id: str) -> Added:
        """Create a lead, unless the CRM says that it is there already."""
        if lead.do_not_call and not self.can_mark:
            return Added(problem=f"{self.crm} has no field for do not call")
        try:
            return Added(self.make_lead(self.new_body(lead, owner_id)))
        except Conflicting as error:
            there = self.find_leads((lead.email,)).get(lead.email, "") if lead.email else ""
            return Added(there, existed=bool(there), problem="" if there else error.message)
        except Refused as error:
            return Added(problem=error.message)

    # Activities.

    @abstractmethod
    def put(self, kind: ActivityKindName, crm_id: str, values: Mapping[str, object]) -> None:
        """Write fields of an activity."""

    def body_of(self, draft: Draft) -> dict[str, Any]:
        """Return the body of a new activity; not needed where a client creates without it."""
        raise NotImplementedError

    @abstractmethod
    def find_keyed(self, item: CreateItem) -> str:
        """Return the id of the activity with the item's key in its field, ``""`` not found."""

    @abstractmethod
    def find_marked(self, item: CreateItem) -> str:
        """Return the id of the activity whose text ends with the item's key, ``""`` not found."""

    def find(self, item: CreateItem, *, thorough: bool = True) -> str:  # noqa: ARG002
        """Return the id of the activity with the item's key, ``""`` when not found."""
        if item.mode is not KeyMode.MARKER and self._names.key:
            with suppress(Rejected):  # the field was removed
                if found := self.find_keyed(item):
                    return found
        return self.find_marked(item)

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        """Change the text of an activity, with its facts and its key; and outcome and title."""
        keyed = bool(self._names.key and self.row_of(item.kind, crm_id).get(self._names.key))
        whole = self.body_of(Draft(replace(item, mode=KeyMode.FIELD if keyed else KeyMode.MARKER)))
        wanted = [self.title, self._names.outcome] if "outcome" in parts else []
        wanted.append(self.texts[item.kind])
        self.put(item.kind, crm_id, {name: whole[name] for name in wanted if name in whole})

    def task_values(self, changes: Mapping[str, str]) -> dict[str, object]:
        """Return the fields of a task for these changes, all but its text."""
        raise NotImplementedError

    def change_task(self, crm_id: str, changes: Mapping[str, str]) -> RemoteActivity:
        """Change a task and return it as it is then."""
        body = self.task_values(changes)
        if changes.get("body"):
            before = self.row_of("task", crm_id).get(self.texts["task"]) or ""
            body[self.texts["task"]] = f"{changes['body']}\n\n{before}".strip()
        if body:
            self.put("task", crm_id, body)
        return self.read_task(crm_id)

    def stamp(self, moment: datetime) -> str:
        """Return a moment as the CRM takes it: whole seconds, UTC."""
        return written(moment)

    def meeting_values(self, text: str, result: str) -> dict[str, object]:
        """Return the fields that say what became of a meeting; ``text`` is its text until now."""
        return {self.texts["meeting"]: with_result(text, result)}

    def change_meeting(self, crm_id: str, result: str, start_at: str = "") -> None:
        """Write what became of a meeting; one that is moved keeps its length."""
        row = self.row_of("meeting", crm_id)
        body = self.meeting_values(str(row.get(self.texts["meeting"]) or ""), result)
        if start_at:
            p = ForeignRecord("meeting", crm_id, dict(row))
            end = moved_end(p, self.began, self.ended, start_at)
            body |= {self.began: self.stamp(parse_iso(start_at)), self.ended: self.stamp(end)}
        self.put("meeting", crm_id, body)
