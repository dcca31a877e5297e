"""Answers of a client for a CRM that does not have something."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    Added,
    NewLead,
    RemoteActivity,
    RemoteCompany,
    RemoteLead,
)
from sdrdesk.sync.capabilities import Capabilities
from sdrdesk.sync.errors import Gone, OutcomeMissing, Rejected
from sdrdesk.sync.port import CreateItem, Departed, Page


class Basics(ABC):
    """Base of clients; each of its methods may be replaced by a CRM's own."""

    crm = "The CRM"
    """Its name for reps."""
    capabilities = Capabilities()
    crowding = 1.0
    account_zone = ""
    can_merge = False

    @property
    def can_mark(self) -> bool:
        """False: leads have no do-not-call field, so marks stay on this machine."""
        return False

    def lead_link(self) -> str:
        """Return nothing: a lead has no address in a browser."""
        return ""

    def close(self) -> None:  # noqa: B027
        """Do nothing: no connection is open."""

    def unreadable(self) -> tuple[LeftOut, ...]:
        """Return nothing: every record could be read."""
        return ()

    def list_companies(self, cursor: str) -> Page[RemoteCompany]:  # noqa: ARG002
        """Return nothing: a lead has the name of its company in itself."""
        return Page(())

    def read_companies(self, ids: Sequence[str]) -> tuple[RemoteCompany, ...]:  # noqa: ARG002
        """Return nothing: see ``list_companies``."""
        return ()

    def gone(self, since_ms: int) -> Departed:
        """Return nothing: there is no list of deleted leads."""
        return Departed(until_ms=since_ms)

    def leads_after(self, lead_id: str) -> Iterator[tuple[RemoteLead, ...]]:  # noqa: ARG002
        """Yield nothing: no index lags."""
        yield from ()

    def link(self, item: CreateItem, crm_id: str) -> None:  # noqa: B027
        """Do nothing: an activity is made with its lead."""

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        """Refuse: the API does not merge, or not for reps."""
        raise Rejected(f"{self.crm} merges leads {keep_id} and {other_id} only in its own screen")

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create leads one by one, so that a bad one refuses no other."""
        return tuple(self.add_lead(lead, owner_id) for lead in leads)

    def add_lead(self, lead: NewLead, owner_id: str) -> Added:  # noqa: ARG002
        """Refuse: the API makes no leads."""
        return Added(problem=f"{self.crm} makes no leads for other programs")

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Refuse: there are no lists."""
        raise OutcomeMissing(f"{self.crm} has no lists; {lead_id} cannot go to {list_name}")

    @abstractmethod
    def read_activities(
        self, kind: ActivityKindName, ids: Sequence[str]
    ) -> tuple[RemoteActivity, ...]:
        """Return the activities with these ids that are there."""

    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity.

        Raises:
            Gone: it was deleted.
        """
        found = self.read_activities(kind, [crm_id])
        if not found:
            raise Gone(f"{self.crm} has no {kind} {crm_id} any more")
        return found[0]

    def read_task(self, crm_id: str) -> RemoteActivity:
        """Return one task."""
        return self.read_activity("task", crm_id)

    def deleted_activities(self, kind: ActivityKindName, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of these ids whose record is gone."""
        here = {one.crm_id for one in self.read_activities(kind, ids)} if ids else set()
        return tuple(crm_id for crm_id in ids if crm_id not in here)
