"""The options of commands that can write an HTML file, and the writing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sdrdesk.cli.options import flag
from sdrdesk.cli.terminal.output import say_err
from sdrdesk.plain_file import write_owned

if TYPE_CHECKING:
    from sdrdesk.services.reports.tables import Sheet

_Command = TypeVar("_Command", bound=Callable[..., Any])

definitions_option = flag("--definitions", "Add the definition of every number.")


def html_options(command: _Command) -> _Command:
    """Add ``--html`` and ``--shared``."""
    shared = flag("--shared", "Let others on this machine read the file; default: you alone.")
    html = click.option(
        "--html",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write one HTML file that opens offline.",
    )
    return html(shared(command))


def write_html(path: Path, sheet: Sheet, *, shared: bool) -> None:
    """Write a report to ``path`` and say so."""
    from sdrdesk.services.reports.html import html_page

    write_owned(path, html_page(sheet), shared=shared)
    say_err(f"Written to {path}.")
