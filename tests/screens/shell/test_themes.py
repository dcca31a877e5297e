"""Themes of the rep's own, and no colour at all."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.css import stylesheet
from textual.dom import DOMNode

from sdrdesk.screens.queue.screen import QueueScreen
from sdrdesk.theme_files import read_themes
from sdrdesk.themes import DEFAULT_THEME, SHIPPED
from tests.support.bench import workbench


def test_an_own_theme_is_used_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "rose.toml").write_text('base = "desk-light"\nbackground = "#fff0f3"\n')
    (tmp_path / "torn.toml").write_text('accent = "#12"\n')
    found = read_themes(tmp_path, SHIPPED)

    async def drive() -> None:
        async with workbench(theme="rose", own_themes=found) as bench:
            assert bench.app.theme == "rose"
            assert bench.app.current_theme.background == "#fff0f3"
            assert "rose" in bench.app.place.themes
            await bench.sees("torn.toml, line 1: accent")

    asyncio.run(drive())


def test_the_workbench_opens_when_the_chosen_theme_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "torn.toml").write_text("accent = \n")

    async def drive() -> None:
        async with workbench(theme="torn", own_themes=read_themes(tmp_path, SHIPPED)) as bench:
            assert bench.app.theme == DEFAULT_THEME
            await bench.sees("There is no theme called torn")

    asyncio.run(drive())


def test_no_color_means_the_two_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def drive() -> None:
        async with workbench(theme="desk-light") as bench:
            await bench.press("j", "enter")
            picture = bench.app.export_screenshot()
            drawn = re.search(r"<style>.*</style>", picture, re.DOTALL)
            assert drawn
            colours = set(re.findall(r"fill: (#\w+)", drawn[0]))
            assert len(colours) <= 2, colours
            assert "<rect fill=" in picture  # the line of the cursor is reversed

    asyncio.run(drive())


def test_a_style_sheet_is_parsed_once_and_a_new_screen_is_styled_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: Counter[tuple[object, ...]] = Counter()
    read, update = stylesheet.Stylesheet._parse_rules, App.update_styles
    styled = 0

    def counted(sheet: Any, css: str, read_from: Any, *args: Any, **named: Any) -> Any:
        colours = tuple(sorted(sheet._variables.items()))
        asked[read_from, colours] += 1
        return read(sheet, css, read_from, *args, **named)

    def updated(app: Any, node: DOMNode, animate: bool = True) -> None:
        nonlocal styled
        styled += isinstance(node, QueueScreen)
        update(app, node, animate)

    monkeypatch.setattr(stylesheet.Stylesheet, "_parse_rules", counted)
    monkeypatch.setattr(App, "update_styles", updated)

    async def drive() -> None:
        async with workbench():
            assert len(asked) > 10
            assert len({colours for _, colours in asked}) == 1  # with others all is parsed again
            assert styled == 0

    asyncio.run(drive())
