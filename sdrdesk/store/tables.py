"""Every table as a SQLModel class: for migrations and tests; the product reads and writes SQL.

Moments are whole milliseconds since the epoch, UTC, in columns that end in ``_ms``: they sort,
index and compare as integers, and CRMs send them so. There are two kinds of table:

* **mirror** (``owner``, ``company``, ``lead``, ``lead_base``, ``alias``, ``crm_option``,
  ``call_lead``): data of the CRM; a full sync can rebuild it.
* **record** (``activity``, ``outbox``, ``lead_desk``, ``promise``, ``suppression``,
  ``number_hold``, ``conflict``, ``call_journal``, ``call_talk``, ``call_claim``, ``block``,
  ``block_pause``, ``block_call``, ``first_line``, ``outbox_account``,
  ``outbox_lead``, ``clock_shift``, ``act``, ``shared_item``, ``sla_pause``, ``shared_record``,
  ``mail_draft``, ``cadence_run``, ``cadence_step``, ``forgotten``):
  everything a rep did or typed; never deleted by sync or migration.

``conversion`` came from the CRM, which no longer has it, so it is kept like a record.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

_ACTIVITY_KINDS = "'call','task','note','meeting','change','email','message'"
_OUTBOX_KINDS = "'call','contact','task','note','meeting','list','email','message'"
_ACT_KINDS = "'outcome','touch','decision','line','fields','promise'"
_ACT_STATES = "'done','undone','corrected','closed'"
_QUESTIONS = "'','moved','deleted','qualified'"
_OUTBOX_STATES = "'held','queued','sending','sent','blocked','undone'"


def _added() -> Any:
    """Return a text column that was added to a table that exists: only a default can fill it."""
    return Field(default="", sa_column_kwargs={"server_default": ""})


class OwnerRow(SQLModel, table=True):
    """Mirror: a rep."""

    __tablename__ = "owner"

    owner_id: str = Field(primary_key=True)
    user_id: str = ""
    email: str = ""
    name: str = ""
    archived: bool = False


class CompanyRow(SQLModel, table=True):
    """Mirror: a company."""

    __tablename__ = "company"

    company_id: str = Field(primary_key=True)
    name: str = ""
    domain: str = Field(default="", index=True)
    industry: str = ""
    employees: int | None = None
    country: str = ""
    state: str = ""
    city: str = ""
    time_zone: str = ""
    phone: str = ""
    modified_ms: int = 0
    archived: bool = False
    properties: str = Field(default="", sa_column_kwargs={"server_default": ""})


class LeadRow(SQLModel, table=True):
    """Mirror: a lead, with the facts derived from it when it was pulled.

    Values are *effective*: they include unsent changes of the rep. ``lead_base`` has the CRM's last
    values of those fields.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index("ix_lead_queue", "archived", "owner_id", "converted_ms"),
        Index("ix_lead_company", "company_id"),
        Index("ix_lead_email", "email"),
        Index("ix_lead_e164", "e164"),
    )

    lead_id: str = Field(primary_key=True)
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    job_title: str = ""
    seniority: str = ""
    department: str = ""
    buying_role: str = ""
    company_id: str = ""
    company_text: str = ""
    phone: str = ""
    mobile: str = ""
    time_zone: str = ""
    country: str = ""
    state: str = ""
    city: str = ""
    language: str = ""
    persona_value: str = ""
    lifecycle: str = ""
    status: str = ""
    owner_id: str = ""
    converted_ms: int | None = None
    converted_on: str = ""
    first_converted_ms: int | None = None
    first_converted_on: str = ""
    conversions: int = 0
    message: str = ""
    page_views: int = 0
    visits: int = 0
    last_url: str = ""
    source: str = ""
    crm_score: int | None = None
    do_not_call: bool = False
    created_ms: int | None = None
    modified_ms: int = 0
    seen_ms: int = 0
    """When this sdrdesk first saw the latest conversion: the delay until then is the system's."""
    archived: bool = False
    # Derived when pulled (domain.lead.enrichment); rebuilt when the rules change.
    fit: int = 0
    persona: str = ""
    persona_reason: str = ""
    e164: str = ""
    e164_more: str = ""
    """Further usable numbers, separated by a space."""
    zone: str = ""
    zone_note: str = ""
    region: str = ""
    region_state: str = ""
    # Derived from activities (store.mirror.attempts): the first two since the latest conversion,
    # the last attempt ever.
    attempts: int = 0
    first_attempt_ms: int | None = None
    last_attempt_ms: int | None = None
    last_attempt_by: str = ""
    extension: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Derived too: dialled after ``e164``. Last, because it was added to tables that exist."""
    website: str = Field(default="", sa_column_kwargs={"server_default": ""})
    linkedin: str = Field(default="", sa_column_kwargs={"server_default": ""})
    properties: str = Field(default="", sa_column_kwargs={"server_default": ""})
    email_opt_out: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """The person wants no e-mail, by the account's own field."""


