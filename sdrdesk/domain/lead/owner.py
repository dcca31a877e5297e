"""A rep. On its own, because the first row waits for it and for nothing else of a lead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """A rep as the CRM knows them."""

    owner_id: str
    name: str
    email: str
    archived: bool = False
