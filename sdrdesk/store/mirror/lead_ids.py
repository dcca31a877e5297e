"""Names of leads, and their present ids after merges."""

from __future__ import annotations

from collections.abc import Iterable

from sdrdesk.domain.errors import NotFoundError
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection

_HOPS = 8
"""Longest chain of merges that is followed; this also ends a circle."""


def resolve(connection: Connection, lead_id: str) -> str:
    """Return the present id of a lead, after merges at the CRM."""
    for _ in range(_HOPS):
        row = connection.execute(
            "SELECT lead_id FROM alias WHERE old_id = ?", (lead_id,)
        ).fetchone()
        if row is None:
            return lead_id
        lead_id = str(row[0])
    return lead_id


def existing_lead(connection: Connection, lead_id: str) -> str:
    """Return the present id of a lead that is on disk.

    Raises:
        NotFoundError: there is no such lead.
    """
    lead_id = resolve(connection, lead_id)
    if not connection.execute("SELECT 1 FROM lead WHERE lead_id = ?", (lead_id,)).fetchone():
        raise NotFoundError(f"There is no lead {lead_id}.", kept="Nothing was changed.")
    return lead_id


def ids_on_disk(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Return those of these ids whose lead is on disk."""
    found: set[str] = set()
    for part in chunks(sorted(set(ids))):
        rows = connection.execute(
            f"SELECT lead_id FROM lead WHERE lead_id IN ({marks(part)})",  # noqa: S608
            part,
        )
        found.update(str(row[0]) for row in rows)
    return found


def display_name(first: str, last: str, email: str, lead_id: str) -> str:
    """Return a lead's name as ``Lead.name`` does, without building a lead."""
    return f"{first} {last}".strip() or email or f"lead {lead_id}"
