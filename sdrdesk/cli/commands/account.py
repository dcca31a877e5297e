"""Commands for the CRM account: show who is logged in, sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import flag, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, print_json, say, say_err
from sdrdesk.cli.terminal.progress import clear_line, show_sync
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.account.left_out_text import left_out_count
from sdrdesk.services.account.rules import owner_problem
from sdrdesk.services.account.service import who_am_i
from sdrdesk.services.sync.away_text import summary
from sdrdesk.services.sync.loop import watch
from sdrdesk.services.views.sync import SyncEvent

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.sync.engine import SyncReport


@click.command
@json_option
def whoami(as_json: bool) -> None:
    """Show who you are and which account you are logged in to."""
    with open_session() as session:
        known = who_am_i(session.connect(checked=False), session.db, session.settings.crm.owner)
        lines = (
            f"{known.owner_name or 'no owner chosen'} ({known.owner_email or 'no e-mail'})",
            known.account_words,
        )
        answer(as_json, known.to_json(), lines)
        if known.problem:
            say_err(known.problem)


@click.command
@flag("--full", "Compare every record again.")
@flag("--watch", "Keep syncing until stopped.")
@flag("--keep-held", "Do not send outcomes that can still be undone without a trace.")
@json_option
def sync(full: bool, watch: bool, keep_held: bool, as_json: bool) -> None:
    """Send what is waiting and fetch what changed."""
    with open_session() as session:
        session.db.in_background = True  # a workbench may be open at the same time
        if watch:
            _watch(session, keep_held=keep_held, as_json=as_json)
            return
        engine = session.engine(on_progress=None if as_json else show_sync)
        try:
            report = engine.run(full=full, release_held=not keep_held)
        except SdrDeskError as error:
            _tell_hooks(session, str(error))
            raise
        finally:
            _exchange(session)  # needs no network
        _tell_hooks(session, report)
        report = report.with_problem(owner_problem(session.db, session.settings))
        _print_report(report, as_json=as_json)
        if not as_json and session.desk.away.is_unseen():
            view = session.desk.away.view()
            if view.is_news:
                say_err(f"While you were away: {summary(view)}. See them: sdrdesk away")
        if report.exit:
            raise click.exceptions.Exit(report.exit)


def _exchange(session: Session) -> None:
    """Do the daily work, and agree with the rep's other machines in the folder they share."""
    session.housekeeping.run()
    for problem in session.folder.run().problems:
        say_err(problem)


def _tell_hooks(session: Session, came: SyncReport | str) -> None:
    """Tell the hooks of the new leads of a round, or why it failed."""
    if events := session.hook_events():
        if isinstance(came, str):
            events.sync_failed("failed", came)
        else:
            fresh = session.desk.queue.just_converted(came.fresh_lead_ids)
            events.heard(SyncEvent("finished", "", fresh_lead_ids=fresh))


def _watch(session: Session, *, keep_held: bool, as_json: bool) -> None:
    say_err("Syncing until you press Ctrl-C.")
    for event in watch(session.engine(), session.settings.sync, release_held=not keep_held):
        _tell_hooks(session, event)
        if isinstance(event, str):
            say_err(event)
        else:
            problem = owner_problem(session.db, session.settings)
            _print_report(event.with_problem(problem), as_json=as_json)
        _exchange(session)


def _print_report(report: SyncReport, *, as_json: bool) -> None:
    if as_json:
        print_json(report.to_json())
    else:
        clear_line()
        _print_counts(report)
    # Also from earlier runs: they are why the exit code is 5.
    if refused := report.blocked - report.asked:
        many = "item was refused and needs" if refused == 1 else "items were refused and need"
        say_err(f"{refused} {many} you: sdrdesk outbox")
    if report.asked:
        many = "item waits" if report.asked == 1 else "items wait"
        say_err(
            f"{report.asked} {many} for your answer, because the lead moved, was qualified or was "
            "deleted meanwhile: sdrdesk outbox questions"
        )
    for problem in report.problems:
        say_err(problem)
    for words in report.unread:
        say_err(words)
    if report.left_out and not as_json:
        say_err(left_out_count(report.left_out))


def _print_counts(report: SyncReport) -> None:
    got, sent = report.pulled, report.pushed
    say(
        f"Pulled {got.contacts} {plural(got.contacts, 'lead')}, "
        f"{got.companies} {'company' if got.companies == 1 else 'companies'}, "
        f"{got.calls} {plural(got.calls, 'call')}, "
        f"{got.tasks} tasks, notes, meetings, e-mails and messages"
        f"{f', {got.deleted} deleted' if got.deleted else ''}"
        f"{f', {got.merged} merged' if got.merged else ''}. "
        f"Sent {sent.sent}, {sent.left} left, {sent.blocked - sent.asked} refused. "
        f"{report.requests} requests in {report.duration_s:.1f} s."
    )
    if sent.doubted:
        say_err(
            f"This database is a copy or was restored from one: {sent.doubted} unsent items were "
            "looked up at the CRM before sending."
        )
    if sent.released:
        say_err(
            f"{sent.released} items were blocked because a page of the network had answered "
            "instead of the CRM; they are queued again."
        )
    if report.conflicts:
        say_err(f"{report.conflicts} conflicts need you: sdrdesk conflicts")
