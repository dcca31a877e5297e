"""Which column of a file goes to which field, and which one must be decided by a person."""

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
"""What ``--map`` takes for a column that is left out on purpose."""
_NUMBERS = ("phone", "mobile", "other_phone", "extension")
_ENOUGH = 0.6
"""Share of the cells of a column that tells what it holds."""

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
    """What a person decided about the columns, and what the account calls its own field."""

    mapped: Mapping[str, str] | None = None
    """Heading to field."""
    ignored: Sequence[str] = ()
    do_not_call: str = ""
    """Property name of the account's own field."""
    do_not_call_label: str = ""
    """What the account shows for it: an export is headed with this."""
    """Name of the account's do-not-call field, ``""`` none."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each column goes."""

    headings: tuple[str, ...]
    fields: tuple[str, ...]
    """Field of each column, ``""`` for one that means nothing here."""
    places: Mapping[str, tuple[int, ...]]
    """Field to its columns, the one to prefer first."""
    unplaced: tuple[tuple[str, str], ...] = ()
    """Heading and what it looks like, of columns that a person must decide about."""
    strange: tuple[str, ...] = ()
    """Headings a person named that are not in the file."""

    def named(self) -> dict[str, str]:
        """Return heading to field of the columns that go somewhere."""
        return {h: f for h, f in zip(self.headings, self.fields, strict=True) if f}

    def ignored(self) -> tuple[str, ...]:
        """Return the headings of the columns that are left out."""
        waiting = {heading for heading, _ in self.unplaced}
        pairs = zip(self.headings, self.fields, strict=True)
        return tuple(h for h, f in pairs if h and not f and h not in waiting)


def place_columns(
    headings: Sequence[str], rows: Sequence[Sequence[str]], choices: Choices
) -> ColumnMap:
    """Decide about every column by its heading, by its cells and by what a person said."""
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
    if found.field in _NUMBERS and not (_says_phone(heading) or _some(cells, _has_digits)):
        return None  # "Direct" and "Mobile" may hold anything
    says_little = found.field == "name" or fold_heading(heading) in ("first", "last")
    if says_little and _share(cells, looks_like_phone):  # "Contact", "First"
        return Meaning("other_phone", found.rank)
    return found


def _looks_like(heading: str, cells: Sequence[str]) -> str:
    """Return what a column that is not known looks like, ``""`` for nothing that may be lost."""
    if not cells:
        return ""
    text = spaced(heading)
    if is_about_consent(heading):
        # "No" to e-mail opt-out is no news; "no" to consent is a refusal.
        harmless = is_refusal_elsewhere(heading) and all(consent(cell) == "no" for cell in cells)
        return "" if harmless else "consent"
    if may_be_consent(heading) and _share(cells, _answers):
        return "consent"
    if _share(cells, is_email):
        return "an e-mail address"
    if _share(cells, looks_like_phone):
        return "a telephone number"
    if _NOT_A_PERSON.search(text):
        return ""
    if _NUMBER.search(text) and _some(cells, _has_digits):
        return "a telephone number"
    if _EMAIL.search(text):  # "Email sent" holds no address
        return "an e-mail address" if _some(cells, _has_at) else ""
    if _ADDRESS.search(text):
        return "an address"
    return "a name" if _NAME.search(text) else ""


def _settle_names(
    headings: Sequence[str], meanings: list[Meaning | None], mapped: set[str]
) -> None:
    """Read ``Nom`` beside ``Prénom`` as last name, ``Nombre`` beside ``Apellidos`` as first."""
    fields = {meaning.field for meaning in meanings if meaning}
    for place, meaning in enumerate(meanings):
        if meaning is None or meaning.field != "name" or fold_heading(headings[place]) in mapped:
            continue
        if is_ambiguous(headings[place]):
            if "first_name" in fields and "last_name" not in fields:
                meanings[place] = Meaning("last_name", meaning.rank)
            elif "last_name" in fields and "first_name" not in fields:
                meanings[place] = Meaning("first_name", meaning.rank)


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


def _answers(text: str) -> bool:
    return consent(text) != "unclear"


def _has_digits(text: str) -> bool:
    return sum(ch.isdigit() for ch in text) >= 2


def _has_at(text: str) -> bool:
    return "@" in text


def _some(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    return any(test(cell) for cell in cells)


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    return sum(bool(test(cell)) for cell in cells) >= _ENOUGH * len(cells)


def _letter(place: int) -> str:
    """Return the name a spreadsheet gives a column without a heading."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return f"column {name}"
