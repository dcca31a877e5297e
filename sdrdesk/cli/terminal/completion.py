"""Completion of commands and options in bash, zsh and fish, by click."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from sdrdesk.cli.terminal.output import say
from sdrdesk.domain.errors import UsageError

_INSTALL = {
    "bash": (".bashrc", 'eval "$(_SDRDESK_COMPLETE=bash_source sdrdesk)"'),
    "zsh": (".zshrc", 'eval "$(_SDRDESK_COMPLETE=zsh_source sdrdesk)"'),
    "fish": (
        ".config/fish/completions/sdrdesk.fish",
        "_SDRDESK_COMPLETE=fish_source sdrdesk | source",
    ),
}
"""Shell to its file in the home directory and the line that goes there."""


def complete(command: click.Command, *, install: bool) -> None:
    """Print the completion script for the shell in ``SHELL``, or install it.

    Raises:
        UsageError: there is no completion for this shell.
    """
    shell = Path(os.environ.get("SHELL", "")).name
    made = get_completion_class(shell)
    if made is None or shell not in _INSTALL:
        raise UsageError(
            f"There is no completion for {shell or 'an unknown shell'}.",
            next_step="Set SHELL to bash, zsh or fish.",
        )
    if not install:
        say(made(command, {}, "sdrdesk", "_SDRDESK_COMPLETE").source())
        return
    name, line = _INSTALL[shell]
    path = Path.home() / name
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if line not in before:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{before.rstrip()}\n{line}\n".lstrip(), encoding="utf-8")
    say(f"Completion for {shell} is installed in {path}. Open a new terminal to use it.")
