"""The digits of a telephone number as somebody reads it from a display."""

from __future__ import annotations

import re
import unicodedata

_FEWEST = 3
"""Fewer digits are in too many numbers."""
_TRUNK = re.compile(r"\(\s*0\s*\)")
"""``+44 (0)20 …``: dialled at home, not from abroad."""
_BEFORE = re.compile(r"\s*(?:tel|phone|call)[:.]?\s*", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*(?:;ext=|x|ext\.?|extension)\s*\d{1,6}\s*", re.IGNORECASE)
_ABROAD = ("00", "011")
"""Prefixes of a number abroad in most of the world, and in North America."""


def number_ways(text: str) -> tuple[str, ...]:
    """Return the digits of a typed number in every way they may be stored; empty for words."""
    text = _TRUNK.sub("", text.strip())
    if before := _BEFORE.match(text):
        text = text[before.end() :]
    if after := re.search(rf"(?:{_EXTENSION.pattern})$", text, re.IGNORECASE):
        text = text[: after.start()]
    if re.search(r"[^\W\d]", text):
        return ()
    digits = "".join(str(unicodedata.digit(ch)) for ch in text if ch.isdecimal())
    ways = [digits, digits.lstrip("0")]
    ways += [digits.removeprefix(start) for start in _ABROAD if digits.startswith(start)]
    return tuple(dict.fromkeys(way for way in ways if len(way) >= _FEWEST))
