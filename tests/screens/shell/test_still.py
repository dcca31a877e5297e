"""A screen without a change draws nothing, and a changed cell costs that cell."""

from __future__ import annotations

import re

import pytest
from rich.console import Console, RenderableType
from rich.segment import Segment
from textual._compositor import ChopsUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from sdrdesk.screens.at_risk.screen import AtRiskScreen
from sdrdesk.screens.queue.screen import QueueScreen
from sdrdesk.screens.shell.sync_runner import SyncHappened
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.cells import changed_cells
from sdrdesk.widgets.lead_list import LeadList
from sdrdesk.widgets.terminal_picture import TerminalPicture
from tests.support.bench import Bench, workbench

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("before", "after", "cells"),
    [
        ([("name", "Ada"), ("hot", " 4m")], [("name", "Ada"), ("hot", " 4m")], None),
        ([("name", "Ada"), ("hot", " 4m")], [("name", "Ada"), ("hot", " 5m")], (3, 6)),
        ([("name", "健太"), ("hot", "4m"), ("name", "x")],
         [("name", "健太"), ("warm", "4m"), ("name", "x")], (4, 6)),
        ([("name", "Ada")], [("name", "Adam")], (0, 7)),
    ],
)  # fmt: skip
def test_only_the_cells_that_differ_are_drawn(
    before: list[tuple[str, str]], after: list[tuple[str, str]], cells: tuple[int, int] | None
) -> None:
    assert changed_cells(before, after) == cells


def drawn_by(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows by each frame that is sent to the terminal."""
    frames: list[object] = []
    display = bench.app._display

    def watched(screen: Screen[object], frame: RenderableType | None) -> None:
        frames.append(frame)
        display(screen, frame)

    monkeypatch.setattr(bench.app, "_display", watched)
    return frames


@pytest.mark.parametrize("screen", [QueueScreen, AtRiskScreen])
async def test_reading_the_same_again_draws_nothing(
    screen: type[QueueScreen | AtRiskScreen], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with workbench() as bench:
        if screen is AtRiskScreen:
            await bench.press("h")
        await bench.still()
        frames = drawn_by(bench, monkeypatch)
        top = bench.app.screen
        assert isinstance(top, screen)
        for _ in range(3):  # a late frame of the start is not one of this reading
            frames.clear()
            top.load()
            await bench.still()
            if not frames:
                break
        assert not frames


async def test_a_hidden_screen_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with workbench() as bench:
        hidden = bench.app.screen
        await bench.press("h")
        await bench.still()
        frames = drawn_by(bench, monkeypatch)
        hidden.query_one(LeadList).refresh()
        hidden.refresh()
        await bench.still()
        assert not frames
        await bench.press("escape")
        await bench.sees("callable of")


async def test_that_the_crm_is_still_out_of_reach_is_no_news() -> None:
    async with workbench() as bench:
        heard: list[str] = []
        bench.app.place.news.subscribe(bench.app.screen, lambda event: heard.append(event.kind))
        offline = SyncEvent("offline", "No connection to HubSpot.")
        away = SyncEvent("unavailable", "HubSpot answered that it is not available now.")
        for event in (offline, offline, SyncEvent("started", "syncing"), offline, away, away):
            bench.app.on_sync_happened(SyncHappened(event))
        await bench.settle()
        assert heard == ["offline", "started", "offline", "unavailable"]


async def test_a_step_of_the_cursor_draws_two_rows_of_the_list() -> None:
    async with workbench() as bench:
        await bench.still()
        leads = bench.app.screen.query_one(LeadList)
        asked: list[tuple[Region, ...]] = []
        refresh = leads.refresh

        def watched(*regions: Region, **rest: bool) -> object:
            asked.append(regions)
            return refresh(*regions, **rest)

        leads.refresh = watched  # type: ignore[method-assign, assignment]
        await bench.press("j")
        assert [region.y for regions in asked for region in regions] == [0, 1]
        assert all(regions for regions in asked), "no refresh of the whole list"


@pytest.mark.parametrize(
    ("line", "span", "sent"),
    [
        ("data 44s old · 14:05", (19, 20), "5"),
        ("健太 · 14:05 · late", (7, 12), "14:05"),
        ("left|right", (3, 7), "t|ri"),
    ],
)
def test_an_update_sends_the_changed_cells_alone(
    line: str, span: tuple[int, int], sent: str
) -> None:
    console = Console(color_system=None)
    parts = [Strip([Segment(part)]) for part in line.partition("|") if part]
    starts = [sum(p.cell_length for p in parts[:n]) for n in range(len(parts))]
    ends = [start + part.cell_length for start, part in zip(starts, parts, strict=True)]
    chops = [dict(zip(starts, parts, strict=True))]
    update = TerminalPicture().update(ChopsUpdate(chops, [(0, *span)], [ends]))
    written = update.render_segments(console)
    assert re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", written) == sent
    assert written.startswith(f"\x1b[1;{span[0] + 1}H")
