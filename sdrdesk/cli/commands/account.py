"""Commands around the CRM account: log in, look at it, sync with it, check everything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sdrdesk.cli.commands.queue import AsJson

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.sync.engine import SyncProgress, SyncReport


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(login)
    app.command()(logout)
    app.command()(whoami)
    app.command()(sync)
    app.command()(doctor)


def login(
    owner: Annotated[str, typer.Option(help="Who you are: owner id or e-mail.")] = "",
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read the token from standard input.")
    ] = False,
) -> None:
    """Keep an access token in the keyring and say who the rep is."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import say
    from sdrdesk.services.account.service import log_in

    with open_session() as session:
        given = "" if token_stdin else session.environ.get("SDRDESK_TOKEN", "").strip()
        token = given or _ask_token(token_stdin)
        known = log_in(session.connect(token), session.db, owner or session.settings.crm.owner)
        if not given:  # a token in the environment stays where it is
            session.keep_token(token)
        say(f"Logged in to account {known.account} as {known.owner_name} ({known.owner_email}).")
        say("Next: sdrdesk sync")


def _ask_token(token_stdin: bool) -> str:
    if token_stdin:
        token = _piped_token()
    elif sys.stdin.isatty():
        token = typer.prompt("Access token (not shown)", hide_input=True, err=True).strip()
    else:
        token = ""
    if not token:
        raise typer.BadParameter(
            "no token was given; type it at the prompt or pipe it in.",
            param_hint="'--token-stdin'",
        )
    return token


def _piped_token() -> str:
    """Return what was piped in, whole: a token that was broken in two must not lose its end."""
    try:
        given = sys.stdin.readline() if sys.stdin.isatty() else sys.stdin.read(65_536)
    except UnicodeDecodeError as error:
        raise typer.BadParameter(
            "what was piped in is no text.", param_hint="'--token-stdin'"
        ) from error
    return given.strip()


def logout() -> None:
    """Forget the token in the keyring; local data stays."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import say
    from sdrdesk.credentials import delete_token

    with open_session() as session:
        gone = delete_token(session.settings.crm.api_url)
        say("Logged out: the token was removed." if gone else "There was no token in a keyring.")
        if session.environ.get("SDRDESK_TOKEN"):
            say("SDRDESK_TOKEN is still set in the environment and wins.")


def whoami(as_json: AsJson = False) -> None:
    """Print who the rep is and which account the token opens."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import note, print_json, say
    from sdrdesk.services.account.service import who_am_i

    with open_session() as session:
        known = who_am_i(session.connect(checked=False), session.db, session.settings.crm.owner)
        if as_json:
            print_json(known.to_json())
        else:
            say(f"{known.owner_name or 'nobody chosen yet'} ({known.owner_email or 'no owner'})")
            say(f"account {known.account} · {known.time_zone} · scopes {known.scopes_words}")
        if known.problem:
            note(known.problem)


def sync(
    full: Annotated[bool, typer.Option("--full", help="Compare everything again.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until stopped.")] = False,
    keep_held: Annotated[
        bool, typer.Option("--keep-held", help="Leave held outcomes their grace period.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send what waits and fetch what changed."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.services.account.rules import owner_problem

    with open_session() as session:
        session.db.in_background = True  # a workbench may be open beside it
        if watch:
            _watch(session, keep_held=keep_held, as_json=as_json)
            return
        engine = session.engine(on_progress=None if as_json else _progress_line)
        report = engine.run(full=full, release_held=not keep_held)
        report = report.with_problem(owner_problem(session.db, session.settings))
        _tell_report(report, as_json=as_json)
        if report.exit:
            raise typer.Exit(report.exit)


def _watch(session: Session, *, keep_held: bool, as_json: bool) -> None:
    from sdrdesk.cli.terminal.output import note
    from sdrdesk.services.account.rules import owner_problem
    from sdrdesk.services.sync.loop import watch

    note("Syncing until you press Ctrl-C.")
    for event in watch(session.engine(), session.settings.sync, release_held=not keep_held):
        if isinstance(event, str):
            note(event)
        else:
            problem = owner_problem(session.db, session.settings)
            _tell_report(event.with_problem(problem), as_json=as_json)


def _tell_report(report: SyncReport, *, as_json: bool) -> None:
    from sdrdesk.cli.terminal.output import note, print_json, say
    from sdrdesk.services.account.left_out_text import left_out_count

    if as_json:
        print_json(report.to_json())
        for problem in report.problems:
            note(problem)
        return
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")  # the progress line is over
    got, sent = report.pulled, report.pushed
    say(
        f"Pulled {got.contacts} leads, {got.companies} companies, {got.calls} calls, "
        f"{got.tasks} tasks, notes and meetings"
        f"{f', {got.deleted} deleted' if got.deleted else ''}"
        f"{f', {got.merged} merged' if got.merged else ''}. "
        f"Sent {sent.sent}, {sent.left} left, {sent.blocked} refused. "
        f"{report.requests} requests in {report.duration_s:.1f} s."
    )
    if sent.doubted:
        note(
            f"This database was put back from a copy, or is one: {sent.doubted} unsent items were "
            "looked for at the CRM before sending."
        )
    if sent.released:
        note(
            f"{sent.released} items were blocked because a page of the network had answered; "
            "they are on their way again."
        )
    if report.blocked:  # also those of earlier runs: they are why it ends with 5
        note("Refused items need you: sdrdesk outbox")
    if report.conflicts:
        note(f"{report.conflicts} conflicts need you: sdrdesk conflicts")
    for problem in report.problems:
        note(problem)
    if report.left_out:
        note(left_out_count(report.left_out))


def _progress_line(progress: SyncProgress) -> None:
    if not sys.stderr.isatty():
        return
    total = f" of {progress.total:,}" if progress.total else ""
    left = progress.remaining_s
    words = f"{progress.phase} {progress.done:,}{total} · {progress.rate:.0f}/s"
    if left is not None:
        words += f" · {left:.0f} s left"
    sys.stderr.write(f"\r\x1b[K{words}")
    sys.stderr.flush()


def doctor(as_json: AsJson = False) -> None:
    """Check versions, paths, schema, token, scopes, clock, mapping, encryption and outbox."""
    from sdrdesk.cli.checkup import collect
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.account.doctor import Report

    with open_session(forgiving=True) as session:
        report = Report(collect(session))
        if as_json:
            print_json(report.to_json())
        else:
            for line in report.lines():
                say(line)
