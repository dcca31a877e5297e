"""The column that migration 0006 made; frozen, later migrations change it."""

from __future__ import annotations

COLUMNS = ("ALTER TABLE lead ADD COLUMN extension VARCHAR DEFAULT '' NOT NULL",)
