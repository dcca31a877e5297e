"""The plain shapes that the generator hands to the store of the sandbox CRM.

This module knows neither HTTP nor SQLite: it is the one seam between the world that is made up
(``sdrdesk.sandbox.world``) and the server that serves it.
"""

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
    """Only names that have a value."""
    created_ms: int
    updated_ms: int
    archived_ms: int | None = None


@dataclass(slots=True)
class Link:
    """One directed association between two records; the store makes the reverse."""

    from_type: str
    from_id: str
    to_type: str
    to_id: str
    type_id: int
    """HubSpot's association type id, for example 194 from a call to a contact."""


@dataclass(slots=True)
class World:
    """Everything a fresh account starts with."""

    account: dict[str, object]
    """The answer of ``account-info/details``."""
    owners: list[dict[str, object]]
    """Owners in HubSpot's shape, former (archived) ones included."""
    default_owner_email: str
    """The rep whom the demo and the ready line name."""
    property_changes: dict[str, list[dict[str, object]]]
    """Per object type: property definitions to add, or whose fields replace the default's."""
    forms: list[dict[str, object]]
    submissions: list[dict[str, object]]
    """``{"form": guid, "submittedAt": ms, "values": [...], "pageUrl": url}`` each, and optionally
    ``"eventName"``, what the account calls the conversion."""
    lists: list[dict[str, object]]
    records: Iterable[Record]
    """Streamed, so that 100,000 contacts never exist twice in memory."""
    links: Iterable[Link]
    """Streamed, read after ``records``."""
