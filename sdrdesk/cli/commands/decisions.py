"""Commands that change a lead without a call; each prints the command that undoes it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import flag, json_option, lead_argument, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import command_line, print_json, say, say_err
from sdrdesk.clock import iso, iso_or_none
from sdrdesk.domain.queue.rests import UNTIL_CONVERSION, is_until_conversion
from sdrdesk.domain.queue.skip import skip_end
from sdrdesk.services.rep_zone import local_words

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.store.record.decisions import DeskState

_FINAL = "This cannot be undone."


@click.command
@lead_argument
@click.argument("when", metavar="WHEN", help='+1h, tomorrow 9:00, ISO, or "until they convert".')
@text_option("--reason", "Why.")
@flag("--firm", "Keep it even if the person converts again.")
@flag("--with-callback", "Put off a promised callback as well; without this it stays due.")
@json_option
def snooze(
    lead_id: str, when: str, reason: str, firm: bool, with_callback: bool, as_json: bool
) -> None:
    """Snooze a lead until a time, which is read in the lead's time zone.

    A new conversion brings the lead back earlier; "until they convert" sets no time at all.
    """
    with open_session() as session:
        desk = session.desk
        until = None if is_until_conversion(when) else desk.outcome.when(lead_id, when)
        before = desk.decisions.snooze(
            lead_id, until, reason, firm=firm, with_promise=with_callback or None
        )
        callback = desk.decisions.callbacks_before({before.lead_id: until})
        if callback and not with_callback:
            at = local_words(callback[before.lead_id], session.rep_zone)
            say_err(f"The callback at {at} (your time) stays; --with-callback puts it off as well.")
        _print_rest(session, before, until, reason, as_json)


@click.command
@lead_argument
@click.option("--reason", required=True, help="Why.")
@json_option
def skip(lead_id: str, reason: str, as_json: bool) -> None:
    """Skip a lead for an hour, with a reason."""
    with open_session() as session:
        until = skip_end(session.desk.now())
        before = session.desk.decisions.skip(lead_id, reason, until)
        _print_rest(session, before, until, reason, as_json)


@click.command
@lead_argument
@json_option
def wake(lead_id: str, as_json: bool) -> None:
    """End a lead's snooze or skip."""
    with open_session() as session:
        before = session.desk.decisions.wake(lead_id)
        name = session.desk.leads.view(lead_id).row.name
        made: dict[str, object] = {
            "lead_id": lead_id,
            "snoozed_until": None,
            "was": iso_or_none(before.snoozed_until),
        }
        back = _rest_again(session, before)
        said = f"{name} is awake again." if back else f"{name} was not resting."
        _print(made, said, back, as_json)


@click.command
@lead_argument
@json_option
def pin(lead_id: str, as_json: bool) -> None:
    """Pin a lead to the top of the queue, below callbacks that are due."""
    _pin(lead_id, as_json, pinned=True)


@click.command
@lead_argument
@json_option
def unpin(lead_id: str, as_json: bool) -> None:
    """Unpin a lead; it goes back to its place in the queue."""
    _pin(lead_id, as_json, pinned=False)


@click.command
@lead_argument
@click.argument("name", default="", metavar="[ZONE]", help="IANA name; shows the zone if left out.")
@flag("--clear", "Go back to the zone of the number and address.")
@json_option
def zone(lead_id: str, name: str, clear: bool, as_json: bool) -> None:
    """Show or set a lead's time zone; a zone you set is kept."""
    with open_session() as session:
        before = session.desk.leads.view(lead_id).row
        back = _set_zone(session, lead_id, name) if name or clear else ""
        view = session.desk.leads.view(lead_id)
        row = view.row
        made: dict[str, object] = {
            "lead_id": row.lead_id,
            "time_zone": row.time_zone,
            "was": before.time_zone,
            "lead_local_time": row.lead_local_time,
            "note": view.zone_note,
        }
        there = f", {row.lead_local_time} there" if row.lead_local_time else ""
        _print(made, f"{row.name}: {row.time_zone or 'time zone unknown'}{there}.", back, as_json)


