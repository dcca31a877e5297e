"""Telephone numbers from free text, made dialable, and the zones they may ring in.

``phone_text`` finds candidates in a field, ``phone_plan`` decides which are numbers. The library is
imported when it is first used, here and in ``phone_plan``: it takes a tenth of a second to load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place import phone_text
from sdrdesk.domain.place.phone_plan import Read, is_plain_number, plans, read
from sdrdesk.domain.place.regions import Place, find_country

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as NumberProto

PhoneKind = Literal["mobile", "fixed", "premium", "other", "invalid"]
_MAX_RAW = 160
"""Longest field that is searched for several numbers; longer ones are pasted prose."""
_LOOKED_AT = 1_000
"""Characters of a field that are read."""
_MOST_GAPS = 24
"""Most gaps between the digits of a run; three French numbers have seventeen."""
_SHOWN = 60
"""Characters of an unusable field that are shown instead of a number."""
_CENTS = (".0", ".00", ",0", ",00")
_LEAST = 9
"""Characters of an E.164 number after which a slash begins another number; after fewer it may
follow an area code."""
_NO_COUNTRY = "001"
"""Region of codes without a country in the plans."""
_REMEMBERED = 256
"""Parsed numbers kept for the lookup of their zones."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number, as typed and as dialled."""

    raw: str
    e164: str = ""
    """``"+353875550142"``, never with an extension; ``""`` when it cannot be dialled."""
    national: str = ""
    international: str = ""
    """For display: ``"+353 1 555 0142 ext. 12"``; the raw text when the number is unusable."""
    kind: PhoneKind = "invalid"
    """``"other"`` also covers plans that do not separate mobile from fixed, such as North
    America's; ``"premium"`` costs more than a normal call."""
    region: str = ""
    """ISO country code, ``""`` when unknown or shared by several countries."""
    extension: str = ""
    """Digits to dial after pick-up."""
    in_plan: bool = True
    """False for a number reserved for fiction, which no plan lists."""
    local: bool = False
    """Typed without its country, which came from ``default_region``."""
    assumed: bool = False
    """The country was assumed: neither the number nor the lead names one."""


def parse_phone(
    raw: str, default_region: str | None = None, *, dial_only: bool = False
) -> PhoneNumber:
    """Return the first number in ``raw``; arguments as for ``parse_phones``."""
    return parse_phones(raw, default_region, dial_only=dial_only)[0]


def parse_phones(
    raw: str, default_region: str | None = None, *, dial_only: bool = False
) -> tuple[PhoneNumber, ...]:
    """Return the numbers in ``raw`` in order, each once; an unusable one when it has none.

    Args:
        raw: text from a form, for example ``"01 555 0142 ext. 12 / 087 555 0142"``.
        default_region: ISO country code for numbers without ``+``; ``None`` leaves such numbers
            unusable.
        dial_only: leave out display form and kind, which a pull of a whole account does not keep.
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
    # Positional, for speed: a pull makes one or two for each lead.
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
            # "ext. 12 or 13" continues with extensions, not with numbers.
            before, none = "" if piece.extension else typed, False
    if none:
        letters, extension = phone_text.without_extension(text)
        for spelled in phone_text.vanity(letters):
            number_in_letters = read(spelled, region)
            if number_in_letters is not None:
                yield number_in_letters, extension
                return


_Numbers = tuple[tuple[str, Read], ...]
"""As typed and as parsed."""


@lru_cache(maxsize=512)
def _in_run(run: str, region: str | None, in_prose: bool) -> _Numbers:
    """Return the numbers in digits without words between them."""
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
    """Return the numbers that replace the last digits of the one before."""
    texts = (phone_text.with_ending(before, ending) for ending in endings.split("/"))
    read_so = ((text, read(text, region)) for text in texts if text)
    return tuple((text, number) for text, number in read_so if number is not None)


def _in_plan_of(e164: str) -> tuple[NumberProto, str]:
    """Return the number and its country by the plan; a pull has just parsed both."""
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
    """Return the country of a number; outside the plan, the country of its prefix."""
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
    """Return the IANA zones in which ``e164`` may ring; empty when unknown.

    All zones of the country for a mobile. Zones are named as in the number's own country:
    ``"+353…"`` is Europe/Dublin, not another zone with the same offset.
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
