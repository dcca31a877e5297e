"""What a phone program is given: one number, whatever the CRM says a number is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.place.dial_command import (
    command_for,
    dialable_number,
    tel_link,
    template_problem,
    with_pause,
)
from sdrdesk.domain.text.web_link import booking_link, is_web_link

TEMPLATE = ("phone", "--dial", "sip:{number}@pbx.example", "{number}")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+353 87 555 0142", "+353875550142"),
        ("+1 (555) 010-0142", "+15550100142"),
        ("087 555 0142", ""),
        ("+0", ""),
        ("+35387555", "+35387555"),
        ("+3538755501421234", ""),
        ("+353875550142;rm -rf", ""),
        ("+353875550142\n+353875550143", ""),
        ("--config=x", ""),
        ("+٣٥٣٨٧٥٥٥٠١٤٢", ""),
        ("", ""),
    ],
)
def test_only_a_complete_number_is_dialable(text: str, number: str) -> None:
    assert dialable_number(text) == number


@given(st.text(max_size=40))
def test_a_dialable_number_is_a_plus_and_digits(text: str) -> None:
    assert re.fullmatch(r"(\+[0-9]{7,15})?", dialable_number(text))


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_the_vector_keeps_its_length_and_its_program(number: str) -> None:
    made = command_for(TEMPLATE, number)
    assert made == ("phone", "--dial", f"sip:{number}@pbx.example", number)


def test_an_extension_follows_the_number_after_a_pause_or_in_a_place_of_its_own() -> None:
    assert command_for(TEMPLATE, "+35315550142", "12") == (
        "phone",
        "--dial",
        "sip:+35315550142,,12@pbx.example",
        "+35315550142,,12",
    )
    apart = ("phone", "{number}", "--then={extension}")
    assert command_for(apart, "+35315550142", "12") == ("phone", "+35315550142", "--then=12")
    assert command_for(apart, "+35315550142") == ("phone", "+35315550142", "--then=")
    assert tel_link("+35315550142", "12") == "tel:+35315550142;ext=12"
    assert tel_link("+35315550142") == "tel:+35315550142"


@pytest.mark.parametrize("extension", ["12; reboot", "-1", "1,2", "12\n", "1234567890", "\u0661"])
def test_a_bad_extension_is_left_out(extension: str) -> None:
    assert with_pause("+35315550142", extension) == "+35315550142"
    assert tel_link("+35315550142", extension) == "tel:+35315550142"
    assert command_for(("phone", "{number}"), "+35315550142", extension)[1] == "+35315550142"


@pytest.mark.parametrize("number", ["", "087", "+353 87 555 0142", "$(reboot)"])
def test_a_command_is_made_for_a_checked_number_only(number: str) -> None:
    with pytest.raises(ValueError, match="dialable"):
        command_for(TEMPLATE, number)


@pytest.mark.parametrize("template", [(), ("phone",), ("{number}", "{number}"), (" ", "{number}")])
def test_a_template_that_cannot_dial_is_refused(template: tuple[str, ...]) -> None:
    assert template_problem(template)


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("https://meet.example/rita?email={email}", True),
        ("http://127.0.0.1:8000/book", True),
        ("HTTPS://meet.example", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://[broken", False),
        ("https://meet.example/ --new-window", False),
        ("-https://meet.example", False),
    ],
)
def test_only_the_web_is_a_booking_page(text: str, fine: bool) -> None:
    assert is_web_link(text) is fine


def test_values_in_a_link_are_encoded() -> None:
    link = booking_link(
        "https://m.example/?e={email}&n={name}",
        email="a&b=c#{name}@x",
        name="J\u00e9r\u00f4me / {email}\ud800",
    )
    assert (
        link
        == "https://m.example/?e=a%26b%3Dc%23%7Bname%7D%40x&n=J%C3%A9r%C3%B4me%20%2F%20%7Bemail%7D%3F"
    )
    assert is_web_link(link)
