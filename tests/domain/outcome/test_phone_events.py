"""What a phone program tells, and the outcome that follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.outcome.catalog import Flag, parse_dispositions
from sdrdesk.domain.outcome.phone_events import PhoneEvent, likely_outcome, phone_event
from tests.domain.shipped import data

OUTCOMES = list(parse_dispositions(data("dispositions")).values())


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (b'{"event":"ringing"}\n', PhoneEvent("ringing")),
        (b'{"event":"ended","cause":486}', PhoneEvent("ended", "486")),
        (
            b'{"event":"ended","cause":"a\\u001b[2Jb","seconds":63.9}',
            PhoneEvent("ended", "a[2Jb", 63),
        ),
        (b'{"event":"ended","seconds":-1}', PhoneEvent("ended")),
        (b'{"event":"ended","seconds":true}', PhoneEvent("ended")),
        (b'{"event":"ended","seconds":1e999}', PhoneEvent("ended")),
        (b'{"event":"recorded"}', None),
        (b'{"event":["ended"]}', None),
        (b"[1]", None),
        (b"baresip is ready.\n", None),
        (b"\xff\xfe", None),
        (b"[" * 4000, None),
    ],
)
def test_what_is_an_event(line: bytes, event: PhoneEvent | None) -> None:
    assert phone_event(line) == event


@settings(max_examples=30)
@given(st.binary(max_size=60))
def test_no_line_breaks_the_listener(line: bytes) -> None:
    phone_event(line)


@pytest.mark.parametrize(
    ("cause", "answered", "key"),
    [
        ("486", False, "busy"), ("User busy", False, "busy"), ("", False, "no_answer"),
        ("cancelled", False, "no_answer"), ("", True, None), ("busy", True, None),
    ],
)  # fmt: skip
def test_the_likely_outcome(cause: str, answered: bool, key: str | None) -> None:
    found = likely_outcome(PhoneEvent("ended", cause), answered, OUTCOMES)
    assert (found.key if found else None) == key
    assert likely_outcome(PhoneEvent("ended", cause), answered, []) is None


def test_a_number_out_of_service_proposes_the_outcome_that_the_team_has_for_it() -> None:
    gone = PhoneEvent("ended", "Not found")
    assert likely_outcome(gone, False, OUTCOMES) is None  # none of the shipped ones
    own = replace(OUTCOMES[3], key="out_of_service", flags=frozenset({Flag.NUMBER_FAILED}))
    assert likely_outcome(gone, False, [*OUTCOMES, own]) is own
