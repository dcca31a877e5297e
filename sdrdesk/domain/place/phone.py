"""Telephone numbers as strangers type them, made dialable, and the zones they may ring in.

``phone_text`` finds them in a field, ``phone_plan`` decides which of them are numbers. The
numbering plans are loaded on first use: only a pull and an import need them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from sdrdesk.domain.place import phone_text
from sdrdesk.domain.place.phone_plan import Read, is_plain_number, plans, read
from sdrdesk.domain.place.regions import Place, country_to_region, find_country

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as NumberProto

__all__ = [
    "PhoneKind",
    "PhoneNumber",
    "country_to_region",
    "parse_phone",
    "parse_phones",
    "zones_of_number",
]

PhoneKind = Literal["mobile", "fixed", "premium", "other", "invalid"]
_MAX_RAW = 160
"""Longer than two numbers with their labels and extensions; the rest is prose that was pasted."""
_LOOKED_AT = 1_000
"""Characters of a field that are read at all."""
_MOST_GAPS = 24
"""Between the digits of a run; three French numbers have seventeen."""
_SHOWN = 60
"""Characters of an unusable field that are shown where a number would be."""
_CENTS = (".0", ".00", ",0", ",00")
_LEAST = 9
"""Characters of an E.164 number from which a slash after it begins another number; before that it
may follow an area code."""
_NO_COUNTRY = "001"
"""What the plans call a code that belongs to none."""
_REMEMBERED = 256
"""Numbers between whose parsing and whose zones a pull may do something else."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number, as typed and as dialled."""

    raw: str
    e164: str = ""
    """``"+353875550142"``, never with an extension; ``""`` when nobody can dial it."""
    national: str = ""
    international: str = ""
    """For the eye: ``"+353 1 555 0142 ext. 12"``; the raw text when the number is unusable."""
    kind: PhoneKind = "invalid"
    """``"other"`` also covers plans that do not tell mobile from fixed, such as North America's;
    ``"premium"`` costs the caller more than a call does."""
    region: str = ""
    """ISO country code, ``""`` when unknown or shared by several countries."""
    extension: str = ""
    """Digits to dial once somebody picked up."""
    in_plan: bool = True
    """False: a number set aside for drama, which no plan lists."""
    local: bool = False
    """It was typed without its country; ``default_region`` settled that."""
    assumed: bool = False
    """Its country was assumed: neither the number nor the lead names one."""


def parse_phone(
    raw: str, default_region: str | None = None, *, dial_only: bool = False
) -> PhoneNumber:
    """Return what ``raw`` dials, the first number in it; arguments as for ``parse_phones``."""
    return parse_phones(raw, default_region, dial_only=dial_only)[0]


def parse_phones(
    raw: str, default_region: str | None = None, *, dial_only: bool = False
) -> tuple[PhoneNumber, ...]:
    """Return the numbers in ``raw`` in their order, each once; an unusable one when it has none.

    Args:
        raw: text from a form, for example ``"01 555 0142 ext. 12 / 087 555 0142"``.
        default_region: ISO country code for numbers without ``+``; ``None`` leaves such numbers
            unusable rather than guess a country.
        dial_only: leave out how a number is written for the eye and its kind: a pull of a whole
            account keeps neither.
    """
    region = (default_region or "").upper() or None
    return _dialled(raw, region) if dial_only else _for_the_eye(raw, region)


def _dialled(raw: str, region: str | None) -> tuple[PhoneNumber, ...]:
    text = " ".join(raw[:_LOOKED_AT].split())
    if text.endswith(_CENTS):
        text = phone_text.without_cents(text)
    if is_plain_number(text) and (whole := read(text, region)) is not None:
        return (_made(raw, whole, "", region),)
    if len(text) <= _MAX_RAW and len(raw) <= _LOOKED_AT and any(map(str.isdigit, text)):
        found: dict[str, PhoneNumber] = {}
        for number, extension in _found(raw, region):
            found.setdefault(number.e164, _made(raw, number, extension, region))
        if found:
            return tuple(found.values())
    return (PhoneNumber(raw, international=text[:_SHOWN]),)


def _made(raw: str, number: Read, extension: str, region: str | None) -> PhoneNumber:
    _remember(number.e164, (number.number, number.region))
    place = _region(number.region, number.number.country_code, region)
    # By place: a pull makes one or two for each lead.
    return PhoneNumber(
        raw, number.e164, "", "", "other", place, extension, number.in_plan, number.local
    )


@lru_cache(maxsize=4096)
def _for_the_eye(raw: str, region: str | None) -> tuple[PhoneNumber, ...]:
    return tuple(_shown(number) if number.e164 else number for number in _dialled(raw, region))


def _shown(number: PhoneNumber) -> PhoneNumber:
    lib = plans()
    parsed = lib.parse(number.e164, None)
    parsed.extension = number.extension or None
    return replace(
        number,
        national=lib.format_number(parsed, lib.PhoneNumberFormat.NATIONAL),
        international=lib.format_number(parsed, lib.PhoneNumberFormat.INTERNATIONAL),
        kind=_kind(lib.number_type(parsed)),
    )


