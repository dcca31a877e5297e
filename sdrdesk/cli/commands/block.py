"""Commands of the call block: start, pause, resume, end, status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import CommandGroup, flag, json_option, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, say
from sdrdesk.services.block.text import (
    block_json,
    summary_json,
    summary_markdown,
    summary_rows,
    title_of,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sdrdesk.services.views.block import BlockSummary


@click.group(cls=CommandGroup, no_args_is_help=True)
def block() -> None:
    """A call block: time set aside for calling, with a length, a goal and a recipe."""


@block.command
@text_option("--length", "Such as 50m, 1h30, until 16:30; default: as last time.")
@text_option("--goal", "Such as 40 dials, 5 conversations, 2 meetings; default: as last time.")
@text_option(
    "--recipe", 'A view, or "40 % new, 40 % retry, 20 % callbacks"; default: as last time.'
)
@json_option
def start(length: str, goal: str, recipe: str, as_json: bool) -> None:
    """Start a block; what you leave out stays as last time."""
    with open_session() as session:
        usual = session.desk.block.usual()
        view = session.desk.block.start(
            length or usual.length, goal or usual.goal, recipe or usual.recipe
        )
        now = session.desk.block.usual()
        said = f"Block started: {now.length} · {now.goal} · {now.recipe}."
        answer(as_json, block_json(view, session.clock()), [said])


@block.command
@click.argument("reason", default="break", help="Why, such as lunch; default: break.")
@json_option
def pause(reason: str, as_json: bool) -> None:
    """Pause the block; the next call resumes it."""
    _pause(reason, as_json)


@block.command
@json_option
def resume(as_json: bool) -> None:
    """Resume the block."""
    _pause("", as_json)


@block.command
@flag("--md as_markdown", "Print the summary as Markdown.")
@json_option
def end(as_markdown: bool, as_json: bool) -> None:
    """End the block and print its summary."""
    with open_session() as session:
        summary = session.desk.block.end()
        if as_markdown and not as_json:
            say(summary_markdown(summary, session.rep_zone).rstrip("\n"))
        else:
            answer(as_json, summary_json(summary), _summary_lines(summary, session.rep_zone))


@block.command
@json_option
def status(as_json: bool) -> None:
    """Show the running block so far."""
    with open_session() as session:
        view = session.desk.block.current()
        summary = session.desk.block.summary() if view else None
        lines: Iterable[str] = ["No block is running. Start one: sdrdesk block start"]
        if summary is not None:
            lines = _summary_lines(summary, session.rep_zone)
        answer(as_json, block_json(view, session.clock()), lines)


def _pause(reason: str, as_json: bool) -> None:
    """Pause the block, or resume it when there is no reason."""
    with open_session() as session:
        desk = session.desk
        view = desk.block.pause(reason) if reason else desk.block.resume()
        said = f"Block paused: {reason}." if reason else "Block resumed."
        answer(as_json, block_json(view, session.clock()), [said])


def _summary_lines(summary: BlockSummary, zone: ZoneInfo) -> Iterator[str]:
    yield title_of(summary, zone)
    for what, words in summary_rows(summary, zone):
        yield f"{what:<10}{words}"
