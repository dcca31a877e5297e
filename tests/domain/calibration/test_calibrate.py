"""Points are learned from made-up leads whose truth is known."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import pytest

from sdrdesk.domain.calibration.calibrate import Calibration, calibrate, split_rows
from sdrdesk.domain.calibration.columns import DataColumn, columns_of, number, tidy, unique
from sdrdesk.domain.calibration.features import Feature, feature_of, judge
from sdrdesk.domain.calibration.logistic import Design, learn

Row = dict[str, object]


def made(
    count: int,
    row: Callable[[random.Random], tuple[Row, float]],
    seed: int = 1,
    **more: object,
) -> Calibration:
    """Calibrate ``count`` leads; ``row`` gives the fields of one and its log-odds."""
    chance = random.Random(seed)
    rows, won = [], []
    fields: Row = {}
    for _ in range(count):
        fields, log_odds = row(chance)
        rows.append([str(value) for value in fields.values()])
        won.append(int(chance.random() < 1 / (1 + math.exp(-log_odds))))
    columns, _ = columns_of(list(fields), rows)
    return calibrate(*judged(columns, won), **more)  # type: ignore[arg-type]


def judged(
    columns: Sequence[DataColumn], won: Sequence[int], allowed: Sequence[str] = ()
) -> tuple[list[Feature], Sequence[int], object]:
    split = split_rows(None, len(won))
    features = [feature_of(column, won, split.training) for column in columns]
    for feature, column in zip(features, columns, strict=True):
        judge(feature, column, len(won), allowed, ())
    return features, won, split


def two_fields(chance: random.Random) -> tuple[Row, float]:
    source = chance.choice(["ads", "event", "web", "partner"])
    people = chance.choice([5, 20, 200, 2_000])
    weight = {"ads": -0.8, "event": 0.8}.get(source, 0.0) + {200: 0.6}.get(people, 0.0)
    return {"source": source, "people": people, "noise": chance.random()}, weight - 1.2


def test_the_points_are_the_log_odds_that_made_the_leads() -> None:
    found = made(20_000, two_fields)
    points = {(p.feature, p.level.words): p.points for p in found.learned}
    scale = found.points_per_log_odd
    span = points["source", '"event"'] - points["source", '"ads"']
    assert span == pytest.approx(1.6 * scale, rel=0.15)
    assert all(abs(found) <= 3 for (name, _), found in points.items() if name == "noise")
    assert found.refused is None
    assert found.areas.low > 0.1
    assert found.chance_at_50 == pytest.approx(0.25, abs=0.05)
    assert found.top10_lift > 1.4


def test_the_same_leads_give_the_same_points() -> None:
    assert made(2_000, two_fields) == made(2_000, two_fields)


def test_the_rates_of_the_bands_rise_with_fit() -> None:
    bands = [band for band in made(20_000, two_fields).bands if band.leads > 100]
    rates = [band.won / band.leads for band in bands]
    assert len(rates) >= 3
    assert rates == sorted(rates)


def test_nothing_to_learn_is_refused() -> None:
    found = made(3_000, lambda chance: ({"source": chance.choice("abcd")}, -1.0))
    assert found.refused is not None
    assert "beyond chance" in found.refused


@pytest.mark.parametrize(("count", "log_odds"), [(299, 0.0), (2_000, -4.5), (2_000, 6.0)])
def test_too_few_outcomes_are_refused_with_their_number(count: int, log_odds: float) -> None:
    found = made(count, lambda chance: ({"source": chance.choice("ab")}, log_odds))
    assert found.refused is not None
    assert f"{count:,} outcomes" in found.refused
    assert not found.learned


def test_a_rate_that_moved_is_refused() -> None:
    won, rows = [], []
    chance = random.Random(5)
    for place in range(3_000):
        source = chance.choice("ab")
        odds = (-3.0 if place < 2_100 else -1.0) + (0.8 if source == "a" else 0.0)
        rows.append([source])
        won.append(int(chance.random() < 1 / (1 + math.exp(-odds))))
    (column,), _ = columns_of(["source"], rows)
    split = split_rows(list(range(3_000)), 3_000)
    feature = feature_of(column, won, split.training)
    judge(feature, column, 3_000, (), ())
    found = calibrate([feature], won, split)
    assert found.split == "time"
    assert "more than twofold" in (found.refused or "")


def test_at_most_forty_rules() -> None:
    def many(chance: random.Random) -> tuple[Row, float]:
        values = [chance.randrange(8) * 100 for _ in range(12)]
        weight = sum(math.sin(value / 60 + n) for n, value in enumerate(values)) / 2
        return {f"f{n}": value for n, value in enumerate(values)}, weight

    found = made(6_000, many)
    assert 25 < len(found.learned) <= 40
    assert found.at_ends < 0.1


FEW = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("plan", ["x"], "the same for every lead"),
        ("plan", ["", "n/a", "NULL"], "always missing"),
        ("user", [f"u{n}" for n in range(1_000)], "different values"),
        ("row", [str(n) for n in range(1_000)], "an identifier"),
        ("Call Duration", FEW, "known only after the call"),
        ("lastNotableActivity", FEW, "known only after the call"),
        ("lead_stage", FEW, "known only after the call"),
        ("owner", FEW, "says who called"),
        ('tags "old"', FEW, "known only after the call"),
    ],
)
def test_fields_that_must_not_teach_are_named(name: str, values: list[str], why: str) -> None:
    column = DataColumn(name)
    won = []
    for place in range(1_000):
        column.append(values[place % len(values)])
        won.append(place % 7 == 0)
    ((feature,), _, _) = judged([column], list(map(int, won)))
    assert not feature.used
    assert why in (feature.why or "")
    ((allowed,), _, _) = judged([column], list(map(int, won)), [name])
    assert allowed.used == (values is FEW or why == "an identifier")


@pytest.mark.parametrize("name", ["Do Not Call", "profile_completed", "contact", "poutcome"])
def test_names_that_only_look_like_it_teach(name: str) -> None:
    column = DataColumn(name)
    chance = random.Random(2)
    won = [chance.randrange(2) for _ in range(1_000)]
    for _ in won:
        column.append(chance.choice(FEW))
    ((feature,), _, _) = judged([column], won)
    assert feature.used


def test_a_field_that_knows_the_outcome_is_a_leak() -> None:
    column = DataColumn("segment")
    chance = random.Random(4)
    won = [chance.randrange(2) for _ in range(1_000)]
    for win in won:
        column.append("A" if win != (chance.random() < 0.05) else "B")
    ((feature,), _, _) = judged([column], won)
    assert not feature.used
    assert feature.iv > 1.5
    assert "probably written after the call" in (feature.why or "")


def test_a_strong_pull_leaves_the_present_points() -> None:
    codes = [0, 1] * 200
    model = learn([Design(codes, [0.0, 2.0], [False, True])], [0] * 200 + [1] * 200, 1e6)
    assert model.weights[0][1] == pytest.approx(2.0, abs=0.01)


def test_columns_without_a_heading_are_numbered_from_one() -> None:
    assert unique(["", "size", "size", " "]) == ["column 1", "size", "size (2)", "column 4"]


def test_missing_is_a_value_of_its_own() -> None:
    def row(chance: random.Random) -> tuple[Row, float]:
        people = chance.choice(["", 10, 20, 30, 40])
        return {"people": people}, 1.0 if people == "" else -1.0

    found = made(5_000, row)
    assert [p.points > 0 for p in found.learned if p.level.missing] == [True]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12", 12.0),
        ("-1.5", -1.5),
        ("1,5", 1.5),
        ("20%", 20.0),
        ("1e3", 1000.0),
        ("1,000,000", None),
        ("", None),
        ("1e999", None),
        ("٣", 3.0),
        ("abc", None),
    ],
)
def test_what_counts_as_a_number(text: str, found: float | None) -> None:
    assert number(text) == found


def test_case_and_spaces_do_not_make_values() -> None:
    column = DataColumn("source")
    for text in ("Paid  Search", "paid search", " PAID SEARCH ", "n/a", ""):
        column.append(text)
    assert (column.values, column.spellings) == (["paid search", ""], 3)
    assert tidy("x" * 10_000) == "x" * 200
