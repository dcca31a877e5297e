"""The command that starts a phone program; number and extension are only ever digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = "{number}"
"""Placeholder of the number in a configured command."""
EXTENSION = "{extension}"
"""Placeholder of the extension, for programs that take it separately."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
"""ITU-T E.164 (11/2010): at most 15 digits with the country code; we ask for at least seven."""
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_PAUSE = ",,"
"""Two pauses, about four seconds on most telephones, between pick-up and extension."""


def dialable_number(number: str) -> str:
    """Return ``number`` without spacing if it is a complete E.164 number, else ``""``.

    The result is a plus and digits only, so it cannot be an option, a path, a second argument or
    shell syntax.
    """
    packed = re.sub(r"[\s().\-/]", "", number)
    return packed if _E164.fullmatch(packed) else ""


def with_pause(number: str, extension: str) -> str:
    """Return the keys to press: the number, a pause, the extension."""
    return f"{number}{_PAUSE}{extension}" if _DIGITS.fullmatch(extension) else number


def tel_link(number: str, extension: str = "") -> str:
    """Return the link that dials ``number`` and its extension (RFC 3966)."""
    return f"tel:{number};ext={extension}" if _DIGITS.fullmatch(extension) else f"tel:{number}"


def command_for(template: Sequence[str], number: str, extension: str = "") -> tuple[str, ...]:
    """Return the arguments that dial ``number``, inserted literally.

    An extension follows the number after a pause, unless the template has its own placeholder for
    it (empty without an extension).

    Raises:
        ValueError: ``number`` does not come from ``dialable_number``, or has no placeholder.
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
    """Return the problem with a dial command, ``""`` for none."""
    if not template or not template[0].strip():
        return 'must name a program and its arguments, such as ["linphonecsh", "dial", "{number}"]'
    if NUMBER in template[0]:
        return "must begin with the program; {number} is for one of its arguments"
    if not any(NUMBER in part for part in template[1:]):
        return "must hold {number} in one of its arguments"
    return ""
