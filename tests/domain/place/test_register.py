"""Entries of a do-not-call register."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.place.register import Given, RegisterEntry, entry_of, forms_of, read_register

KINDS = st.sampled_from(["sha256", "sha1", "md5"])


@pytest.mark.parametrize(
    ("text", "country", "entry"),
    [
        ("+353 1 555 0142", "", RegisterEntry("number", "+35315550142")),
        ("0044 20 7946 0018", "", RegisterEntry("number", "+442079460018")),
        ("(212) 555-0142", "US", RegisterEntry("number", "+12125550142")),
        ("01 555 0142", "IE", RegisterEntry("number", "+35315550142")),
        ("01 555 0142", "", None),
        ("12345", "IE", None),
        ("A" * 64, "", RegisterEntry("sha256", "a" * 64)),
        ("b" * 40, "", RegisterEntry("sha1", "b" * 40)),
        ("0" * 32, "", RegisterEntry("md5", "0" * 32)),
        ("g" * 64, "", None),
        ("=cmd|' /C calc'!A0", "", None),
        ("+١٢٣٤٥٦٧٨", "", None),
    ],
)
def test_what_is_an_entry(text: str, country: str, entry: RegisterEntry | None) -> None:
    assert entry_of(text, country) == entry


def test_a_file_may_have_a_heading_comments_and_more_columns() -> None:
    lines = ["\ufeffname;number\n", "# TPS\n", "\n", "Ann;+35315550142;2026\n", "nobody\n"]
    assert list(read_register(lines)) == [
        RegisterEntry("number", "+35315550142"),
        Given(5, "nobody"),
    ]


@settings(max_examples=30)
@given(st.from_regex(r"\+[1-9][0-9]{7,13}", fullmatch=True), KINDS)
def test_a_hashed_number_is_one_of_its_forms(e164: str, kind: str) -> None:
    for text in (e164, e164[1:]):
        digest = hashlib.new(kind, text.encode()).hexdigest().upper()
        assert entry_of(digest) in set(forms_of(e164, [kind]))
    assert list(forms_of(e164, ["number"])) == [entry_of(e164)]
