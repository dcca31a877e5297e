"""What a lead is called, and the id it goes by now."""

from __future__ import annotations

from sdrdesk.store.database.connection import Connection

_HOPS = 8
"""Longest chain of merges that is followed; a circle ends here instead of never."""


def resolve(connection: Connection, lead_id: str) -> str:
    """Return the id that ``lead_id`` goes by now, after merges at the CRM."""
    for _ in range(_HOPS):
        row = connection.execute(
            "SELECT lead_id FROM alias WHERE old_id = ?", (lead_id,)
        ).fetchone()
        if row is None:
            return lead_id
        lead_id = str(row[0])
    return lead_id


def display_name(first: str, last: str, email: str, lead_id: str) -> str:
    """Return what a lead is called: the same words as ``Lead.name``, without building a lead."""
    return f"{first} {last}".strip() or email or f"lead {lead_id}"