class LeadThenRow(SQLModel, table=True):
    """What rules read of a lead when it converted, kept when something of it changes later.

    No row: the lead still stands as it stood. Triggers of the database write it (migration 0023).
    """

    __tablename__ = "lead_then"

    lead_id: str = Field(primary_key=True)
    converted_ms: int = Field(primary_key=True)
    said: str = ""
    """A JSON object: columns of ``lead``, and of ``company`` behind ``c_``."""


class ConversionRow(SQLModel, table=True):
    """A conversion that a later one replaced: the CRM keeps only the first and the latest."""

    __tablename__ = "conversion"

    lead_id: str = Field(primary_key=True)
    at_ms: int = Field(primary_key=True)
    what: str = ""


class LeadBaseRow(SQLModel, table=True):
    """Mirror: the CRM's last value of a field with an unsent change."""

    __tablename__ = "lead_base"

    lead_id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str = ""
    at_ms: int = 0


class AliasRow(SQLModel, table=True):
    """Mirror: an id that was merged away, and the id that survived."""

    __tablename__ = "alias"

    old_id: str = Field(primary_key=True)
    lead_id: str = Field(index=True)


class CrmOptionRow(SQLModel, table=True):
    """Mirror: one option of a field of the account (persona, status, stage, outcome)."""

    __tablename__ = "crm_option"

    field: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    label: str = ""
    position: int = 0
    hidden: bool = False


class LeadDeskRow(SQLModel, table=True):
    """Record: the rep's decisions about a lead, for which the CRM has no field."""

    __tablename__ = "lead_desk"

    lead_id: str = Field(primary_key=True)
    next_due_ms: int | None = None
    callback_ms: int | None = None
    callback_note: str = ""
    callback_activity_key: str = ""
    snoozed_until_ms: int | None = None
    snooze_reason: str = ""
    pinned_ms: int | None = None
    rep_time_zone: str = ""
    worked_out_ms: int | None = None
    """Time of an outcome that ended the work, or the latest conversion the rep had seen when they
    ended it without a call; only a later conversion reopens the lead."""
    callback_owner_id: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Who promised the callback, ``""`` for anybody of the team."""
    callback_team: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    callback_origin: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """``sdrdesk``, ``crm`` or ``automation``. The callback follows from ``promise``."""
    rest_seen_ms: int | None = None
    """The latest conversion the rep had seen when the snooze began, 0 for none; a later one ends
    it. ``None``: nothing but its time ends it. A snooze without a time has only this."""
    rest_promise: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """Whether the snooze holds back a callback that is due."""


class PromiseRow(SQLModel, table=True):
    """Record: a promised call, from here or from an open call task of the CRM.

    ``base_…`` is what the CRM showed last, the rest is with the rep's unsent changes.
    """

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint(
            "origin in ('sdrdesk','crm','automation','no_show')", name="ck_promise_origin"
        ),
        Index("ix_promise_lead", "lead_id"),
        Index("ix_promise_crm", "crm_id", unique=True, sqlite_where=text("crm_id <> ''")),
        Index("ix_promise_open", "due_ms", sqlite_where=text("open = 1")),
        Index("ix_promise_base", "base_due_ms", sqlite_where=text("base_open = 1")),
    )

    promise_key: str = Field(primary_key=True)
    """Key of the outbox item that makes the task, else ``task:`` and the CRM's id."""
    lead_id: str
    """``""`` while the task is at no contact."""
    crm_id: str
    origin: str
    base_open: bool
    base_due_ms: int
    base_owner_id: str
    base_note: str
    in_queue: bool
    """Whether the task is in a task queue of the CRM."""
    modified_ms: int
    """The CRM's date of the base, 0 before the task was sent."""
    open: bool
    due_ms: int
    owner_id: str
    """``""`` is anybody of the team."""
    note: str
    what: str = Field(default="call", sa_column_kwargs={"server_default": "call"})
    """``call``, or what another task of the CRM asks for: ``email`` or ``todo``."""


