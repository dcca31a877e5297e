"""What a phone program is given: a number and an extension that are nothing but digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = "{number}"
"""Stands for the number in a command of the config."""
EXTENSION = "{extension}"
"""Stands for the extension, for programs that take it apart from the number."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
"""ITU-T E.164 (11/2010): at most 15 digits with the country code; fewer than seven reach nobody."""
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_PAUSE = ",,"
"""Two pauses, about four seconds with most telephones: somebody picks up, then digits follow."""


def dialable_number(number: str) -> str:
    """Return ``number`` without its spacing when it is a whole E.164 number, else ``""``.

    What comes back holds a plus and digits only: it cannot be an option, a path, a second
    argument or a word of any shell.
    """
    packed = re.sub(r"[\s().\-/]", "", number)
    return packed if _E164.fullmatch(packed) else ""


def with_pause(number: str, extension: str) -> str:
    """Return the keys to press one after another: the number, a pause, the extension."""
    return f"{number}{_PAUSE}{extension}" if _DIGITS.fullmatch(extension) else number


def tel_link(number: str, extension: str = "") -> str:
    """Return the link that dials ``number`` and its extension (RFC 3966)."""
    return f"tel:{number};ext={extension}" if _DIGITS.fullmatch(extension) else f"tel:{number}"


def command_for(template: Sequence[str], number: str, extension: str = "") -> tuple[str, ...]:
    """Return the argument vector that dials ``number``; it is put in literally, nothing expands.

    An extension follows the number after a pause, unless the template has a place of its own for
    it; that place is left empty when there is none.

    Raises:
        ValueError: ``number`` is not what ``dialable_number`` returns, or there is no place for it.
    """
    if not number or dialable_number(number) != number:
        raise ValueError("not a dialable number")
    if problem := template_problem(template):
        raise ValueError(problem)
    extension = extension if _DIGITS.fullmatch(extension) else ""
    apart = any(EXTENSION in part for part in template)
    keys = number if apart else with_pause(number, extension)
    return tuple(part.replace(NUMBER, keys).replace(EXTENSION, extension) for part in template)


def template_problem(template: Sequence[str]) -> str:
    """Return what is wrong with a command for dialling, ``""`` when nothing is."""
    if not template or not template[0].strip():
        return 'must name a program and its arguments, such as ["linphonecsh", "dial", "{number}"]'
    if NUMBER in template[0]:
        return "must begin with the program; {number} is for one of its arguments"
    if not any(NUMBER in part for part in template[1:]):
        return "must hold {number} in one of its arguments"
    return ""
