"""Rests in the rep's words: until a time, or until the person converts again."""

from __future__ import annotations

from typing import Final

UNTIL_CONVERSION: Final = "until they convert"
"""The word for a rest that only a new conversion ends."""
_FILLERS: Final = frozenset({"until", "till", "til", "they", "it", "he", "she", "the", "a", "next",
                             "new", "again", "person", "lead"})  # fmt: skip
_VERBS: Final = frozenset({"convert", "converts", "conversion", "reconverts", "re-converts"})


def is_until_conversion(text: str) -> bool:
    """Return whether ``text`` names a new conversion as the end of a rest, and no time."""
    words = text.casefold().strip(" .…").split()
    return sum(word in _VERBS for word in words) == 1 and all(
        word in _FILLERS or word in _VERBS for word in words
    )
