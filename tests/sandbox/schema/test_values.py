"""Values, times and texts: stored and returned forms for any input."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.sandbox.errors import PropertyProblem
from sdrdesk.sandbox.reads.search import tokens
from sdrdesk.sandbox.schema.schema import DEFAULT_TYPE, OBJECT_TYPES, REVERSE, TYPES_OF, object_type
from sdrdesk.sandbox.schema.values import normalise
from sdrdesk.sandbox.times import incremented, iso, iso_short, parse_day, parse_instant
from sdrdesk.sandbox.writes.derived import phone_forms
from sdrdesk.sandbox.writes.htmltext import preview, sanitise

MILLIS = st.integers(min_value=0, max_value=4_102_444_800_000)


@given(MILLIS)
def test_every_instant_reads_back(at_ms: int) -> None:
    assert parse_instant(iso(at_ms)) == at_ms
    assert parse_instant(iso_short(at_ms)) == at_ms
    assert parse_instant(str(at_ms)) == at_ms
    assert not iso_short(at_ms).endswith(("0Z",)) or "." not in iso_short(at_ms)


@given(st.text(max_size=40))
def test_no_text_breaks_the_parsers(text: str) -> None:
    parse_instant(text)
    parse_day(text)
    incremented(text)
    phone_forms(text)
    tokens(text)


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00.5Z", 500),
        ("1970-01-01 00:00", 0),
        ("-1000", -1000),
        ("1970-13-01", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_instants(text: str, at_ms: int | None) -> None:
    assert parse_instant(text) == at_ms


@given(st.text(max_size=300))
def test_sanitised_html_is_stable_and_safe(text: str) -> None:
    once = sanitise(text)
    assert sanitise(once) == once
    assert "<script" not in once.lower()
    assert "\n" not in once
    preview(text)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("a &amp; b < c", "a &amp; b &lt; c"),
        ("<a href='javascript:x()'>y</a>", "<a>y</a>"),
        (
            "<a href='https://x.example?a=1&b=2'>y</a>",
            '<a href="https://x.example?a=1&amp;b=2">y</a>',
        ),
        ("<img src=x onerror=alert(1)>", ""),
        ("<style>p{}</style>z", "z"),
        ("one\r\ntwo", "one two"),
    ],
)
def test_sanitising(html: str, kept: str) -> None:
    assert sanitise(html) == kept


@pytest.mark.parametrize(
    ("text", "full", "local"),
    [
        ("+353 1 555 0100", "+35315550100", "15550100"),
        ("0044 20 7946 0000", "+442079460000", "2079460000"),
        ("+1 (617) 555-0100", "+16175550100", "6175550100"),
        ("617 555 0100", "", ""),
        ("call me", "", ""),
    ],
)
def test_phone_forms(text: str, full: str, local: str) -> None:
    assert phone_forms(text) == (full, local)


def _definition(kind: str, field: str = "text", values: str = "") -> dict[str, object]:
    options = [{"label": value, "value": value} for value in values.split()]
    return {
        "name": "p",
        "type": kind,
        "fieldType": field,
        "options": options,
        "externalOptions": False,
    }


@given(st.sampled_from(["string", "number", "datetime", "date", "bool", "enumeration"]), st.text())
def test_what_is_stored_is_stored_again_as_it_is(kind: str, text: str) -> None:
    definition = _definition(kind, values="a b")
    with suppress(PropertyProblem):
        stored = normalise(definition, text, None)
        assert not stored or normalise(definition, stored, None) == stored


@given(st.lists(st.sampled_from("abc"), max_size=5), st.lists(st.sampled_from("abc"), max_size=5))
def test_multi_select_appends_each_value_once(held: list[str], added: list[str]) -> None:
    definition = _definition("enumeration", "checkbox", "a b c")
    current = ";".join(dict.fromkeys(held))
    stored = normalise(definition, ";" + ";".join(added), current or None)
    assert stored.split(";") == list(dict.fromkeys(held + added)) or not (held or added)


def test_association_types_are_symmetrical() -> None:
    for (left, right), type_id in DEFAULT_TYPE.items():
        assert REVERSE[REVERSE[type_id]] == type_id
        assert DEFAULT_TYPE[right, left] == REVERSE[type_id]
    for (left, right), ids in TYPES_OF.items():
        assert {REVERSE[type_id] for type_id in ids} == set(TYPES_OF[right, left])
    published = {("calls", "contacts"): 194, ("tasks", "contacts"): 204, ("notes", "contacts"): 202}
    published |= {("meetings", "contacts"): 200, ("calls", "companies"): 182}
    assert {pair: DEFAULT_TYPE[pair] for pair in published} == published


def test_types_answer_to_all_their_names() -> None:
    for kind in OBJECT_TYPES:
        assert object_type(kind.name) is kind
        assert object_type(kind.singular) is kind
        assert object_type(kind.type_id) is kind
