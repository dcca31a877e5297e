"""The tables and indices as migration 0001 made them; frozen, later migrations change them.

Plain SQL, not the models: a migration never changes, the models do.
"""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE activity (
    activity_key VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    disposition VARCHAR NOT NULL,
    outcome_label VARCHAR NOT NULL,
    duration_s INTEGER NOT NULL,
    number VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    callback_ms INTEGER,
    meeting_ms INTEGER,
    script_id VARCHAR NOT NULL,
    qualify_json VARCHAR NOT NULL,
    crm_id VARCHAR NOT NULL,
    local BOOLEAN NOT NULL,
    done BOOLEAN NOT NULL,
    modified_ms INTEGER NOT NULL,
    undone_ms INTEGER,
    corrects VARCHAR NOT NULL,
    before_json VARCHAR NOT NULL,
    PRIMARY KEY (activity_key),
    CONSTRAINT ck_activity_kind CHECK (kind in ('call','task','note','meeting','change')),
    CONSTRAINT ck_activity_duration CHECK (duration_s >= 0)
)
""",
    "CREATE INDEX ix_activity_at ON activity (at_ms)",
    "CREATE INDEX ix_activity_corrects ON activity (corrects) WHERE corrects <> ''",
    "CREATE UNIQUE INDEX ix_activity_crm ON activity (kind, crm_id) WHERE crm_id <> ''",
    "CREATE INDEX ix_activity_lead_at ON activity (lead_id, at_ms)",
    "CREATE INDEX ix_activity_own ON activity (owner_id) WHERE local = 1",
    """
CREATE TABLE alias (
    old_id VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    PRIMARY KEY (old_id)
)
""",
    "CREATE INDEX ix_alias_lead_id ON alias (lead_id)",
    """
CREATE TABLE call_journal (
    desk VARCHAR NOT NULL,
    pid INTEGER NOT NULL,
    lead_id VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    started_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    note VARCHAR NOT NULL,
    qualify_json VARCHAR NOT NULL,
    script_id VARCHAR NOT NULL,
    PRIMARY KEY (desk)
)
""",
    """
CREATE TABLE company (
    company_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    industry VARCHAR NOT NULL,
    employees INTEGER,
    country VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    city VARCHAR NOT NULL,
    time_zone VARCHAR NOT NULL,
    phone VARCHAR NOT NULL,
    modified_ms INTEGER NOT NULL,
    archived BOOLEAN NOT NULL,
    PRIMARY KEY (company_id)
)
""",
    "CREATE INDEX ix_company_domain ON company (domain)",
    """
CREATE TABLE "conflict" (
    "key" VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    base VARCHAR NOT NULL,
    mine VARCHAR NOT NULL,
    theirs VARCHAR NOT NULL,
    mine_ms INTEGER NOT NULL,
    theirs_ms INTEGER NOT NULL,
    taken VARCHAR NOT NULL,
    settled_ms INTEGER,
    PRIMARY KEY ("key"),
    CONSTRAINT ck_conflict_taken CHECK (taken in ('','mine','theirs'))
)
""",
    "CREATE INDEX ix_conflict_open ON \"conflict\" (lead_id) WHERE taken = ''",
    """
CREATE TABLE conversion (
    lead_id VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    PRIMARY KEY (lead_id, at_ms)
)
""",
    """
CREATE TABLE crm_option (
    field VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    hidden BOOLEAN NOT NULL,
    PRIMARY KEY (field, value)
)
""",
    """
