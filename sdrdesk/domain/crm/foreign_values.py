"""Checks of the values that come from a CRM.

Every connector reads records through ``ForeignRecord``. A value that does not fit a column or the
calendar, or whose meaning is unclear, is left out alone: the record is kept without it and carries
a ``LeftOut`` with the reason. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from reprlib import Repr
from typing import Final, TypeVar

from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.text.plain_text import clean, one_line

MOST_WHOLE: Final = 2**53 - 1
"""The largest whole number: JSON and every column hold it exactly, sums of it too."""

EARLIEST_MS: Final = 631_152_000_000
"""1 January 1990, UTC. Seconds mistaken for milliseconds lie before it."""
LATEST_MS: Final = 4_102_444_800_000
"""1 January 2100, UTC, exclusive. Microseconds mistaken for milliseconds lie after it."""

_MOST_TEXT: Final = 262_144
"""Most characters of a text: four times HubSpot's limit for a property."""
MOST_ID: Final = 100
"""Most characters of an id."""

_LONGEST_CHOICE: Final = 500
_SHORT: Final = 60
_ENDLESS: Final = 10**_SHORT
_BRIEFLY: Final = Repr()
_BRIEFLY.maxlevel, _BRIEFLY.maxlist, _BRIEFLY.maxdict, _BRIEFLY.maxstring = 2, 3, 3, 30
_NUMBER: Final = re.compile(r"[+-]?\d{1,40}(\.\d{0,40})?([eE][+-]?\d{1,3})?")


class LeftOut(NamedTuple):
    """A value, or a whole record, of the CRM that is not kept here."""

    kind: str
    """A ``RemoteKind``, ``owner`` or ``option``."""
    record_id: str
    """``""`` when the record could not be read."""
    field: str
    """The CRM's name of the field."""
    value: str
    """The value as short plain text."""
    reason: str
    """The end of a sentence."""


class OddError(ValueError):
    """A value that cannot be kept; its text is the reason."""


AnyT = TypeVar("AnyT")


class ForeignRecord:
    """Reads the values of a record by name and notes those left out."""

    def __init__(self, kind: str, record_id: str, values: object) -> None:
        self.kind = kind
        self.record_id = record_id
        self._notes: list[LeftOut] = []
        self._values: Mapping[str, object] = {}
        if isinstance(values, dict):
            self._values = values
        elif values is not None:
            self.note("properties", values, "no list of properties")

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The values left out so far."""
        return tuple(self._notes)

    def note(self, name: str, value: object, reason: str) -> None:
        """Note that a value is left out."""
        self._notes.append(LeftOut(self.kind, self.record_id, name, in_short(value), reason))

    def line(self, name: str) -> str:
        """Return a text on one line, ``""`` without one."""
        value = self._values.get(name)
        if value is None:
            return ""
        if type(value) is str and len(value) <= _MOST_TEXT:  # nearly always
            return one_line(value)
        return one_line(self._read(name, value, text, ""))

    def text(self, name: str) -> str:
        """Return a text with its line breaks, ``""`` without one."""
        return clean(self.raw(name))

    def raw(self, name: str) -> str:
        """Return a text with its markup; ``""`` without one."""
        value = self._values.get(name)
        return "" if value is None else self._read(name, value, text, "")

    def whole(self, name: str, *, least: int = 0, most: int = MOST_WHOLE) -> int | None:
        """Return a whole number, fractions cut; ``None`` without one."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        return self._read(name, value, lambda it: _bounded(number(it), least, most), None)

    def moment(self, name: str) -> int | None:
        """Return a moment in milliseconds since the epoch, ``None`` without one."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        return self._read(name, value, moment, None)

    def record(self, name: str) -> str:
        """Return the id of another record, ``""`` without one."""
        value = self._values.get(name)
        if value is None or value in ("", "0"):
            return ""
        return self._read(name, value, identity, "")

    def value(self, name: str) -> object:
        """Return a value unchecked, for comparison only."""
        return self._values.get(name)

    def _read(
        self, name: str, value: object, read: Callable[[object], AnyT], otherwise: AnyT
    ) -> AnyT:
        try:
            return read(value)
        except OddError as odd:
            self.note(name, value, str(odd))
            return otherwise


def text(value: object) -> str:
    """Return a text, or a number as text.

    Raises:
        OddError: it is neither, or too long.
    """
    if isinstance(value, str):
        if len(value) > _MOST_TEXT:
            raise OddError(f"longer than {_MOST_TEXT} characters")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise OddError("no text")
    if abs(value) < _ENDLESS:  # also false for NaN
        return repr(value)
    raise OddError("no number that can be written down")


def number(value: object) -> int:
    """Return a whole number, fractions cut.

    Raises:
        OddError: it is not a finite number.
    """
    if isinstance(value, str):
        found = value.strip()
        if not _NUMBER.fullmatch(found):
            raise OddError("no number")
        value = int(found) if found.lstrip("+-").isdecimal() else float(found)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise OddError("no number")
    if abs(value) < _ENDLESS:  # also false for NaN
        return int(value)
    raise OddError("larger than any number that is kept here")


def moment(value: object) -> int:
    """Return a moment (ISO 8601, or milliseconds since the epoch) in milliseconds.

    Raises:
        OddError: it is not a moment, or seems to be in another unit.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value.strip()):
        return _in_calendar(number(value))
    try:
        found = datetime.fromisoformat(value.strip()) if len(value) <= _SHORT else None
        if found is not None:
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
            return _in_calendar(round(found.timestamp() * 1000))
    except (ValueError, OverflowError) as error:
        if isinstance(error, OddError):
            raise
    raise OddError("no date")


def identity(value: object) -> str:
    """Return the id of a record.

    Raises:
        OddError: it is not an id that can be requested.
    """
    if isinstance(value, float) or (isinstance(value, str) and len(value) > MOST_ID):
        raise OddError("no id that can be read")
    found = text(value).strip()
    if not found or len(found) > MOST_ID or not found.isprintable() or found in (".", ".."):
        raise OddError("no id that can be read")
    return found


def choice(value: object) -> str:
    """Return the value of an option, which is compared and sent back unchanged.

    Raises:
        OddError: it cannot be shown or kept unchanged.
    """
    found = text(value)
    if len(found) > _LONGEST_CHOICE or not found.isprintable():
        raise OddError("no value that can be kept as it is")
    return found


def in_short(value: object) -> str:
    """Return any value in a few plain characters."""
    if isinstance(value, str):
        words = value[: 4 * _SHORT]
    elif isinstance(value, dict | list):
        words = _BRIEFLY.repr(value)  # bounded in depth and length
    elif isinstance(value, int) and abs(value) > _ENDLESS:
        words = f"a number of more than {_SHORT} digits"
    else:
        words = {"None": "null", "True": "true", "False": "false"}.get(repr(value), repr(value))
    plain = one_line(words)
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 1]}…"


def _bounded(found: int, least: int, most: int) -> int:
    if found > most:
        raise OddError("larger than any number that is kept here")
    if found < least:
        raise OddError("smaller than any number that is kept here")
    return found


def _in_calendar(ms: int) -> int:
    if EARLIEST_MS <= ms < LATEST_MS:
        return ms
    for unit, factor in (
        ("seconds", 1000),
        ("microseconds", 1 / 1000),
        ("nanoseconds", 1 / 1_000_000),
    ):
        if EARLIEST_MS <= ms * factor < LATEST_MS:
            raise OddError(f"no date in milliseconds; it may be {unit}, which is not certain")
    raise OddError("no date between 1990 and 2099")
