from __future__ import annotations

import time

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sdrdesk.domain.place import phone
from sdrdesk.domain.place.phone import parse_phone, parse_phones, zones_of_number
from tests.domain.phone_table import cases


@pytest.mark.parametrize(
    ("raw", "region", "e164", "kind", "found"),
    [
        ("087 555 0142", "IE", "+353875550142", "mobile", "IE"),
        ("+353 (0)87 555-0142", None, "+353875550142", "mobile", "IE"),
        ("00353 87 555 0142", "IE", "+353875550142", "mobile", "IE"),
        ("(212) 555-0142", "US", "+12125550142", "other", "US"),
        ("212.555.0142 ext. 7", "us", "+12125550142", "other", "US"),
        ("0012125550146", "US", "+12125550146", "other", "US"),
        ("0044 20 7946 0123", None, "+442079460123", "fixed", "GB"),
        ("+353 87 555 0142 (direct)", None, "+353875550142", "mobile", "IE"),
        ("call 087 555 0142 after five", "IE", "+353875550142", "mobile", "IE"),
        ("087 555 0142 / 01 555 0199", "IE", "+353875550142", "mobile", "IE"),
        ("030/1234567", "DE", "+49301234567", "fixed", "DE"),
        ("030 1234567", "DE", "+49301234567", "fixed", "DE"),
        ("tel:+442079460123", None, "+442079460123", "fixed", "GB"),
        ("  +44 20 7946 0123\n", None, "+442079460123", "fixed", "GB"),
        ("٠٨٧ ٥٥٥ ٠١٤٢", "IE", "+353875550142", "mobile", "IE"),
    ],
)
def test_a_number_as_typed_becomes_one_that_can_be_dialled(
    raw: str, region: str | None, e164: str, kind: str, found: str
) -> None:
    number = parse_phone(raw, region)
    assert (number.e164, number.kind, number.region, number.in_plan) == (e164, kind, found, True)
    assert number.raw == raw


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("", "IE"),
        ("   ", "IE"),
        ("call me", "IE"),
        ("12", "IE"),
        ("087 555 0142", None),  # no country: no guess
        ("+999 123 456 789", None),
        ("n/a", "US"),
        ("1" * 200, "US"),
        ("; rm -rf ~", "US"),
        ("[@click=app.quit]x[/]", "US"),
        ("\x1b]0;x\x07", "US"),
    ],
)
def test_undialable_text_is_unusable(raw: str, region: str | None) -> None:
    number = parse_phone(raw, region)
    assert (number.e164, number.kind) == ("", "invalid")


def test_an_extension_is_kept_apart() -> None:
    number = parse_phone("+1 212 555 0142 x123", None)
    assert (number.e164, number.extension) == ("+12125550142", "123")


@pytest.mark.parametrize(("raw", "region", "numbers"), cases())
def test_typed_numbers_dial_as_meant(raw: str, region: str | None, numbers: str) -> None:
    found = [number for number in parse_phones(raw, region) if number.e164]
    told = (f"{n.e164};{n.extension}" if n.extension else n.e164 for n in found)
    assert " ".join(told) == numbers
    assert parse_phone(raw, region).raw == raw


def test_the_table_is_large_enough() -> None:
    assert len(cases()) >= 250
    assert len({region for _, region, _ in cases()}) >= 25


def test_a_number_reserved_for_fiction_is_dialable_but_marked() -> None:
    number = parse_phone("+44 7700 900123", None)
    assert (number.e164, number.in_plan, number.region) == ("+447700900123", False, "GB")
    number = parse_phone("020 912 3456", "IE")
    assert (number.e164, number.in_plan, number.region) == ("+353209123456", False, "IE")


def test_a_premium_number_is_marked() -> None:
    assert parse_phone("0906 466 1234", "GB").kind == "premium"
    assert parse_phone("+1 900 555 0142").kind == "premium"


def test_an_extension_is_shown_apart_from_the_number() -> None:
    number = parse_phone("01 555 0142 x12", "IE")
    assert (number.e164, number.extension) == ("+35315550142", "12")
    assert number.international == "+353 1 555 0142 ext. 12"


@pytest.mark.parametrize(
    ("text", "times"), [("1/", 80), ("1 (", 50), ("01 555 0142 / ", 11), ("9", 10_000_000)]
)
def test_every_field_is_read_fast(text: str, times: int) -> None:
    began = time.process_time()
    parse_phones(text * times, "DE", dial_only=True)
    assert time.process_time() - began < 2.0  # without bounds it would be minutes


def test_numbers_are_shown_with_spaces() -> None:
    number = parse_phone("0875550142", "IE")
    assert number.international == "+353 87 555 0142"
    assert number.national == "087 555 0142"


