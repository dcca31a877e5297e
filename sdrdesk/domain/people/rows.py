"""The rows of a file as people for the CRM, with the problems of unusable rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sdrdesk.domain.crm.records import NewLead
from sdrdesk.domain.people.columns import ColumnMap
from sdrdesk.domain.people.names import alike, is_salutation, split_name
from sdrdesk.domain.people.values import (
    consent,
    is_email,
    is_null,
    looks_like_phone,
    may_call,
    plain,
)
from sdrdesk.domain.place.phone import parse_phone
from sdrdesk.domain.place.regions import country_to_region
from sdrdesk.domain.text.plain_text import one_line

_LONGEST_EMAIL = 254
"""RFC 5321, with the erratum of 2010."""
_SEVERAL = re.compile(r"\s*(?:[;,|\s]|:::)\s*")
_TAIL = 9
"""Last digits that distinguish two numbers of a person in any spelling."""
_TAKEN_OVER = ("title", "company", "street", "city", "postcode", "state", "country")


_NAMES = ("first_name", "last_name", "name")
_NO_DIGITS = (*_NAMES, "city", "state", "country")
_IN_WORDS = (*_NO_DIGITS, "title", "company")
_IN_DIGITS = ("phone", "mobile", "other_phone")
_DIGITS_OF_A_NUMBER = 7


@dataclass(frozen=True, slots=True)
class Row:
    """A usable row: a person and the line in the file."""

    line: int
    lead: NewLead
    split: bool = False
    """The name came from one column."""


@dataclass(frozen=True, slots=True)
class People:
    """The people and the problems of a file."""

    rows: tuple[Row, ...]
    problems: tuple[tuple[int, str], ...]
    """Line, and why the row is left out."""


class _Problem(Exception):  # noqa: N818 - a row that cannot be used, not an error of ours
    """Why a row cannot be used."""


def read_people(
    columns: ColumnMap,
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    default_region: str = "",
    own_value: str = "",
) -> People:
    """Return the people of the rows; the first row of a person counts.

    Args:
        columns: the field of each column.
        rows: line and cells of each row below the heading.
        default_region: country (two letters) of national numbers in rows without one.
        own_value: the account's value for "do not call", ``""`` for any yes.
    """
    found: list[Row] = []
    problems: list[tuple[int, str]] = []
    reader = _Reader(columns, default_region, own_value)
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            found.append(reader.row(line, cells))
        except _Problem as problem:
            problems.append((line, str(problem)))
    kept, double = _without_doubles(found, default_region)
    return People(tuple(kept), tuple(sorted(problems + double)))


def dialled_numbers(lead: NewLead, default_region: str = "") -> tuple[str, ...]:
    """Return the numbers of a person in E.164."""
    region = country_to_region(lead.values.get("country", "")) or default_region or None
    raw = (lead.values.get("phone", ""), lead.values.get("mobile", ""))
    dialled = (parse_phone(text, region, dial_only=True).e164 for text in raw if text)
    return tuple(dict.fromkeys(number for number in dialled if number))


class _Reader:
    def __init__(self, columns: ColumnMap, default_region: str, own_value: str) -> None:
        self._columns = columns
        self._places: Mapping[str, tuple[int, ...]] = columns.places
        self._default_region = default_region
        self._own_value = own_value

    def row(self, line: int, cells: Sequence[str]) -> Row:
        self._check_places(cells)
        values = {field: held[0][1] for field in _TAKEN_OVER if (held := self._held(field, cells))}
        if is_salutation(values.get("title", "")):  # Outlook and Google call it a title
            del values["title"]
        email, notes = self._email(cells)
        region = country_to_region(values.get("country", "")) or self._default_region
        numbers, more = self._numbers(cells, region)
        values |= numbers
        notes += more + self._more("street", cells) + self._noted(cells)
        first, last, split = self._name(cells)
        values |= {k: v for k, v in (("first_name", first), ("last_name", last)) if v}
        lead = NewLead(
            email, values, do_not_call=self._marked(cells), notes=tuple(dict.fromkeys(notes))
        )
        if not email:
            lead = self._by_number(lead, region)
        return Row(line, lead, split)

    def _check_places(self, cells: Sequence[str]) -> None:
        """Raise for a row whose cells are shifted by a column.

        The signs: a number or an e-mail address in a column of words, or words after a separator
        and a space in a column of numbers.
        """
        for field in _IN_WORDS:
            for place in self._places.get(field, ()):
                text = plain(cells[place]) if place < len(cells) else ""
                if text and (what := _out_of_place(field, text)):
                    raise _Problem(_shifted(self._columns.headings[place], text, what))
        for field in _IN_DIGITS:
            for place in self._places.get(field, ()):
                cell = cells[place] if place < len(cells) else ""
                text = plain(cell)
                if cell.startswith(" ") and text and not any(ch.isdigit() for ch in text):
                    name = self._columns.headings[place]
                    raise _Problem(_shifted(name, text, "is no telephone number"))

    def _by_number(self, lead: NewLead, region: str) -> NewLead:
        if not ("phone" in lead.values or "mobile" in lead.values):
            raise _Problem("neither an e-mail address nor a telephone number")
        if not ("first_name" in lead.values or "last_name" in lead.values):
            raise _Problem("neither an e-mail address nor a name")
        dialled = dialled_numbers(lead, region)
        if not dialled:
            text = lead.values.get("phone") or lead.values["mobile"]
            where = "" if region else "; it names no country, and the row has none"
            raise _Problem(f'no e-mail address, and "{text}" cannot be dialled{where}')
        return replace(lead, numbers=dialled)

    def _held(self, field: str, cells: Sequence[str]) -> list[tuple[str, str]]:
        """Return heading and text of a field's non-empty cells."""
        places = self._places.get(field)
        if not places:  # the usual case, a hundred thousand times
            return []
        return [
            (self._columns.headings[place], text)
            for place in places
            if place < len(cells)
            and (text := plain(cells[place]))
            and (text != "NA" or field == "country")  # Namibia
        ]

    def _more(self, field: str, cells: Sequence[str]) -> list[str]:
        held = self._held(field, cells)
        return [f"{name}: {text}" for name, text in held[1:] if text != held[0][1]]

    def _noted(self, cells: Sequence[str]) -> list[str]:
        return [f"{name}: {text}" for name, text in self._held("note", cells)]

    def _email(self, cells: Sequence[str]) -> tuple[str, list[str]]:
        """Return the e-mail address, and further ones as notes."""
        good: dict[str, str] = {}
        bad = ""
        for name, text in (*self._held("email", cells), *self._held("other_email", cells)):
            for part in filter(None, _SEVERAL.split(text.removeprefix("mailto:"))):
                if is_email(part) and len(part) <= _LONGEST_EMAIL:
                    good.setdefault(part.lower(), name)
                else:
                    bad = bad or text
        if bad:
            raise _Problem(f'"{one_line(bad, limit=80)}" is no e-mail address')
        first = next(iter(good), "")
        return first, [f"{name}: {text}" for text, name in good.items() if text != first]

    def _numbers(self, cells: Sequence[str], region: str) -> tuple[dict[str, str], list[str]]:
        """Return telephone and mobile, and further numbers as notes."""
        main, mobile = self._held("phone", cells), self._held("mobile", cells)
        further = main[1:] + mobile[1:] + self._held("other_phone", cells)
        numbers = {"phone": main[0][1]} if main else {}
        if mobile:
            numbers["mobile"] = mobile[0][1]
        seen = {_tail(text) for text in numbers.values()}
        notes = []
        for name, text in further:
            if _tail(text) in seen:
                continue
            seen.add(_tail(text))
            free = self._free(text, numbers, region)
            if free:
                numbers[free] = text
            else:
                notes.append(f"{name}: {text}")
        if "phone" in numbers and (held := self._held("extension", cells)):
            numbers["phone"] = f"{numbers['phone']} ext. {held[0][1]}"
        return numbers, notes

    def _free(self, text: str, numbers: Mapping[str, str], region: str) -> str:
        """Return the free field for a further number, ``""`` for none."""
        if "phone" not in numbers and "mobile" not in numbers:
            return "phone"
        if "mobile" not in numbers and parse_phone(text, region or None).kind == "mobile":
            return "mobile"
        return "" if "phone" in numbers else "phone"

    def _name(self, cells: Sequence[str]) -> tuple[str, str, bool]:
        first, last = self._first("first_name", cells), self._first("last_name", cells)
        if first and not last:
            last = self._really_null(cells)
        if not first and not last and (whole := self._first("name", cells)):
            nothing = is_email(whole) or all(
                is_null(word) or word == "NA" for word in whole.split()
            )
            return ("", "", False) if nothing else (*split_name(whole), True)
        prefix = self._first("last_prefix", cells)
        return first, f"{prefix} {last}".strip() if last else "", False

    def _first(self, field: str, cells: Sequence[str]) -> str:
        held = self._held(field, cells)
        return held[0][1] if held else ""

    def _really_null(self, cells: Sequence[str]) -> str:
        """Return ``Null`` for a person with that last name."""
        places = (p for p in self._places.get("last_name", ()) if p < len(cells))
        return next((name for p in places if (name := one_line(cells[p])) == "Null"), "")

    def _marked(self, cells: Sequence[str]) -> bool:
        said = [
            (name, text, consent(text, self._own_value))
            for name, text in self._held("do_not_call", cells)
        ]
        said += [(name, text, may_call(text)) for name, text in self._held("may_call", cells)]
        for name, text, answer in said:
            if answer == "unclear":
                raise _Problem(f'{name} says "{one_line(text, limit=40)}", neither yes nor no')
        return any(answer == "yes" for _, _, answer in said)


