"""What migration 0024 made; frozen, later migrations change it."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE lead ADD COLUMN email_opt_out BOOLEAN DEFAULT '0' NOT NULL",
    "ALTER TABLE promise ADD COLUMN what VARCHAR DEFAULT 'call' NOT NULL",
    """
CREATE TABLE mail_draft (
    draft_key VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    template VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    opened_ms INTEGER NOT NULL,
    PRIMARY KEY (draft_key)
)
""",
    "CREATE INDEX ix_mail_draft_lead ON mail_draft (lead_id)",
    """
CREATE TABLE cadence_run (
    run_id VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    cadence VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    lifecycle VARCHAR NOT NULL,
    by_id VARCHAR NOT NULL,
    started_ms INTEGER NOT NULL,
    step INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    since_ms INTEGER NOT NULL,
    due_ms INTEGER,
    ended_ms INTEGER,
    reason VARCHAR NOT NULL,
    ended_by VARCHAR NOT NULL,
    PRIMARY KEY (run_id)
)
""",
    "CREATE UNIQUE INDEX ix_cadence_run_lead ON cadence_run (lead_id) WHERE ended_ms IS NULL",
    "CREATE INDEX ix_cadence_run_due ON cadence_run (due_ms) WHERE ended_ms IS NULL",
    "CREATE INDEX ix_cadence_run_started ON cadence_run (started_ms)",
    "CREATE INDEX ix_cadence_run_was ON cadence_run (lead_id, started_ms)",
    """
CREATE TABLE cadence_step (
    run_id VARCHAR NOT NULL,
    place INTEGER NOT NULL,
    step INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    since_ms INTEGER NOT NULL,
    due_ms INTEGER,
    at_ms INTEGER NOT NULL,
    how VARCHAR NOT NULL,
    activity_key VARCHAR NOT NULL,
    PRIMARY KEY (run_id, place),
    CONSTRAINT ck_cadence_step_how CHECK (how in ('done','skipped'))
)
""",
    "CREATE INDEX ix_cadence_step_activity ON cadence_step (activity_key)",
)
