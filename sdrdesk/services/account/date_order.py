"""The account's order of day and month, for dates such as 3/4."""

from __future__ import annotations

from typing import Final

from sdrdesk.config import Settings
from sdrdesk.domain.place.regions import countries_of_zone
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import ACCOUNT_ZONE, get_fact

_MONTH_FIRST: Final = frozenset(("US", "PR", "VI", "GU", "AS", "MP", "PH", "FM", "MH", "PW"))
_BOTH: Final = frozenset(("CA",))
"""Countries that write both orders."""


def is_day_first(db: Database, settings: Settings) -> bool | None:
    """Return whether people of the account write the day before the month; ``None`` unknown.

    ``[ui] date_order`` decides, then the account's time zone, then ``[crm] default_country``.
    """
    if settings.ui.date_order != "account":
        return settings.ui.date_order == "day"
    zone = get_fact(db, ACCOUNT_ZONE)
    countries = countries_of_zone(zone) if zone else frozenset()
    if zone.startswith("US/"):
        countries = frozenset(("US",))
    if not countries and settings.crm.default_country:
        countries = frozenset((settings.crm.default_country,))
    if not countries or countries & _BOTH:
        return None
    return not countries & _MONTH_FIRST
