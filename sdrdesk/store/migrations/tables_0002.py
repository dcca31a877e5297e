"""The tables and indices that migration 0002 made; frozen, later migrations change them."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE block (
    block_id VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    started_ms INTEGER NOT NULL,
    length_s INTEGER NOT NULL,
    goal_kind VARCHAR NOT NULL,
    goal_count INTEGER NOT NULL,
    recipe VARCHAR NOT NULL,
    ended_ms INTEGER,
    PRIMARY KEY (block_id),
    CONSTRAINT ck_block_goal CHECK (goal_kind in ('dials','conversations','meetings')),
    CONSTRAINT ck_block_size CHECK (length_s > 0 and goal_count > 0)
)
""",
    "CREATE UNIQUE INDEX ix_block_open ON block (owner_id) WHERE ended_ms IS NULL",
    "CREATE INDEX ix_block_owner ON block (owner_id, started_ms)",
    """
CREATE TABLE block_pause (
    block_id VARCHAR NOT NULL,
    started_ms INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    ended_ms INTEGER,
    PRIMARY KEY (block_id, started_ms)
)
""",
    "CREATE UNIQUE INDEX ix_block_pause_open ON block_pause (block_id) WHERE ended_ms IS NULL",
    """
CREATE TABLE block_call (
    activity_key VARCHAR NOT NULL,
    block_id VARCHAR NOT NULL,
    part VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (activity_key)
)
""",
    "CREATE INDEX ix_block_call_block ON block_call (block_id)",
    """
CREATE TABLE first_line (
    lead_id VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    used_by VARCHAR NOT NULL,
    PRIMARY KEY (lead_id)
)
""",
)
