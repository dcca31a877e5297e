"""People from a spreadsheet (a trade fair, a list by marketing) as leads for the CRM.

Reads rows of text, decides what each column is and which rows can be used. Nothing is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sdrdesk.domain.remote import NewLead
from sdrdesk.domain.text import one_line

__all__ = ["COLUMNS", "LeadFile", "NewLead", "Row", "read_rows"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "emailaddress", "workemail", "businessemail", "mail"),
    "first_name": ("firstname", "first", "givenname", "forename"),
    "last_name": ("lastname", "last", "surname", "familyname"),
    "title": ("title", "jobtitle", "position", "role"),
    "company": ("company", "companyname", "organisation", "organization", "account"),
    "phone": ("phone", "phonenumber", "telephone", "tel", "workphone"),
    "mobile": ("mobile", "mobilephone", "cell", "cellphone"),
    "country": ("country", "countryregion"),
    "state": ("state", "region", "stateregion", "province"),
}
"""Field to the headings that mean it, letters and digits only and in lower case."""

_EMAIL = re.compile(r"[^@\s<>\",;:()\\]+@(?:[^\W_](?:[\w-]*\w)?\.)+[^\W\d_]{2,}")
"""Loose: the CRM has the last word. What cannot be an address anywhere is told here, by line."""
_MOST = 254
"""Longest e-mail address (RFC 5321, with the erratum of 2010)."""
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Row:
    """One usable row: a person, and the line of the file (the heading is line 1)."""

    line: int
    lead: NewLead


@dataclass(frozen=True, slots=True)
class LeadFile:
    """What a file holds."""

    rows: tuple[Row, ...]
    problems: tuple[tuple[int, str], ...]
    """Line and what is wrong with it; such a row is left out."""
    ignored: tuple[str, ...] = field(default=())
    """Headings that mean nothing here."""


def read_rows(headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> LeadFile:
    """Return the people in ``rows``, the first row of a person winning.

    Args:
        headings: the first line of the file.
        rows: line number and cells of every further line.

    Raises:
        ValueError: no column holds e-mail addresses; says which headings there are.
    """
    meaning = _meanings(headings)
    if "email" not in meaning.values():
        named = ", ".join(one_line(h, limit=40) for h in headings if h.strip()) or "none"
        raise ValueError(f"no column is headed email; headings found: {named}")
    found: list[Row] = []
    problems: list[tuple[int, str]] = []
    first_line: dict[str, int] = {}
    for line, cells in rows:
        values = {
            meaning[place]: text
            for place, cell in enumerate(cells)
            if place in meaning and (text := _plain(cell))
        }
        if not any(cell.strip() for cell in cells):
            continue
        email = values.pop("email", "").lower()
        if len(email) > _MOST or not _EMAIL.fullmatch(email):
            problems.append((line, f'"{email}" is no e-mail address' if email else "no e-mail"))
        elif email in first_line:
            problems.append((line, f"{email} stands in line {first_line[email]} already"))
        else:
            first_line[email] = line
            found.append(Row(line, NewLead(email, values)))
    ignored = tuple(
        one_line(h, limit=40) for n, h in enumerate(headings) if n not in meaning and h.strip()
    )
    return LeadFile(tuple(found), tuple(problems), ignored)


def _meanings(headings: Sequence[str]) -> dict[int, str]:
    """Return column number to field; of two columns that mean the same the first counts."""
    by_word = {word: name for name, words in COLUMNS.items() for word in words}
    meaning: dict[int, str] = {}
    for place, heading in enumerate(headings):
        name = by_word.get("".join(ch for ch in heading.casefold() if ch.isalnum()))
        if name and name not in meaning.values():
            meaning[place] = name
    return meaning


def _plain(cell: str) -> str:
    """Return the text of a cell without the apostrophe that keeps a formula from running."""
    text = one_line(cell)
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
