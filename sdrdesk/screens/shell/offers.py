"""A lead that round robin offers to the rep: shown in the banner, taken with one key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.screens.shell.lead_text import offer_banner

if TYPE_CHECKING:
    from sdrdesk.screens.shell.base import DeskScreen
    from sdrdesk.services.feed.offers import OfferView


def banner(screen: DeskScreen) -> Content | None:
    """Return the banner of the lead offered now, ``None`` without one."""
    place, now = screen.place, screen.desk.now()
    if place.offer is not None and place.offer.until <= now:
        place.offer = None
    return None if place.offer is None else offer_banner(place.offer.row, place.offer.until, now)


def offered(screen: DeskScreen) -> OfferView | None:
    """Return what is offered now. Reads the disk."""
    try:
        return screen.desk.offers.current()
    except SdrDeskError:  # the next load says what is wrong
        return None


def take(screen: DeskScreen, then: Callable[[str], None]) -> bool:
    """Take the lead offered now, and call ``then`` with its id; ``False`` without one."""
    offer, screen.place.offer = screen.place.offer, None
    if offer is None or offer.until <= screen.desk.now():
        return False
    lead_id = offer.row.lead_id

    def taken(_: str) -> None:
        screen.place.kick()
        then(lead_id)

    screen.write("offer.take", lambda: screen.desk.offers.take(lead_id), taken)
    return True
