"""The command that serves the sandbox CRM."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from sdrdesk.cli.options import CommandGroup, integer_option


@click.group(cls=CommandGroup, no_args_is_help=True)
def sandbox() -> None:
    """A HubSpot-compatible CRM with generated data, on this machine only."""


@sandbox.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
@integer_option("--port", "Port on 127.0.0.1; 0 chooses a free one.", default=8642)
@integer_option("--leads", "Number of leads to generate.", default=400, low=0)
@integer_option("--seed", "The same seed generates the same account.", default=7)
@click.option(
    "--state", type=click.Path(path_type=Path), help="Keep the account in this file between runs."
)
@click.pass_context
def serve(context: click.Context, port: int, leads: int, seed: int, state: Path | None) -> None:
    """Serve the sandbox CRM until stopped; more options: python -m sdrdesk.sandbox serve -h."""
    command = [sys.executable, "-m", "sdrdesk.sandbox", "serve"]
    command += ["--port", str(port), "--leads", str(leads), "--seed", str(seed)]
    if state is not None:
        command += ["--state", str(state)]
    command += context.args
    # The sandbox shares no code with the client it tests, so it is a process of its own. On POSIX
    # it replaces this one, so that signals reach it.
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(sys.executable, command)  # noqa: S606 - our own module, arguments as a vector
    raise click.exceptions.Exit(subprocess.call(command))  # noqa: S603 - as above
