"""Mirror of the CRM: a full sync can rebuild these tables."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer
from sqlmodel import Field, SQLModel


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
    """Facts of a lead that rules read when it converted, kept when something of it changes later.

    No row: the lead is still as it was. Triggers of the database write it (migration 0023).
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


class CallLeadRow(SQLModel, table=True):
    """Mirror: a further lead of a call or meeting with several; the first is in ``activity``."""

    __tablename__ = "call_lead"
    __table_args__ = (Index("ix_call_lead_activity", "activity_key"),)

    lead_id: str = Field(primary_key=True)
    activity_key: str = Field(primary_key=True)


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


class SyncStateRow(SQLModel, table=True):
    """Cursors, clock offset, modes and other small facts, by name."""

    __tablename__ = "sync_state"

    name: str = Field(primary_key=True)
    value: str = ""
    at_ms: int = 0
