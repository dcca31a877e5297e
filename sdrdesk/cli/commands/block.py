"""Commands of the call block: start, pause, resume, end, status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sdrdesk.cli.commands.queue import AsJson

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sdrdesk.services.views.block import BlockSummary, BlockUsual

block_app = typer.Typer(
    help="The call block: a stretch of calling with a length, a goal and a recipe.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.add_typer(block_app, name="block")


@block_app.command("start")
def start(
    length: Annotated[str, typer.Option(help="Such as 50m, 1h, 1h30; as last time.")] = "",
    goal: Annotated[
        str, typer.Option(help="Such as 40 dials, 5 conversations, 2 meetings; as last time.")
    ] = "",
    recipe: Annotated[
        str,
        typer.Option(help='A view, or "40 % new, 40 % retry, 20 % callbacks"; as last time.'),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Start a block; what is left out is as it was last time."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.block.text import block_json

    with open_session() as session:
        usual = session.desk.block.usual()
        view = session.desk.block.start(
            length or usual.length, goal or usual.goal, recipe or usual.recipe
        )
        if as_json:
            print_json(block_json(view, session.clock()))
        else:
            say(f"Block started: {_words(session.desk.block.usual())}.")


@block_app.command("pause")
def pause(
    reason: Annotated[str, typer.Argument(help="Why, such as lunch.")] = "break",
    as_json: AsJson = False,
) -> None:
    """Let the clock of the block stand; the next call goes on by itself."""
    _change(reason, as_json)


@block_app.command("resume")
def resume(as_json: AsJson = False) -> None:
    """Let the clock of the block run again."""
    _change("", as_json)


@block_app.command("end")
def end(
    as_markdown: Annotated[bool, typer.Option("--md", help="The summary as Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """End the block and say what happened."""
    from sdrdesk.cli.session import open_session

    with open_session() as session:
        _tell(session.desk.block.end(), session.rep_zone, as_markdown, as_json)


@block_app.command("status")
def status(as_json: AsJson = False) -> None:
    """Say how the block goes that runs now."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.block.text import block_json

    with open_session() as session:
        view = session.desk.block.current()
        if as_json:
            print_json(block_json(view, session.clock()))
        elif view is None:
            say("No block runs. Start one: sdrdesk block start")
        else:
            found = session.desk.block.summary()
            if found is not None:
                _tell(found, session.rep_zone, False, False)


def _change(reason: str, as_json: bool) -> None:
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.block.text import block_json

    with open_session() as session:
        desk = session.desk
        view = desk.block.pause(reason) if reason else desk.block.resume()
        if as_json:
            print_json(block_json(view, session.clock()))
        else:
            say(f"The block is paused: {reason}." if reason else "The block goes on.")


def _tell(found: BlockSummary, zone: ZoneInfo, as_markdown: bool, as_json: bool) -> None:
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.block.text import (
        summary_json,
        summary_markdown,
        summary_rows,
        title_of,
    )

    if as_json:
        print_json(summary_json(found))
    elif as_markdown:
        say(summary_markdown(found, zone).rstrip("\n"))
    else:
        say(title_of(found, zone))
        for what, words in summary_rows(found, zone):
            say(f"{what:<10}{words}")


def _words(usual: BlockUsual) -> str:
    return f"{usual.length} · {usual.goal} · {usual.recipe}"