CREATE TABLE lead (
    lead_id VARCHAR NOT NULL,
    first_name VARCHAR NOT NULL,
    last_name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    job_title VARCHAR NOT NULL,
    seniority VARCHAR NOT NULL,
    department VARCHAR NOT NULL,
    buying_role VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    company_text VARCHAR NOT NULL,
    phone VARCHAR NOT NULL,
    mobile VARCHAR NOT NULL,
    time_zone VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    city VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    persona_value VARCHAR NOT NULL,
    lifecycle VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    converted_ms INTEGER,
    converted_on VARCHAR NOT NULL,
    first_converted_ms INTEGER,
    first_converted_on VARCHAR NOT NULL,
    conversions INTEGER NOT NULL,
    message VARCHAR NOT NULL,
    page_views INTEGER NOT NULL,
    visits INTEGER NOT NULL,
    last_url VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    crm_score INTEGER,
    do_not_call BOOLEAN NOT NULL,
    created_ms INTEGER,
    modified_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    archived BOOLEAN NOT NULL,
    fit INTEGER NOT NULL,
    persona VARCHAR NOT NULL,
    persona_reason VARCHAR NOT NULL,
    e164 VARCHAR NOT NULL,
    e164_more VARCHAR NOT NULL,
    zone VARCHAR NOT NULL,
    zone_note VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    region_state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    first_attempt_ms INTEGER,
    last_attempt_ms INTEGER,
    last_attempt_by VARCHAR NOT NULL,
    PRIMARY KEY (lead_id)
)
""",
    "CREATE INDEX ix_lead_company ON lead (company_id)",
    "CREATE INDEX ix_lead_e164 ON lead (e164)",
    "CREATE INDEX ix_lead_email ON lead (email)",
    "CREATE INDEX ix_lead_queue ON lead (archived, owner_id, converted_ms)",
    """
CREATE TABLE lead_base (
    lead_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (lead_id, field)
)
""",
    """
CREATE TABLE lead_desk (
    lead_id VARCHAR NOT NULL,
    next_due_ms INTEGER,
    callback_ms INTEGER,
    callback_note VARCHAR NOT NULL,
    callback_activity_key VARCHAR NOT NULL,
    snoozed_until_ms INTEGER,
    snooze_reason VARCHAR NOT NULL,
    pinned_ms INTEGER,
    rep_time_zone VARCHAR NOT NULL,
    worked_out_ms INTEGER,
    PRIMARY KEY (lead_id)
)
""",
    """
CREATE TABLE number_hold (
    lead_id VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    activity_key VARCHAR NOT NULL,
    PRIMARY KEY (lead_id, number)
)
""",
    """
CREATE TABLE outbox (
    seq INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    lead_id VARCHAR NOT NULL,
    activity_key VARCHAR NOT NULL,
    payload_json TEXT NOT NULL,
    state VARCHAR NOT NULL,
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    unknown BOOLEAN NOT NULL,
    looks INTEGER NOT NULL,
    hold_until_ms INTEGER,
    next_try_ms INTEGER,
    last_error VARCHAR NOT NULL,
    correlation_id VARCHAR NOT NULL,
    crm_id VARCHAR NOT NULL,
    created_ms INTEGER NOT NULL,
    sent_ms INTEGER,
    PRIMARY KEY (seq),
    CONSTRAINT ck_outbox_kind CHECK (kind in ('call','contact','task','note','meeting','list')),
    CONSTRAINT ck_outbox_state CHECK (
        state in ('held','queued','sending','sent','blocked','undone')),
    UNIQUE ("key")
)
""",
    "CREATE INDEX ix_outbox_activity ON outbox (activity_key)",
    "CREATE INDEX ix_outbox_lead ON outbox (lead_id)",
    """
CREATE INDEX ix_outbox_unsent
ON outbox (priority, seq)
WHERE state IN ('held','queued','sending','blocked')
""",
    """
CREATE TABLE owner (
    owner_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    archived BOOLEAN NOT NULL,
    PRIMARY KEY (owner_id)
)
""",
    """
CREATE TABLE suppression (
    scope VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    activity_key VARCHAR NOT NULL,
    PRIMARY KEY (scope, value),
    CONSTRAINT ck_suppression_scope CHECK (scope in ('number','person','company'))
)
""",
    """
CREATE TABLE sync_state (
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (name)
)
""",
)
