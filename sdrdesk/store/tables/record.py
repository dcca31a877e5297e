"""Tables of a rep's acts and decisions about leads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Integer, text
from sqlmodel import Field, SQLModel

_ACTIVITY_KINDS = "'call','task','note','meeting','change','email','message'"
_ACT_KINDS = "'outcome','touch','decision','line','fields','promise'"
_ACT_STATES = "'done','undone','corrected','closed'"


def _added() -> Any:
    """Return a text column that was added to a table that exists: only a default can fill it."""
    return Field(default="", sa_column_kwargs={"server_default": ""})


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
    ended it without a call; a later conversion reopens the lead, and after a rejection another
    status at the CRM (``mirror.put_back``)."""
    callback_owner_id: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The owner who promised the callback, ``""`` for anybody of the team."""
    callback_team: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    callback_origin: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """``sdrdesk``, ``crm`` or ``automation``. The callback follows from ``promise``."""
    rest_seen_ms: int | None = None
    """The latest conversion the rep had seen when the snooze began, 0 for none; a later one ends
    it. ``None``: nothing but its time ends it. A snooze without a time has only this."""
    rest_promise: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """True if the snooze holds back a callback that is due."""


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
    """True if the task is in a task queue of the CRM."""
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
    """True if the call says that its number works: ``yes``, ``no``, or ``""`` for neither."""
    not_made: str = _added()
    """Why a call of the CRM never took place: ``queued``, ``failed`` …; ``""`` for one that did."""
    created_ms: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """When the CRM made the record, 0 unknown."""
    result: str = _added()
    """The CRM's outcome of a meeting: ``scheduled``, ``completed``, ``no_show``, ``rescheduled``,
    ``canceled`` or the account's own, in lower case."""


class SlaPauseRow(SQLModel, table=True):
    """Record: a time in which the SLA of a lead did not run, because the person asked to wait."""

    __tablename__ = "sla_pause"

    lead_id: str = Field(primary_key=True)
    from_ms: int = Field(primary_key=True)
    until_ms: int | None = None
    """``None`` while it still rests."""
    reason: str
    owner_id: str


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
    """When the rep saw the comment."""


class ClockShiftRow(SQLModel, table=True):
    """Record: the correction of an activity that was recorded by a wrong clock."""

    __tablename__ = "clock_shift"

    activity_key: str = Field(primary_key=True)
    shift_ms: int


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
    """The source of the CRM's value: ``crm``, ``integration``, ``import``, ``automation`` …"""
    theirs_user: str = _added()
    """Id of the user in the CRM who set it."""


class FirstLineRow(SQLModel, table=True):
    """Record: the rep's opening note for the next call with a lead."""

    __tablename__ = "first_line"

    lead_id: str = Field(primary_key=True)
    text: str
    at_ms: int
    used_by: str = ""
    """Activity that used it; undoing that activity makes it available again."""


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
    """Acts done together have the same: one undo takes it back."""
    owner_id: str
    lead_id: str
    kind: str
    label: str
    item_key: str
    """The activity; of a removed callback the outbox item; ``""`` for what is only here."""
    before_json: str
    """The changed values before it, for undo."""
    after_json: str
    """The values that redo needs."""
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
