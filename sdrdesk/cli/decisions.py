"""Commands that decide about a lead without a call; each names the command that takes it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sdrdesk.cli.queue import AsJson, LeadId

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.services.views import LeadView

Words = tuple[dict[str, object], str, str]
"""JSON, the sentence for a person, and how to take it back (``""``: nothing to take back)."""


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
        until = session.desk.parse_when(lead_id, when)
        session.desk.snooze(lead_id, until, reason)
        return _resting(session, lead_id, until, reason)

    _decide(act, as_json)


def skip(
    lead_id: LeadId,
    reason: Annotated[str, typer.Option(help="Why it is put aside.")],
    as_json: AsJson = False,
) -> None:
    """Put a lead aside for an hour, with a reason."""

    def act(session: Session) -> Words:
        from sdrdesk.services.deciding import SKIP_REST

        until = session.desk.now() + SKIP_REST
        session.desk.skip(lead_id, reason)
        return _resting(session, lead_id, until, reason)

    _decide(act, as_json)


def wake(lead_id: LeadId, as_json: AsJson = False) -> None:
    """End the rest of a lead that was snoozed or skipped."""

    def act(session: Session) -> Words:
        from sdrdesk.clock import iso_or_none

        was = session.desk.deciding.wake(lead_id).snoozed_until
        name = session.desk.lead(lead_id).row.name
        made: dict[str, object] = {
            "lead_id": lead_id,
            "snoozed_until": None,
            "was": iso_or_none(was),
        }
        if was is None:
            return made, f"{name} was not resting.", ""
        return made, f"{name} is awake again.", f"sdrdesk snooze {lead_id} {iso_or_none(was)}"

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
        before = session.desk.lead(lead_id).row
        if name or clear:
            session.desk.set_zone(lead_id, name)
        view = session.desk.lead(lead_id)
        row = view.row
        made: dict[str, object] = {
            "lead_id": row.lead_id,
            "time_zone": row.time_zone,
            "was": before.time_zone,
            "lead_local_time": row.lead_local_time,
            "note": view.zone_note,
        }
        there = f", {row.lead_local_time} there" if row.lead_local_time else ""
        back = f"sdrdesk zone {lead_id} --clear" if name else ""
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
        from sdrdesk.cli.output import note

        before = session.desk.lead(lead_id)
        if label or clear:
            session.desk.set_persona(lead_id, label)
        elif not as_json:
            note(f"Personas of the account: {', '.join(session.desk.personas()) or 'none'}")
        view = session.desk.lead(lead_id)
        made: dict[str, object] = {
            "lead_id": view.row.lead_id,
            "persona": view.row.persona,
            "reason": view.persona_reason,
            "was": before.row.persona,
            "personas": list(session.desk.personas()),
        }
        why = f" ({view.persona_reason})" if view.persona_reason else ""
        said = f"{view.row.name}: {view.row.persona or 'no persona'}{why}."
        return made, said, _persona_back(lead_id, before) if label or clear else ""

    _decide(act, as_json)


def unpromise(lead_id: LeadId, as_json: AsJson = False) -> None:
    """Close a promised callback without a call; the task at the CRM stays as it is."""

    def act(session: Session) -> Words:
        from sdrdesk.clock import iso_or_none
        from sdrdesk.services.zones import local_words

        was = session.desk.deciding.close_callback(lead_id).callback_at
        name = session.desk.lead(lead_id).row.name
        promised = f" of {local_words(was, session.rep_zone)}" if was else ""
        made: dict[str, object] = {"lead_id": lead_id, "callback_at": None, "was": iso_or_none(was)}
        return made, f"The promise{promised} to {name} is closed here.", ""

    _decide(act, as_json)


def _persona_back(lead_id: str, before: LeadView) -> str:
    if not before.persona_reason.startswith("set "):
        import shlex

    return f"sdrdesk persona {lead_id} --clear"  # it was inferred
    import shlex

    return f"sdrdesk persona {lead_id} {shlex.quote(before.row.persona)}"


def _resting(session: Session, lead_id: str, until: datetime, reason: str) -> Words:
    from sdrdesk.clock import iso
    from sdrdesk.services.zones import local_words

    row = session.desk.lead(lead_id).row
    made: dict[str, object] = {
        "lead_id": row.lead_id,
        "snoozed_until": iso(until),
        "reason": reason,
    }
    said = f"{row.name} rests until {local_words(until, session.rep_zone)} (your time)."
    return made, said, f"sdrdesk wake {lead_id}"


def _pin(session: Session, lead_id: str, *, pinned: bool) -> Words:
    session.desk.pin(lead_id, pinned)
    row = session.desk.lead(lead_id).row
    made: dict[str, object] = {"lead_id": row.lead_id, "pinned": pinned}
    if pinned:
        return made, f"{row.name} is pinned.", f"sdrdesk unpin {lead_id}"
    return made, f"{row.name} goes back to its place.", f"sdrdesk pin {lead_id}"


def _decide(act: Callable[[Session], Words], as_json: bool) -> None:
    from sdrdesk.cli.output import note, print_json, say
    from sdrdesk.cli.session import open_session

    with open_session() as session:
        made, said, back = act(session)
        if as_json:
            print_json(made)
        else:
            say(said)
            if back:
                note(f"Take it back: {back}")
