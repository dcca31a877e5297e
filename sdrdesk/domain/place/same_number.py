"""Compare two texts as telephone numbers."""

from __future__ import annotations


def same_number(one: str, other: str) -> bool:
    """Return whether two texts are the same number, with or without country code or trunk zero.

    ``+353 1 555 0142`` and ``01 555 0142`` are: the shorter one, without its zero, ends the other.
    It must have seven digits.
    """
    short, long = sorted((digits_of(one), digits_of(other)), key=len)
    return short == long or (len(short) >= 7 and long.endswith(short))


def digits_of(number: str) -> str:
    """Return the digits of a number, without a trunk zero."""
    # "+44 (0)20 …" carries a trunk zero that is not dialled from abroad.
    return "".join(ch for ch in number.replace("(0)", "") if ch.isdecimal()).lstrip("0")
