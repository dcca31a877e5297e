"""The rep's own time zone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.text.humanize import moment_words


def rep_zone(configured: str, environ: Mapping[str, str]) -> ZoneInfo:
    """Return the rep's zone: the configured one, else ``TZ``, else this machine's, else UTC."""
    for name in (configured, environ.get("TZ", "").lstrip(":"), _machine_zone()):
        if name:
            try:
                return ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                continue  # not an IANA name (TZ may hold a POSIX rule): ask the next source
    return ZoneInfo("UTC")


class RepZone(ZoneInfo):
    """The rep's zone that goes along with this machine, while services hold it.

    A laptop that crosses a border tells no program of it. Only the zone of the machine changes:
    a configured one and ``TZ`` stay.
    """

    _now: ZoneInfo
    _find: Callable[[], ZoneInfo]

    @classmethod
    def of(cls, configured: str, environ: Mapping[str, str]) -> RepZone:
        """Return the rep's zone as ``rep_zone`` finds it."""

        def find() -> ZoneInfo:
            return rep_zone(configured, environ)

        made = cls.no_cache(find().key)
        made._find, made._now = find, find()
        return made

    @property
    def key(self) -> str:
        """Name of the zone."""
        return self._now.key

    def follow(self) -> bool:
        """Read the machine's zone again; return whether it is another one."""
        before, self._now = self._now.key, self._find()
        return self._now.key != before

    def utcoffset(self, dt: datetime | None, /) -> timedelta | None:
        """Return the offset now in force."""
        return self._now.utcoffset(dt)

    def dst(self, dt: datetime | None, /) -> timedelta | None:
        """Return the part of the offset that is daylight saving."""
        return self._now.dst(dt)

    def tzname(self, dt: datetime | None, /) -> str | None:
        """Return the short name of the zone."""
        return self._now.tzname(dt)

    def fromutc(self, dt: datetime, /) -> datetime:
        """Return the local time of a moment."""
        return self._now.fromutc(dt.replace(tzinfo=self._now)).replace(tzinfo=self)


def show_times_in(configured: str) -> None:
    """Let local times of this process, which the screens show, be those of the configured zone.

    Without one, and where the system does not know the zone, they stay those of the machine.
    """
    zone = zone_info(configured)
    if zone is None or not hasattr(time, "tzset"):
        return
    before = os.environ.get("TZ")
    os.environ["TZ"] = configured
    time.tzset()
    now = datetime.now(UTC)
    if now.astimezone().utcoffset() != now.astimezone(zone).utcoffset():
        os.environ.pop("TZ")
        os.environ.update({"TZ": before} if before is not None else {})
        time.tzset()


def local_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return ``Thu 26 Nov 10:00`` in ``zone``."""
    return moment_words(moment.astimezone(zone))


def _machine_zone() -> str:
    try:
        target = str(Path("/etc/localtime").resolve())
    except OSError:
        return ""
    _, found, name = target.partition("/zoneinfo/")
    if found:
        return name
    return datetime.now(UTC).astimezone().tzname() or ""