def _kind(number_type: int) -> PhoneKind:
    kinds = plans().PhoneNumberType
    if number_type == kinds.MOBILE:
        return "mobile"
    if number_type in {kinds.PREMIUM_RATE, kinds.SHARED_COST}:
        return "premium"
    return "fixed" if number_type == kinds.FIXED_LINE else "other"


def _found(raw: str, region: str | None) -> Iterator[tuple[Read, str]]:
    """Yield the numbers of a field with their extensions."""
    text = phone_text.without_noise(phone_text.without_cents(phone_text.tidy(raw)))
    before, none = "", True
    for piece in phone_text.pieces(text):
        numbers = () if piece.against else _in_run(piece.run, region, piece.in_prose)
        if not numbers and before and piece.run[0] == "+":  # "0142 + 087 555 0143"
            numbers = _in_run(piece.run.lstrip("+ "), region, piece.in_prose)
        if not numbers and before and phone_text.goes_on(piece.joined):
            numbers = _ending(before, piece.run, region)
        for typed, number in numbers:
            last = typed == numbers[-1][0]
            yield number, piece.extension if last else ""
            # "ext. 12 or 13" goes on with extensions, not with numbers.
            before, none = "" if piece.extension else typed, False
    if none:
        letters, extension = phone_text.without_extension(text)
        for spelled in phone_text.vanity(letters):
            number_in_letters = read(spelled, region)
            if number_in_letters is not None:
                yield number_in_letters, extension
                return


_Numbers = tuple[tuple[str, Read], ...]
"""As typed and as read."""


@lru_cache(maxsize=512)
def _in_run(run: str, region: str | None, in_prose: bool) -> _Numbers:
    """Return the numbers in digits that are not interrupted by words."""
    whole = read(run, region, in_prose=in_prose)
    cuts = phone_text.cuts(run)
    if len(cuts) > _MOST_GAPS:
        return ()
    for cut in cuts:
        if whole is not None and not cut.slash:
            break
        first = read(cut.before, region, in_prose=in_prose)
        if first is None or len(first.e164) < _LEAST:
            continue
        rest = _in_run(cut.after, region, in_prose)
        if not rest and cut.ending:
            rest = _ending(cut.before, cut.after, region)
        if rest or cut.sure:
            return ((cut.before, first), *rest)
    if whole is not None:
        return ((run, whole),)
    later = (_in_run(cut.after, region, in_prose) for cut in cuts if cut.slash)
    return next(filter(None, later), ())


def _ending(before: str, endings: str, region: str | None) -> _Numbers:
    """Return the numbers that differ from the one before in their last digits."""
    texts = (phone_text.with_ending(before, ending) for ending in endings.split("/"))
    read_so = ((text, read(text, region)) for text in texts if text)
    return tuple((text, number) for text, number in read_so if number is not None)


def _in_plan_of(e164: str) -> tuple[NumberProto, str]:
    """Return the number and its country by the plan; a pull has just worked both out."""
    known = _just_dialled.get(e164)
    if known is None:
        lib = plans()
        number = lib.parse(e164, None)
        known = number, lib.region_code_for_number(number) or ""
        _remember(e164, known)
    return known


_just_dialled: dict[str, tuple[NumberProto, str]] = {}


def _remember(e164: str, known: tuple[NumberProto, str]) -> None:
    if len(_just_dialled) >= _REMEMBERED:
        _just_dialled.clear()
    _just_dialled[e164] = known


def _region(found: str, country_code: int | None, asked: str | None) -> str:
    """Return the country of a number; one outside the plan still has the country of its prefix."""
    if found and found != _NO_COUNTRY:
        return found
    from phonenumbers import region_code_for_country_code, region_codes_for_country_code

    code = country_code or 0
    if asked in region_codes_for_country_code(code):
        return asked or ""
    main = region_code_for_country_code(code)  # Britain for +44, not its islands
    return main if main not in {_NO_COUNTRY, "ZZ"} else ""


@lru_cache(maxsize=16_384)
def zones_of_number(e164: str) -> tuple[str, ...]:
    """Return the IANA zones in which ``e164`` may ring; empty when the number says nothing.

    A mobile of a country with several zones returns them all. Zones are those in which the
    number's own country keeps its clocks: ``"+353…"`` is Europe/Dublin, whatever other islands
    share its offset.
    """
    if not e164.startswith("+"):
        return ()
    lib = plans()
    try:
        number, plan = _in_plan_of(e164)
    except lib.NumberParseException:
        return ()
    country = find_country(_region(plan, number.country_code, None) or "")
    if country is not None and len(country.zones) == 1:
        return country.zones
    from phonenumbers import timezone as lib_zones

    return _own_zones(tuple(lib_zones.time_zones_for_number(number)), country)


@lru_cache(maxsize=1024)
def _own_zones(told: tuple[str, ...], country: Place | None) -> tuple[str, ...]:
    found = tuple(zone for zone in told if zone != "Etc/Unknown")
    own = tuple(zone for zone in country.zones if zone in found) if country else ()
    return own or found
