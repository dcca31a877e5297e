"""Commands that record: outcomes, taking them back, what waits to be sent, conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sdrdesk.cli.commands.queue import AsJson, LeadId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sdrdesk.cli.session import Session
    from sdrdesk.domain.outcome.types import Entry
    from sdrdesk.services.views.desk import Disposed

outbox_app = typer.Typer(
    help="What waits to be sent, what was refused.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
conflicts_app = typer.Typer(
    help="Fields changed on both sides.", invoke_without_command=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(dispose)
    app.command()(undo)
    app.command()(meetings)
    app.add_typer(outbox_app, name="outbox")
    app.add_typer(conflicts_app, name="conflicts")


def dispose(
    lead_id: LeadId,
    key: Annotated[str, typer.Argument(help="Outcome, such as no_answer.", metavar="KEY")],
    note: Annotated[str, typer.Option(help="What was said.")] = "",
    at: Annotated[str, typer.Option(help="When it happened; now if left out.")] = "",
    duration_s: Annotated[int, typer.Option(min=0, max=86_400, help="Talk time in seconds.")] = 0,
    number: Annotated[str, typer.Option(help="The number that was dialled.")] = "",
    callback: Annotated[str, typer.Option(help="When to call back: +3d, thu 10:00, ISO.")] = "",
    meeting: Annotated[str, typer.Option(help="When the meeting starts.")] = "",
    minutes: Annotated[
        int, typer.Option(min=5, max=1_440, help="How long the meeting lasts.")
    ] = 30,
    attendee: Annotated[
        list[str] | None,
        typer.Option(help="E-mail or name of who comes, may be repeated; else the lead."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Key of the reason, for outcomes that ask.")] = "",
    qualify: Annotated[
        list[str] | None, typer.Option(help="SLOT=TEXT, may be repeated.", metavar="SLOT=TEXT")
    ] = None,
    script: Annotated[str, typer.Option(help="Id of the script that was used.")] = "",
    scope: Annotated[
        Literal["person", "number", "company"],
        typer.Option(help="What do_not_call stops: the person, the number or the company."),
    ] = "person",
    push: Annotated[Literal["now", "later"], typer.Option(help="Send it at once.")] = "later",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would change upstream; record nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Record an outcome; times are ISO 8601 or a person's words in the lead's time zone."""
    from dataclasses import replace

    from sdrdesk.cli.session import open_session

    with open_session() as session:
        entry = _entry(
            session,
            lead_id,
            key,
            times={"at": at, "callback": callback, "meeting": meeting},
            texts={"note": note, "number": number, "reason": reason, "script": script},
            duration_s=duration_s,
            qualify=qualify or [],
            scope=scope,
        )
        entry = replace(entry, meeting_minutes=minutes)
        if entry.meeting_at is not None:
            email = session.desk.leads.view(lead_id).email
            entry = replace(entry, attendees=tuple(attendee or ([email] if email else [])))
        if dry_run:
            _tell_preview(
                lead_id, key, session.desk.outcome.preview(lead_id, entry), as_json=as_json
            )
            return
        since = session.clock()
        done = session.desk.outcome.record(lead_id, entry)
        sent, code = _push_now(session, since) if push == "now" else ("", 0)
        _tell_disposed(session.desk.outbox.refreshed(done), sent, as_json=as_json)
        if code:
            raise typer.Exit(code)


def _tell_preview(lead_id: str, key: str, lines: Sequence[str], *, as_json: bool) -> None:
    from sdrdesk.cli.terminal.output import print_json, say

    if as_json:
        print_json({"lead_id": lead_id, "disposition": key, "preview": list(lines)})
        return
    for line in lines:
        say(line)


