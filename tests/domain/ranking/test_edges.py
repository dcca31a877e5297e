"""The edges of ranking.toml and fit.toml: each bound, each end of a table, each place named."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.lead.enrichment import place_of
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.place.phone import PhoneNumber
from sdrdesk.domain.ranking.config import RankingConfig, parse_ranking
from sdrdesk.domain.ranking.decay import Decay
from sdrdesk.domain.ranking.fit import FitPoints, fit_of, lint_fit, parse_fit
from tests.domain.ranking.test_config import changed
from tests.domain.ranking.test_fit import rule, rules

FRENCH = PhoneNumber("06 12 34 56 78", "+33612345678", region="FR")
BROKEN = PhoneNumber("12", region="DE")

BOUNDS = [
    (("recency", "lambda"), 0, 2),
    (("fit", "points_per_fit"), 0, 1),
    (("attempts", "each"), -5, 0),
    (("attempts", "most"), 1, 100),
    (("signals", "re_conversion"), 0, 5),
    (("signals", "conversion"), 0, 5),
    (("signals", "conversions_most"), 0, 1000),
    (("signals", "page_view"), 0, 5),
    (("signals", "page_views_most"), 0, 1000),
    (("day_hour", "weekdays", "wed"), -5, 5),
    (("day_hour", "hours", "8-9"), -5, 5),
]


@pytest.mark.parametrize(("path", "low", "high"), BOUNDS)
def test_each_setting_takes_its_bounds_and_nothing_beyond(
    path: tuple[str, ...], low: float, high: float
) -> None:
    parse_ranking(changed(*path, value=low))
    parse_ranking(changed(*path, value=high))
    for beyond in (low - 1, high + 1):
        with pytest.raises(ConfigProblem) as caught:
            parse_ranking(changed(*path, value=beyond))
        assert caught.value.key_path == path


@pytest.mark.parametrize(
    ("knot", "fits"),
    [
        ([0.001, 1], True),
        ([0.0009, 1], False),
        ([5, 1e9], True),
        ([5, 1.1e9], False),
        ([5, 1e-9], True),
        ([5, 0.9e-9], False),
    ],
)
def test_a_first_knot_has_bounds(knot: list[float], fits: bool) -> None:
    data = changed("recency", "presets", "mine", value={"knots": [knot, [1_000_000, 1e-9]]})
    if fits:
        parse_ranking(data)
        return
    with pytest.raises(ConfigProblem) as caught:
        parse_ranking(data)
    assert caught.value.key_path[:5] == ("recency", "presets", "mine", "knots", "1")


def test_a_last_knot_has_bounds() -> None:
    value = {"knots": [[5, 1], [1_000_001, 0.5]]}
    with pytest.raises(ConfigProblem) as caught:
        parse_ranking(changed("recency", "presets", "mine", value=value))
    assert caught.value.key_path == ("recency", "presets", "mine", "knots", "2", "minutes")


@pytest.mark.parametrize("knots", [[3, [5, 1]], [[5, 1], 3], [[5, 1, 1], [6, 1]]])
def test_a_knot_that_is_no_pair_is_named_by_its_place(knots: list[object]) -> None:
    place = next(i for i, knot in enumerate(knots, 1) if knot == 3 or len(knot) == 3)  # type: ignore[arg-type]
    with pytest.raises(ConfigProblem) as caught:
        parse_ranking(changed("recency", "presets", "mine", value={"knots": knots}))
    assert caught.value.key_path == ("recency", "presets", "mine", "knots", str(place))


@pytest.mark.parametrize("first", [4.0, 0.5, 1.0])
def test_knots_count_from_the_first_one(first: float) -> None:
    value = {"knots": [[10, first], [100, first / 2], [1000, first / 2]]}
    data = changed("recency", "presets", "mine", value=value)
    assert isinstance(data["recency"], dict)
    data["recency"] |= {"preset": "mine", "lambda": 1}
    knots = parse_ranking(data).decay.knots
    assert knots == ((600, 1), (6000, 0.5), (60_000, 0.5))


def test_an_unknown_preset_is_named_where_it_is() -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_ranking(changed("recency", "preset", value="steep"))
    assert caught.value.key_path == ("recency", "preset")


def test_hours_fill_from_the_first_to_before_the_last() -> None:
    data = changed("day_hour", "hours", value={"0-2": 1, "8-9": 0.5, "22-24": -1})
    assert parse_ranking(data).hours == (1, 1, *(0.0,) * 6, 0.5, *(0.0,) * 13, -1, -1)


@pytest.mark.parametrize("hours", ["8-8", "8", "8-9-10", "-9", "8-25", "a-9"])
def test_hours_that_are_no_span_are_named(hours: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_ranking(changed("day_hour", "hours", value={hours: 1}))
    assert caught.value.key_path == ("day_hour", "hours", hours)
    assert caught.value.message == 'must be hours "from-to" such as "8-9"'


def test_a_weekday_that_is_not_set_counts_nothing() -> None:
    data = changed("day_hour", "weekdays", value={"wed": 0.5})
    assert parse_ranking(data).weekdays == (0, 0, 0.5, 0, 0, 0, 0)


def test_the_tables_hold_hundredths_up_to_the_most() -> None:
    config = RankingConfig(
        Decay(((60, 1), (600, 0.5))),
        points_per_fit=0.04,
        attempt_each=-0.3,
        attempts_most=2,
        conversion=0.1,
        conversions_most=3,
        page_view=0.02,
        page_views_most=1,
    )
    assert len(config.fit_table) == 101
    assert (config.fit_table[0], config.fit_table[50], config.fit_table[100]) == (-200, 0, 200)
    assert config.attempts_table == (0, -30, -60)
    assert config.conversions_table == (0, 10, 20, 30)
    assert config.views_table == (0, 2)


def test_a_curve_falls_in_straight_lines_between_the_logarithms_of_its_knots() -> None:
    curve = Decay(((60, 1.0), (600, 0.25), (6000, 0.125)))
    between = math.sqrt(60 * 600)
    assert curve.weight(between) == pytest.approx(0.5)
    assert curve.weight(math.sqrt(600 * 6000)) == pytest.approx(math.sqrt(0.25 * 0.125))
    assert curve.weight(60_000) == pytest.approx(0.0625), "the last slope goes on"


def test_a_curve_of_one_knot_is_flat() -> None:
    assert Decay(((60, 1.0),)).weight(6000) == 1.0


def test_the_place_is_the_address_then_the_companys_then_the_numbers() -> None:
    texan = Lead("1", country="United States", state="Texas", company=Company("9", country="Spain"))
    assert place_of(texan, (FRENCH,)) == ("US", "TX")
    assert place_of(replace(texan, country="Ireland", state=""), (FRENCH,)) == ("IE", "")
    assert place_of(replace(texan, country="", state=""), (FRENCH,)) == ("ES", "")
    assert place_of(Lead("1"), (BROKEN, FRENCH)) == ("FR", "")
    assert place_of(Lead("1"), (BROKEN,)) == ("", "")


@pytest.mark.parametrize(("key", "low", "high"), [("base", 0, 100), ("points", -100, 100)])
def test_points_of_fit_have_bounds(key: str, low: float, high: float) -> None:
    def made(value: float) -> None:
        one = rule(field="title", any=["cto"])
        rules(one | {"points": value}) if key == "points" else rules(one, base=value)

    made(low)
    made(high)
    for beyond in (low - 1, high + 1):
        with pytest.raises(ConfigProblem):
            made(beyond)


def test_a_fit_without_rules_is_its_base() -> None:
    config = parse_fit({"base": 40, "free_mail": []})
    assert fit_of(Lead("1"), config).points == FitPoints(config).of(Lead("1"), "") == 40


def test_a_second_rule_of_a_name_is_named_by_its_place() -> None:
    one = rule("a", field="title", any=["cto"])
    with pytest.raises(ConfigProblem) as caught:
        rules(one, rule("b", field="title", any=["cto"]), one)
    assert caught.value.key_path == ("rule", "3", "name")


def test_lint_knows_free_mailboxes() -> None:
    config = rules(rule("free", field="mail", any=["free"]))
    found = lint_fit([Lead("1", email="a@gmail.com"), Lead("2", email="a@firm.example")], config)
    assert found.matches == {"free": 1}


def test_fit_points_count_the_persona_and_go_on_after_a_group_is_taken() -> None:
    config = rules(
        rule("a", field="title", any=["cto"], group="title"),
        rule("b", field="title", any=["cto"], group="title"),
        rule("c", field="persona", any=["Builder"], points=7),
        rule("d", field="mail_domain", any=["y.example"], points=-3),
    )
    points = FitPoints(config)
    lead = Lead("1", job_title="CTO", email="x@y.example")
    for _ in range(2):
        assert points.of(lead, "Builder") == 64
        assert points.of(lead, "") == 57


@pytest.mark.parametrize(
    ("base", "points", "fit_is", "limit"),
    [
        (50, 50, 100, None),
        (50, 50.01, 100, (-0.01, "at most 100")),
        (50, 60, 100, (-10, "at most 100")),
        (50, -50, 0, None),
        (50, -60.25, 0, (10.25, "at least 0")),
        (1, 0, 1, None),
    ],
)
def test_points_beyond_the_scale_end_at_its_limit_and_say_so(
    base: float, points: float, fit_is: int, limit: tuple[float, str] | None
) -> None:
    config = rules(rule("a", field="title", any=["cto"], points=points), base=base)
    found = fit_of(Lead("1", job_title="CTO"), config)
    assert found.points == fit_is
    first, second, *rest = found.reasons
    assert (first.factor, first.points, bool(first.text)) == ("base", base, True)
    assert (second.factor, second.points, second.text) == ("a", points, "rule a")
    assert [(r.factor, r.points, r.text) for r in rest] == ([("limit", *limit)] if limit else [])
