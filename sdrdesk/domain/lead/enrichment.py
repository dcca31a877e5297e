"""What sdrdesk works out about a lead once, when it is pulled, so that ranking need not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sdrdesk.domain.lead.lead import Lead


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
    """IANA zone the call window is judged in, ``""`` unknown."""
    zone_note: str = ""
    """Which sources said so and whether they agree, in words."""
    region: str = ""
    """Two-letter country code, ``""`` unknown."""
    region_state: str = ""
    """State or province as two letters where call windows need it, else ``""``."""


Derive = Callable[[Lead], Derived]
"""Works out the derived facts of one lead. Its moments may be left out: no fact depends on them."""
