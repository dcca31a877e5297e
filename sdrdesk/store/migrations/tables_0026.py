"""The do-not-call register that migration 0026 made; frozen, later migrations change it."""

from __future__ import annotations

CHANGES = (
    """
CREATE TABLE register_entry (
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, value),
    CONSTRAINT ck_register_kind CHECK (kind in ('number','sha256','sha1','md5'))
)
""",
    "CREATE INDEX ix_register_source ON register_entry (source, at_ms)",
    """
CREATE TABLE register_match (
    e164 VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (e164)
)
""",
    "CREATE TABLE register_todo (lead_id VARCHAR NOT NULL, PRIMARY KEY (lead_id))",
    """
CREATE TRIGGER register_new_lead AFTER INSERT ON lead
WHEN new.e164 <> '' AND EXISTS (SELECT 1 FROM register_entry) BEGIN
    INSERT OR IGNORE INTO register_todo VALUES (new.lead_id);
END
""",
    """
CREATE TRIGGER register_new_number AFTER UPDATE OF e164, e164_more ON lead
WHEN (new.e164 <> old.e164 OR new.e164_more <> old.e164_more)
AND EXISTS (SELECT 1 FROM register_entry) BEGIN
    INSERT OR IGNORE INTO register_todo VALUES (new.lead_id);
END
""",
)
"""Tables, and triggers that note leads whose numbers changed."""
