"""The clock of a place by its name."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo | None:
    """Return the zone called ``name``, or ``None`` when this machine knows none such."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name of a directory, such as "America"
        return None
