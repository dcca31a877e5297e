"""Snapshots: plain functions, a fixed clock, no animation, no blinking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from sdrdesk.app import SdrDeskApp
from tests.support.bench import Bench, patient_waits
from tests.support.fake_desk import FakeDesk

SnapCompare = Callable[..., bool]


class Shot(Protocol):
    """Compares one screen, reached by keys, with its accepted picture."""

    def __call__(
        self,
        size: tuple[int, int],
        keys: str = "",
        typed: str = "",
        *,
        desk: FakeDesk | None = None,
        theme: str = "",
        wait_for: str = "",
        first_run: bool = False,
    ) -> bool: ...


@pytest.fixture(autouse=True)
def _still_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)


@pytest.fixture
def shot(snap_compare: SnapCompare) -> Shot:
    def take(
        size: tuple[int, int],
        keys: str = "",
        typed: str = "",
        *,
        desk: FakeDesk | None = None,
        theme: str = "",
        wait_for: str = "",
        first_run: bool = False,
    ) -> bool:
        own = desk or FakeDesk()
        app: App[None] = SdrDeskApp(own, None, theme=theme, first_run=first_run)

        async def go(pilot: Pilot[None]) -> None:
            assert isinstance(pilot.app, SdrDeskApp)
            bench = Bench(pilot.app, pilot, own)
            await bench.settle()
            for key in keys.split():
                await bench.press(key)
                await bench.settle()  # a dialog would hide a late answer from the screen below it
            if typed:
                await bench.type(typed)
            if wait_for:
                await bench.sees(wait_for)
            await bench.still()

        with patient_waits():
            return snap_compare(app, terminal_size=size, run_before=go)

    return take
