"""Names of people in their scripts, with their spelling in addresses."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from sdrdesk.sandbox.world.data import names_latin, names_scripts
from sdrdesk.sandbox.world.dice import Dice


@dataclass(frozen=True, slots=True)
class Name:
    """One word of a name."""

    text: str
    latin: str
    """Lower-case ASCII letters, as used in e-mail addresses."""


_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
)


@lru_cache(maxsize=8192)
def slug(text: str) -> str:
    """Return the ASCII letters and digits of a text in lower case."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(c for c in folded if c.isascii() and c.isalnum())


def _latin_names(block: str) -> tuple[Name, ...]:
    words = (word.replace("_", " ") for word in block.split())
    return tuple(Name(word, slug(word)) for word in words)


def _script_names(block: str) -> tuple[Name, ...]:
    pairs = (word.split(":") for word in block.split())
    return tuple(Name(text.replace("_", " "), latin) for text, latin in pairs)


GIVEN: dict[str, tuple[Name, ...]] = {
    **{culture: _latin_names(block) for culture, block in names_latin.GIVEN.items()},
    **{culture: _script_names(block) for culture, block in names_scripts.GIVEN.items()},
}
FAMILY: dict[str, tuple[Name, ...]] = {
    **{culture: _latin_names(block) for culture, block in names_latin.FAMILY.items()},
    **{culture: _script_names(block) for culture, block in names_scripts.FAMILY.items()},
}


def draw_name(dice: Dice, culture: str) -> tuple[Name, Name]:
    """Return a given and a family name of one culture."""
    family = dice.pick(FAMILY[culture])
    if culture == "spanish" and dice.chance(0.3):
        second = dice.pick(FAMILY[culture])
        family = Name(f"{family.text} {second.text}", family.latin)
    return dice.pick(GIVEN[culture]), family


def as_typed(dice: Dice, word: str) -> str:
    """Return a name as typed into a form: mostly right."""
    roll = dice.roll()
    if roll < 0.04:
        return word.lower()
    if roll < 0.06:
        return word.upper()
    if roll < 0.068:
        return f"{word} "
    if roll < 0.074:
        return f"{word} {dice.pick(names_scripts.EMOJI)}"
    return word
