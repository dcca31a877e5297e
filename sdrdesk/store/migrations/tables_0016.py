"""The columns that migration 0016 made; frozen, later migrations change them."""

from __future__ import annotations

COLUMNS = (
    "ALTER TABLE conflict ADD COLUMN theirs_from VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE conflict ADD COLUMN theirs_user VARCHAR DEFAULT '' NOT NULL",
)
