"""Commands that record outcomes and undo them, and the meetings that were set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from sdrdesk.cli.options import (
    choice_option,
    flag,
    integer_option,
    json_option,
    lead_argument,
    list_option,
    text_option,
)
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, print_json, say, say_err, table, tell_error
from sdrdesk.clock import iso_or_none
from sdrdesk.domain.errors import ExitCode, SdrDeskError, UsageError
from sdrdesk.domain.outcome.meeting_result import meeting_result
from sdrdesk.domain.outcome.types import Entry, Scope
from sdrdesk.domain.outcome.validation import typed_number
from sdrdesk.services.desk.json import disposed_json, meeting_json
from sdrdesk.services.rep_zone import local_words

if TYPE_CHECKING:
    from datetime import datetime

    from sdrdesk.cli.session import Session
    from sdrdesk.services.views.call import Disposed


class Typed(TypedDict):
    """The options of ``dispose`` that say what happened."""

    note: str
    at: str
    duration_s: int
    number: str
    direction: Literal["in", "out"]
    callback: str
    team: bool
    meeting: str
    minutes: int
    attendees: Sequence[str]
    reason: str
    qualify: Sequence[str]
    script: str
    scope: Scope


@click.command
@lead_argument
@click.argument("key", metavar="KEY", help="Outcome, such as no_answer.")
@text_option("--note", "Note of the call.")
@text_option("--at", "When the call happened; default: now.")
@integer_option("--duration-s", "Talk time in seconds.", default=0, low=0, high=86_400)
@text_option("--number", "The number that was dialled, or that they called from.")
@choice_option("--direction", "in: they called; nothing was dialled.", ["in", "out"], default="out")
@text_option("--callback", "When to call back: +3d, thu 10:00, ISO.")
@flag("--team", "Anybody on the team may make the callback.")
@text_option("--meeting", "When the meeting starts.")
@integer_option("--minutes", "Length of the meeting in minutes.", default=30, low=5, high=1_440)
@list_option("--attendee attendees", "E-mail or name of an attendee; default: the lead.")
@text_option("--reason", 'Key of the reason, where one is needed; words: "other: moved abroad".')
@list_option("--qualify", "A qualification answer.", metavar="SLOT=TEXT")
@text_option("--script", "Id of the script that was used.")
@choice_option(
    "--scope", "Scope of do_not_call.", ["person", "number", "company"], default="person"
)
@choice_option("--push", "When to send it to the CRM.", ["now", "later"], default="later")
@flag("--dry-run", "Print what would change at the CRM; record nothing.")
@json_option
def dispose(
    lead_id: str,
    key: str,
    push: Literal["now", "later"],
    dry_run: bool,
    as_json: bool,
    **typed: Unpack[Typed],
) -> None:
    """Record an outcome.

    Times are ISO 8601 or plain words such as "thu 10:00", in the lead's time zone.
    """
    with open_session() as session:
        desk = session.desk
        entry = _entry(session, lead_id, key, typed)
        if dry_run:
            lines = list(desk.outcome.preview(lead_id, entry))
            answer(as_json, {"lead_id": lead_id, "disposition": key, "preview": lines}, lines)
            return
        since = session.clock()
        done = desk.outcome.record(lead_id, entry)
        sent, code = "", 0
        if push == "now":
            sent, code = _push_now(session, since)
            done = desk.outbox.refreshed(done)
        _print_disposed(done, sent, as_json=as_json)
        for words in desk.hook_news():  # of an earlier event: this one's hooks are still running
            say_err(words)
        if code:
            raise click.exceptions.Exit(code)


def _entry(session: Session, lead_id: str, key: str, typed: Typed) -> Entry:
    """Return the outcome as typed, with its times, number and answers read."""
    desk = session.desk

    def moment(text: str, *, past: bool = False) -> datetime | None:
        return desk.outcome.when(lead_id, text, past=past) if text else None

    slots = slots_from(typed["qualify"], session)
    if typed["script"]:
        session.scripts.need(typed["script"])
    entry = Entry(
        disposition=key,
        at=moment(typed["at"], past=True) or desk.now(),
        at_given=bool(typed["at"]),
        note=typed["note"],
        duration_s=typed["duration_s"],
        number=_number(session, lead_id, typed["number"]),
        callback_at=moment(typed["callback"]),
        for_team=typed["team"],
        meeting_at=moment(typed["meeting"]),
        meeting_minutes=typed["minutes"],
        reason=typed["reason"],
        qualify=slots,
        script_id=typed["script"],
        incoming=typed["direction"] == "in",
        do_not_call_scope=typed["scope"],
    )
    if entry.meeting_at is None:
        return entry
    email = desk.leads.view(lead_id).email
    attendees = typed["attendees"] or ([email] if email else [])
    return replace(entry, attendees=tuple(attendees))


def _push_now(session: Session, since: datetime) -> tuple[str, int]:
    """Send what is waiting; return a sentence about it and the exit code.

    The outcome is recorded in any case, so an error is printed and not raised.
    """
    try:
        report = session.engine().push(release_held=True, since=since)
    except SdrDeskError as error:
        return "", tell_error(error)
    blocked, conflicts = session.desk.outbox.counts().blocked, len(session.desk.outbox.conflicts())
    if blocked:
        say_err("Refused items need you: sdrdesk outbox")
    if conflicts:
        say_err(f"{conflicts} conflicts need you: sdrdesk conflicts")
    needs = ExitCode.NEEDS_PERSON if blocked or conflicts else ExitCode.DONE
    refused = f", {report.blocked} refused" if report.blocked else ""
    return f" Sent {report.sent}, {report.left} left{refused}.", int(needs)


def _print_disposed(done: Disposed, sent: str, *, as_json: bool) -> None:
    if done.problem:
        say_err(f"! {done.problem}")
    if done.advice:
        say_err(f"! {done.advice}.")
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
        say_err(f"Next: sdrdesk lead {done.next_lead_id}")


def slots_from(pairs: Sequence[str], session: Session) -> dict[str, str]:
    """Return the answers of ``--qualify``, checked against the slots of the team."""
    slots: dict[str, str] = {}
    for pair in pairs:
        slot, found, text = pair.partition("=")
        if not found or not slot.strip():
            raise click.BadParameter(f"{pair!r} is not SLOT=TEXT.", param_hint="'--qualify'")
        slots[session.rulebook.qualification.typed(slot)] = text.strip()
    return slots


def _number(session: Session, lead_id: str, text: str) -> str:
    """Return the dialled number as typed; any number the CRM has on record is accepted."""
    if not text:
        return ""
    view = session.desk.leads.view(lead_id)
    known = [view.row.phone, *(part for n in view.numbers for part in (n.e164, n.display))]
    return typed_number(text, tuple(known))


@click.command
@text_option("--reason", "Why; required to lift a do-not-call that was sent.")
@flag("--last", "Undo the last thing you did, also a decision or an edit, as u does.")
@json_option
def undo(reason: str, last: bool, as_json: bool) -> None:
    """Undo the last outcome or meeting result; one that was sent is corrected in the CRM."""
    with open_session() as session:
        done = session.desk.undo.last(reason, only_outcomes=not last)
        document = {
            "lead_id": done.lead_id,
            "disposition": done.label,
            "clean": done.clean,
            "lifted": done.lifted,
            "leads": done.leads,
            "message": done.message,
        }
        answer(as_json, document, [done.message])


@click.command
@json_option
def redo(as_json: bool) -> None:
    """Redo what you undid last, as long as you did nothing else since."""
    with open_session() as session:
        done = session.desk.undo.redo()
        document = {"lead_id": done.lead_id, "leads": done.leads, "message": done.message}
        answer(as_json, document, [done.message])


@click.command
@click.argument("result", required=False, default="")
@click.argument("key", required=False, default="")
@text_option("--at", "New time of a meeting that was moved, in the lead's zone.")
@json_option
def meetings(result: str, key: str, at: str, as_json: bool) -> None:
    """List your meetings, or say what became of one: held, no-show, moved or cancelled.

    Lists those of the last two weeks with their results, then upcoming ones set here, and writes
    calendar files that are missing. KEY is in the list. A no-show comes back into the queue.
    """
    with open_session() as session:
        if result:
            _say_result(session, result, key, at, as_json=as_json)
            return
        found = [*reversed(session.desk.meetings.past()), *session.desk.meetings.coming()]
        rows = [
            (
                local_words(m.start_at, session.rep_zone),
                str(m.minutes or ""),
                m.lead_name,
                m.result or ("what became of it?" if m.ask else m.state),
                m.file or m.key,
            )
            for m in found
        ]
        lines = table(
            ("when", "minutes", "with", "state", "calendar file or key"), rows, right="minutes"
        )
        document = [meeting_json(view) for view in found]
        answer(as_json, document, lines if found else ["No upcoming meetings."])


def _say_result(session: Session, result: str, key: str, at: str, *, as_json: bool) -> None:
    from sdrdesk.store.record.meeting_results import meeting_by

    wanted, desk = meeting_result(result), session.desk
    if not key:
        raise UsageError(
            "Name the meeting by its key.",
            kept="Nothing was changed.",
            next_step="`sdrdesk meetings` lists the keys.",
        )
    meeting = meeting_by(session.db, key)
    new_time = desk.outcome.when(meeting.lead_id, at) if at and meeting is not None else None
    said = desk.meetings.say(key, wanted, new_time)
    document = {
        "key": key,
        "lead_id": meeting.lead_id if meeting else None,
        "result": wanted,
        "start_at": iso_or_none(new_time),
    }
    answer(as_json, document, [said])
