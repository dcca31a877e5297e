from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.queue.filters import LeadFilter, SavedView, parse_views, parse_words
from tests.domain import shipped

DAY = 86_400.0

NAMES = st.sampled_from(["Plant Manager", "IE", "software", "Zoë", "rita@harbour.example", "NEW"])
LISTS = st.lists(NAMES, max_size=3, unique=True).map(tuple)
SPANS = st.none() | st.integers(1, 5_000_000).map(float)
FILTERS = st.builds(
    LeadFilter,
    personas=LISTS,
    industries=LISTS,
    countries=LISTS,
    owners=LISTS,
    statuses=LISTS,
    fit_min=st.integers(0, 100),
    attempts_min=st.integers(0, 20),
    attempts_max=st.none() | st.integers(0, 20),
    converted_within_s=SPANS,
    callback_within_s=SPANS,
    zone_unknown=st.booleans(),
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", LeadFilter()),
        ("fit at least 60", LeadFilter(fit_min=60)),
        ("fit >= 60", LeadFilter(fit_min=60)),
        ("Fit 60+", LeadFilter(fit_min=60)),
        ("country IE or gb", LeadFilter(countries=("IE", "gb"))),
        ("country is United Kingdom", LeadFilter(countries=("United Kingdom",))),
        ("persona Plant Manager", LeadFilter(personas=("Plant Manager",))),
        ("converted within 3 days", LeadFilter(converted_within_s=3 * DAY)),
        ("converted in the last week", LeadFilter(converted_within_s=7 * DAY)),
        ("converted within 2h", LeadFilter(converted_within_s=7200.0)),
        ("callback in the next hour", LeadFilter(callback_within_s=3600.0)),
        ("zone unknown", LeadFilter(zone_unknown=True)),
        ("not called yet", LeadFilter(attempts_max=0)),
        (
            "industry software, fit 70 and at most 2 attempts",
            LeadFilter(industries=("software",), fit_min=70, attempts_max=2),
        ),
        (
            "property:utm is ads or Mail, company:seats 50",
            LeadFilter(properties=(("property:utm", ("ads", "Mail")), ("company:seats", ("50",)))),
        ),
    ],
)
def test_plain_words_are_understood(text: str, meant: LeadFilter) -> None:
    assert parse_words(text) == meant


@pytest.mark.parametrize(
    "text",
    ["purple", "fit high", "converted within 3 moons", "country", "fit 60, fit 70",
     "property:/x is ads"],
)  # fmt: skip
def test_other_words_are_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(UsageError):
        parse_words(text)


@given(FILTERS)
def test_a_filter_reads_back_from_its_words(wanted: LeadFilter) -> None:
    assert parse_words(wanted.words) == wanted


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        parse_words(text)
    except UsageError:
        return


def test_the_shipped_views_are_read() -> None:
    views = parse_views(shipped.data("views"))
    assert views["hot"].filter == LeadFilter(fit_min=60, converted_within_s=7200.0)
    assert views["callback_soon"].shows == "resting"
    assert all(view.text for view in views.values())


def test_a_view_without_conditions_shows_the_callable_leads() -> None:
    assert parse_views({"view": {"mine": {}}}) == {"mine": SavedView("mine", "mine")}


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ({"fit_mim": 60}, ("view", "v", "fit_mim")),
        ({"fit_min": 101}, ("view", "v", "fit_min")),
        ({"converted_within": "soon"}, ("view", "v", "converted_within")),
        ({"persona": "one"}, ("view", "v", "persona")),
        ({"shows": "everything"}, ("view", "v", "shows")),
    ],
)
def test_a_wrong_setting_is_named(table: dict[str, object], path: tuple[str, ...]) -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_views({"view": {"v": table}})
    assert caught.value.key_path == path


def test_a_view_cannot_take_a_name_that_is_taken() -> None:
    with pytest.raises(ConfigProblem):
        parse_views({"view": {"callable": {}}})
