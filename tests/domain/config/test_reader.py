from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.calling_hours.call_window_config import parse_windows
from sdrdesk.domain.calling_hours.retry import parse_retry
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader, suggest
from sdrdesk.domain.errors import ExitCode
from sdrdesk.domain.lead.persona import parse_personas
from sdrdesk.domain.queue.eligibility_config import parse_rules
from sdrdesk.domain.ranking.config import parse_ranking
from sdrdesk.domain.ranking.fit import parse_fit
from sdrdesk.domain.sla.sla import parse_sla
from tests.domain import shipped

PARSERS: dict[str, Callable[[Mapping[str, object]], object]] = {
    "ranking": parse_ranking,
    "fit": parse_fit,
    "personas": parse_personas,
    "windows": parse_windows,
    "retry": parse_retry,
    "rules": lambda data: parse_rules(data, attempt_cap=6),
    "sla": parse_sla,
}

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=12)
    | st.just(date(2026, 1, 1))
)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value within ``value``."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(inner, (*path, index))
    return found


def put(value: object, path: tuple[str | int, ...], new: object) -> object:
    if not path:
        return new
    head = path[0]
    if isinstance(value, dict):
        value[head] = put(value[head], path[1:], new)
    if isinstance(value, list) and isinstance(head, int):
        value[head] = put(value[head], path[1:], new)
    return value


def problem_of(
    parse: Callable[[Mapping[str, object]], object], data: Mapping[str, object]
) -> ConfigProblem | None:
    try:
        parse(data)
    except ConfigProblem as error:
        return error
    return None


@pytest.mark.parametrize("name", PARSERS)
def test_the_shipped_file_is_right(name: str) -> None:
    PARSERS[name](shipped.data(name))


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(PARSERS)), choice=st.randoms(), new=anything)
def test_whatever_a_team_writes_it_is_read_or_named(
    name: str, choice: random.Random, new: object
) -> None:
    data = copy.deepcopy(shipped.data(name))
    path = choice.choice(places(data))
    put(data, path, new)
    error = problem_of(PARSERS[name], data)
    if error is not None:
        assert error.key_path[0] == path[0]
        assert error.message
        assert error.exit_code is ExitCode.USAGE


def test_unread_keys_are_errors_with_the_nearest_name() -> None:
    table = TableReader({"colour": 1, "size": 2}, ("theme",))
    table.integer("size")
    table.text("color", "")
    with pytest.raises(ConfigProblem) as caught:
        table.done()
    assert caught.value.key_path == ("theme", "colour")
    told = "theme.colour: is not a known setting (did you mean 'color'?)."
    assert str(caught.value) == told


def test_a_word_that_is_like_none_gets_the_list() -> None:
    assert suggest("zzz", ["mon", "tue"]) == " (known here: mon, tue)"
    assert suggest("zzz", []) == ""
