"""The group of commands, and the options and arguments that several commands take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeVar

import click

from sdrdesk.domain.light_tuple import NamedTuple

_F = TypeVar("_F", bound=Callable[..., Any] | click.Command)


class LazyCommand(NamedTuple):
    """A command that is imported when it is named."""

    place: str
    """``module:attribute`` below ``sdrdesk.cli.commands``."""
    help: str
    """Its line in the list of commands."""


class CommandGroup(click.Group):
    """Commands in the order given; the list of them imports none."""

    later: Mapping[str, LazyCommand] = MappingProxyType({})
    finish: Callable[[click.Command], click.Command] = staticmethod(lambda command: command)
    """Completes a command when it is imported."""

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
        return self.finish(found)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write the list of commands."""
        room = formatter.width - 6 - max(map(len, self.commands))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, one.get_short_help_str(room)) for name, one in self.commands.items()]
            )


class _Integer(click.IntRange):
    """A whole number in a range; errors and help call it an integer."""

    name = "integer"


class NumberOf(click.IntRange):
    """The number of a line in a list, as an answer to a question."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number. Raises click.BadParameter, without the text: it may be a token."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(f"type a number from {self.min} to {self.max}.", param, ctx)


class NumbersOf(click.ParamType[tuple[int, ...]]):
    """Numbers of lines in a list in an order, as an answer to a question; ``0`` for none."""

    name = "numbers"

    def __init__(self, most: int) -> None:
        self._most = most

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Return each number once. Raises click.BadParameter, without the text."""
        if isinstance(value, tuple):
            return value
        typed = str(value).replace(",", " ").split()
        found = [int(part) if part.isascii() and part.isdigit() else -1 for part in typed]
        if found == [0]:
            return ()
        if not found or not all(0 < number <= self._most for number in found):
            self.fail(f"type numbers from 1 to {self._most}, or 0 for none.", param, ctx)
        return tuple(dict.fromkeys(found))


# In the functions below, ``names`` are an option and, where it differs, the parameter it sets.


def text_option(
    names: str, text: str, *, default: str | None = "", metavar: str | None = None
) -> Callable[[_F], _F]:
    """Return an option that takes a text; with the default ``None`` it may be empty on purpose."""
    shown = bool(default)
    return click.option(
        *names.split(), default=default, show_default=shown, metavar=metavar, help=text
    )


def list_option(names: str, text: str, *, metavar: str | None = None) -> Callable[[_F], _F]:
    """Return an option that can be repeated."""
    return click.option(*names.split(), multiple=True, metavar=metavar, help=f"{text} Repeatable.")


def flag(names: str, text: str) -> Callable[[_F], _F]:
    """Return an option without a value."""
    return click.option(*names.split(), is_flag=True, help=text)


def integer_option(
    names: str, text: str, *, default: int, low: int | None = None, high: int | None = None
) -> Callable[[_F], _F]:
    """Return an option that takes a whole number."""
    kind = int if low is high is None else _Integer(low, high)
    return click.option(*names.split(), type=kind, default=default, show_default=True, help=text)


def choice_option(
    names: str, text: str, choices: Sequence[str], *, default: str | None = None
) -> Callable[[_F], _F]:
    """Return an option that takes one of ``choices``."""
    return click.option(
        *names.split(), type=click.Choice(choices), default=default, show_default=True, help=text
    )


def whose_options(default: str = "all") -> Callable[[_F], _F]:
    """Return what adds ``--rep`` and ``--team``; ``default`` says whose without them."""

    def add(command: _F) -> _F:
        rep = text_option("--rep", f"Owner id or e-mail; default: {default}.", metavar="REP")
        team = text_option("--team", "A team of team.toml.", metavar="NAME")
        return rep(team(command))

    return add


json_option = flag("--json as_json", "Print one JSON document.")
csv_option = flag("--csv as_csv", "Print CSV that is safe to open in a spreadsheet.")
markdown_option = flag("--md as_markdown", "Print Markdown.")
lead_argument = click.argument("lead_id", metavar="ID", help="Id of the lead.")
