"""Opens the workbench for a rep."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sdrdesk.domain.errors import UsageError

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session


def open_workbench() -> None:
    """Open the workbench on the rep's own database and account."""
    from sdrdesk.cli.session import open_session

    need_terminal()
    with open_session() as session:
        run_workbench(session)


def need_terminal() -> None:
    """Refuse to draw where there is no terminal.

    Raises:
        UsageError: stdin or stdout is not a terminal; names the commands that need none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The workbench needs a terminal, and this is none.",
            next_step="For scripts there are `sdrdesk queue`, `next`, `dispose`, `sync` and more: "
            "see `sdrdesk --help`.",
        )


def run_workbench(session: Session, *, first_run: bool = False) -> None:
    """Run the workbench on an open session until the rep leaves."""
    from sdrdesk.app import SdrDeskApp
    from sdrdesk.cli.hangup import watch_terminal

    watch_terminal()
    desk, settings = session.desk, session.settings
    app = SdrDeskApp(
        desk,
        session.sync_loop(),
        theme=settings.ui.theme,
        first_run=first_run,
        keymap=settings.ui.keymap,
    )
    app.run()
