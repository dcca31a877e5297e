"""The command that corrects an earlier outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from sdrdesk.cli.commands.outcomes import slots_from
from sdrdesk.cli.options import (
    choice_option,
    flag,
    integer_option,
    json_option,
    list_option,
    text_option,
)
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, say_err
from sdrdesk.domain.outcome.types import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from sdrdesk.services.views.call import Corrected


@click.command
@click.argument("activity_key", metavar="ACTIVITY_KEY", help="Key of the outcome: log --json.")
@text_option("--outcome", "The right outcome, such as no_answer; default: the same.")
@text_option("--note", "The right note.")
@text_option("--callback", "When to call back: +3d, thu 10:00, ISO.")
@text_option("--meeting", "When the meeting starts.")
@integer_option("--minutes", "Length of the meeting in minutes.", default=30, low=5, high=1_440)
@list_option("--attendee attendees", "E-mail or name of an attendee; default: the lead.")
@text_option("--reason", "Key of the reason, for outcomes that need one.")
@list_option("--qualify", "A qualification answer.", metavar="SLOT=TEXT")
@choice_option(
    "--scope", "Scope of do_not_call.", ["person", "number", "company"], default="person"
)
@text_option("--why", "Why; required to lift a do-not-call that was sent.")
@flag("--dry-run", "Print what would change and what stays; correct nothing.")
@json_option
@click.pass_context
def correct(
    ctx: click.Context,
    activity_key: str,
    outcome: str,
    note: str,
    callback: str,
    meeting: str,
    minutes: int,
    attendees: Sequence[str],
    reason: str,
    qualify: Sequence[str],
    scope: Scope,
    why: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Correct one of your outcomes, or its note, here and in the CRM.

    What was not sent yet is changed before it goes out. What cannot be taken back is listed first.
    """
    with open_session() as session:
        desk = session.desk
        lead_id = desk.corrections.outcome(activity_key).lead_id
        entry = desk.corrections.entry(activity_key, outcome)

        def moment(text: str, before: datetime | None) -> datetime | None:
            return desk.outcome.when(lead_id, text) if text else before

        entry = replace(
            entry,
            note=note if _given(ctx, "note") else entry.note,
            callback_at=moment(callback, entry.callback_at),
            meeting_at=moment(meeting, entry.meeting_at),
            meeting_minutes=minutes,
            reason=reason or entry.reason,
            qualify={**entry.qualify, **slots_from(qualify, session)},
            do_not_call_scope=scope,
        )
        if entry.meeting_at is not None:
            email = desk.leads.view(lead_id).email
            entry = replace(entry, attendees=tuple(attendees or ([email] if email else [])))
        planned = desk.corrections.preview(activity_key, entry, why)
        for line in planned.stays:
            say_err(f"! {line}")
        if dry_run:
            answer(as_json, _document(planned, recorded=False), list(planned.preview))
            return
        done = desk.corrections.correct(activity_key, entry, why, planned.stays)
        said = f"Corrected: {done.before} → {done.label}, {done.lead_name}."
        if done.before == done.label:
            said = f"Corrected: {done.label}, {done.lead_name}."
        answer(as_json, _document(done, recorded=True), [said, *done.preview])


def _given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is not ParameterSource.DEFAULT


def _document(done: Corrected, *, recorded: bool) -> dict[str, object]:
    return {
        "activity_key": done.activity_key,
        "lead_id": done.lead_id,
        "before": done.before,
        "disposition": done.label,
        "preview": list(done.preview),
        "stays": list(done.stays),
        "recorded": recorded,
    }
