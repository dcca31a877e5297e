"""The records that the world generator passes to the server, without HTTP or SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Record:
    """One CRM record. Times are milliseconds since the epoch, UTC."""

    type: str
    """Plural name: contacts, companies, calls, tasks, notes, meetings, leads or deals."""
    id: str
    """Decimal text of up to 19 digits; unique per type only."""
    properties: dict[str, str]
    """Only properties with a value."""
    created_ms: int
    updated_ms: int
    archived_ms: int | None = None


@dataclass(slots=True)
class Link:
    """One directed association between two records; the store adds the reverse."""

    from_type: str
    from_id: str
    to_type: str
    to_id: str
    type_id: int
    """HubSpot's association type id, for example 194 from a call to a contact."""


@dataclass(slots=True)
class World:
    """The initial content of an account."""

    account: dict[str, object]
    """The answer of ``account-info/details``."""
    owners: list[dict[str, object]]
    """Owners in HubSpot's form, including former (archived) ones."""
    default_owner_email: str
    """The rep of the demo and the ready line."""
    property_changes: dict[str, list[dict[str, object]]]
    """Property definitions per object type, to add or to merge into existing ones."""
    forms: list[dict[str, object]]
    submissions: list[dict[str, object]]
    """``{"form": guid, "submittedAt": ms, "values": [...], "pageUrl": url}`` each, and optionally
    ``"eventName"``, the account's name of the conversion."""
    lists: list[dict[str, object]]
    records: Iterable[Record]
    """Streamed, so that 100,000 contacts are in memory only once."""
    links: Iterable[Link]
    """Streamed, read after ``records``."""
