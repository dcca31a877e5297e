"""The rep's own time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

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
