"""Leads and activities as flat rows, for CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterator

from sdrdesk.clock import iso_or_none
from sdrdesk.domain.lead.own_words import note_of
from sdrdesk.store.database.database import Database
from sdrdesk.store.reports.lookups import every_activity, every_lead

LEAD_COLUMNS = (
    "lead_id", "first_name", "last_name", "email", "title", "company", "phone", "extension",
    "time_zone", "persona", "fit", "owner_id", "lifecycle", "status", "converted_at",
    "converted_on", "attempts", "last_attempt_at", "next_due_at", "do_not_call",
)  # fmt: skip
ACTIVITY_COLUMNS = (
    "activity_key", "crm_id", "kind", "at", "owner_id", "lead_id", "disposition", "outcome",
    "duration_s", "number", "note", "reason", "state", "undone_at",
)  # fmt: skip


def lead_rows(db: Database) -> Iterator[dict[str, object]]:
    """Yield every lead on disk that is not archived, by id."""
    for lead in every_lead(db):
        values = (
            lead.lead_id,
            lead.first_name,
            lead.last_name,
            lead.email,
            lead.job_title,
            lead.company_name,
            lead.e164 or lead.mobile or lead.phone,
            lead.extension,
            lead.rep_time_zone or lead.zone,
            lead.persona,
            lead.fit,
            lead.owner_id,
            lead.lifecycle,
            lead.status,
            iso_or_none(lead.converted_at),
            lead.converted_on,
            lead.attempts,
            iso_or_none(lead.last_attempt_at),
            iso_or_none(lead.next_due_at),
            lead.do_not_call,
        )
        yield dict(zip(LEAD_COLUMNS, values, strict=True))


def activity_rows(db: Database) -> Iterator[dict[str, object]]:
    """Yield every activity on disk, oldest first; undone ones are included and marked."""
    for activity, state in every_activity(db):
        values = (
            activity.activity_key,
            activity.crm_id,
            activity.kind.value,
            iso_or_none(activity.at),
            activity.owner_id,
            activity.lead_id,
            activity.disposition,
            activity.outcome_label,
            activity.duration_s,
            activity.number,
            note_of(activity),
            activity.reason,
            state,
            iso_or_none(activity.undone_at),
        )
        yield dict(zip(ACTIVITY_COLUMNS, values, strict=True))
