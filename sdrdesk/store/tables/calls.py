"""Calls under way, call blocks, and whom not to call."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel


def _added() -> Any:
    """Return a text column that was added to a table that exists: only a default can fill it."""
    return Field(default="", sa_column_kwargs={"server_default": ""})


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
