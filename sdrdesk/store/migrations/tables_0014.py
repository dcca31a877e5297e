"""What migration 0014 made; frozen, later migrations change it."""

from __future__ import annotations

STATEMENTS = (
    """
CREATE TABLE lead_news (
    seq INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    was VARCHAR NOT NULL,
    now VARCHAR NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT ck_lead_news_kind CHECK (kind in ('moved','deleted','merged'))
)
""",
    """
CREATE TRIGGER news_moved AFTER UPDATE OF owner_id ON lead WHEN old.owner_id <> new.owner_id BEGIN
 INSERT INTO lead_news (kind, lead_id, was, now)
  VALUES ('moved', new.lead_id, old.owner_id, new.owner_id); END
""",
    """
CREATE TRIGGER news_deleted AFTER UPDATE OF archived ON lead
 WHEN old.archived = 0 AND new.archived = 1 BEGIN
 INSERT INTO lead_news (kind, lead_id, was, now)
  VALUES ('deleted', new.lead_id, old.owner_id, ''); END
""",
    """
CREATE TRIGGER news_merged AFTER INSERT ON alias BEGIN
 INSERT INTO lead_news (kind, lead_id, was, now)
  SELECT 'merged', new.lead_id, coalesce(max(l.owner_id), ''),
   coalesce(max(trim(l.first_name || ' ' || l.last_name)), '')
   FROM lead l WHERE l.lead_id = new.old_id; END
""",
)
