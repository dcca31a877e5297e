"""Commands of the call block: start, pause, resume, end, status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import CommandGroup, flag, json_option, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import print_json, say
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
@text_option("--length", "Such as 50m, 1h, 1h30; default: as last time.")
@text_option("--goal", "Such as 40 dials, 5 conversations, 2 meetings; default: as last time.")
@text_option(
    "--recipe", 'A view, or "40 % new, 40 % retry, 20 % callbacks"; default: as last time.'
)
@json_option
def start(length: str, goal: str, recipe: str, as_json: bool) -> None:
    """Start a block; what you leave out is as last time."""
    with open_session() as session:
        usual = session.desk.block_usual()
        view = session.desk.start_block(
            length or usual.length, goal or usual.goal, recipe or usual.recipe
        )
        if as_json:
            print_json(block_json(view, session.clock()))
        else:
            now = session.desk.block_usual()
            say(f"Block started: {now.length} · {now.goal} · {now.recipe}.")


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
        summary = session.desk.end_block()
        if as_json:
            print_json(summary_json(summary))
        elif as_markdown:
            say(summary_markdown(summary, session.rep_zone).rstrip("\n"))
        else:
            _print_summary(summary, session.rep_zone)


@block.command
@json_option
def status(as_json: bool) -> None:
    """Show the running block so far."""
    with open_session() as session:
        view = session.desk.blocks.current()
        if as_json:
            print_json(block_json(view, session.clock()))
        elif view is None:
            say("No block is running. Start one: sdrdesk block start")
        elif (summary := session.desk.block_summary()) is not None:
            _print_summary(summary, session.rep_zone)


def _pause(reason: str, as_json: bool) -> None:
    """Pause the block, or resume it when there is no reason."""
    with open_session() as session:
        desk = session.desk
        view = desk.pause_block(reason) if reason else desk.resume_block()
        if as_json:
            print_json(block_json(view, session.clock()))
        else:
            say(f"Block paused: {reason}." if reason else "Block resumed.")


def _print_summary(summary: BlockSummary, zone: ZoneInfo) -> None:
    say(title_of(summary, zone))
    for what, words in summary_rows(summary, zone):
        say(f"{what:<10}{words}")
