"""The options of every command: ``--quiet``, ``--verbose``, and ``--fields`` with JSON."""

from __future__ import annotations

from functools import wraps
from typing import Any

import click

from sdrdesk.cli.terminal.output import set_manner, wanted_fields
from sdrdesk.cli.terminal.verbose import show_requests


def with_common_options(command: click.Command) -> click.Command:
    """Return the command, and those below it, with the options that every command takes."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            with_common_options(inner)
    names = {parameter.name for parameter in command.params}
    if "quiet" in names:
        return command
    common = quiet_and_verbose(hidden=True)
    if "as_json" in names:
        common.insert(0, _fields_option(command))
    command.params += common
    return command


def quiet_and_verbose(*, hidden: bool) -> list[click.Parameter]:
    """Return the two options; the list of commands shows them once."""

    def be_quiet(_: click.Context, __: click.Parameter, on: bool) -> None:
        if on:
            set_manner(quiet=True)

    def be_verbose(_: click.Context, __: click.Parameter, on: bool) -> None:
        if on:
            show_requests()

    return [
        click.Option(
            [name], is_flag=True, hidden=hidden, expose_value=False, callback=act, help=text
        )
        for name, act, text in (
            ("--quiet", be_quiet, "Print nothing but errors."),
            ("--verbose", be_verbose, "Print each request to the CRM."),
        )
    ]


def _fields_option(command: click.Command) -> click.Option:
    def keep(context: click.Context, option: click.Parameter, text: str) -> None:
        names = [name.strip() for name in text.split(",") if name.strip()]
        if text and not names:
            raise click.BadParameter("no field is named.", ctx=context, param=option)
        if names:
            set_manner(fields=names)

    act = command.callback

    @wraps(act or keep)
    def run(*arguments: Any, **options: Any) -> Any:
        if wanted_fields() and not options.get("as_json"):
            raise click.UsageError("--fields needs --json.")
        return act(*arguments, **options) if act else None

    command.callback = run
    return click.Option(
        ["--fields"], default="", metavar="A,B,...", expose_value=False, callback=keep,
        help="With --json: only these keys.",
    )  # fmt: skip
