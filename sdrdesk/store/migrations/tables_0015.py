"""The table that migration 0015 made; frozen, later migrations change it."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE act (
    seq INTEGER NOT NULL,
    step VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    item_key VARCHAR NOT NULL,
    before_json VARCHAR NOT NULL,
    after_json VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT ck_act_kind CHECK (kind in ('outcome','touch','decision','line','fields','promise')),
    CONSTRAINT ck_act_state CHECK (state in ('done','undone','corrected','closed'))
)
""",
    "CREATE INDEX ix_act_done ON act (owner_id, seq) WHERE state = 'done'",
    "CREATE INDEX ix_act_undone ON act (owner_id, seq) WHERE state IN ('undone','corrected')",
    "CREATE INDEX ix_act_step ON act (step)",
    "CREATE INDEX ix_act_item ON act (item_key)",
)
