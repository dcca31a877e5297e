"""The CRM's properties of a contact after conversions and calls."""

from __future__ import annotations

from sdrdesk.sandbox.world.account import CUSTOM_STAGE, DO_NOT_CALL
from sdrdesk.sandbox.world.clock import DAY, SECOND, iso
from sdrdesk.sandbox.world.dice import Dice, Table
from sdrdesk.sandbox.world.history.activity import LAST_WORDS, LEAD_STATUS, Touch
from sdrdesk.sandbox.world.history.conversions import Conversion

DO_NOT_CALL_SHARE = 0.03
"""Share of contacts marked before any call (a form box, an import)."""

_STAGE: Table[str] = Table(
    [
        ("lead", 36.0),
        ("marketingqualifiedlead", 44.0),
        (CUSTOM_STAGE, 6.0),
        ("subscriber", 5.0),
        ("salesqualifiedlead", 2.0),
        ("opportunity", 1.5),
        ("customer", 2.0),
        ("other", 1.0),
        ("", 2.5),
    ]
)
_UNTOUCHED_STATUS: Table[str] = Table([("NEW", 58.0), ("OPEN", 22.0), ("", 20.0)])
_LEGAL_BASIS = (
    "Legitimate interest – prospect/lead",
    "Freely given consent from contact",
    "Not applicable",
)
_BEYOND_LEAD = ("salesqualifiedlead", "opportunity", "customer")


def import_ms(now_ms: int) -> int:
    """Return the time of the account's one bulk import, which many records share."""
    return now_ms - 12 * DAY - now_ms % DAY + 34_567_890


def created_ms(dice: Dice, history: list[Conversion], now_ms: int) -> int:
    """Return when the contact was created: at the first conversion, or before by import or hand."""
    if not history:
        return import_ms(now_ms)
    first = history[0].at_ms
    if dice.chance(0.12):
        return first - round(dice.roll() * 200 * DAY)
    return first + 400


def state(
    dice: Dice,
    history: list[Conversion],
    touches: list[Touch],
    owner: str | None,
    now_ms: int,
) -> dict[str, str]:
    """Return owner, lead status, lifecycle stage, do-not-call and the roll-ups of past activity."""
    found: dict[str, str] = {}
    if owner is not None:
        found["hubspot_owner_id"] = owner
    stage, status = _stage_and_status(dice, touches)
    if stage:
        found["lifecyclestage"] = stage
    if status:
        found["hs_lead_status"] = status
    flag = _do_not_call(dice, touches)
    if flag:
        found[DO_NOT_CALL] = flag
    if history:
        found["hs_object_source"] = found["hs_object_source_label"] = "FORM"
        found.update(_dates(dice, history, stage, owner, now_ms))
    else:
        found["hs_object_source"] = found["hs_object_source_label"] = "IMPORT"
    if dice.chance(0.3):
        found["hs_legal_basis"] = dice.pick(_LEGAL_BASIS)
    if dice.chance(0.06):
        found["hs_email_optout"] = "true"
    if dice.chance(0.5):
        found["hubspotscore"] = str(dice.between(0, 100))
    if dice.chance(0.03):
        found["hs_sequences_is_enrolled"] = "true"
    found.update(_roll_ups(touches))
    return found


def _dates(
    dice: Dice, history: list[Conversion], stage: str, owner: str | None, now_ms: int
) -> dict[str, str]:
    """Return when the lead got its stage and its owner; routing takes up to half an hour."""
    found = {"hs_lifecyclestage_lead_date": iso(history[0].at_ms)}
    if stage == "marketingqualifiedlead":
        found["hs_lifecyclestage_marketingqualifiedlead_date"] = iso(history[-1].at_ms)
    if owner is not None:
        routed = history[0].at_ms + round(dice.spread(5 * SECOND, 30 * 60 * SECOND))
        found["hubspot_owner_assigneddate"] = iso(min(routed, now_ms))
    return found


def _do_not_call(dice: Dice, touches: list[Touch]) -> str:
    asked = bool(touches) and touches[-1].outcome == "do_not_call"
    promised = bool(touches) and touches[-1].outcome == "callback"
    if asked or (dice.chance(DO_NOT_CALL_SHARE) and not promised):
        return "true"
    return "false" if dice.chance(0.25) else ""


def _stage_and_status(dice: Dice, touches: list[Touch]) -> tuple[str, str]:
    stage = _STAGE.draw(dice)
    if not touches:
        if stage in _BEYOND_LEAD:
            return stage, "OPEN_DEAL" if stage == "opportunity" else ""
        return stage, _UNTOUCHED_STATUS.draw(dice)
    last = touches[-1].outcome
    decided = next((t.outcome for t in reversed(touches) if t.outcome in LAST_WORDS), last)
    # A later attempt does not lower a lead that was reached.
    status = LEAD_STATUS[last if last in LAST_WORDS or last == "callback" else decided]
    if decided in ("qualified", "meeting_set"):
        stage = "salesqualifiedlead" if dice.chance(0.75) else "opportunity"
    elif stage in _BEYOND_LEAD:
        stage = "marketingqualifiedlead"
    if status == "ATTEMPTED_TO_CONTACT" and dice.chance(0.06):
        status = "OPEN"  # the rep forgot
    return stage, status


def _roll_ups(touches: list[Touch]) -> dict[str, str]:
    if not touches:
        return {"hs_is_unworked": "true"}
    last = iso(max(t.at_ms for t in touches))
    found = {
        "notes_last_contacted": last,
        "notes_last_updated": last,
        "num_contacted_notes": str(len(touches)),
        "num_notes": str(len(touches)),
        "hs_last_sales_activity_timestamp": last,
        "hs_first_outreach_date": iso(touches[0].at_ms),
        "hs_is_unworked": "false",
    }
    due = [t.due_ms for t in touches if t.due_ms is not None and not t.kept]
    if due:
        found["notes_next_activity_date"] = iso(min(due))
    return found


def updated_ms(created: int, history: list[Conversion], touches: list[Touch], now_ms: int) -> int:
    """Return when the CRM last changed the contact: after its last conversion or logged call."""
    times = [created]
    if history:
        times.append(history[-1].at_ms + 2 * SECOND + 345)
    times.extend(t.logged_ms + 4 * SECOND for t in touches)
    return min(max(times), now_ms)