class ActivityRow(SQLModel, table=True):
    """Record: a call, touch, task or change. Append-only: a correction is another row."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint(f"kind in ({_ACTIVITY_KINDS})", name="ck_activity_kind"),
        CheckConstraint("duration_s >= 0", name="ck_activity_duration"),
        Index("ix_activity_lead_at", "lead_id", "at_ms"),
        Index("ix_activity_at", "at_ms"),
        Index("ix_activity_own", "owner_id", sqlite_where=text("local = 1")),
        Index("ix_activity_corrects", "corrects", sqlite_where=text("corrects <> ''")),
        Index("ix_activity_failed", "lead_id", sqlite_where=text("number_works = 'no'")),
        Index("ix_activity_crm", "kind", "crm_id", unique=True, sqlite_where=text("crm_id <> ''")),
        Index(
            "ix_activity_disposition",
            "disposition",
            "at_ms",
            sqlite_where=text("disposition <> ''"),
        ),
        Index("ix_activity_callback", "callback_ms", sqlite_where=text("callback_ms IS NOT NULL")),
        Index(
            "ix_activity_meeting",
            "created_ms",
            "modified_ms",
            "at_ms",
            sqlite_where=text("kind = 'meeting'"),
        ),
    )

    activity_key: str = Field(primary_key=True)
    lead_id: str
    owner_id: str = ""
    kind: str
    at_ms: int
    disposition: str = ""
    outcome_label: str = ""
    duration_s: int = 0
    number: str = ""
    title: str = ""
    note: str = ""
    reason: str = ""
    callback_ms: int | None = None
    meeting_ms: int | None = None
    script_id: str = ""
    qualify_json: str = "{}"
    crm_id: str = ""
    local: bool = True
    done: bool = True
    """False for a task or meeting that is still open."""
    modified_ms: int = 0
    undone_ms: int | None = None
    corrects: str = ""
    before_json: str = "{}"
    """Snapshot of the lead before this activity, for an undo within the grace period."""
    direction: str = _added()
    """``in`` for what came from the person; ``""`` and ``out`` are ours."""
    channel: str = _added()
    """``email``, ``linkedin``, ``sms`` … of a touch without a call; ``""`` for everything else."""
    recording_url: str = _added()
    attachments: str = _added()
    """Ids of the CRM's files, separated by a semicolon."""
    number_works: str = _added()
    """Whether the call says that its number works: ``yes``, ``no``, or ``""`` for neither."""
    not_made: str = _added()
    """Why a call of the CRM never took place: ``queued``, ``failed`` …; ``""`` for one that did."""
    created_ms: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """When the CRM made the record, 0 unknown."""
    result: str = _added()
    """The CRM's outcome of a meeting: ``scheduled``, ``completed``, ``no_show``, ``rescheduled``,
    ``canceled`` or the account's own, in lower case."""


class CallLeadRow(SQLModel, table=True):
    """Mirror: a further lead of a call or meeting with several; the first is in ``activity``."""

    __tablename__ = "call_lead"
    __table_args__ = (Index("ix_call_lead_activity", "activity_key"),)

    lead_id: str = Field(primary_key=True)
    activity_key: str = Field(primary_key=True)


class SlaPauseRow(SQLModel, table=True):
    """Record: a time in which the SLA of a lead did not run, because the person asked to wait."""

    __tablename__ = "sla_pause"

    lead_id: str = Field(primary_key=True)
    from_ms: int = Field(primary_key=True)
    until_ms: int | None = None
    """``None`` while it still rests."""
    reason: str
    owner_id: str


