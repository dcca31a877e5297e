"""Opens the workbench for a rep."""

from __future__ import annotations

import io
import os
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


def open_plain() -> None:
    """Open the plain mode on the rep's own database and account; needs no terminal."""
    from sdrdesk.cli.session import open_session

    with open_session() as session:
        run_plain(session)


def run_plain(session: Session) -> None:
    """Run the plain mode on an open session until the rep leaves or the input ends."""
    from sdrdesk.plain.desk import PlainDesk
    from sdrdesk.plain.news import News
    from sdrdesk.plain.talk import Talk

    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace")):
        # A name that the terminal cannot spell, or a key it cannot read, is no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)
    news = News(session.sync_process())
    news.start()
    try:
        PlainDesk(session.desk, Talk(sys.stdin, sys.stdout), news, session.rep_zone).run()
    finally:
        news.stop()


def need_terminal() -> None:
    """Refuse to draw where there is no terminal.

    Raises:
        UsageError: stdin or stdout is not a terminal; names the commands that need none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The workbench needs a terminal, and this is none.",
            next_step="`sdrdesk --plain` asks line by line; for scripts there are `sdrdesk queue`, "
            "`next`, `dispose`, `sync` and more: "
            "see `sdrdesk --help`.",
        )


def run_workbench(session: Session, *, first_run: bool = False) -> None:
    """Run the workbench on an open session until the rep leaves."""
    # Textual reads it when it is imported. What changed waits for the next frame to be painted: of
    # 60 a second that is up to 17 ms between an outcome's key and the next lead.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    from sdrdesk.app import SdrDeskApp
    from sdrdesk.cli.hangup import watch_terminal
    from sdrdesk.memory import IdleCollector

    watch_terminal()
    desk, settings = session.desk, session.settings
    app = SdrDeskApp(
        desk,
        session.sync_process(),
        theme=settings.ui.theme,
        first_run=first_run,
        keymap=settings.ui.keymap,
        tidying=IdleCollector(),
    )
    app.run()
