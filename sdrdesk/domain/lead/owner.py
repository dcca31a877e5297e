"""A rep; a module of its own, because the first row needs nothing else of a lead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """A rep as the CRM knows them."""

    owner_id: str
    name: str
    email: str
    archived: bool = False
