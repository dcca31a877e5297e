"""The group of commands, and the options and arguments that several commands take."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

import click


class LazyCommand(NamedTuple):
    """A command that is imported when it is named."""

    place: str
    """``module:attribute`` below ``sdrdesk.cli.commands``."""
    help: str
    """Its line in the list of commands."""


class CommandGroup(click.Group):
    """Commands in the order given; the list of them imports none."""

    later: Mapping[str, LazyCommand] = MappingProxyType({})

    def add_later(self, later: Mapping[str, LazyCommand]) -> None:
        """List commands that are imported later."""
        self.later = later
        for name, command in later.items():
            self.add_command(click.Command(name, short_help=command.help))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order given."""
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now if it was not before."""
        if cmd_name not in self.later:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.later[cmd_name].place.partition(":")
        found = getattr(import_module(f"sdrdesk.cli.commands.{module}"), attribute)
        assert isinstance(found, click.Command)  # noqa: S101 - our own table
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write the list of commands."""
        room = formatter.width - 6 - max(map(len, self.commands))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, one.get_short_help_str(room)) for name, one in self.commands.items()]
            )


class Integer(click.IntRange):
    """A whole number in a range; errors and help call it an integer."""

    name = "integer"


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
csv_option = click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV that is safe to open in a spreadsheet."
)
markdown_option = click.option("--md", "as_markdown", is_flag=True, help="Print Markdown.")
lead_argument = click.argument("lead_id", metavar="ID", help="Id of the lead.")
