"""A frame asks for what changed and sends what looks different; the terminal shows all of it."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from sdrdesk.widgets.frame import LeanCompositor
from sdrdesk.widgets.picture_pieces import PicturePieces
from sdrdesk.widgets.terminal_picture import TerminalPicture
from tests.support.bench import draw_really

WIDTH, HEIGHT = 24, 3
_CONSOLE = Console(force_terminal=True, color_system="truecolor")
_STYLES = [Style.parse(x) for x in ("red", "bold blue on white", "on black", "none", "underline")]
_PIECES = st.lists(
    st.tuples(st.sampled_from(["Ada", "健太", "e\u0301", "14:05", "☎", " ", "·x", "🚀"]),
              st.sampled_from(_STYLES)),
    min_size=1, max_size=7,
)  # fmt: skip


def strip_of(pieces: list[tuple[str, Style]], width: int) -> Strip:
    return Strip([Segment(text, style) for text, style in pieces]).adjust_cell_length(width)


class Side:
    """A terminal with the program that writes to it."""

    def __init__(
        self, picture: TerminalPicture | None, width: int = WIDTH, height: int = HEIGHT
    ) -> None:
        self.picture = picture
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.Stream(self.screen)
        self.sent = 0

    def show(self, frame: LayoutUpdate | ChopsUpdate) -> None:
        update = self.picture.update(frame) if self.picture else frame
        written = update.render_segments(_CONSOLE)
        self.sent += len(written)
        self.stream.feed(written)

    def seen(self) -> list[list[tuple[object, ...]]]:
        """Return text and look of each cell."""
        return [
            [
                (cell.data, cell.fg, cell.bg, cell.bold, cell.underscore)
                for cell in (self.screen.buffer[y][x] for x in range(self.screen.columns))
            ]
            for y in range(self.screen.lines)
        ]


_LINE = st.tuples(st.integers(0, HEIGHT - 1), _PIECES, st.integers(0, 20), st.integers(1, 12))


@given(st.lists(_PIECES, min_size=HEIGHT, max_size=HEIGHT), st.lists(_LINE, max_size=5))
@settings(max_examples=15)
def test_the_terminal_shows_what_the_whole_frames_would_show(
    first: list[list[tuple[str, Style]]],
    changes: list[tuple[int, list[tuple[str, Style]], int, int]],
) -> None:
    ours, theirs = Side(TerminalPicture()), Side(None)
    lines = [strip_of(pieces, WIDTH) for pieces in first]
    whole = LayoutUpdate([[line] for line in lines], Region(0, 0, WIDTH, HEIGHT))
    for side in (ours, theirs):
        side.show(whole)
    for y, pieces, x, width in changes:
        end = min(WIDTH, x + width)
        part = strip_of(pieces, end - x)
        chops: list[dict[int, Strip | None]] = [{} for _ in range(HEIGHT)]
        chops[y] = {x: part}
        for side in (ours, theirs):
            side.show(ChopsUpdate(chops, [(y, x, end)], [[end] for _ in range(HEIGHT)]))
    assert ours.seen() == theirs.seen()
    assert ours.sent <= theirs.sent + 8 * (len(changes) + HEIGHT)


@given(
    st.lists(_PIECES, min_size=HEIGHT, max_size=HEIGHT),
    st.lists(st.one_of(_LINE, st.integers(1, 60)), max_size=8),
)
@settings(max_examples=20)
def test_pieces_of_any_size_make_the_same_picture_in_the_end(
    first: list[list[tuple[str, Style]]],
    steps: list[tuple[int, list[tuple[str, Style]], int, int] | int],
) -> None:
    """A number is a piece of that size, sent between two frames."""
    ours, theirs, pieces = Side(None), Side(None), PicturePieces()
    lines = [strip_of(some, WIDTH) for some in first]
    whole = LayoutUpdate([[line] for line in lines], Region(0, 0, WIDTH, HEIGHT))
    theirs.show(whole)
    assert pieces.take(whole, _CONSOLE)
    for step in steps:
        if isinstance(step, int):
            ours.stream.feed(pieces.piece(_CONSOLE, step))
            continue
        y, some, x, width = step
        end = min(WIDTH, x + width)
        chops: list[dict[int, Strip | None]] = [{} for _ in range(HEIGHT)]
        chops[y] = {x: strip_of(some, end - x)}
        frame = ChopsUpdate(chops, [(y, x, end)], [[end] for _ in range(HEIGHT)])
        theirs.show(frame)
        assert pieces.take(frame, _CONSOLE)
    while pieces.is_due:
        ours.stream.feed(pieces.piece(_CONSOLE, 40))
    assert ours.seen() == theirs.seen()


def test_what_changed_last_is_sent_first_and_what_changed_twice_once() -> None:
    pieces = PicturePieces()
    plain = [strip_of([(letter * WIDTH, _STYLES[0])], WIDTH) for letter in "abc"]
    pieces.take(LayoutUpdate([[line] for line in plain], Region(0, 0, WIDTH, 3)), _CONSOLE)
    for text in ("14:05", "14:06"):
        clock = strip_of([(text, _STYLES[0])], 5)
        pieces.take(ChopsUpdate([{}, {}, {3: clock}], [(2, 3, 8)], [[8]] * 3), _CONSOLE)
    sent = pieces.piece(_CONSOLE, 40)
    assert sent.startswith("\x1b[3;1H")
    assert "14:06" in sent
    assert "14:05" not in sent + pieces.piece(_CONSOLE, 10_000)
    assert not pieces.is_due


def test_another_program_on_the_terminal_is_drawn_over() -> None:
    pieces, line = PicturePieces(), strip_of([("Ada", _STYLES[0])], WIDTH)
    frame = LayoutUpdate([[line]], Region(0, 0, WIDTH, 1))
    pieces.take(frame, _CONSOLE)
    assert "Ada" in pieces.piece(_CONSOLE, 1_000)
    pieces.take(frame, _CONSOLE)
    assert not pieces.piece(_CONSOLE, 1_000)
    pieces.forget()
    pieces.take(frame, _CONSOLE)
    assert "Ada" in pieces.piece(_CONSOLE, 1_000)


def test_what_is_on_screen_already_is_not_sent() -> None:
    side = Side(TerminalPicture())
    line = [("Ada Lovelace ", _STYLES[0]), ("14:05", _STYLES[1])]
    side.show(LayoutUpdate([[strip_of(line, WIDTH)]], Region(0, 0, WIDTH, 1)))
    side.sent = 0
    side.show(ChopsUpdate([{0: strip_of(line, WIDTH)}], [(0, 0, WIDTH)], [[WIDTH]]))
    assert side.sent == 0
    line[1] = ("14:06", _STYLES[1])
    side.show(ChopsUpdate([{0: strip_of(line, WIDTH)}], [(0, 0, WIDTH)], [[WIDTH]]))
    assert 0 < side.sent < 50
    assert "14:06" in side.screen.display[0]


class Layers(Screen[None]):
    """Widgets in front of each other, one of them scrolled, one without a background."""

    CSS = """
    Layers { layers: back front; }
    #front { layer: front; offset: 6 2; width: 12; height: 3; background: transparent; }
    #top { dock: top; height: 1; }
    VerticalScroll { width: 1fr; border: solid red; }
    """

    def compose(self) -> ComposeResult:
        yield Static("top", id="top")
        with Horizontal():
            with VerticalScroll():
                yield Static("\n".join(f"left {n}" for n in range(30)), id="long")
            yield Static("right " * 40, id="right")
        yield Static("front\n健太", id="front")


class Lean(Layers):
    """The same, put together by our compositor."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LeanCompositor()


@pytest.mark.anyio
@pytest.mark.parametrize("changed", [("top",), ("long", "front"), ("right", "top"), ()])
async def test_a_frame_holds_the_same_cells(
    changed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Compositor, "render_update", draw_really)

    class Both(App[None]):
        """Nothing of its own."""

    app = Both()
    async with app.run_test(size=(40, 12)) as pilot:
        frames = []
        for screen in (Layers(), Lean()):
            await app.push_screen(screen)
            screen.query_one(VerticalScroll).scroll_to(y=4, animate=False)
            compositor = screen._compositor
            while not all(part.is_mounted for part in screen.query("*")):
                await pilot.pause()
            await pilot.pause()
            for name in changed:
                screen.query_one(f"#{name}").refresh()
                compositor.update_widgets({screen.query_one(f"#{name}")})
            update = compositor.render_update(full=not changed)
            assert isinstance(update, LayoutUpdate | ChopsUpdate)
            side = Side(None, 40, 12)
            side.show(update)
            frames.append(side)
        assert frames[0].seen() == frames[1].seen()
        assert any(line.strip() for line in frames[0].screen.display)