class OutboxRow(SQLModel, table=True):
    """Record: an item to send to the CRM exactly once. Never rebuilt, never deleted."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(f"kind in ({_OUTBOX_KINDS})", name="ck_outbox_kind"),
        CheckConstraint(f"state in ({_OUTBOX_STATES})", name="ck_outbox_state"),
        Index(
            "ix_outbox_unsent",
            "priority",
            "seq",
            sqlite_where=text("state IN ('held','queued','sending','blocked')"),
        ),
        Index("ix_outbox_lead", "lead_id"),
        Index("ix_outbox_activity", "activity_key"),
    )

    seq: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True))
    key: str = Field(unique=True)
    kind: str
    lead_id: str
    activity_key: str
    payload_json: str = Field(sa_column=Column(Text, nullable=False))
    state: str = "held"
    priority: int = 50
    attempts: int = 0
    unknown: bool = False
    """The last try may have arrived: look for the key at the CRM before sending again."""
    looks: int = 0
    """Number of looks without result since the last try."""
    hold_until_ms: int | None = None
    next_try_ms: int | None = None
    last_error: str = ""
    correlation_id: str = ""
    crm_id: str = ""
    created_ms: int
    sent_ms: int | None = None


class SharedRecordRow(SQLModel, table=True):
    """Record: what another desk wrote about a call or note beyond the CRM's own fields.

    The facts themselves are in ``activity``.
    """

    __tablename__ = "shared_record"
    __table_args__ = (
        CheckConstraint("role in ('','corrects','comment')", name="ck_shared_record_role"),
        Index("ix_shared_record_sent", "sent_key", sqlite_where=text("sent_key <> ''")),
        Index("ix_shared_record_about", "about_key", sqlite_where=text("role = 'corrects'")),
        Index("ix_shared_record_to", "to_owner", sqlite_where=text("role = 'comment'")),
    )

    activity_key: str = Field(primary_key=True)
    sent_key: str
    """The key by which every desk of the account knows it."""
    role: str
    about_key: str
    """Key of the record that a correction or comment is about."""
    to_owner: str
    """The rep whom a comment is for."""
    told_ms: int | None = None
    """When the rep was told the comment."""


class OutboxAccountRow(SQLModel, table=True):
    """Record: the account of an outbox item. Set by a trigger on insert."""

    __tablename__ = "outbox_account"

    key: str = Field(primary_key=True)
    account: str


class OutboxLeadRow(SQLModel, table=True):
    """Record: the lead of an outbox item when it was recorded, and what the rep is asked about it.

    Set by a trigger on insert. A question that is open keeps its item ``blocked``.
    """

    __tablename__ = "outbox_lead"
    __table_args__ = (
        CheckConstraint(f"asks in ({_QUESTIONS})", name="ck_outbox_lead_asks"),
        CheckConstraint("answer in ('','write','note','drop')", name="ck_outbox_lead_answer"),
        Index("ix_outbox_lead_open", "key", sqlite_where=text("asks <> '' AND answer = ''")),
    )

    key: str = Field(primary_key=True)
    owner_id: str
    """The owner, stage and mark at the CRM, as known here when the item was recorded."""
    lifecycle: str
    do_not_call: bool
    asks: str
    """What became of the lead meanwhile, ``""`` for no question."""
    theirs_json: str
    """Owner, stage and status at the CRM when the rep was asked."""
    asked_ms: int
    shown: bool
    """Whether a pull has shown the reason since; if it is gone then, the item goes out."""
    answer: str


class ClockShiftRow(SQLModel, table=True):
    """Record: the correction of an activity that was recorded by a wrong clock."""

    __tablename__ = "clock_shift"

    activity_key: str = Field(primary_key=True)
    shift_ms: int


class SuppressionRow(SQLModel, table=True):
    """Record: do not call this number, person or company."""

    __tablename__ = "suppression"
    __table_args__ = (
        CheckConstraint("scope in ('number','person','company')", name="ck_suppression_scope"),
    )

    scope: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    at_ms: int
    activity_key: str = ""


class RegisterEntryRow(SQLModel, table=True):
    """Record: an entry of a do-not-call register. It never leaves this machine."""

    __tablename__ = "register_entry"
    __table_args__ = (
        CheckConstraint("kind in ('number','sha256','sha1','md5')", name="ck_register_kind"),
        Index("ix_register_source", "source", "at_ms"),
    )

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    """The number in E.164, or the hash of one in lower-case hex digits."""
    source: str
    at_ms: int
    """When it was imported last."""


class RegisterMatchRow(SQLModel, table=True):
    """Derived: a number of a lead that the register bars."""

    __tablename__ = "register_match"

    e164: str = Field(primary_key=True)
    source: str
    at_ms: int


class RegisterTodoRow(SQLModel, table=True):
    """Derived: a lead whose numbers were not compared with the register yet; triggers write it."""

    __tablename__ = "register_todo"

    lead_id: str = Field(primary_key=True)


class NumberHoldRow(SQLModel, table=True):
    """Record: a number that turned out wrong or dead for this lead."""

    __tablename__ = "number_hold"

    lead_id: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    reason: str = ""
    at_ms: int
    activity_key: str = ""


class ConflictRow(SQLModel, table=True):
    """Record: a field both sides changed; the rep settles it."""

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint("taken in ('','mine','theirs')", name="ck_conflict_taken"),
        Index("ix_conflict_open", "lead_id", sqlite_where=text("taken = ''")),
    )

    key: str = Field(primary_key=True)
    lead_id: str
    field: str
    base: str = ""
    mine: str = ""
    theirs: str = ""
    mine_ms: int
    theirs_ms: int
    taken: str = ""
    settled_ms: int | None = None
    theirs_from: str = _added()
    """What set the CRM's value: ``crm``, ``integration``, ``import``, ``automation`` …"""
    theirs_user: str = _added()
    """Id of the user in the CRM who set it."""