def _push_now(session: Session, since: datetime) -> tuple[str, int]:
    """Send what waits; return what to say about it and the exit code.

    The outcome is recorded whatever comes of this, so an error ends nothing before it is told.
    """
    from sdrdesk.cli.terminal.output import note as tell
    from sdrdesk.cli.terminal.output import tell_error
    from sdrdesk.domain.errors import ExitCode, SdrDeskError

    try:
        report = session.engine().push(release_held=True, since=since)
    except SdrDeskError as error:
        return "", tell_error(error)
    blocked, conflicts = session.desk.outbox.counts().blocked, len(session.desk.outbox.conflicts())
    if blocked:
        tell("Refused items need you: sdrdesk outbox")
    if conflicts:
        tell(f"{conflicts} conflicts need you: sdrdesk conflicts")
    needs = ExitCode.NEEDS_PERSON if blocked or conflicts else ExitCode.DONE
    refused = f", {report.blocked} refused" if report.blocked else ""
    return f" Sent {report.sent}, {report.left} left{refused}.", int(needs)


def _tell_disposed(done: Disposed, sent: str, *, as_json: bool) -> None:
    from sdrdesk.cli.terminal.output import note as tell
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.services.desk.json import disposed_json

    if done.problem:
        tell(f"! {done.problem}")
    if as_json:
        print_json(disposed_json(done))
        return
    say(f"{done.label} recorded for {done.lead_name}.{sent}")
    for line in done.notes:
        if line not in done.problem:
            say(line)
    if done.meeting_file:
        say(f"Calendar file: {done.meeting_file}")
    if done.next_lead_id:
        tell(f"Next: sdrdesk lead {done.next_lead_id}")


def _entry(
    session: Session,
    lead_id: str,
    key: str,
    *,
    times: dict[str, str],
    texts: dict[str, str],
    duration_s: int,
    qualify: list[str],
    scope: Literal["person", "number", "company"],
) -> Entry:
    from sdrdesk.domain.outcome.types import Entry

    def moment(name: str) -> object:
        return (
            session.desk.outcome.when(lead_id, times[name], past=name == "at")
            if times[name]
            else None
        )

    slots: dict[str, str] = {}
    for pair in qualify:
        slot, found, text = pair.partition("=")
        if not found or not slot.strip():
            raise typer.BadParameter(f"{pair!r} is not SLOT=TEXT.", param_hint="'--qualify'")
        slots[slot.strip()] = text.strip()
    if texts["script"]:
        session.scripts.need(texts["script"])
    at = moment("at") or session.desk.now()
    return Entry(
        disposition=key,
        at=at,  # type: ignore[arg-type]  # moment() gives a datetime or None
        at_given=bool(times["at"]),
        note=texts["note"],
        duration_s=duration_s,
        number=_number(session, lead_id, texts["number"]),
        callback_at=moment("callback"),  # type: ignore[arg-type]  # as above
        meeting_at=moment("meeting"),  # type: ignore[arg-type]  # as above
        reason=texts["reason"],
        qualify=slots,
        script_id=texts["script"],
        do_not_call_scope=scope,
    )


def _number(session: Session, lead_id: str, text: str) -> str:
    """Return the dialled number as typed; anything goes that the CRM has on record."""
    if not text:
        return ""
    from sdrdesk.domain.outcome.validation import typed_number

    view = session.desk.leads.view(lead_id)
    known = [view.row.phone, *(part for n in view.numbers for part in (n.e164, n.display))]
    return typed_number(text, tuple(known))


