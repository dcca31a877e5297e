"""What migration 0017 made; frozen, later migrations change it."""

from __future__ import annotations

STATEMENTS = (
    """
CREATE TABLE outbox_lead (
    "key" VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    lifecycle VARCHAR NOT NULL,
    do_not_call BOOLEAN NOT NULL,
    asks VARCHAR NOT NULL,
    theirs_json VARCHAR NOT NULL,
    asked_ms INTEGER NOT NULL,
    shown BOOLEAN NOT NULL,
    answer VARCHAR NOT NULL,
    PRIMARY KEY ("key"),
    CONSTRAINT ck_outbox_lead_asks CHECK (asks in ('','moved','deleted','qualified')),
    CONSTRAINT ck_outbox_lead_answer CHECK (answer in ('','write','note','drop'))
)
""",
    "CREATE INDEX ix_outbox_lead_open ON outbox_lead (\"key\") WHERE asks <> '' AND answer = ''",
    # A trigger covers every way an item gets into the outbox. The lead may show a value of the
    # rep's own by then; ``lead_base`` has the CRM's.
    """
CREATE TRIGGER outbox_lead_seen AFTER INSERT ON outbox BEGIN
 INSERT OR REPLACE INTO outbox_lead
  ("key", owner_id, lifecycle, do_not_call, asks, theirs_json, asked_ms, shown, answer)
 SELECT new."key",
  coalesce((SELECT value FROM lead_base b WHERE b.lead_id = l.lead_id AND b.field = 'owner_id'),
   l.owner_id),
  coalesce((SELECT value FROM lead_base b WHERE b.lead_id = l.lead_id AND b.field = 'lifecycle'),
   l.lifecycle),
  coalesce((SELECT value = 'true' FROM lead_base b
    WHERE b.lead_id = l.lead_id AND b.field = 'do_not_call'), l.do_not_call),
  '', '{}', 0, 0, ''
 FROM lead l WHERE l.lead_id = new.lead_id;
END
""",
)
