"""The table that migration 0018 made; frozen, later migrations change it."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE shared_item (
    kind VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    value_json VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    machine VARCHAR NOT NULL,
    PRIMARY KEY (kind, item_id)
)
""",
)
