"""Notes on a time to call a lead: good, or closed."""

from __future__ import annotations

from datetime import datetime

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig
from sdrdesk.domain.place.local_times import clocks, other_zones
from sdrdesk.services.queue.errors import unknown_lead
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.leads import get_lead
from sdrdesk.store.queue.candidates import candidate_of


def window_note(db: Database, windows: WindowConfig, lead_id: str, at: datetime) -> str:
    """Return why ``at`` is a bad time to call the lead, ``""`` when it is fine.

    Fine is what every source for the lead's time zone calls fine. ``at`` is aware.

    Raises:
        NotFoundError: there is no such lead.
    """
    item, lead = candidate_of(db, lead_id), get_lead(db, lead_id)
    if item is None or lead is None:
        raise unknown_lead(lead_id)
    if not item.zone:
        return "the lead's time zone is unknown"
    clock = WindowClock(windows, at)
    state = clock.state(*item.place, owner_id=item.owner_id)
    if not state.open:
        holiday = f"public holiday ({state.holiday})" if state.holiday else ""
        office = windows.of(item.owner_id).office
        hours = f"the calling hours of {office}" if office else "their calling hours"
        return holiday or f"outside {hours}"
    others = () if lead.rep_time_zone else other_zones(lead.zone_note)
    for city, there in clocks(item.zone, others, at)[1:]:
        zone = str(there.tzinfo)
        if not clock.is_open(zone, item.country, item.state, owner_id=item.owner_id):
            return f"outside their calling hours if they are in {city}"
    return ""
