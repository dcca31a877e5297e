"""The leads behind a number of a report, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owners
from sdrdesk.store.reports.lookups import lead_names
from sdrdesk.store.reports.report_rows import leads_of


class BehindRow(NamedTuple):
    """A lead in the list behind a number."""

    lead_id: str
    name: str
    title: str
    company: str
    owner: str
    fit: int
    status: str

    def to_json(self) -> dict[str, object]:
        """Return the row by name."""
        return {**self._asdict()}

    def line(self) -> str:
        """Return the row for a terminal."""
        what = ", ".join(part for part in (self.title, self.company) if part)
        return f"{self.lead_id}  {self.name}  {what or '–'}  {self.owner or NO_OWNER}"


def behind_rows(db: Database, lead_ids: Sequence[str]) -> list[BehindRow]:
    """Return the rows of these leads in their order; leads that are gone are left out."""
    return list(_rows(db, lead_ids))


def _rows(db: Database, lead_ids: Sequence[str]) -> Iterator[BehindRow]:
    names = lead_names(db, lead_ids)
    reps = {owner.owner_id: owner.name or owner.owner_id for owner in owners(db)}
    leads = {lead.lead_id: lead for lead in leads_of(db, lead_ids)}
    for lead_id in lead_ids:
        lead = leads.get(lead_id)
        if lead is not None:
            yield BehindRow(
                lead_id, names.get(lead_id, lead_id), lead.job_title, lead.company,
                reps.get(lead.owner_id, lead.owner_id), lead.fit, lead.status,
            )  # fmt: skip