def undo(
    reason: Annotated[
        str, typer.Option(help="Why; required to lift a do-not-call that was sent.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take back the last outcome while it is still held, else record a correction."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say

    with open_session() as session:
        done = session.desk.undo.last(reason)
        if as_json:
            print_json(
                {
                    "lead_id": done.lead_id,
                    "disposition": done.label,
                    "clean": done.clean,
                    "lifted": done.lifted,
                    "message": done.message,
                }
            )
        else:
            say(done.message)


def meetings(as_json: AsJson = False) -> None:
    """List the meetings set here that are not over; a calendar file that is missing is written."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say, table
    from sdrdesk.services.desk.json import meeting_json
    from sdrdesk.services.rep_zone import local_words

    with open_session() as session:
        found = session.desk.meetings.coming()
        if as_json:
            print_json([meeting_json(view) for view in found])
        elif not found:
            say("No meeting is coming up.")
        else:
            table(
                ("when", "minutes", "with", "state", "calendar file"),
                [
                    (
                        local_words(view.start_at, session.rep_zone),
                        str(view.minutes),
                        view.lead_name,
                        view.state,
                        view.file,
                    )
                    for view in found
                ],
                right="minutes",
            )


@outbox_app.callback()
def outbox(
    context: typer.Context,
    sent: Annotated[bool, typer.Option("--all", help="Sent items too, with receipts.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what waits to be sent and what was refused."""
    if context.invoked_subcommand is None:
        _list_outbox(sent=sent, as_json=as_json)


@outbox_app.command("list")
def outbox_list(
    sent: Annotated[bool, typer.Option("--all", help="Sent items too, with receipts.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what waits to be sent and what was refused."""
    _list_outbox(sent=sent, as_json=as_json)


def _list_outbox(*, sent: bool, as_json: bool) -> None:
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say, table
    from sdrdesk.services.desk.json import outbox_json

    with open_session() as session:
        items = session.desk.outbox.items(sent=sent)
        if as_json:
            print_json(outbox_json(items))
        elif not items:
            say("Nothing waits to be sent.")
        else:
            table(
                ("state", "what", "lead", "tries", "last error", "key"),
                [
                    (i.state, i.what, i.lead_name, str(i.attempts), i.last_error, i.key)
                    for i in items
                ],
                right="tries",
            )


@outbox_app.command("retry")
def outbox_retry(
    key: Annotated[str, typer.Argument(help="Key of the item.")], as_json: AsJson = False
) -> None:
    """Queue a refused item again."""
    _outbox_act("retry", key, "queued again; it goes with the next sync", as_json)


@outbox_app.command("drop")
def outbox_drop(
    key: Annotated[str, typer.Argument(help="Key of the item.")], as_json: AsJson = False
) -> None:
    """Give up on an item that was refused; what you recorded stays in the log."""
    words = "given up; the activity stays in the log. This cannot be taken back"
    _outbox_act("drop", key, words, as_json)


def _outbox_act(verb: Literal["retry", "drop"], key: str, words: str, as_json: bool) -> None:
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say

    with open_session() as session:
        (session.desk.outbox.retry if verb == "retry" else session.desk.outbox.drop)(key)
        if as_json:
            print_json({"key": key, "done": verb})
        else:
            say(f"{key}: {words}.")


@conflicts_app.callback()
def conflicts(context: typer.Context, as_json: AsJson = False) -> None:
    """List fields that were changed on both sides; exit code 5 when there are any."""
    if context.invoked_subcommand is None:
        _list_conflicts(as_json)


@conflicts_app.command("list")
def conflicts_list(as_json: AsJson = False) -> None:
    """List fields that were changed on both sides; exit code 5 when there are any."""
    _list_conflicts(as_json)


def _list_conflicts(as_json: bool) -> None:
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import need_person, print_json, say, table
    from sdrdesk.services.desk.json import conflicts_json

    with open_session() as session:
        items = session.desk.outbox.conflicts()
        if as_json:
            print_json(conflicts_json(items))
        elif not items:
            say("No conflicts.")
        else:
            table(
                ("lead", "field", "was", "mine", "theirs", "key"),
                [(i.lead_name, i.field, i.base, i.mine, i.theirs, i.key) for i in items],
            )
            say("Settle one: sdrdesk conflicts resolve KEY --take mine|theirs")
        if items:
            raise need_person()


@conflicts_app.command("resolve")
def conflicts_resolve(
    key: Annotated[str, typer.Argument(help="Key of the conflict.")],
    take: Annotated[Literal["mine", "theirs"], typer.Option(help="Whose value stays.")],
    as_json: AsJson = False,
) -> None:
    """Settle one conflict: my value is sent again, or theirs is taken over."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say

    with open_session() as session:
        session.desk.outbox.settle(key, take)
        if as_json:
            print_json({"key": key, "taken": take})
        else:
            say(f"{key}: {take} taken. This cannot be taken back.")