@click.command
@lead_argument
@click.argument(
    "label", default="", metavar="[LABEL]", help="As in the CRM; lists the personas if left out."
)
@flag("--clear", "Clear the field; the rules choose the persona again.")
@json_option
def persona(lead_id: str, label: str, clear: bool, as_json: bool) -> None:
    """Show or correct a lead's persona; a correction is sent with the next sync."""
    with open_session() as session:
        before = session.desk.leads.view(lead_id)
        way_back = session.desk.decisions.persona_text(before.row.lead_id)
        if label or clear:
            session.desk.decisions.set_persona(lead_id, label)
        elif not as_json:
            say_err(
                f"Personas of the account: {', '.join(session.desk.decisions.personas()) or 'none'}"
            )
        view = session.desk.leads.view(lead_id)
        made: dict[str, object] = {
            "lead_id": view.row.lead_id,
            "persona": view.row.persona,
            "reason": view.persona_reason,
            "was": before.row.persona,
            "personas": list(session.desk.decisions.personas()),
        }
        why = f" ({view.persona_reason})" if view.persona_reason else ""
        said, back = f"{view.row.name}: {view.row.persona or 'no persona'}{why}.", ""
        if label or clear:
            if way_back is None:
                said += f" The account no longer offers the previous persona. {_FINAL}"
            elif way_back:
                back = command_line("persona", lead_id, way_back)
            else:
                back = command_line("persona", lead_id, options=("--clear",))
        _print(made, said, back, as_json)


@click.command
@lead_argument
@json_option
def unpromise(lead_id: str, as_json: bool) -> None:
    """Remove a promised callback without a call, and complete its task at the CRM."""
    with open_session() as session:
        was = session.desk.decisions.close_callback(lead_id).callback_at
        name = session.desk.leads.view(lead_id).row.name
        promised = f" of {local_words(was, session.rep_zone)}" if was else ""
        made: dict[str, object] = {"lead_id": lead_id, "callback_at": None, "was": iso_or_none(was)}
        said = f"Callback{promised} for {name} removed; its task in the CRM will be completed."
        _print(made, f"{said} {_FINAL}", "", as_json)


def _set_zone(session: Session, lead_id: str, name: str) -> str:
    """Set or clear a time zone; return the command that undoes it."""
    was = session.desk.decisions.set_zone(lead_id, name).rep_time_zone
    if was:
        return command_line("zone", lead_id, was)
    return command_line("zone", lead_id, options=("--clear",)) if name else ""


def _print_rest(
    session: Session, before: DeskState, until: datetime | None, reason: str, as_json: bool
) -> None:
    row = session.desk.leads.view(before.lead_id).row
    made: dict[str, object] = {
        "lead_id": row.lead_id,
        "snoozed_until": iso_or_none(until),
        "until_conversion": until is None,
        "reason": reason,
    }
    end = f"{local_words(until, session.rep_zone)} (your time)" if until else "they convert again"
    said = f"{row.name} rests until {end}."
    back = _rest_again(session, before) or command_line("wake", before.lead_id)
    _print(made, said, back, as_json)


def _rest_again(session: Session, before: DeskState) -> str:
    """Return the command that restores the previous rest; ``""`` when there was none."""
    until = before.snoozed_until
    if until is None and before.rest_seen_at is None:
        return ""
    if until is not None and until <= session.desk.now():
        return ""
    options = [f"--reason={before.snooze_reason}"] if before.snooze_reason else []
    if before.rest_seen_at is None:
        options.append("--firm")
    if before.rest_promise:
        options.append("--with-callback")
    when = UNTIL_CONVERSION if until is None else iso(until)
    return command_line("snooze", before.lead_id, when, options=tuple(options))


def _pin(lead_id: str, as_json: bool, *, pinned: bool) -> None:
    with open_session() as session:
        was = session.desk.decisions.pin(lead_id, pinned).pinned_at is not None
        row = session.desk.leads.view(lead_id).row
        if was == pinned:
            said, back = f"{row.name} was {'already' if pinned else 'not'} pinned.", ""
        elif pinned:
            said, back = f"{row.name} is pinned.", command_line("unpin", row.lead_id)
        else:
            said, back = f"{row.name} is no longer pinned.", command_line("pin", row.lead_id)
        _print({"lead_id": row.lead_id, "pinned": pinned}, said, back, as_json)


def _print(made: dict[str, object], said: str, back: str, as_json: bool) -> None:
    """Print the change as JSON or as a sentence, with the command that undoes it."""
    if as_json:
        print_json(made)
        return
    say(said)
    if back:
        say_err(f"Undo: {back}")
