"""The command that opens the plain mode."""

from __future__ import annotations

import click

from sdrdesk.cli.workbench import open_plain


@click.command
def plain() -> None:
    """Call line by line, without a screen: for screen readers, pipes and slow connections."""
    open_plain()
