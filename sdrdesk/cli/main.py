"""The root command and the one place where errors become words and exit codes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from sdrdesk import __version__
from sdrdesk.cli import account, data, decisions, outcomes, queue, replay, rules, sandbox, team
from sdrdesk.cli.output import abandon_stdout, note, tell_error
from sdrdesk.domain.errors import ExitCode, SdrDeskError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it (128 + SIGINT)."""

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
for module in (queue, decisions, outcomes, account, team, replay, rules, data, sandbox):
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
) -> None:
    """Open the workbench when no command is named."""
    if context.invoked_subcommand is None:
        from sdrdesk.cli.workbench import open_workbench

        open_workbench()


def _tell_usage(error: typer.TyperException) -> int:
    show = getattr(error, "show", None)
    if callable(show):
        show()
    else:
        note(f"sdrdesk: {error}")
    code = getattr(error, "exit_code", ExitCode.USAGE)
    return int(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Never raises."""
    try:
        command = typer.main.get_command(app)
        outcome = command.main(args=list(arguments), prog_name="sdrdesk", standalone_mode=False)
        sys.stdout.flush()
    except SdrDeskError as error:
        return tell_error(error)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as error:
        return _tell_usage(error)
    except (KeyboardInterrupt, typer.Abort):
        note("sdrdesk: interrupted. Everything recorded so far is kept.")
        return INTERRUPTED
    except BrokenPipeError:
        abandon_stdout()
        return int(ExitCode.DONE)
    except Exception:
        logging.getLogger("sdrdesk").exception("unexpected error")
        note(
            "sdrdesk: an unexpected error stopped this command. Everything recorded so far is "
            "kept. Details are in the log; `sdrdesk doctor` names its path."
        )
        return int(ExitCode.ERROR)
    return outcome if isinstance(outcome, int) else int(ExitCode.DONE)
