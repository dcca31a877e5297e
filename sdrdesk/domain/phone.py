"""Telephone numbers as strangers type them, made dialable, and the zones they may ring in.

``phonenumbers`` (numbering plans as data) is imported inside the functions: it takes a tenth of a
second to load, and only a pull and an import need it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from sdrdesk.domain.regions import Place, country_to_region, find_country

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from phonenumbers import PhoneNumber as NumberProto

__all__ = ["PhoneKind", "PhoneNumber", "country_to_region", "parse_phone", "zones_of_number"]

PhoneKind = Literal["mobile", "fixed", "other", "invalid"]
_DIGITS = re.compile(r"[+＋(]?\d[\d().\s/-]{5,}\d")
_NEXT = re.compile(r"\s[/|]\s|[,;]")
"""Between two numbers in one field; the first one counts."""
_PLAIN = re.compile(r"(?:\+[0-9]|[1-9]|0[1-9]|00|\(0?[1-9])[0-9 ().-]{5,25}")
"""A number and nothing else, whose first digits say the same without what is between them."""
_DIGIT = re.compile(r"\d")
_DIGITS_ALONE = re.compile(r"[1-9][0-9]{6,14}")
_PLUS = re.compile("[+＋]")
_NO_SPACES = str.maketrans("", "", " ().-")
MAX_RAW = 60
"""Longer than any number with its extension; the rest is prose that somebody pasted."""
_REMEMBERED = 256
"""Numbers between whose parsing and whose zones a pull may do something else."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number, as typed and as dialled."""

    raw: str
    e164: str = ""
    """``"+353875550142"``; ``""`` when nobody can dial it."""
    national: str = ""
    international: str = ""
    """For the eye: ``"+353 87 555 0142"``; the raw text when the number is unusable."""
    kind: PhoneKind = "invalid"
    """``"other"`` also covers plans that do not tell mobile from fixed, such as North America's."""
    region: str = ""
    """ISO country code, ``""`` when unknown or shared by several countries."""
    extension: str = ""
    in_plan: bool = True
    """False: the length is right, but the published numbering plan does not know the number.
    Plans lag behind new ranges, so it may be dialled; it deserves a look."""


def parse_phone(
    raw: str, default_region: str | None = None, *, dial_only: bool = False
) -> PhoneNumber:
    """Return what ``raw`` dials.

    Args:
        raw: text from a form, for example ``"087 555 0142 ext. 12"``.
        default_region: ISO country code for numbers without ``+``; ``None`` leaves such numbers
            unusable rather than guess a country.
        dial_only: leave out how the number is written for the eye, its kind and whether it is in
            the plan: a pull of a whole account keeps none of them.
    """
    text = " ".join(raw.split())
    if not text or len(text) > MAX_RAW:
        return PhoneNumber(raw, international=text[:MAX_RAW])
    region = (default_region or "").upper() or None
    return _dialled(raw, text, region) if dial_only else _parse(raw, text, region)


def _dialled(raw: str, text: str, region: str | None) -> PhoneNumber:
    """Like ``_parse`` with one parsing where three would say the same: a pull comes here."""
    lib = _plans()
    number = _possible(_compact(text), region)
    if number is None:
        return PhoneNumber(raw, international=text)
    e164 = lib.format_number(number, lib.PhoneNumberFormat.E164)
    if number.italian_leading_zero:
        # Zeros may be lost on the way: where a number rings is asked of what will be dialled.
        number = lib.parse(e164, None)
    found = lib.region_code_for_number(number) or ""
    _remember(e164, (number, found))
    return PhoneNumber(
        raw=raw, e164=e164, kind="other", region=_region(found, number.country_code, region)
    )


def _compact(text: str) -> str:
    """Return ``text`` without spaces when it is nothing but a number: sooner read, read alike."""
    return text.translate(_NO_SPACES) if _PLAIN.fullmatch(text) else text


@cache
def _plans() -> ModuleType:
    """Return the numbering plans, with their patterns kept once they were compiled."""
    import phonenumbers

    phonenumbers.enable_pattern_cache()
    return phonenumbers


def _in_plan_of(e164: str) -> tuple[NumberProto, str]:
    """Return the number and its country by the plan; a pull has just worked both out."""
    known = _just_dialled.get(e164)
    if known is None:
        lib = _plans()
        number = lib.parse(e164, None)
        known = number, lib.region_code_for_number(number) or ""
        _remember(e164, known)
    return known


_just_dialled: dict[str, tuple[NumberProto, str]] = {}


def _remember(e164: str, known: tuple[NumberProto, str]) -> None:
    if len(_just_dialled) >= _REMEMBERED:
        _just_dialled.clear()
    _just_dialled[e164] = known


