"""Which part of a mix comes next, and how a recipe is typed."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.block.recipe import Part, Recipe, choose, interleave, parse_recipe
from sdrdesk.domain.errors import UsageError

MIX = (Part("new", 40), Part("retry", 40), Part("callback", 20))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "whole queue"),
        ("whole queue", "whole queue"),
        ("callable", "whole queue"),
        ("best_fit", "best_fit"),
        ("callbacks", "callback"),
        ("40 % new, 40 % retry, 20 % callbacks", "40 % new, 40 % retry, 20 % callback"),
        ("50% new + 50% of best_fit", "50 % new, 50 % best_fit"),
        ("100 % new", "new"),
    ],
)
def test_recipes_read_back_from_their_words(text: str, words: str) -> None:
    recipe = parse_recipe(text)
    assert recipe.words == words
    assert parse_recipe(recipe.words) == recipe


@pytest.mark.parametrize(
    "text", ["40 % new, 40 % retry", "new 40 %", "50 % new, 50 % new", "0 % new, 100 % retry", "%"]
)
def test_bad_recipes_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_recipe(text)


@pytest.mark.parametrize(
    ("done", "have", "view"),
    [
        ({}, {"new", "retry", "callback"}, "new"),
        ({"new": 1}, {"new", "retry", "callback"}, "retry"),
        ({"new": 1, "retry": 1}, {"new", "retry", "callback"}, "callback"),
        ({"new": 1, "retry": 1}, {"new", "retry"}, "new"),
        ({"callback": 9}, {"new", "retry", "callback"}, "new"),
        ({"": 50, "new": 1}, {"new", "retry"}, "retry"),  # calls outside the mix count for none
        ({}, set(), None),
    ],
)
def test_the_part_that_lags_most_is_next(
    done: dict[str, int], have: set[str], view: str | None
) -> None:
    chosen = choose(MIX, done, have)
    assert (chosen.view if chosen else None) == view


@st.composite
def recipes(draw: st.DrawFn) -> tuple[Part, ...]:
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=4)))
    edges = [0, *cuts, 100]
    return tuple(
        Part(f"v{number}", right - left) for number, (left, right) in enumerate(pairwise(edges))
    )


@given(recipes(), st.integers(1, 150))
def test_no_part_is_ever_further_off_its_share_than_the_number_of_parts(
    parts: tuple[Part, ...], many: int
) -> None:
    lists = {part.view: [f"{part.view}-{n}" for n in range(many)] for part in parts}
    seen: Counter[str] = Counter()
    for number, (_, view) in enumerate(islice(interleave(parts, {}, lists), many), start=1):
        seen[view] += 1
        for part in parts:
            assert abs(seen[part.view] - part.share * number / 100) <= max(1, len(parts) - 1)


@given(
    recipes(),
    st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), min_size=5, max_size=5),
)
def test_every_lead_comes_once_and_each_view_keeps_its_order(
    parts: tuple[Part, ...], ids: list[list[int]]
) -> None:
    lists = {
        part.view: [str(lead) for lead in some] for part, some in zip(parts, ids, strict=False)
    }
    order = list(interleave(parts, {}, lists))
    assert sorted(lead for lead, _ in order) == sorted({x for some in lists.values() for x in some})
    for view, some in lists.items():
        places = [some.index(lead) for lead, of in order if of == view]
        assert places == sorted(places)


def test_the_order_goes_on_from_what_was_done() -> None:
    lists = {"new": ["n1", "n2"], "retry": ["r1", "r2"], "callback": []}
    order = [lead for lead, _ in interleave(MIX, {"new": 3}, lists)]
    assert order == ["r1", "r2", "n1", "n2"]


def test_the_whole_queue_is_the_recipe_that_changes_nothing() -> None:
    assert Recipe().is_whole
    assert not parse_recipe("new").is_whole