class CallJournalRow(SQLModel, table=True):
    """Record: the call in progress, stored as the rep types. At most one per process."""

    __tablename__ = "call_journal"

    desk: str = Field(primary_key=True)
    """The running sdrdesk that holds the call (a UUID per process)."""
    pid: int = 0
    lead_id: str
    number: str = ""
    started_ms: int
    updated_ms: int
    note: str = ""
    qualify_json: str = "{}"
    script_id: str = ""
    direction: str = _added()
    """``in`` for a call that came in."""


class CallTalkRow(SQLModel, table=True):
    """Record: when the person picked up in the call in progress of a process."""

    __tablename__ = "call_talk"

    desk: str = Field(primary_key=True)
    talking_ms: int


class CallClaimRow(SQLModel, table=True):
    """Record: who is in the call in progress of a process, and until when nobody else calls."""

    __tablename__ = "call_claim"

    desk: str = Field(primary_key=True)
    owner_id: str = ""
    until_ms: int


class BlockRow(SQLModel, table=True):
    """Record: a call block. At most one per rep is open."""

    __tablename__ = "block"
    __table_args__ = (
        CheckConstraint("goal_kind in ('dials','conversations','meetings')", name="ck_block_goal"),
        CheckConstraint("length_s > 0 and goal_count > 0", name="ck_block_size"),
        Index("ix_block_open", "owner_id", unique=True, sqlite_where=text("ended_ms IS NULL")),
        Index("ix_block_owner", "owner_id", "started_ms"),
    )

    block_id: str = Field(primary_key=True)
    owner_id: str
    started_ms: int
    length_s: int
    goal_kind: str
    goal_count: int
    recipe: str = ""
    ended_ms: int | None = None


class BlockPauseRow(SQLModel, table=True):
    """Record: a pause of a block."""

    __tablename__ = "block_pause"
    __table_args__ = (
        Index(
            "ix_block_pause_open", "block_id", unique=True, sqlite_where=text("ended_ms IS NULL")
        ),
    )

    block_id: str = Field(primary_key=True)
    started_ms: int = Field(primary_key=True)
    reason: str = ""
    ended_ms: int | None = None


class BlockCallRow(SQLModel, table=True):
    """Record: the block of an outcome, and the part of its recipe the lead came from."""

    __tablename__ = "block_call"
    __table_args__ = (Index("ix_block_call_block", "block_id"),)

    activity_key: str = Field(primary_key=True)
    block_id: str
    part: str = ""
    at_ms: int
    """When the outcome was recorded: the end of the call."""


class FirstLineRow(SQLModel, table=True):
    """Record: the rep's opening note for the next call with a lead."""

    __tablename__ = "first_line"

    lead_id: str = Field(primary_key=True)
    text: str
    at_ms: int
    used_by: str = ""
    """Activity that used it; undoing that activity makes it available again."""


class MailDraftRow(SQLModel, table=True):
    """Record: an e-mail that was opened in the mail program, until the rep says whether it went.

    Its key becomes the activity's: saying twice that it went logs it once.
    """

    __tablename__ = "mail_draft"
    __table_args__ = (Index("ix_mail_draft_lead", "lead_id"),)

    draft_key: str = Field(primary_key=True)
    lead_id: str
    owner_id: str
    template: str
    """Reference of the script, ``""`` without one."""
    subject: str
    body: str
    opened_ms: int


