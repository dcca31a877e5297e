"""A screen that is being closed shows no more answers: some of its widgets are gone already."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest
from textual.app import ComposeResult
from textual.widgets import Static

from sdrdesk.screens.shell.base import DeskModal
from sdrdesk.screens.shell.heartbeat import Heartbeat
from tests.support.bench import workbench
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.anyio


class Slow(Static):
    """Is taken away only when the dialog's reads and writes have ended."""

    async def on_unmount(self) -> None:
        dialog = self.screen
        assert isinstance(dialog, Dialog)
        assert dialog.is_attached  # Textual detaches it last
        dialog.go.set()
        Heartbeat.every(dialog.beats, 1, lambda: dialog.shown.append("beat"), dialog)
        dialog.beats._beat()
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while not all(worker.is_finished for worker in self.app.workers):
            assert asyncio.get_running_loop().time() < end
            await asyncio.sleep(0.005)


class Dialog(DeskModal[None]):
    """Its widgets go away one after another."""

    go = Event()
    shown: list[str]
    beats: Heartbeat

    def compose(self) -> ComposeResult:
        yield Static("", id="first")
        yield Slow("")

    def show(self, answer: str) -> None:
        self.query_one("#first", Static).update(answer)
        self.shown.append(answer)

    def ask(self, answer: str) -> str:
        assert self.go.wait(PATIENCE_S)
        return answer


async def test_what_is_answered_while_a_dialog_closes_is_not_shown_there() -> None:
    async with workbench() as bench:
        dialog = Dialog(bench.app.place)
        dialog.go, dialog.shown, dialog.beats = Event(), [], Heartbeat(bench.app)
        await bench.app.push_screen(dialog)
        dialog.write("test.write", lambda: dialog.ask("written"), dialog.show)
        dialog.read("test.read", lambda: dialog.ask("read"), dialog.show)
        dialog.dismiss()
        await bench.until(lambda: not dialog.is_attached, "the end of the dialog")
        assert dialog.go.is_set()
        assert dialog.shown == []
        assert not bench.toasts
