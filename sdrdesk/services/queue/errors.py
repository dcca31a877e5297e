"""Errors of the queue."""

from __future__ import annotations

from sdrdesk.domain.errors import NotFoundError


def unknown_lead(lead_id: str) -> NotFoundError:
    """Return the error for an id that no lead has."""
    return NotFoundError(
        f"There is no lead {lead_id} on this machine.",
        next_step="`sdrdesk queue` lists ids; `sdrdesk sync` fetches new leads.",
    )
