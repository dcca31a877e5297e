from __future__ import annotations

import pytest

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.ranking.config import parse_ranking
from tests.domain import shipped


def changed(*path: str, value: object) -> dict[str, object]:
    data = shipped.data("ranking")
    table: dict[str, object] = data
    for key in path[:-1]:
        inner = table.setdefault(key, {})
        assert isinstance(inner, dict)
        table = inner
    table[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("recency", "preset"), "lrm2006", "did you mean 'lrm2007'"),
        (("recency", "lamda"), 0.5, "did you mean 'lambda'"),
        (("recency", "lambda"), "high", "must be a number, not text"),
        (("recency", "lambda"), 3, "between 0 and 2"),
        (("recency", "lambda"), float("nan"), "between 0 and 2"),
        (("fit", "points_per_fit"), True, "must be a number, not true or false"),
        (("attempts", "each"), 0.3, "between -5 and 0"),
        (("attempts", "most"), 2.5, "must be a whole number"),
        (("day_hour", "weekdays"), {"wen": 1}, "did you mean 'wed'"),
        (("day_hour", "hours"), {"16-25": 1}, "hours"),
        (("day_hour", "hours"), {"18-16": 1}, "hours"),
        (("signals",), 3, "must be a table"),
        (("recency", "presets", "lrm2007", "knots"), [[5, 1.0]], "at least two knots"),
        (("recency", "presets", "lrm2007", "knots"), [[5, 1], [10, 2]], "not higher"),
        (("recency", "presets", "lrm2007", "knots"), [[5, 1], [5, 0.5]], "later than"),
        (("recency", "presets", "lrm2007", "knots"), [[5, 1], [9]], "[minutes, weight]"),
        (("recency", "presets", "lrm2007", "knots"), [[5, 0], [9, 0]], "between"),
        (("recency", "presets", "lrm2007", "knots"), [["5", 1], [9, 0.1]], "must be a number"),
    ],
)
def test_a_bad_setting_is_named(path: tuple[str, ...], value: object, words: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_ranking(changed(*path, value=value))
    assert words in caught.value.message
    assert caught.value.key_path[0] == path[0]


def test_a_missing_table_is_named() -> None:
    data = shipped.data("ranking")
    del data["fit"]
    with pytest.raises(ConfigProblem) as caught:
        parse_ranking(data)
    assert caught.value.key_path == ("fit",)
    assert "missing" in str(caught.value)


def test_an_unused_preset_is_checked_too() -> None:
    with pytest.raises(ConfigProblem):
        parse_ranking(changed("recency", "presets", "mine", value={"knots": "steep"}))


def test_a_team_may_add_a_preset() -> None:
    data = changed("recency", "presets", "mine", value={"knots": [[10, 2.0], [100, 1.0]]})
    recency = data["recency"]
    assert isinstance(recency, dict)
    recency["preset"] = "mine"
    config = parse_ranking(data)
    assert config.preset == "mine"
    assert config.decay.weight(600) == 1.0
    assert config.decay.weight(6000) == pytest.approx(0.5)
