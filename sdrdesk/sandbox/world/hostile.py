"""Hostile text in a given share of the records."""

from __future__ import annotations

import html

from sdrdesk.sandbox.world.data.hostile_text import LONG, SHORT
from sdrdesk.sandbox.world.dice import Dice

_SHORT_FIELDS = (
    "firstname", "lastname", "company", "jobtitle", "city", "state", "country", "phone",
    "recent_conversion_event_name", "hs_analytics_last_url", "message",
)  # fmt: skip
_LONG_FIELDS = ("message", "message", "message", "company", "jobtitle", "lastname")
_BODY_FIELDS = {
    "calls": ("hs_call_body", "hs_call_title"),
    "tasks": ("hs_task_body", "hs_task_subject"),
    "notes": ("hs_note_body", "hs_note_body"),
    "meetings": ("hs_internal_meeting_notes", "hs_meeting_title"),
}
BIG_ID = 9_007_199_254_740_993_000
"""Base of the 19-digit ids: larger than a float can hold, within 64 bits."""


def spoil_contact(dice: Dice, properties: dict[str, str]) -> None:
    """Overwrite one to three fields of a contact with hostile text."""
    for _ in range(dice.between(1, 3)):
        if dice.chance(0.3):
            properties[dice.pick(_LONG_FIELDS)] = dice.pick(LONG)[1]
        else:
            properties[dice.pick(_SHORT_FIELDS)] = dice.pick(SHORT)[1]


def spoil_company(dice: Dice, properties: dict[str, str]) -> None:
    """Overwrite name, city or description of a company."""
    properties[dice.pick(("name", "city", "description"))] = dice.pick(SHORT)[1]


def spoil_engagement(dice: Dice, type_: str, properties: dict[str, str]) -> None:
    """Put hostile text in the rep's texts.

    Bodies are sanitised HTML at the CRM, so it is escaped there; titles keep it as it is.
    """
    body, title = _BODY_FIELDS[type_]
    if body == title or dice.chance(0.6):
        text = dice.pick(LONG if dice.chance(0.3) else SHORT)[1]
        properties[body] = f"<p>{html.escape(text)}</p>"
        if "hs_body_preview" in properties:
            properties["hs_body_preview"] = text[:500]
    else:
        properties[title] = dice.pick(SHORT)[1]