@lru_cache(maxsize=4096)
def _parse(raw: str, text: str, region: str | None) -> PhoneNumber:
    lib = _plans()
    number = _possible(text, region)
    if number is None:
        return PhoneNumber(raw, international=text)
    in_plan = bool(lib.is_valid_number(number))
    return PhoneNumber(
        raw=raw,
        e164=lib.format_number(number, lib.PhoneNumberFormat.E164),
        national=lib.format_number(number, lib.PhoneNumberFormat.NATIONAL),
        international=lib.format_number(number, lib.PhoneNumberFormat.INTERNATIONAL),
        kind=_kind(lib.number_type(number)),
        region=_region(lib.region_code_for_number(number) or "", number.country_code, region),
        extension=number.extension or "",
        in_plan=in_plan,
    )


def _possible(text: str, region: str | None) -> NumberProto | None:
    """Return the number that ``text`` names when its length can be right, else ``None``."""
    abroad = region is None and not text.startswith("00")
    if not _DIGIT.search(text) or (abroad and not _PLUS.search(text)):
        return None  # without a digit, or without a country and a plus, the plans have no answer
    lib = _plans()
    for spelling in _spellings(text):
        try:
            number: NumberProto = _plainly(spelling) or lib.parse(spelling, region)
        except lib.NumberParseException:
            continue
        if lib.is_possible_number(number):
            return number
    return None


def _plainly(text: str) -> NumberProto | None:
    """Return what ``lib.parse`` would, sooner, or ``None`` when that is not certain.

    Most numbers are a plus, a country's code and digits of which the plan takes none away.
    """
    if text[0] != "+" or not _DIGITS_ALONE.fullmatch(text, 1):
        return None
    lib = _plans()
    code = _code_in(text[1:4])
    significant = text[1 + len(code) :]
    if not code or significant[0] == "0":
        return None
    taken = _taken_away(int(code))
    if taken is not None and taken.match(significant):
        return None
    number: NumberProto = lib.PhoneNumber(int(code), int(significant))
    return number


@cache
def _code_in(digits: str) -> str:
    """Return the country's code that three digits begin with, ``""`` for none."""
    return next((c for c in (digits[:1], digits[:2], digits) if int(c) in _codes()), "")


def _codes() -> Mapping[int, tuple[str, ...]]:
    codes: Mapping[int, tuple[str, ...]] = _plans().COUNTRY_CODE_TO_REGION_CODE
    return codes


@cache
def _taken_away(code: int) -> re.Pattern[str] | None:
    """Return what a country dials before its numbers, such as a zero."""
    plan = _plans().PhoneMetadata.metadata_for_region_or_calling_code(code, _codes()[code][0])
    prefix = plan.national_prefix_for_parsing
    return re.compile(prefix) if prefix else None


def _spellings(text: str) -> Iterator[str]:
    """Yield the ways to read ``text``, the likeliest first; nearly always that is enough."""
    if text.startswith("00"):
        # It means "+" to most of the world, but not to a parser told that the lead is American.
        yield f"+{text[2:]}"
    yield text
    first = _NEXT.split(text, maxsplit=1)[0]
    if first != text:
        yield first
    inside = _DIGITS.search(text)  # "+353 87 555 0142 (direct)", "call 087 555 0142 after five"
    if inside and inside[0] not in {text, first}:
        yield inside[0]


def _kind(number_type: int) -> PhoneKind:
    from phonenumbers import PhoneNumberType

    if number_type == PhoneNumberType.MOBILE:
        return "mobile"
    return "fixed" if number_type == PhoneNumberType.FIXED_LINE else "other"


def _region(found: str, country_code: int | None, asked: str | None) -> str:
    """Return the country of a number; one outside the plan still has the country of its prefix."""
    if found and found != "001":
        return found
    from phonenumbers import region_code_for_country_code, region_codes_for_country_code

    code = country_code or 0
    if asked in region_codes_for_country_code(code):
        return asked or ""
    main = region_code_for_country_code(code)  # Britain for +44, not its islands
    return main if main not in {"001", "ZZ"} else ""


@lru_cache(maxsize=16_384)
def zones_of_number(e164: str) -> tuple[str, ...]:
    """Return the IANA zones in which ``e164`` may ring; empty when the number says nothing.

    A mobile of a country with several zones returns them all. Zones are those in which the
    number's own country keeps its clocks: ``"+353…"`` is Europe/Dublin, whatever other islands
    share its offset.
    """
    if not e164.startswith("+"):
        return ()
    lib = _plans()
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
