"""Commands about the commands: completion files and help."""

from __future__ import annotations

import sys
from importlib import resources

import click

from sdrdesk.cli.terminal.output import say
from sdrdesk.cli.terminal.pager import page
from sdrdesk.domain.errors import UsageError

_FILES = {
    "bash": "sdrdesk.bash",
    "zsh": "_sdrdesk",
    "fish": "sdrdesk.fish",
    "powershell": "sdrdesk.ps1",
    "man": "sdrdesk.1",
}


@click.command
@click.argument("shell", type=click.Choice(list(_FILES)), metavar="SHELL", help=" | ".join(_FILES))
def completions(shell: str) -> None:
    """Print the completion file of a shell, or the manual page (man).

    None of your files is changed: redirect the output to where your shell looks, such as
    ~/.local/share/bash-completion/completions/sdrdesk for bash.
    """
    # As it is: cleaning the text would take its tabs away.
    text = resources.files("sdrdesk.shell").joinpath(_FILES[shell]).read_text(encoding="utf-8")
    sys.stdout.write(text)


@click.command("help")
@click.argument("words", nargs=-1, metavar="[COMMAND]...", help="Such as: block start.")
@click.pass_context
def show_help(context: click.Context, words: tuple[str, ...]) -> None:
    """Explain a command; without one, list them all."""
    root = context.find_root()
    command: click.Command = root.command
    inner = root
    for word in words:
        found = command.get_command(inner, word) if isinstance(command, click.Group) else None
        if found is None:
            raise UsageError(
                f"There is no command {' '.join(words)!r}.",
                next_step="List them: sdrdesk help",
            )
        command, inner = found, click.Context(found, info_name=word, parent=inner)
    with page():
        say(command.get_help(inner))
