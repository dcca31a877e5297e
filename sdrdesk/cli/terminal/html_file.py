"""The options of commands that can write a report to a file, and the writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sdrdesk.cli.options import flag
from sdrdesk.cli.terminal.output import say_err
from sdrdesk.plain_file import write_owned
from sdrdesk.services.reports.html import html_page

if TYPE_CHECKING:
    from sdrdesk.services.reports.picture import Picture
    from sdrdesk.services.reports.tables import Sheet

_Command = TypeVar("_Command", bound=Callable[..., Any])

definitions_option = flag("--definitions", "Add the definition of every number.")


def html_options(command: _Command) -> _Command:
    """Add ``--html``, ``--xlsx`` and ``--shared``."""
    shared = flag("--shared", "Let other users of this machine read the file; default: only you.")
    html = _file("--html", "Write one HTML file that opens offline.")
    xlsx = _file("--xlsx", "Write an Excel workbook with numbers, durations and times.")
    return html(xlsx(shared(command)))


def _file(name: str, text: str) -> Callable[[_Command], _Command]:
    return click.option(name, type=click.Path(path_type=Path), metavar="FILE", help=text)


def write_files(
    html: Path | None,
    xlsx: Path | None,
    sheet: Sheet,
    *,
    shared: bool,
    pictures: Sequence[Picture] = (),
) -> bool:
    """Write a report to the files that were asked for and say so; return whether any was."""
    if html is not None:
        write_owned(html, html_page(sheet, pictures), shared=shared)
        say_err(f"Written to {html}.")
    if xlsx is not None:
        from sdrdesk.services.reports.xlsx import xlsx_bytes  # loads openpyxl

        write_owned(xlsx, xlsx_bytes(sheet), shared=shared)
        say_err(f"Written to {xlsx}.")
    return html is not None or xlsx is not None
