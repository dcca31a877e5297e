"""The account's own properties that the team's rules name: ``property:NAME``, ``company:NAME``.

A lead and its company carry them as one JSON object of texts, which is read when a rule asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.light_dataclass import dataclass

_PREFIXES = ("property:", "company:")
_NAME = re.compile(r"(?:property|company):[A-Za-z][A-Za-z0-9_.-]{0,99}")
_LONGEST = 400
"""Most characters of a value: rules compare choices, not essays."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,15})?")
_NONE: Mapping[str, str] = MappingProxyType({})
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class WantedProperties:
    """Names of properties to read besides the standard ones, in the order of the alphabet."""

    lead: tuple[str, ...] = ()
    company: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> WantedProperties:
        """Return what field names such as ``property:utm_source`` want; others are passed over."""
        lead, company = (
            tuple(sorted({n.removeprefix(prefix) for n in names if n.startswith(prefix)}))
            for names in (tuple(names),)
            for prefix in _PREFIXES
        )
        return cls(lead, company)


NO_PROPERTIES = WantedProperties()


def is_property(name: str) -> bool:
    """Return whether a rule's field names a property of the account."""
    return _NAME.fullmatch(name) is not None


def looks_like_property(name: str) -> bool:
    """Return whether a rule's field was meant to name one."""
    return name.startswith(_PREFIXES)


def property_text(lead: Lead, name: str) -> str:
    """Return a property of the lead or its company, ``""`` for none or one that is not read."""
    prefix, _, own = name.partition(":")
    if prefix == "property":
        return _object(lead.properties).get(own, "")
    return _object(lead.company.properties).get(own, "") if lead.company else ""


def holds_any(properties: str, name: str, values: Iterable[str]) -> bool:
    """Return whether a property has one of these values, in any case; ``missing`` is none.

    Args:
        properties: as a lead or company carries them.
        name: such as ``property:utm_source``.
        values: what is looked for; of several values behind each other, one suffices.
    """
    text = _object(properties).get(name.partition(":")[2], "").casefold()
    held = {part.strip() for part in text.split(";")} - {""} or {"missing"}
    return any(value.strip().casefold() in held for value in values)


def properties_of(lead: Lead) -> dict[str, str]:
    """Return every property that is read, by the names that rules use."""
    found = {f"property:{name}": text for name, text in _object(lead.properties).items()}
    if lead.company:
        more = _object(lead.company.properties).items()
        found |= {f"company:{name}": text for name, text in more}
    return found


def as_json(values: Mapping[str, str]) -> str:
    """Return properties as a lead carries them; empty ones are left out."""
    kept = {name: text[:_LONGEST] for name, text in sorted(values.items()) if text}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else ""


def number_in(text: str) -> float | None:
    """Return the number that ``text`` is, ``None`` when it is none: ``12``, ``-3.5``, ``1,200``."""
    plain = text.strip()
    return float(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def days_before(text: str, moment: datetime | None) -> float | None:
    """Return how many days before ``moment`` a date lies; ``None`` when either is unknown.

    Args:
        text: an ISO date or moment, or milliseconds since 1970.
        moment: aware; when the lead converted.
    """
    then = _moment(text.strip())
    if moment is None or then is None:
        return None
    return (moment - then).total_seconds() / _DAY_S


def _moment(text: str) -> datetime | None:
    try:
        if text.isascii() and text.isdigit() and len(text) in (12, 13):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        found = datetime.fromisoformat(text.upper())  # rules see everything in lower case
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@lru_cache(maxsize=4096)
def _object(text: str) -> Mapping[str, str]:
    if not text:
        return _NONE
    try:
        found = json.loads(text)
    except ValueError:
        return _NONE
    if not isinstance(found, dict):
        return _NONE
    return {str(name): value for name, value in found.items() if isinstance(value, str)}
