"""Leads and activities as flat rows, for CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterator

from sdrdesk.clock import iso_or_none
from sdrdesk.store.database.database import Database
from sdrdesk.store.reports.lookups import every_activity, every_lead


def lead_rows(db: Database) -> Iterator[dict[str, object]]:
    """Yield every lead on disk that is not archived, by id."""
    for lead in every_lead(db):
        yield {
            "lead_id": lead.lead_id,
            "first_name": lead.first_name,
            "last_name": lead.last_name,
            "email": lead.email,
            "title": lead.job_title,
            "company": lead.company_name,
            "phone": lead.e164 or lead.mobile or lead.phone,
            "extension": lead.extension,
            "time_zone": lead.rep_time_zone or lead.zone,
            "persona": lead.persona,
            "fit": lead.fit,
            "owner_id": lead.owner_id,
            "lifecycle": lead.lifecycle,
            "status": lead.status,
            "converted_at": iso_or_none(lead.converted_at),
            "converted_on": lead.converted_on,
            "attempts": lead.attempts,
            "last_attempt_at": iso_or_none(lead.last_attempt_at),
            "next_due_at": iso_or_none(lead.next_due_at),
            "do_not_call": lead.do_not_call,
        }


def activity_rows(db: Database) -> Iterator[dict[str, object]]:
    """Yield every activity on disk, oldest first; undone ones are included and marked."""
    for activity, state in every_activity(db):
        yield {
            "activity_key": activity.activity_key,
            "crm_id": activity.crm_id,
            "kind": activity.kind.value,
            "at": iso_or_none(activity.at),
            "owner_id": activity.owner_id,
            "lead_id": activity.lead_id,
            "disposition": activity.disposition,
            "outcome": activity.outcome_label,
            "duration_s": activity.duration_s,
            "number": activity.number,
            "note": activity.note,
            "reason": activity.reason,
            "state": state,
            "undone_at": iso_or_none(activity.undone_at),
        }
