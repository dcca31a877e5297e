"""The one text a phone program is ever given: a number that is nothing but a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = "{number}"
"""Stands for the number in a command of the config."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
"""ITU-T E.164 (11/2010): at most 15 digits with the country code; fewer than seven reach nobody."""


def dialable(number: str) -> str:
    """Return ``number`` without its spacing when it is a whole E.164 number, else ``""``.

    What comes back holds a plus and digits only: it cannot be an option, a path, a second
    argument or a word of any shell.
    """
    packed = re.sub(r"[\s().\-/]", "", number)
    return packed if _E164.fullmatch(packed) else ""


def command_for(template: Sequence[str], number: str) -> tuple[str, ...]:
    """Return the argument vector that dials ``number``; it is put in literally, nothing expands.

    Raises:
        ValueError: ``number`` is not what ``dialable`` returns, or there is no place for it.
    """
    if not number or dialable(number) != number:
        raise ValueError("not a dialable number")
    if problem := template_problem(template):
        raise ValueError(problem)
    return tuple(part.replace(NUMBER, number) for part in template)


def template_problem(template: Sequence[str]) -> str:
    """Return what is wrong with a command for dialling, ``""`` when nothing is."""
    if not template or not template[0].strip():
        return 'must name a program and its arguments, such as ["linphonecsh", "dial", "{number}"]'
    if NUMBER in template[0]:
        return "must begin with the program; {number} is for one of its arguments"
    if not any(NUMBER in part for part in template[1:]):
        return "must hold {number} in one of its arguments"
    return ""
