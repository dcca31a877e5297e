"""Entries of a do-not-call register: telephone numbers, plain or hashed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.place.dial_command import dialable_number

Kind = Literal["number", "sha256", "sha1", "md5"]

_HASHES: Final[dict[int, Kind]] = {64: "sha256", 40: "sha1", 32: "md5"}
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_CELLS = re.compile(r"[,;\t|]")
_SPACING = re.compile(r"[\s().\-/\"']")


class RegisterEntry(NamedTuple):
    """One entry."""

    kind: Kind
    value: str
    """The number in E.164, or the hash of one in lower-case hex digits."""


class Given(NamedTuple):
    """A line that is no entry."""

    line: int
    text: str


def entry_of(text: str, country: str = "") -> RegisterEntry | None:
    """Return the entry in a text, ``None`` when it is neither a whole number nor a hash.

    Args:
        text: a number with ``+`` or ``00``, a hash in hex digits, or a national number.
        country: two letters, of numbers without a country code; ``""``: those are not read.
    """
    packed = _SPACING.sub("", text)
    lower = packed.lower()
    kind = _HASHES.get(len(packed))
    if kind is not None and _HEX.fullmatch(lower):
        return RegisterEntry(kind, lower)
    if packed.startswith("00"):
        packed = f"+{packed[2:]}"
    if number := dialable_number(packed):
        return RegisterEntry("number", number)
    if not country or not packed.isdecimal() or not packed.isascii():
        return None
    if len(packed) == 10 and country in ("US", "CA") and packed[0] in "23456789":
        return RegisterEntry("number", f"+1{packed}")
    from sdrdesk.domain.place.phone import parse_phone  # 20 ms, and most registers need none

    number = dialable_number(parse_phone(packed, country).e164)
    return RegisterEntry("number", number) if number else None


def read_register(lines: Iterable[str], country: str = "") -> Iterator[RegisterEntry | Given]:
    """Yield the entries of a file, one in each line, and the lines that hold none.

    A line may have further cells; the first one that is an entry counts. Empty lines and those that
    begin with ``#`` are passed over, and a first line without an entry is a heading.
    """
    for number, line in enumerate(lines, start=1):
        text = line.strip().lstrip("\ufeff")
        if not text or text.startswith("#"):
            continue
        found = next((e for cell in _CELLS.split(text) if (e := entry_of(cell, country))), None)
        if found is not None:
            yield found
        elif number > 1:
            yield Given(number, text[:60])


def forms_of(e164: str, kinds: Iterable[str]) -> Iterator[RegisterEntry]:
    """Yield every entry that would bar a number: itself, and its hashes with and without ``+``."""
    import hashlib  # loads OpenSSL's hashes; the first row needs none

    for kind in kinds:
        if kind == "number":
            yield RegisterEntry("number", e164)
        else:
            for text in (e164, e164.removeprefix("+")):
                made = hashlib.new(kind, text.encode(), usedforsecurity=False)
                yield RegisterEntry(kind, made.hexdigest())  # type: ignore[arg-type]  # one of the others
