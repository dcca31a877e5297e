"""Sections of a rules file for one team or one rep: ``[team.NAME]`` and ``[owner."E-MAIL"]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from sdrdesk.domain.config.reader import TableReader

SectionsOf = Callable[[str], Sequence[str]]
"""Returns the names of the sections for the leads of an owner id, the one that counts first."""
_T = TypeVar("_T")
KINDS: Final = ("owner", "team")


def no_sections(_owner_id: str) -> tuple[str, ...]:
    """Return no section, before anybody knows the teams."""
    return ()


def section_name(kind: str, name: str) -> str:
    """Return the name of a section, in words: ``team bavaria``, ``owner anna@example.com``."""
    return f"{kind} {name.strip().lower() if kind == 'owner' else name}"


def parse_sections(top: TableReader, parse: Callable[[TableReader, str], _T]) -> dict[str, _T]:
    """Return what each section says, by its name.

    Args:
        top: the whole file.
        parse: reads one section; gets its table and name.

    Raises:
        ConfigProblem: a key is unknown, or ``parse`` says so.
    """
    found = {}
    for kind in KINDS:
        table = top.table(kind, optional=True)
        for key in table.keys():  # noqa: SIM118  # no mapping
            section = table.table(key)
            name = section_name(kind, key)
            found[name] = parse(section, name)
            section.done()
    return found


def section_for(found: Mapping[str, _T], names: Sequence[str], general: _T) -> _T:
    """Return the section that counts among ``names``, else what holds for everybody."""
    return next((found[name] for name in names if name in found), general)