@given(raw=st.text(max_size=80), region=st.sampled_from([None, "US", "IE", "DE", "XX"]))
def test_any_text_gives_a_number_or_none(raw: str, region: str | None) -> None:
    number = parse_phone(raw, region)
    assert number.raw == raw
    assert bool(number.e164) == (number.kind != "invalid")
    if number.e164:
        assert number.e164[0] == "+"
        assert number.e164[1:].isascii()
        assert number.e164[1:].isdigit()
        again = parse_phone(number.e164, None)
        assert again.e164 == number.e164


@pytest.mark.parametrize(
    ("e164", "zones"),
    [
        ("+353875550142", ("Europe/Dublin",)),
        ("+447400123456", ("Europe/London",)),
        ("+12125550142", ("America/New_York",)),
        ("+14165550123", ("America/Toronto",)),
        ("+919812345678", ("Asia/Kolkata",)),
        ("+393471234567", ("Europe/Rome",)),
        ("+61292345678", ("Australia/Sydney",)),
        ("", ()),
        ("nonsense", ()),
        ("+1", ()),
    ],
)
def test_a_number_has_the_zones_of_its_country(e164: str, zones: tuple[str, ...]) -> None:
    assert zones_of_number(e164) == zones


def test_a_number_of_a_wide_country_is_ambiguous() -> None:
    assert len(zones_of_number("+61412345678")) > 3  # an Australian mobile
    assert len(zones_of_number("+18005550199")) > 3  # toll free
    assert set(zones_of_number("+34612345678")) == {"Europe/Madrid", "Atlantic/Canary"}


_TYPED = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(("+", "+1 ", "+353 ", "+44 (0)", "+39 0", "00", "1-", "")),
        st.text(alphabet="0123456789 ().-", min_size=5, max_size=14),
        st.sampled_from(("", "", " ext. 12", " (direct)")),
    ),
)


@given(raw=_TYPED, region=st.sampled_from([None, "US", "GB", "IT"]))
@example(raw="(00) 9164 1234", region="AU")
@example(raw="0 0353 87 555 0142", region="US")
@example(raw="+)31..33.7", region="NL")
def test_a_pull_dials_what_the_lead_screen_shows(raw: str, region: str | None) -> None:
    """Leaving out the spelling for the eye changes neither the number nor its country."""
    whole, quick = parse_phone(raw, region), parse_phone(raw, region, dial_only=True)
    assert (quick.e164, quick.region) == (whole.e164, whole.region)


def _by_the_library(text: str, region: str | None = None) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _refused(e164: str) -> bool:
    """Say whether a number of the plan is refused all the same: fillers and services."""
    number = phonenumbers.parse(e164)
    length = len(phonenumbers.national_significant_number(number))
    return len(set(e164[-7:])) == 1 or length < 7 or (number.country_code == 1 and length != 10)


_CODES = st.sampled_from(sorted(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


@given(code=_CODES | st.just("999"), rest=st.text(alphabet="0123456789", min_size=3, max_size=13))
@example(code="44", rest="07400123456")  # what is dialled at home comes off
@example(code="1", rest="12125550142")
@example(code="39", rest="0612345678")  # but not in Italy
@example(code="7", rest="88005553535")
@example(code="61", rest="0010545648")
@example(code="54", rest="91112345678")
def test_an_international_number_is_read_as_the_library_reads_it(code: str, rest: str) -> None:
    """Most are not handed to it: the same digits come out, sooner, and ring in the same zones."""
    text = f"+{code}{rest}"
    quick = parse_phone(text, None, dial_only=True)
    wanted = _by_the_library(text)
    if quick.in_plan and not (wanted and _refused(wanted)):
        assert quick.e164 == wanted
    assert parse_phone(text, "US", dial_only=True).e164 == quick.e164
    if quick.e164:
        known = zones_of_number(quick.e164)
        zones_of_number.cache_clear()
        phone._just_dialled.clear()
        assert zones_of_number(quick.e164) == known


@given(
    digits=st.text(alphabet="0123456789", min_size=4, max_size=13),
    region=st.sampled_from(
        ["IE", "GB", "US", "BB", "DE", "IT", "AU", "BR", "MX", "AR", "GG", "JP"]
    ),
)
@example(digits="00112125550142", region="AU")
@example(digits="0443123456", region="GB")
@example(digits="4301234", region="BB")
@example(digits="0111234567", region="AR")
def test_a_number_from_home_is_never_another_than_the_library_reads(
    digits: str, region: str
) -> None:
    quick = parse_phone(digits, region, dial_only=True)
    if quick.e164 and not digits.startswith("00"):
        assert quick.e164 == _by_the_library(digits, region) or not quick.in_plan


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_example_of_every_country_is_dialled_from_any_spelling(region: str) -> None:
    number = phonenumbers.example_number(region)
    assert number is not None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for spelling in ("NATIONAL", "INTERNATIONAL", "E164"):
        text = phonenumbers.format_number(number, getattr(phonenumbers.PhoneNumberFormat, spelling))
        assert parse_phone(text, region, dial_only=True).e164 == e164
