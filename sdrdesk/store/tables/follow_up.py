"""Tables of what follows a call: e-mails, cadences, hooks and what agents propose."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel


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
    """The kind of the next step: ``call``, ``email``, ``linkedin``; or how it ends."""
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
    """The activity that did it, ``""`` for a skipped one."""


class HookEventRow(SQLModel, table=True):
    """Record: an event that its hooks have not finished with; written with what it reports."""

    __tablename__ = "hook_event"

    event_key: str = Field(primary_key=True)
    """The same each time it is sent again."""
    event: str
    lead_id: str
    activity_key: str
    entry_json: str
    """The entry: ``domain.outcome.entry_json``."""
    at_ms: int
    handed_ms: int | None = None
    """When its hooks were started last, ``None``: not yet."""


class AgentProposalRow(SQLModel, table=True):
    """Record: an outcome that an agent proposed. Its id becomes the activity's key."""

    __tablename__ = "agent_proposal"

    proposal_id: str = Field(primary_key=True)
    agent: str
    lead_id: str
    entry_json: str
    at_ms: int
