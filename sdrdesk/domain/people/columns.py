"""Columns of a file matched to fields; unclear ones are left to a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sdrdesk.domain.people.headings import (
    PERSON_FIELDS,
    Meaning,
    is_about_consent,
    is_ambiguous,
    is_refusal_elsewhere,
    may_be_consent,
    meaning_of,
    spaced,
)
from sdrdesk.domain.people.values import consent, fold_heading, is_email, looks_like_phone, plain
from sdrdesk.domain.text.plain_text import one_line

IGNORE = "ignore"
"""The value of ``--map`` for a column to leave out."""
_NUMBERS = ("phone", "mobile", "other_phone", "extension")
_ENOUGH = 0.6
"""Share of a column's cells that decides its content."""

_NAME = re.compile(
    r"\b(?:first|last|given|family|full|middle|nick|contact|person|attendee|guest|visitor|delegate"
    r"|participant|customer|client|lead|prospect|preferred) ?names?\b|\b(?:sur|fore)names?\b"
    r"|^names?$|vorname|nachname|familienname|ansprechpartner|\bprenom|\bnom\b|\bnombres?\b"
    r"|apellido|sobrenome|apelido|cognome|\bnome\b|\bnaam\b|voornaam|achternaam"
)
_NUMBER = re.compile(
    r"phone|\btel\b|telef|teleph|\bmobile?\b|\bcell\b|handy|movil|celular|cellulare|telemovel"
    r"|whatsapp|\bfax|\bdial\b|durchwahl|rufnummer|telefoon|\bextension\b|switchboard"
)
_EMAIL = re.compile(r"\be ?mails?\b|\bcorreo|\bcourriel")
_ADDRESS = re.compile(
    r"\bstreet|\baddress\b|stra(?:ss|ß)e\b|\badresse|direccion"
    r"|\bcalle\b|indirizzo|endereco|\badres\b|anschrift"
)
_NOT_A_PERSON = re.compile(
    r"company|account|firm|unternehm|entreprise|societe|empresa|aziend|bedrij|organi[sz]|campa|event"
    r"|\blist|product|\bfile\b|domain|\bform|deal|pipeline|owner|group|team|school|universit|brand"
    r"|project|store|conver[st]ion|\buser|\bip\b|\bweb|\burl|\bmac\b|\btype\b|status|\bsource"
    r"|\bdate\b|\bcount\b|verified|confidence|provider|\bapp\b|device|category|inhaber|propri"
)


@dataclass(frozen=True, slots=True)
class Choices:
    """A person's choices of columns, and the account's do-not-call field."""

    mapped: Mapping[str, str] | None = None
    """Heading to field."""
    ignored: Sequence[str] = ()
    do_not_call: str = ""
    """Property name of the account's do-not-call field, ``""`` none."""
    do_not_call_label: str = ""
    """Its label, which is the heading of an export."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The field of each column."""

    headings: tuple[str, ...]
    fields: tuple[str, ...]
    """Field of each column, ``""`` for none."""
    places: Mapping[str, tuple[int, ...]]
    """Field to its columns, the preferred one first."""
    unplaced: tuple[tuple[str, str], ...] = ()
    """Heading and likely content of columns that a person must decide on."""
    strange: tuple[str, ...] = ()
    """Chosen headings that are not in the file."""

    def named(self) -> dict[str, str]:
        """Return heading to field of the used columns."""
        return {h: f for h, f in zip(self.headings, self.fields, strict=True) if f}

    def ignored(self) -> tuple[str, ...]:
        """Return the headings of the unused columns."""
        waiting = {heading for heading, _ in self.unplaced}
        pairs = zip(self.headings, self.fields, strict=True)
        return tuple(h for h, f in pairs if h and not f and h not in waiting)


