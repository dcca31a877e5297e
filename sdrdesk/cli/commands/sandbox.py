"""Commands around the sandbox CRM: serve it, and the demo that needs no account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

sandbox_app = typer.Typer(
    help="A HubSpot-compatible CRM with generated data, on this machine only.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(demo)
    app.add_typer(sandbox_app, name="sandbox")


@sandbox_app.callback()
def sandbox() -> None:
    """A HubSpot-compatible CRM with generated data, on this machine only."""


@sandbox_app.command(
    "serve", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8642,
    leads: Annotated[int, typer.Option(min=0, help="How many leads to generate.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same account.")] = 7,
    state: Annotated[
        Path | None, typer.Option(help="Keep the account in this file between runs.")
    ] = None,
) -> None:
    """Serve the sandbox CRM until stopped; further options: python -m sdrdesk.sandbox serve -h."""
    command = [sys.executable, "-m", "sdrdesk.sandbox", "serve"]
    command += ["--port", str(port), "--leads", str(leads), "--seed", str(seed)]
    if state is not None:
        command += ["--state", str(state)]
    command += context.args
    # A program of its own: the sandbox shares no code with the client it is used to test. Where
    # the system can, it takes this process over, so that a signal reaches it and nobody else.
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(sys.executable, command)  # noqa: S606 - our own module, arguments as a vector
    raise typer.Exit(subprocess.call(command))  # noqa: S603 - as above


def demo(
    leads: Annotated[int, typer.Option(min=1, max=100_000, help="How many leads.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same account.")] = 7,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line, without a screen.")] = False,
) -> None:
    """Open the workbench on a private sandbox CRM; touches nothing of yours."""
    from sdrdesk.cli.commands.demo import run_demo

    raise typer.Exit(run_demo(leads=leads, seed=seed, plain=plain))
