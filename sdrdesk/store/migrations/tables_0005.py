"""What migration 0005 made; frozen, later migrations change it anew."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE outbox_account (
    "key" VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    PRIMARY KEY ("key")
)
""",
    """
CREATE TABLE clock_shift (
    activity_key VARCHAR NOT NULL,
    shift_ms INTEGER NOT NULL,
    PRIMARY KEY (activity_key)
)
""",
    # One place for every way an item comes into the outbox.
    """
CREATE TRIGGER outbox_bound AFTER INSERT ON outbox BEGIN
 INSERT OR REPLACE INTO outbox_account ("key", account)
 SELECT new."key", value FROM sync_state WHERE name = 'account' AND value <> '';
END
""",
)
