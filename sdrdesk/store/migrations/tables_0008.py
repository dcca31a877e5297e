"""The table that migration 0008 made; frozen, later migrations change it."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE call_claim (
    desk VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (desk)
)
""",
)
