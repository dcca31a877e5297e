"""Facts derived from a lead once, when it is pulled, so that ranking need not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.regions import region_of

if TYPE_CHECKING:
    from sdrdesk.domain.place.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class Derived:
    """Facts derived from a lead's own fields; they do not depend on the present moment."""

    fit: int = 0
    """0 to 100."""
    persona: str = ""
    persona_reason: str = ""
    e164: str = ""
    """The number to call first in E.164, ``""`` when none is usable."""
    e164_more: str = ""
    """Further usable numbers in E.164, separated by a space."""
    extension: str = ""
    """Digits to dial after ``e164`` once somebody picked up, ``""`` none."""
    zone: str = ""
    """IANA zone of the call window, ``""`` unknown."""
    zone_note: str = ""
    """The sources of ``zone`` and whether they agree, in words."""
    region: str = ""
    """Two-letter country code, ``""`` unknown."""
    region_state: str = ""
    """State or province as two letters where call windows need it, else ``""``."""


Derive = Callable[[Lead], Derived]
"""Derives the facts of one lead. Of its moments only the conversion counts, for the age of a
property; the others may be left out."""


def place_of(lead: Lead, numbers: tuple[PhoneNumber, ...]) -> tuple[str, str]:
    """Return (ISO country, state) whose rules hold for ``lead``.

    The person's address, else the company's, else the country of the first usable number.
    """
    place = region_of(lead.country, lead.state)
    if not place[0] and lead.company:
        place = region_of(lead.company.country, lead.company.state)
    if not place[0]:
        place = (next((n.region for n in numbers if n.e164 and n.region), ""), "")
    return place
