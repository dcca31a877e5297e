"""The end of a cadence, as its file says: nurture, disqualify, or hand back.

Each changes the lead at the CRM, so nothing ends on its own: the rep asks for it. It is an outcome
or a change of owner like any other: one transaction with what is sent and with the end of the
cadence, and one undo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry

if TYPE_CHECKING:
    from sdrdesk.services.cadence.service import CadenceEnd
    from sdrdesk.services.desk.protocol import Desk

_NOTHING = "Nothing was changed."
_FLAGS = {"nurture": Flag.NURTURE, "disqualify": Flag.WITHOUT_CALL}


class Ended(NamedTuple):
    """The effect of the end of a cadence, done or planned."""

    end: CadenceEnd
    said: str
    activity_key: str
    """Of the outcome, ``""`` for a lead that was handed back and for a dry run."""
    preview: tuple[str, ...]


def need_end(desk: Desk, lead_id: str) -> CadenceEnd:
    """Return how the cadence of a lead ends. Raises UsageError while there is none to end."""
    end = desk.cadences.end_of(lead_id)
    if end is not None:
        return end
    run = desk.cadences.run(lead_id)
    where = f"is in {run.run.cadence}, {run.step_words(desk.now())}" if run else "is in no cadence"
    raise UsageError(
        f"{run.name if run else lead_id} {where}.",
        kept=_NOTHING,
        next_step="Only a cadence whose steps are all done has an end to carry out.",
    )


def end_outcome(desk: Desk, end: CadenceEnd) -> Disposition | None:
    """Return the outcome that ends it, ``None`` when the lead is handed back.

    Raises:
        UsageError: the team has no such outcome.
    """
    flag = _FLAGS.get(end.what)
    if flag is None:
        return None
    found = next((item for item in desk.outcomes() if item.is_(flag)), None)
    if found is None:
        raise UsageError("Your team has no outcome for that.", kept=_NOTHING)
    return found


def end_entry(desk: Desk, outcome: Disposition, reason: str = "") -> Entry:
    """Return the entry that ends a cadence without a call."""
    return Entry(outcome.key, desk.now(), reason=reason, without_call=True)


def end_cadence(
    desk: Desk, lead_id: str, *, reason: str = "", to: str = "", dry_run: bool = False
) -> Ended:
    """Do what the cadence of a lead says at its end.

    Args:
        desk: the desk.
        lead_id: the lead.
        reason: key of the reason, where the outcome needs one.
        to: owner id or e-mail of who gets a lead that is handed back; ``""``: as the file says.
        dry_run: only preview.

    Raises:
        UsageError: a step is left, or the reason or the rep is missing or unknown.
    """
    end = need_end(desk, lead_id)
    outcome = end_outcome(desk, end)
    if outcome is None:
        return _hand_back(desk, end, to, dry_run=dry_run)
    if to:
        raise UsageError(f"{end.cadence} ends with {end.what}, not by handing back.", kept=_NOTHING)
    entry = end_entry(desk, outcome, reason)
    preview = tuple(desk.outcome.preview(lead_id, entry))
    if dry_run:
        return Ended(end, f"Would record {outcome.label}.", "", preview)
    done = desk.outcome.record(lead_id, entry)
    return Ended(end, f"{done.label}, {done.lead_name}.", done.activity_key, preview)


def _hand_back(desk: Desk, end: CadenceEnd, to: str, *, dry_run: bool) -> Ended:
    wanted = to or end.hand_to
    if not wanted:
        raise UsageError(
            f"{end.cadence} does not say to whom a lead goes back.",
            kept=_NOTHING,
            next_step='Name them: --to EMAIL, or to = "EMAIL" under [end] of its file.',
        )
    if dry_run:
        said = f"Would give {end.lead_name} to {wanted}."
        return Ended(end, said, "", (f"Owner: {wanted}",))
    name = desk.decisions.assign(end.lead_id, wanted)
    return Ended(end, f"{end.lead_name} went back to {name}.", "", (f"Owner: {name}",))
