"""Opening the workbench and the plain mode.

Imports stay in the functions: the first row is measured, and the plain mode needs no Textual.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO, cast

from sdrdesk.domain.errors import UsageError
from sdrdesk.memory import IdleCollector
from sdrdesk.services.rep_zone import show_times_in

if TYPE_CHECKING:
    from pathlib import Path

    from sdrdesk.app import SdrDeskApp
    from sdrdesk.cli.session import Session
    from sdrdesk.services.agents.desk_socket import DeskSocket
    from sdrdesk.theme_files import OwnThemes


def open_workbench() -> int:
    """Open the workbench on the rep's own database and account; return the exit code."""
    from sdrdesk.cli.session import open_session

    need_terminal()
    with open_session() as session:
        choice = _first_choice(session)
        if choice == "open":
            run_workbench(session)
        session.needs_person = False  # the screen said it
    if choice in ("open", "leave"):
        return 0
    from sdrdesk.cli.first_hour import lead_through, tell_zone

    if (code := lead_through(choice)) or choice == "demo":
        return code
    with open_session() as session:
        tell_zone(session)
        run_workbench(session)
        session.needs_person = False
    return 0


def _first_choice(session: Session) -> str:
    """Ask a new person what to do first; ``open`` for everybody else."""
    if session.paths.database.exists():
        return "open"  # before the module is loaded: a rep waits for the first row
    errors = cast("TextIO | None", sys.stderr)
    if errors is None or not errors.isatty():
        return "open"  # nobody would see the question
    from sdrdesk.cli.first_hour import choose, is_new

    return choose() if is_new(session) else "open"


def open_plain() -> None:
    """Open the plain mode on the rep's own database and account; needs no terminal."""
    from sdrdesk.cli.session import open_session

    with open_session() as session:
        run_plain(session)
        session.needs_person = False


def run_plain(session: Session) -> None:
    """Run the plain mode until the rep leaves or the input ends."""
    from sdrdesk.plain.desk import PlainDesk
    from sdrdesk.plain.news import News
    from sdrdesk.plain.talk import Talk

    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace")):
        # A character that the terminal cannot encode or decode must not end the session.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)
    news = News(session.sync_process())
    news.start()
    try:
        PlainDesk(session.desk, Talk(sys.stdin, sys.stdout), news, session.rep_zone).run()
    finally:
        news.stop()


def need_terminal() -> None:
    """Check that there is a terminal to draw on.

    Raises:
        UsageError: stdin or stdout is not a terminal; names commands that need none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The workbench needs an interactive terminal.",
            next_step="Use `sdrdesk --plain` to work line by line, or `sdrdesk queue`, `next`, "
            "`dispose`, `sync` in scripts: see `sdrdesk --help`.",
        )


def run_workbench(session: Session, *, first_run: bool = False) -> None:
    """Run the workbench until the rep leaves."""
    # Textual reads this when it is imported. Changes wait for the next frame: with 60 a second, up
    # to 17 ms between an outcome's key and the next lead.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    settings = session.settings  # before the screens: their texts name the CRM
    from sdrdesk.app import SdrDeskApp
    from sdrdesk.cli.hangup import watch_terminal
    from sdrdesk.cli.terminal.driver import drawing_driver, takes_mouse

    watch_terminal()
    show_times_in(settings.rep.time_zone)
    desk = session.desk
    app = SdrDeskApp(
        desk,
        session.sync_process(),
        theme=settings.ui.theme,
        own_themes=_own_themes(session.paths.themes_dir),
        first_run=first_run,
        keymap=settings.ui.keymap,
        tidying=IdleCollector(),
        notices=settings.notices,
        line=settings.ui.line,
        driver_class=drawing_driver(),
    )
    agents = _agents(session, app)
    try:
        app.run(mouse=takes_mouse())
    finally:
        if agents is not None:
            agents.close()


def _own_themes(folder: Path) -> OwnThemes | None:
    if not folder.is_dir():
        return None
    from sdrdesk.theme_files import read_themes  # few have own ones
    from sdrdesk.themes import SHIPPED

    return read_themes(folder, SHIPPED)


def _agents(session: Session, app: SdrDeskApp) -> DeskSocket | None:
    """Let agents drive this workbench at its private socket, if the rep allows it."""
    allowed = session.settings.agents.socket
    if allowed == "off":
        return None
    from sdrdesk.services.agents.desk_socket import DeskSocket
    from sdrdesk.services.agents.limits import READS, WRITES, AgentLimit
    from sdrdesk.services.agents.tools import AgentTools

    limits = (
        AgentLimit(READS, "requests"),
        AgentLimit(WRITES, "writes"),
    )  # of all connections together

    def tools() -> AgentTools:
        return AgentTools(
            session.desk,
            session.desk.proposals,
            allowed == "write",
            app.agent_did,
            *limits,
            today=lambda: session.day("today"),
        )

    made = DeskSocket(session.paths.agents_socket, tools)
    return made if made.start() else None
