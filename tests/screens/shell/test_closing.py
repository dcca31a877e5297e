"""Closing a dialog, a screen or the workbench while reads and writes are under way."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path
from threading import Event

import pytest
from textual.app import ComposeResult
from textual.widgets import Static

import sdrdesk
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.screens.shell.base import DeskModal, DeskScreen
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


class Asks(DeskModal[str]):
    """Closes itself with an answer."""

    def compose(self) -> ComposeResult:
        yield Static("")


async def test_an_answer_closes_its_own_dialog_once_not_whatever_is_above() -> None:
    async with workbench() as bench:
        below, above, got = Asks(bench.app.place), Asks(bench.app.place), list[str | None]()

        def close(answer: str) -> None:
            below.dismiss(answer)

        await bench.app.push_screen(below, got.append)
        below.read("test.read", lambda: "read", close)
        await bench.app.push_screen(above)  # Enter, then ctrl+p
        await bench.until(lambda: not below.is_attached and not above.is_attached, "the end")
        assert bench.app.screen_stack == [bench.app.screen]
        below.dismiss("again")
        await bench.settle()
        assert got == ["read"]
        assert bench.screen_name == "QueueScreen"


async def test_a_write_that_fails_after_its_dialog_closed_draws_nothing() -> None:
    async with workbench() as bench:
        dialog, go, drawn = Asks(bench.app.place), Event(), list[str]()
        await bench.app.push_screen(dialog)

        def busy() -> None:
            assert go.wait(PATIENCE_S)
            raise SdrDeskError("The database is busy.")

        dialog.write("test.write", busy, failed=lambda: drawn.append("failed"))
        await asyncio.wait_for(dialog.dismiss(), PATIENCE_S)
        go.set()
        await bench.until(lambda: bench.toasts, "the error")
        assert not drawn


@pytest.mark.parametrize(("key", "broken"), [("z", "leads.view"), ("f6", "block.usual")])
async def test_a_dialog_that_cannot_be_filled_closes_at_once(
    key: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise SdrDeskError("The database is busy.")

    async with workbench() as bench:
        noun, verb = broken.split(".")
        monkeypatch.setattr(getattr(bench.desk, noun), verb, busy)
        await bench.press(key)
        await bench.until(lambda: bench.toasts, "the error")
        await bench.press("escape")
        assert bench.screen_name == "QueueScreen"


async def test_quitting_finishes_the_writes_of_earlier_keys() -> None:
    go, written = Event(), list[str]()
    async with workbench() as bench:
        screen = bench.app.screen
        assert isinstance(screen, DeskScreen)

        def slow() -> None:
            assert go.wait(PATIENCE_S)
            written.append("first")

        screen.write("test.first", slow)
        screen.write("test.second", lambda: written.append("second"))
        bench.app.exit()
        for _ in range(50):
            await asyncio.sleep(0)  # the second one waits for the first
        go.set()
        assert bench.app._task is not None
        await asyncio.wait_for(asyncio.shield(bench.app._task), PATIENCE_S)
    assert written == ["first", "second"]


def test_no_worker_is_made_of_a_coroutine_that_may_never_be_awaited() -> None:
    """Quitting cancels workers before they have begun: a function leaves nothing behind then."""
    found = []
    package = Path(sdrdesk.__file__).parent
    for path in (package / "app.py", *(package / "screens").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for call in ast.walk(ast.parse(text)) if "run_worker(" in text else ():
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".run_worker"):
                work = call.args[0]
                if isinstance(work, ast.Call) and ast.unparse(work.func) != "partial":
                    found.append(f"{path.name}: {ast.unparse(work)}")
    assert not found
