"""What migration 0009 made; frozen, later migrations change it."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE lead_desk ADD COLUMN callback_owner_id VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE lead_desk ADD COLUMN callback_team BOOLEAN DEFAULT '0' NOT NULL",
    "ALTER TABLE lead_desk ADD COLUMN callback_origin VARCHAR DEFAULT '' NOT NULL",
    """
CREATE TABLE promise (
    promise_key VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    crm_id VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    base_open BOOLEAN NOT NULL,
    base_due_ms INTEGER NOT NULL,
    base_owner_id VARCHAR NOT NULL,
    base_note VARCHAR NOT NULL,
    in_queue BOOLEAN NOT NULL,
    modified_ms INTEGER NOT NULL,
    open BOOLEAN NOT NULL,
    due_ms INTEGER NOT NULL,
    owner_id VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    PRIMARY KEY (promise_key),
    CONSTRAINT ck_promise_origin CHECK (origin in ('sdrdesk','crm','automation'))
)
""",
    "CREATE INDEX ix_promise_lead ON promise (lead_id)",
    "CREATE UNIQUE INDEX ix_promise_crm ON promise (crm_id) WHERE crm_id <> ''",
    "CREATE INDEX ix_promise_open ON promise (due_ms) WHERE open = 1",
    "CREATE INDEX ix_promise_base ON promise (base_due_ms) WHERE base_open = 1",
)

# The callbacks recorded so far. The tasks of others are read again by the next sync.
PROMISES = (
    """
INSERT OR IGNORE INTO promise
 SELECT coalesce(o."key", 'desk:' || d.lead_id), d.lead_id,
  CASE WHEN o.state = 'sent' THEN o.crm_id ELSE '' END, 'sdrdesk', 1, d.callback_ms,
  coalesce(CASE WHEN json_valid(o.payload_json) THEN json_extract(o.payload_json, '$.owner_id') END,
   a.owner_id, ''),
  d.callback_note, 0, 0, 1, d.callback_ms,
  coalesce(CASE WHEN json_valid(o.payload_json) THEN json_extract(o.payload_json, '$.owner_id') END,
   a.owner_id, ''),
  d.callback_note
 FROM lead_desk d
 LEFT JOIN activity a ON a.activity_key = d.callback_activity_key
 LEFT JOIN outbox o ON o.activity_key = d.callback_activity_key AND o.kind = 'task'
  AND d.callback_activity_key <> ''
 WHERE typeof(d.callback_ms) = 'integer'
""",
    """
UPDATE lead_desk SET callback_origin = 'sdrdesk', callback_owner_id =
  coalesce((SELECT p.owner_id FROM promise p WHERE p.lead_id = lead_desk.lead_id), '')
 WHERE typeof(callback_ms) = 'integer'
""",
)
