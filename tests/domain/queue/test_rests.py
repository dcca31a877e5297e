"""A rest until the person converts again, in the rep's words."""

from __future__ import annotations

import pytest

from sdrdesk.domain.queue.rests import UNTIL_CONVERSION, is_until_conversion


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (UNTIL_CONVERSION, True),
        ("Until the next conversion.", True),
        ("converts again …", True),
        ("until they convert on Friday", False),
        ("until they convert or reconvert", False),
        ("until the next", False),
        ("", False),
    ],
)
def test_only_a_conversion_and_no_time(text: str, meant: bool) -> None:
    assert is_until_conversion(text) is meant
