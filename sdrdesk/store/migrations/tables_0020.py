"""The table that migration 0020 made; frozen, later migrations change it."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE shared_record (
    activity_key VARCHAR NOT NULL,
    sent_key VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    about_key VARCHAR NOT NULL,
    to_owner VARCHAR NOT NULL,
    told_ms INTEGER,
    PRIMARY KEY (activity_key),
    CONSTRAINT ck_shared_record_role CHECK (role in ('','corrects','comment'))
)
""",
    "CREATE INDEX ix_shared_record_sent ON shared_record (sent_key) WHERE sent_key <> ''",
    "CREATE INDEX ix_shared_record_about ON shared_record (about_key) WHERE role = 'corrects'",
    "CREATE INDEX ix_shared_record_to ON shared_record (to_owner) WHERE role = 'comment'",
)
