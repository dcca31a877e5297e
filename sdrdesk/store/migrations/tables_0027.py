"""What migration 0027 made; frozen, later migrations change it."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE hook_event (
    event_key VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    activity_key VARCHAR NOT NULL,
    entry_json VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    handed_ms INTEGER,
    PRIMARY KEY (event_key)
)
""",
    """
CREATE TABLE agent_proposal (
    proposal_id VARCHAR NOT NULL,
    agent VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    entry_json VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (proposal_id)
)
""",
)
