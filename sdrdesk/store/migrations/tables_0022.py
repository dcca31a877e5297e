"""What migration 0022 made; frozen, later migrations change it."""

from __future__ import annotations

STATEMENTS = (
    "CREATE INDEX ix_activity_callback ON activity (callback_ms) WHERE callback_ms IS NOT NULL",
    "CREATE INDEX ix_activity_meeting ON activity (created_ms, modified_ms, at_ms)"
    " WHERE kind = 'meeting'",
    "CREATE INDEX ix_activity_disposition ON activity (disposition, at_ms) WHERE disposition <> ''",
)
