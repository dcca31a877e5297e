"""The column that migration 0011 made; frozen, later migrations change it."""

from __future__ import annotations

COLUMNS = ("ALTER TABLE call_journal ADD COLUMN direction VARCHAR DEFAULT '' NOT NULL",)
