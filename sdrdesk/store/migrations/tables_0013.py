"""The columns that migration 0013 made; frozen, later migrations change them."""

from __future__ import annotations

COLUMNS = (
    "ALTER TABLE lead_desk ADD COLUMN rest_seen_ms INTEGER",
    "ALTER TABLE lead_desk ADD COLUMN rest_promise BOOLEAN DEFAULT '0' NOT NULL",
)
# A rest from before began knowing the conversion that is here now; the next one ends it.
BEGUN_BEFORE = (
    "UPDATE lead_desk SET rest_seen_ms = coalesce((SELECT converted_ms FROM lead"
    " WHERE lead.lead_id = lead_desk.lead_id), 0) WHERE snoozed_until_ms IS NOT NULL"
)