def _out_of_place(field: str, text: str) -> str:
    """Return the problem of a cell in a column of words, ``""`` for none."""
    if is_email(text):
        # Some tools use the e-mail address as the name of a person without one.
        return "" if field in _NAMES else "is an e-mail address"
    digits = sum(ch.isdigit() for ch in text)
    many = field in _NO_DIGITS and digits >= _DIGITS_OF_A_NUMBER
    return "is a telephone number" if many or looks_like_phone(text) else ""


def _shifted(heading: str, text: str, what: str) -> str:
    return f'{heading} says "{one_line(text, limit=40)}", which {what}: are the cells shifted?'


def _without_doubles(
    rows: Sequence[Row], default_region: str
) -> tuple[list[Row], list[tuple[int, str]]]:
    """Keep the first row of each person, marked if a later one says "do not call"."""
    kept: list[Row] = []
    double: list[tuple[int, str]] = []
    by_email: dict[str, int] = {}
    by_number: dict[str, list[int]] = {}
    look = any(not row.lead.email for row in rows)  # else numbers do not decide
    for row in rows:
        lead = row.lead
        numbers = (lead.numbers or dialled_numbers(lead, default_region)) if look else ()
        place = by_email.get(lead.email) if lead.email else None
        if place is None and not lead.email:
            places = (p for number in numbers for p in by_number.get(number, ()))
            place = next((p for p in places if alike(_names(kept[p].lead), _names(lead))), None)
        if place is None:
            place = len(kept)
            kept.append(row)
            by_email.setdefault(lead.email, place)
        else:
            first = kept[place]
            double.append((row.line, f"the same person as in line {first.line}"))
            if lead.do_not_call and not first.lead.do_not_call:
                kept[place] = replace(first, lead=replace(first.lead, do_not_call=True))
        for number in numbers:
            by_number.setdefault(number, []).append(place)
    return kept, double


def _names(lead: NewLead) -> tuple[str, str]:
    return lead.values.get("first_name", ""), lead.values.get("last_name", "")


def _tail(text: str) -> str:
    return "".join(ch for ch in text if ch.isdigit())[-_TAIL:]
