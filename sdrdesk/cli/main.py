"""The root command, with every other command below it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Annotated

import typer

from sdrdesk import __version__
from sdrdesk.cli.commands import (
    account,
    block,
    data,
    decisions,
    keys,
    outcomes,
    queue,
    replay,
    rules,
    sandbox,
    setup,
    team,
)
from sdrdesk.cli.terminal.exit import INTERRUPTED, ended
from sdrdesk.cli.terminal.output import note
from sdrdesk.domain.errors import ExitCode, UsageError

app = typer.Typer(
    name="sdrdesk",
    help="A terminal workbench for sales development reps: right lead, right now, with the reason.",
    epilog="Without a command the workbench opens. Try it without an account: sdrdesk demo",
    no_args_is_help=False,
    add_completion=True,
    rich_markup_mode=None,  # plain help: fast, and the same on every terminal
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    queue,
    decisions,
    outcomes,
    block,
    account,
    setup,
    team,
    replay,
    rules,
    data,
    keys,
    sandbox,
):
    module.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sdrdesk {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    _version_wanted: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Call line by line, without a screen (same as: plain)."),
    ] = False,
) -> None:
    """Open the workbench when no command is named."""
    if context.invoked_subcommand is None:
        from sdrdesk.cli.workbench import open_plain, open_workbench

        (open_plain if plain else open_workbench)()


@app.command("plain")
def plain_mode() -> None:
    """Call line by line, without a screen: for screen readers, pipes and bad lines."""
    from sdrdesk.cli.workbench import open_plain

    open_plain()


def _tell_usage(error: typer.TyperException) -> int:
    show = getattr(error, "show", None)
    if callable(show):
        said = io.StringIO()
        show(said)
        note(said.getvalue().rstrip("\n"))  # what was typed is repeated without escapes
    else:
        note(f"sdrdesk: {error}")
    code = getattr(error, "exit_code", ExitCode.USAGE)
    return int(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Never raises."""
    return ended(lambda: _command(arguments))


def _refuse_broken_text(arguments: Sequence[str]) -> None:
    """Refuse bytes that are no text: no name, note or file that is written could hold them."""
    for number, argument in enumerate(arguments, start=1):
        try:
            argument.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UsageError(
                f"Argument {number} is not UTF-8 text: {ascii(argument)[:80]}.",
                kept="Nothing was done.",
                next_step="Type it again in a terminal that is set to UTF-8.",
            ) from error


def _command(arguments: Sequence[str]) -> object:
    _refuse_broken_text(arguments)
    try:
        command = typer.main.get_command(app)
        ended_with: object = command.main(
            args=list(arguments), prog_name="sdrdesk", standalone_mode=False
        )
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as error:
        return _tell_usage(error)
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    if ended_with == INTERRUPTED:  # typer makes this of Ctrl-C, without a word
        raise KeyboardInterrupt
    return ended_with
