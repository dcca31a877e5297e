"""Colour themes of a file, and their contrast."""

from __future__ import annotations

import pytest

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.theme import GROUND, TEXT, contrast, hard_to_read, parse_theme
from sdrdesk.themes import SHIPPED, THEMES, made


def colours(theme: object) -> dict[str, str]:
    return {name: str(getattr(theme, name)) for name in (*TEXT, *GROUND)}


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1
    assert contrast("#0a0a0a", "#000") == pytest.approx(1.0607, abs=1e-4), "dark ones are linear"


@pytest.mark.parametrize("theme", THEMES, ids=SHIPPED)
def test_shipped_themes_can_be_read(theme: object) -> None:
    assert list(hard_to_read(colours(theme))) == []


def test_a_theme_names_some_colours_and_takes_the_others_from_its_base() -> None:
    own = parse_theme("rose", {"base": "desk-light", "accent": "#a03"}, SHIPPED)
    theme = made(own)
    light = next(one for one in THEMES if one.name == "desk-light")
    assert (theme.name, theme.dark, theme.accent, theme.error) == (
        "rose", False, "#a03", light.error,
    )  # fmt: skip
    assert made(parse_theme("plain", {}, SHIPPED)).background == THEMES[0].background


def test_a_pale_colour_is_named_with_the_ground_where_it_is_worst() -> None:
    own = parse_theme("pale", {"base": "desk-light", "warning": "#ffee88"}, SHIPPED)
    (found,) = hard_to_read(colours(made(own)))
    assert found.startswith("warning on surface has a contrast of 1.")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"accent": "red"}, "'red' is not a colour"),
        ({"accent": "#12345"}, "is not a colour"),
        ({"accent": "#12345\n"}, "is not a colour"),
        ({"acent": "#123456"}, "did you mean 'accent'"),
        ({"base": "solarized"}, "'solarized' is not known"),
        ({"accent": 3}, "must be text"),
    ],
)
def test_what_is_wrong_is_named(said: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigProblem) as refused:
        parse_theme("own", said, SHIPPED)
    assert named in str(refused.value)
