"""The column that migration 0010 made; frozen, later migrations change it."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE activity ADD COLUMN number_works VARCHAR DEFAULT '' NOT NULL",
    # What the CRM's own outcomes say; other labels are known from the next call on.
    "UPDATE activity SET number_works = 'no' WHERE kind = 'call'"
    " AND outcome_label = 'Wrong number'",
    "UPDATE activity SET number_works = 'yes' WHERE kind = 'call'"
    " AND outcome_label IN ('Connected', 'Left live message', 'Left voicemail')",
    "CREATE INDEX ix_activity_failed ON activity (lead_id) WHERE number_works = 'no'",
)
