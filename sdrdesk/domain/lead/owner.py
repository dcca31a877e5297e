"""A rep; a module of its own, because the first row needs nothing else of a lead."""

from __future__ import annotations

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.light_tuple import NamedTuple

NO_OWNER = "no owner"
"""The name where there is no owner, everywhere."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A rep as the CRM knows them."""

    owner_id: str
    name: str
    email: str
    archived: bool = False


class Promiser(NamedTuple):
    """The person who promised a callback, and how."""

    owner_id: str = ""
    """``""`` for anybody of the team."""
    owner: str = ""
    team: bool = False
    origin: str = ""
    """``sdrdesk``, ``crm`` or ``automation``; ``""`` without a callback."""
    is_lead_owner: bool = True
