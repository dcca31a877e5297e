"""What migration 0019 made; frozen, later migrations change it."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE activity ADD COLUMN not_made VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE activity ADD COLUMN created_ms INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE activity ADD COLUMN result VARCHAR DEFAULT '' NOT NULL",
    """
CREATE TABLE call_lead (
    lead_id VARCHAR NOT NULL,
    activity_key VARCHAR NOT NULL,
    PRIMARY KEY (lead_id, activity_key)
)
""",
    "CREATE INDEX ix_call_lead_activity ON call_lead (activity_key)",
    """
CREATE TABLE sla_pause (
    lead_id VARCHAR NOT NULL,
    from_ms INTEGER NOT NULL,
    until_ms INTEGER,
    reason VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    PRIMARY KEY (lead_id, from_ms)
)
""",
)
