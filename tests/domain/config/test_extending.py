"""Team files that say only what differs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sdrdesk.domain.config.extending import extended
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.config.sections import parse_sections

SHIPPED: Mapping[str, object] = {
    "most": 6,
    "view": {"hot": {"fit": 60}, "today": {"fit": 10}},
    "rule": [{"name": "core", "points": 8}, {"name": "near", "points": 4}],
    "hours": {"mon-fri": "08:00-18:00"},
}


def over(**said: object) -> Mapping[str, object]:
    return extended({"extends": "shipped", **said}, lambda: SHIPPED)


def test_a_file_that_does_not_extend_replaces_the_shipped_one() -> None:
    assert extended({"most": 2}, lambda: SHIPPED) == {"most": 2}


def test_what_is_not_said_stays_as_shipped() -> None:
    found = over(view={"hot": {"fit": 70}, "mine": {"fit": 1}})
    assert found == {
        **SHIPPED,
        "view": {"hot": {"fit": 70}, "today": {"fit": 10}, "mine": {"fit": 1}},
    }


def test_a_table_in_a_list_replaces_that_of_its_name_and_new_ones_come_first() -> None:
    found = over(rule=[{"name": "near", "points": 1}, {"name": "ours", "points": 3}])
    assert found["rule"] == [
        {"name": "ours", "points": 3},
        {"name": "core", "points": 8},
        {"name": "near", "points": 1},
    ]


def test_a_table_without_a_name_is_a_new_one() -> None:
    found = over(rule=[{"points": 3}])
    assert found["rule"] == [{"points": 3}, *SHIPPED["rule"]]  # type: ignore[misc]


def test_each_section_is_read_with_its_name() -> None:
    top = TableReader({"team": {"North": {}}, "owner": {"Ana@Acme.example": {}}})
    names = ("owner ana@acme.example", "team North")
    assert parse_sections(top, lambda _, name: name) == dict(zip(names, names, strict=True))


def test_hours_are_replaced_as_a_whole() -> None:
    assert over(hours={"mon-thu": "09:00-17:00"})["hours"] == {"mon-thu": "09:00-17:00"}


def test_what_a_team_does_not_want_is_left_out() -> None:
    found = over(without=["view.hot", "rule.core", "most"])
    assert found == {
        "view": {"today": {"fit": 10}},
        "rule": [{"name": "near", "points": 4}],
        "hours": SHIPPED["hours"],
    }
    assert SHIPPED["most"] == 6  # nothing shipped was touched


@pytest.mark.parametrize(
    "said",
    [
        {"extends": "theirs"},
        {"without": ["view.hot"]},
        {"extends": "shipped", "without": ["view.cold"]},
        {"extends": "shipped", "without": "view.hot"},
    ],
)
def test_what_cannot_be_meant_is_refused(said: Mapping[str, object]) -> None:
    with pytest.raises(ConfigProblem):
        extended(said, lambda: SHIPPED)
