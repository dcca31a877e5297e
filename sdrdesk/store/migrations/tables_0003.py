"""The table that migration 0003 made; frozen, later migrations change it."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE call_talk (
    desk VARCHAR NOT NULL,
    talking_ms INTEGER NOT NULL,
    PRIMARY KEY (desk)
)
""",
)
