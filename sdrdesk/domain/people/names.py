"""Names of people: splitting a whole name, and comparing two names."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

from sdrdesk.domain.people.values import word_set

_PARTICLES = word_set(
    "van der den de del della di da do dos das du des la le von vom zu zum zur af av al el"
    " bin ibn ben abu ter ten te op 't het mac san santa st saint d' l' lo degli dei"
)
"""Words that may begin a family name."""
_BETWEEN = frozenset(("y", "e", "i"))
"""Words between two family names: "Ortega y Gasset"."""
_TITLES = word_set(
    "mr mrs ms miss mx dr prof sir dame herr frau hr fr mme mlle m sr sra srta dott dottssa"
    " ing dipl-ing mag dhr mevr mw"
)
_DEGREES = word_set(
    "jr sr ii iii iv phd md mba bsc msc ba ma esq cpa dds llm llb jd pe cfa pmp dr rn"
)
_ALIKE = 0.9
"""Similarity of two whole names from which a difference is a typing mistake."""


def split_name(text: str) -> tuple[str, str]:
    """Return first and last name; a single word is a last name, so no script greets by it."""
    before, comma, after = text.partition(",")
    degrees = [word.strip(".,").casefold().replace(".", "") for word in after.split()]
    if comma and before.strip() and after.strip() and not set(degrees) <= _DEGREES:
        return _without_titles(after.split()), before.strip()
    tail = f", {after.strip()}" if after.strip() else ""
    words = _words(before)
    if len(words) < 2:
        return "", " ".join(words) + tail
    capitals = [_is_capitals(word) for word in words]
    if capitals[0] and not any(capitals[1:]):  # "DUPONT Marie"
        return " ".join(words[1:]) + tail, words[0]
    cut = _cut(words, capitals)
    return " ".join(words[:cut]), " ".join(words[cut:]) + tail


def is_salutation(text: str) -> bool:
    """Return whether a text is a form of address: ``Mr.``, ``Frau``."""
    return text.strip(".").casefold() in _TITLES


def _words(text: str) -> list[str]:
    words = text.split()
    while len(words) > 1 and is_salutation(words[0]):
        words = words[1:]
    return words


def _without_titles(words: list[str]) -> str:
    return " ".join(_words(" ".join(words)))


def _cut(words: list[str], capitals: list[bool]) -> int:
    if capitals[-1] and not all(capitals):  # "Sam LEE", "Marie DE LA TOUR"
        cut = len(words) - 1
        while cut > 1 and (capitals[cut - 1] or words[cut - 1].casefold() in _PARTICLES):
            cut -= 1
        return cut
    for place, word in enumerate(words[:-1]):
        if word in _BETWEEN and place > 1:
            return place - 1
        if word.casefold() in _PARTICLES and (place or word.islower()):
            return place
    return len(words) - 1


def _is_capitals(word: str) -> bool:
    return len(word) > 2 and word.isupper() and any(ch.isalpha() for ch in word)


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two names (first, last) on the same number are the same person.

    A missing name matches any.
    """
    first, last = (_folded(part) for part in one)
    first2, last2 = (_folded(part) for part in other)
    whole, whole2 = f"{first} {last}".strip(), f"{first2} {last2}".strip()
    if not whole or not whole2 or whole == whole2:
        return True
    if sorted(whole.split()) == sorted(whole2.split()):
        return True
    if last == last2 and (not first or not first2 or _short_for(first, first2)):
        return True
    words, words2 = set(whole.split()), set(whole2.split())
    if not (first and last and first2 and last2) and words & words2:
        return words <= words2 or words2 <= words
    return SequenceMatcher(None, whole, whole2).ratio() >= _ALIKE


def _short_for(one: str, other: str) -> bool:
    """Return whether one first name begins with the other: ``S``, ``Sam``, ``Samuel``."""
    return one.startswith(other) or other.startswith(one)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(
        ch if ch.isalnum() else " " for ch in decomposed if not unicodedata.combining(ch)
    )
    return " ".join(kept.split())
