"""Tables of items that wait to be sent to the CRM."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

_OUTBOX_KINDS = "'call','contact','task','note','meeting','list','email','message'"
_QUESTIONS = "'','moved','deleted','qualified'"
_OUTBOX_STATES = "'held','queued','sending','sent','blocked','undone'"


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
    """The lead's change meanwhile, ``""`` for no question."""
    theirs_json: str
    """Owner, stage and status at the CRM when the rep was asked."""
    asked_ms: int
    shown: bool
    """True if a pull has shown the reason since; if it is gone then, the item goes out."""
    answer: str
