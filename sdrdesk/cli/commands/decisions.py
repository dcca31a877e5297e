"""Commands that decide about a lead without a call; each names the command that takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sdrdesk.cli.commands.queue import AsJson, LeadId

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.store.record.decisions import DeskState

Words = tuple[dict[str, object], str, str]
"""JSON, the sentence for a person, and the command that takes it back (``""``: there is none)."""

_FINAL = "This cannot be taken back."


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    for command in (snooze, skip, wake, pin, unpin, zone, persona, unpromise):
        app.command()(command)


def snooze(
    lead_id: LeadId,
    when: Annotated[str, typer.Argument(help="+1h, tomorrow 9:00, ISO.", metavar="WHEN")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let a lead rest until a time; a person's words are read in the lead's time zone."""

    def act(session: Session) -> Words:
        until = session.desk.outcome.when(lead_id, when)
        before = session.desk.decisions.snooze(lead_id, until, reason)
        return _resting(session, before, until, reason)

    _decide(act, as_json)


def skip(
    lead_id: LeadId,
    reason: Annotated[str, typer.Option(help="Why it is put aside.")],
    as_json: AsJson = False,
) -> None:
    """Put a lead aside for an hour, with a reason."""

    def act(session: Session) -> Words:
        from sdrdesk.services.lead.decisions import SKIP_REST

        until = session.desk.now() + SKIP_REST
        before = session.desk.decisions.skip(lead_id, reason)
        return _resting(session, before, until, reason)

    _decide(act, as_json)


def wake(lead_id: LeadId, as_json: AsJson = False) -> None:
    """End the rest of a lead that was snoozed or skipped."""

    def act(session: Session) -> Words:
        from sdrdesk.clock import iso_or_none

        before = session.desk.decisions.wake(lead_id)
        name = session.desk.leads.view(lead_id).row.name
        made: dict[str, object] = {
            "lead_id": lead_id,
            "snoozed_until": None,
            "was": iso_or_none(before.snoozed_until),
        }
        back = _rest_again(session, before)
        return made, f"{name} is awake again." if back else f"{name} was not resting.", back

    _decide(act, as_json)


def pin(lead_id: LeadId, as_json: AsJson = False) -> None:
    """Keep a lead on top of the queue, under the callbacks that are due."""
    _decide(lambda session: _pin(session, lead_id, pinned=True), as_json)


def unpin(lead_id: LeadId, as_json: AsJson = False) -> None:
    """Let a pinned lead go back to its place."""
    _decide(lambda session: _pin(session, lead_id, pinned=False), as_json)


def zone(
    lead_id: LeadId,
    name: Annotated[
        str, typer.Argument(help="IANA name; shows the zone if left out.", metavar="[ZONE]")
    ] = "",
    clear: Annotated[
        bool, typer.Option("--clear", help="Go back to what number and address say.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show or settle a lead's time zone; what you settle is remembered and wins."""

    def act(session: Session) -> Words:
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
        return made, f"{row.name}: {row.time_zone or 'time zone unknown'}{there}.", back

    _decide(act, as_json)


def persona(
    lead_id: LeadId,
    label: Annotated[
        str, typer.Argument(help="As the account names it; lists them if left out.")
    ] = "",
    clear: Annotated[
        bool, typer.Option("--clear", help="Empty the field: the rules infer it again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show or correct a lead's persona; a correction goes upstream with the next sync."""

    def act(session: Session) -> Words:
        from sdrdesk.cli.terminal.output import note

        before = session.desk.leads.view(lead_id)
        way_back = session.desk.decisions.persona_text(before.row.lead_id)
        if label or clear:
            session.desk.decisions.set_persona(lead_id, label)
        elif not as_json:
            note(
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
        said = f"{view.row.name}: {view.row.persona or 'no persona'}{why}."
        if not (label or clear):
            return made, said, ""
        if way_back is None:
            return made, f"{said} The account no longer offers the one before. {_FINAL}", ""
        back = _command("persona", lead_id, way_back) if way_back else ""
        return made, said, back or _command("persona", lead_id, options=("--clear",))

    _decide(act, as_json)


def unpromise(lead_id: LeadId, as_json: AsJson = False) -> None:
    """Close a promised callback without a call; the task at the CRM stays as it is."""

    def act(session: Session) -> Words:
        from sdrdesk.clock import iso_or_none
        from sdrdesk.services.rep_zone import local_words

        was = session.desk.decisions.close_callback(lead_id).callback_at
        name = session.desk.leads.view(lead_id).row.name
        promised = f" of {local_words(was, session.rep_zone)}" if was else ""
        made: dict[str, object] = {"lead_id": lead_id, "callback_at": None, "was": iso_or_none(was)}
        said = f"The promise{promised} to {name} is closed here; its task in the CRM stays open."
        return made, f"{said} {_FINAL}", ""

    _decide(act, as_json)


def _set_zone(session: Session, lead_id: str, name: str) -> str:
    """Settle or unsettle a time zone and return the way back."""
    was = session.desk.decisions.set_zone(lead_id, name).rep_time_zone
    if was:
        return _command("zone", lead_id, was)
    return _command("zone", lead_id, options=("--clear",)) if name else ""


def _resting(session: Session, before: DeskState, until: datetime, reason: str) -> Words:
    from sdrdesk.clock import iso
    from sdrdesk.services.rep_zone import local_words

    row = session.desk.leads.view(before.lead_id).row
    made: dict[str, object] = {
        "lead_id": row.lead_id,
        "snoozed_until": iso(until),
        "reason": reason,
    }
    said = f"{row.name} rests until {local_words(until, session.rep_zone)} (your time)."
    return made, said, _rest_again(session, before) or _command("wake", before.lead_id)


def _rest_again(session: Session, before: DeskState) -> str:
    """Return the command for the rest a lead had before, ``""`` when it was awake."""
    from sdrdesk.clock import iso

    until = before.snoozed_until
    if until is None or until <= session.desk.now():
        return ""
    reason = (f"--reason={before.snooze_reason}",) if before.snooze_reason else ()
    return _command("snooze", before.lead_id, iso(until), options=reason)


def _pin(session: Session, lead_id: str, *, pinned: bool) -> Words:
    was = session.desk.decisions.pin(lead_id, pinned).pinned_at is not None
    row = session.desk.leads.view(lead_id).row
    made: dict[str, object] = {"lead_id": row.lead_id, "pinned": pinned}
    if was == pinned:
        return made, f"{row.name} was {'pinned already' if pinned else 'not pinned'}.", ""
    if pinned:
        return made, f"{row.name} is pinned.", _command("unpin", row.lead_id)
    return made, f"{row.name} goes back to its place.", _command("pin", row.lead_id)


def _command(name: str, *values: str, options: Sequence[str] = ()) -> str:
    """Return a command to copy into a shell; ids, names and reasons may hold anything."""
    import shlex

    end = ["--"] if any(value.startswith("-") for value in values) else []
    return shlex.join(["sdrdesk", name, *options, *end, *values])


def _decide(act: Callable[[Session], Words], as_json: bool) -> None:
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import note, print_json, say

    with open_session() as session:
        made, said, back = act(session)
        if as_json:
            print_json(made)
        else:
            say(said)
            if back:
                note(f"Take it back: {back}")