class CadenceRunRow(SQLModel, table=True):
    """Record: a lead in a cadence, and how it ended. A lead is in at most one at a time."""

    __tablename__ = "cadence_run"
    __table_args__ = (
        Index("ix_cadence_run_lead", "lead_id", unique=True, sqlite_where=text("ended_ms IS NULL")),
        Index("ix_cadence_run_due", "due_ms", sqlite_where=text("ended_ms IS NULL")),
        Index("ix_cadence_run_started", "started_ms"),
        Index("ix_cadence_run_was", "lead_id", "started_ms"),
    )

    run_id: str = Field(primary_key=True)
    lead_id: str
    cadence: str
    """Name of its file."""
    owner_id: str
    """The lead's owner and stage at the start: a change of either stops it."""
    lifecycle: str
    by_id: str
    """The rep who started it."""
    started_ms: int
    step: int
    """Place of the step that is next, from 0; the number of steps when only the end is left."""
    steps: int
    what: str
    """What the next step asks for: ``call``, ``email``, ``linkedin``; or how it ends."""
    since_ms: int
    """When the step before it was done."""
    due_ms: int | None = None
    """``None``: no open hour was found."""
    ended_ms: int | None = None
    reason: str = ""
    """Why it ended: ``reply``, ``meeting``, ``do_not_call``, ``owner``, ``stage``, ``outcome``,
    ``gone``, ``finished`` or ``stopped``; ``""`` while it runs."""
    ended_by: str = ""
    """The activity that ended it, ``""`` for none."""


class CadenceStepRow(SQLModel, table=True):
    """Record: a step of a run that was done or skipped."""

    __tablename__ = "cadence_step"
    __table_args__ = (
        CheckConstraint("how in ('done','skipped')", name="ck_cadence_step_how"),
        Index("ix_cadence_step_activity", "activity_key"),
    )

    run_id: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    """Its place in the run, from 0."""
    step: int
    what: str
    since_ms: int
    due_ms: int | None = None
    at_ms: int
    how: str
    activity_key: str = ""
    """What did it, ``""`` for a skipped one."""


class LeadNewsRow(SQLModel, table=True):
    """Mirror: what happened to a lead at the CRM. Triggers on the mirror fill it.

    Without a time: the rows between two pulls are those of the second one.
    """

    __tablename__ = "lead_news"
    __table_args__ = (
        CheckConstraint("kind in ('moved','deleted','merged')", name="ck_lead_news_kind"),
    )

    seq: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True))
    kind: str
    lead_id: str
    was: str
    """The owner before; of a merge, that of the record that went."""
    now: str
    """The owner now; of a merge, the name of the record that went."""


class ActRow(SQLModel, table=True):
    """Record: an act of a rep that undo can take back, in the order of doing.

    Written in the transaction of the act itself. Only the latest are kept.
    """

    __tablename__ = "act"
    __table_args__ = (
        CheckConstraint(f"kind in ({_ACT_KINDS})", name="ck_act_kind"),
        CheckConstraint(f"state in ({_ACT_STATES})", name="ck_act_state"),
        Index("ix_act_done", "owner_id", "seq", sqlite_where=text("state = 'done'")),
        Index(
            "ix_act_undone",
            "owner_id",
            "seq",
            sqlite_where=text("state IN ('undone','corrected')"),
        ),
        Index("ix_act_step", "step"),
        Index("ix_act_item", "item_key"),
    )

    seq: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True))
    step: str
    """What was done together has the same: one undo takes it back."""
    owner_id: str
    lead_id: str
    kind: str
    label: str
    item_key: str
    """The activity; of a removed callback the outbox item; ``""`` for what is only here."""
    before_json: str
    """The changed values before it, for undo."""
    after_json: str
    """What redo needs."""
    at_ms: int
    state: str
    """``corrected``: undone by a correction, so it cannot be redone. ``closed``: past undo."""


class SharedItemRow(SQLModel, table=True):
    """Record: what the rep's machines agreed on last, by way of a folder they share."""

    __tablename__ = "shared_item"

    kind: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    value_json: str
    """``null`` for what was removed."""
    at_ms: int
    machine: str


class ForgottenRow(SQLModel, table=True):
    """Record: a person who was erased here, as a hash under a key of this database.

    A lead is not pulled again. Numbers and addresses are kept only of people not to be called.
    """

    __tablename__ = "forgotten"
    __table_args__ = (
        CheckConstraint("kind in ('lead','number','email')", name="ck_forgotten_kind"),
    )

    kind: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    at_ms: int


class SyncStateRow(SQLModel, table=True):
    """Cursors, clock offset, modes and other small facts, by name."""

    __tablename__ = "sync_state"

    name: str = Field(primary_key=True)
    value: str = ""
    at_ms: int = 0
