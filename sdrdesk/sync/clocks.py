"""A reading of this machine's clock together with the CRM's."""

from __future__ import annotations

from sdrdesk.clock import Clock
from sdrdesk.domain.place.clock_shift import ClockReading
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.sync.port import CrmClient


def read_clocks(crm: CrmClient, clock: Clock) -> ClockReading | None:
    """Return both clocks by the CRM's last answer, ``None`` before any answer."""
    ahead_s = crm.clock_offset_s
    return None if ahead_s is None else ClockReading(to_ms(clock()), round(ahead_s * 1000))
