"""No number of the world, however typed, can belong to a real person."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
import pytest

from sdrdesk.sandbox.world.dice import Dice
from sdrdesk.sandbox.world.people.phones import Number, draw_number, typed
from sdrdesk.sandbox.world.people.places import COUNTRIES
from tests.sandbox.world.made import records

RESERVED = re.compile(
    r"""\+(
    1[2-9]\d\d555 01\d\d |                                  # NANPA
    44(20 7946 0\d{3} | 113 496 0\d{3} | 114 496 0\d{3} | 117 496 0\d{3} | 118 496 0\d{3} |
       121 496 0\d{3} | 131 496 0\d{3} | 141 496 0\d{3} | 151 496 0\d{3} | 161 496 0\d{3} |
       191 498 0\d{3} | 29 2018 0\d{3} | 28 9649 6\d{3} | 7700 900\d{3}) |        # Ofcom
    353 20 91\d{5} |                                        # ComReg
    49(30 23125\d{3} | 40 66969\d{3} | 69 90009\d{3} | 221 4710\d{3} | 89 99998\d{3} |
       171 39200\d\d | 176 040690\d\d) |                    # Bundesnetzagentur
    33(1 9900\d{4} | 2 6191\d{4} | 3 5301\d{4} | 4 6571\d{4} | 5 3649\d{4} | 6 3998\d{4}) |
    46(8 465004\d\d | 31 39006\d\d | 40 62804\d\d | 70 17406[1-9]\d) |             # PTS
    61([2378] 5550\d{4} | 491 57\d{4})                      # ACMA
    )""",
    re.VERBOSE,
)
UNASSIGNED = re.compile(
    r"""\+(
    31(20|10|40)000\d{4} | 34(910|930)00\d{4} | 39 0[26]0000\d{4} | 48(22|12)000\d{4} |
    91(80 0000\d{4} | 98000 0\d{4} | 70000 0\d{4}) | 81 60 000\d{4} | 30(21 0000\d{4} |
    231 000\d{4}) | 380 44 000\d{4} | 359 2 400 0\d{3} | 972[23]000\d{4} | 971 50 000\d{4} |
    82 10 0000\d{4} | 86 10 000\d{5} | 66 2 000\d{4} | 55(11|92)90000\d{4} | 27 11 000\d{4}
    )""",
    re.VERBOSE,
)


def test_every_number_is_reserved_or_cannot_be_assigned() -> None:
    found = 0
    for record in records(4000, hostile=0.0)["contacts"]:
        for name in ("hs_calculated_phone_number", "hs_calculated_mobile_number"):
            number = record.properties.get(name)
            if number is not None:
                found += 1
                assert RESERVED.fullmatch(number) or UNASSIGNED.fullmatch(number), number
    assert found > 3400


@pytest.mark.parametrize("country", COUNTRIES)
def test_numbers_have_a_possible_length(country: str) -> None:
    dice = Dice("length", country)
    for city in COUNTRIES[country].cities:
        number = phonenumbers.parse(draw_number(dice, city.calling_code, city.pattern).e164)
        assert phonenumbers.is_possible_number(number), city


def test_numbers_are_typed_in_many_ways_and_stay_the_same_number() -> None:
    dice = Dice("styles")
    number = Number("44", ("20", "7946", "0123"))
    shapes = set()
    for _ in range(3000):
        raw = typed(dice, number).raw
        digits = "".join(str(unicodedata.digit(c)) for c in raw if c.isdigit())
        assert "2079460123" in digits.replace("44020", "4420", 1)
        shapes.add(re.sub(r"\d", "9", unicodedata.normalize("NFKC", raw)))
    assert len(shapes) >= 25


def test_the_crms_own_reading_matches_what_was_typed() -> None:
    for record in records(4000, hostile=0.0)["contacts"]:
        raw, read = (
            record.properties.get("phone"),
            record.properties.get("hs_calculated_phone_number"),
        )
        if raw is None or read is None:
            continue
        digits = "".join(str(unicodedata.digit(c)) for c in raw if c.isdigit())
        assert record.properties["hs_searchable_calculated_phone_number"][-6:] in digits
        assert read.endswith(record.properties["hs_searchable_calculated_phone_number"])
