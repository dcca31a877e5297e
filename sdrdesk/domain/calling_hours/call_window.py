"""Call windows: whether a lead may be called now, by their local time.

When clocks change, a skipped hour is never open and a repeated hour is open twice.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sdrdesk.domain.calling_hours.call_window_config import Region, WindowConfig
from sdrdesk.domain.calling_hours.weekly_hours import CLOSED, WHOLE_DAY, Day, is_in
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.wall_time import instants, jump
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.text.humanize import moment_words, span_words

_LOOK_AHEAD_DAYS = 21
"""Longer than any run of closed days in a calendar."""


@dataclass(frozen=True, slots=True)
class WindowState:
    """An open or closed window, and until when. Times are aware UTC."""

    open: bool
    closes_at: datetime | None = None
    """Set while open."""
    opens_at: datetime | None = None
    """Set while closed; ``None`` when it stays closed for three weeks or the zone is unknown."""
    text: str = ""
    soon: bool = False
    """Open, but closing within the configured minutes."""
    holiday: str = ""
    """Name of today's public holiday at the lead's place."""


def is_open(
    zone: str, region: Region, config: WindowConfig, now: datetime, *, legal_only: bool = False
) -> bool:
    """Return whether the window is open at ``now``; never in an unknown zone."""
    place = zone_info(zone)
    return place is not None and _open_at(place, region, config, now, legal_only)


def window_state(
    zone: str, region: Region, config: WindowConfig, now: datetime, *, legal_only: bool = False
) -> WindowState:
    """Return the state of the window of a lead in ``zone`` and ``region`` at ``now``.

    Args:
        zone: IANA name, ``""`` unknown: closed, with no next opening.
        region: (country code, state code), either may be ``""``.
        config: the windows.
        now: aware UTC.
        legal_only: apply the legal limits only, not the team's own hours.
    """
    place = zone_info(zone)
    if place is None:
        return WindowState(False, text="time zone unknown")
    opened = _open_at(place, region, config, now, legal_only)
    change = _next_change(place, region, config, now, opened, legal_only)
    holiday = config.holiday(now.astimezone(place).date(), region)
    if opened:
        return _opened(place, config, now, change, holiday)
    text = "closed" if change is None else f"opens {_when(change, now, place)} their time"
    rests = "" if legal_only else config.rests.name_of(now.astimezone(place).date())
    if rests:
        text = f"{text} ({config.office} rests: {rests})"
    return WindowState(
        False,
        opens_at=change,
        text=f"{text} ({holiday} today)" if holiday and not rests else text,
        holiday=holiday,
    )


def next_open(zone: str, region: Region, config: WindowConfig, at: datetime) -> datetime | None:
    """Return ``at`` if the window is open then, else its next opening, else ``None``."""
    place = zone_info(zone)
    if place is None:
        return None
    if _open_at(place, region, config, at, False):
        return at
    return _next_change(place, region, config, at, False, False)


class WindowClock:
    """The windows at one moment, each computed once: a queue has fewer zones than leads."""

    def __init__(self, config: WindowConfig, now: datetime) -> None:
        self.config = config
        self.now = now
        self._open: dict[tuple[str, str, str, bool, str], bool] = {}
        self._states: dict[tuple[str, str, str, bool, str], WindowState] = {}

    def is_open(
        self, zone: str, country: str, state: str, legal_only: bool = False, owner_id: str = ""
    ) -> bool:
        """Return whether the window of a place is open at this clock's moment.

        ``owner_id`` is the lead's owner, whose office may have hours of its own.
        """
        config = self.config.of(owner_id)
        key = (zone, country, state, legal_only, config.office)
        known = self._open.get(key)
        if known is None:
            known = is_open(zone, (country, state), config, self.now, legal_only=legal_only)
            self._open[key] = known
        return known

    def state(
        self, zone: str, country: str, state: str, legal_only: bool = False, owner_id: str = ""
    ) -> WindowState:
        """Return the state of the window of a place at this clock's moment, as ``is_open``."""
        config = self.config.of(owner_id)
        key = (zone, country, state, legal_only, config.office)
        known = self._states.get(key)
        if known is None:
            region = (country, state)
            known = window_state(zone, region, config, self.now, legal_only=legal_only)
            self._states[key] = known
        return known


def _open_at(
    place: ZoneInfo, region: Region, config: WindowConfig, at: datetime, legal_only: bool
) -> bool:
    there = at.astimezone(place)
    spans = config.open_spans(there.date(), region, legal_only=legal_only)
    return is_in(spans, there.hour * 60 + there.minute)


def _next_change(
    place: ZoneInfo,
    region: Region,
    config: WindowConfig,
    now: datetime,
    opened: bool,
    legal_only: bool,
) -> datetime | None:
    today = now.astimezone(place).date()
    for offset in range(_LOOK_AHEAD_DAYS + 1):
        day = today + timedelta(days=offset)
        spans = config.open_spans(day, region, legal_only=legal_only)
        if spans == (WHOLE_DAY if opened else CLOSED):
            continue  # nothing changes on this day; its last moment is the next day's first
        for moment in _moments(day, spans, place):
            if moment > now and _open_at(place, region, config, moment, legal_only) != opened:
                return moment
    return None


@lru_cache(maxsize=4_096)
def _moments(day: date, spans: Day, place: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moments of a day at which a window may open or close, in order."""
    moments = set(instants(day, 0, place))
    for start, end in spans:
        moments.update(instants(day, start, place), instants(day, end, place))
    leap = jump(day, place)
    if leap is not None:
        moments.add(leap)
    return tuple(sorted(moments))


def _opened(
    place: ZoneInfo, config: WindowConfig, now: datetime, closes: datetime | None, holiday: str
) -> WindowState:
    if closes is None:
        return WindowState(True, text="open", holiday=holiday)
    left_s = (closes - now).total_seconds()
    soon = left_s <= config.soon_min * 60
    if soon:
        text = f"window closes in {span_words(left_s)}"
    else:
        text = f"open until {_when(closes, now, place)} their time"
    return WindowState(True, closes_at=closes, text=text, soon=soon, holiday=holiday)


def _when(moment: datetime, now: datetime, place: ZoneInfo) -> str:
    there, today = moment.astimezone(place), now.astimezone(place)
    if there.date() == today.date():
        return f"{there:%H:%M}"
    if there - today < timedelta(days=6):
        return f"{there:%a %H:%M}"
    return moment_words(there)
