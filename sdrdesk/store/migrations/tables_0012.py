"""The columns that migration 0012 made; frozen, later migrations change them."""

from __future__ import annotations

COLUMNS = (
    "ALTER TABLE lead ADD COLUMN website VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE lead ADD COLUMN linkedin VARCHAR DEFAULT '' NOT NULL",
)
