"""The tables of migration 0005; frozen, later migrations change it."""

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
    # A trigger covers every way an item gets into the outbox.
    """
CREATE TRIGGER outbox_bound AFTER INSERT ON outbox BEGIN
 INSERT OR REPLACE INTO outbox_account ("key", account)
 SELECT new."key", value FROM sync_state WHERE name = 'account' AND value <> '';
END
""",
)