def place_columns(
    headings: Sequence[str], rows: Sequence[Sequence[str]], choices: Choices
) -> ColumnMap:
    """Match every column by its heading, its cells and a person's choices."""
    shown = tuple(one_line(h, limit=60) or _letter(n) for n, h in enumerate(headings))
    mapped = {fold_heading(h): field for h, field in (choices.mapped or {}).items()}
    mapped |= {fold_heading(h): IGNORE for h in choices.ignored}
    own = {fold_heading(name) for name in (choices.do_not_call, choices.do_not_call_label) if name}
    meanings: list[Meaning | None] = []
    unplaced: list[tuple[str, str]] = []
    for place, heading in enumerate(headings):
        cells = _cells(rows, place)
        said = mapped.get(fold_heading(shown[place]))
        if said is not None:
            meanings.append(None if said == IGNORE else Meaning(said, -1))
            continue
        if not heading.strip() and not cells:
            meanings.append(None)
            continue
        meaning = _meaning(heading, cells, own)
        meanings.append(meaning if meaning and meaning.field != IGNORE else None)
        if meaning is None and (why := _looks_like(heading, cells)):
            unplaced.append((shown[place], why))
    _settle_names(headings, meanings, set(mapped))
    known = {fold_heading(h) for h in shown}
    strange = tuple(
        h for h in (*(choices.mapped or {}), *choices.ignored) if fold_heading(h) not in known
    )
    fields = tuple(m.field if m else "" for m in meanings)
    return ColumnMap(shown, fields, _ordered(meanings), tuple(unplaced), strange)


def _meaning(heading: str, cells: Sequence[str], own: Collection[str]) -> Meaning | None:
    if fold_heading(heading) in own:
        return Meaning("do_not_call", 0)
    found = meaning_of(heading)
    if found is None or not cells:
        return found
    if found.field in _NUMBERS and not (_says_phone(heading) or any(map(_has_digits, cells))):
        return None  # "Direct" and "Mobile" may hold anything
    says_little = found.field == "name" or fold_heading(heading) in ("first", "last")
    if says_little and _share(cells, looks_like_phone):  # "Contact", "First"
        return Meaning("other_phone", found.rank)
    return found


def _looks_like(heading: str, cells: Sequence[str]) -> str:
    """Return the likely content of an unknown column, ``""`` if it can be ignored."""
    if not cells:
        return ""
    text = spaced(heading)
    if is_about_consent(heading):
        # "No" to an e-mail opt-out can be ignored; "no" to consent is a refusal.
        harmless = is_refusal_elsewhere(heading) and all(consent(cell) == "no" for cell in cells)
        return "" if harmless else "consent"
    if may_be_consent(heading) and _share(cells, lambda cell: consent(cell) != "unclear"):
        return "consent"
    if _share(cells, is_email):
        return "an e-mail address"
    if _share(cells, looks_like_phone):
        return "a telephone number"
    if _NOT_A_PERSON.search(text):
        return ""
    if _NUMBER.search(text) and any(map(_has_digits, cells)):
        return "a telephone number"
    if _EMAIL.search(text):  # "Email sent" holds no address
        return "an e-mail address" if any("@" in cell for cell in cells) else ""
    if _ADDRESS.search(text):
        return "an address"
    return "a name" if _NAME.search(text) else ""


def _settle_names(
    headings: Sequence[str], meanings: list[Meaning | None], mapped: set[str]
) -> None:
    """Read ``Nom`` next to ``Prénom`` as last name, ``Nombre`` next to ``Apellidos`` as first."""
    fields = {meaning.field for meaning in meanings if meaning}
    missing = [part for part in ("first_name", "last_name") if part not in fields]
    if len(missing) != 1:
        return
    for place, meaning in enumerate(meanings):
        if meaning is None or meaning.field != "name" or fold_heading(headings[place]) in mapped:
            continue
        if is_ambiguous(headings[place]):
            meanings[place] = Meaning(missing[0], meaning.rank)


def _ordered(meanings: Sequence[Meaning | None]) -> dict[str, tuple[int, ...]]:
    places: dict[str, list[tuple[int, int]]] = {field: [] for field in PERSON_FIELDS}
    for place, meaning in enumerate(meanings):
        if meaning is not None:
            places[meaning.field].append((meaning.rank, place))
    return {field: tuple(place for _, place in sorted(found)) for field, found in places.items()}


def _cells(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    return [text for row in rows if place < len(row) and (text := plain(row[place]))]


def _says_phone(heading: str) -> bool:
    return re.search(r"phone|\btel|tele[fp]", spaced(heading)) is not None


def _has_digits(text: str) -> bool:
    return sum(ch.isdigit() for ch in text) >= 2


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    return sum(bool(test(cell)) for cell in cells) >= _ENOUGH * len(cells)


def _letter(place: int) -> str:
    """Return a spreadsheet's name for a column without a heading."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return f"column {name}"
