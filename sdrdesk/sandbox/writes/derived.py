"""Values that the CRM sets in the same write: previews, stage dates, phone forms."""

from __future__ import annotations

import re

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.schema.activities import BODIES
from sdrdesk.sandbox.schema.schema import ObjectType
from sdrdesk.sandbox.times import iso_short
from sdrdesk.sandbox.writes.htmltext import preview, sanitise

_COUNTRY_CODES = (
    "1", "7", "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45",
    "46", "47", "48", "49", "52", "54", "55", "56", "57", "60", "61", "62", "63", "64", "65", "66",
    "81", "82", "84", "86", "90", "91", "92", "94", "98", "351", "352", "353", "354", "358", "359",
    "370", "371", "372", "380", "385", "386", "420", "421", "852", "886", "971", "972",
)  # fmt: skip


def derive(
    account: Account, kind: ObjectType, before: Record | None, changes: dict[str, str]
) -> dict[str, str]:
    """Return ``changes`` with all derived values; ``""`` clears."""
    made = dict(changes)
    now = iso_short(account.now_ms)
    if kind.is_activity:
        _activity(kind, made, now)
    if kind.name == "contacts":
        _contact(made)
    if made.get("lifecyclestage"):
        made[f"hs_lifecyclestage_{made['lifecyclestage']}_date"] = now
    if "hubspot_owner_id" in made and kind.name in {"contacts", "companies"}:
        made["hubspot_owner_assigneddate"] = now if made["hubspot_owner_id"] else ""
    if before is None:
        if kind.name == "contacts":
            made.setdefault("hs_lastmodifieddate", now)
            made.setdefault("hs_analytics_source", "OFFLINE")
            made.setdefault("hs_latest_source", "OFFLINE")
        made.setdefault("hs_object_source", "INTEGRATION")
        made.setdefault("hs_object_source_label", "INTEGRATION")
    return made


def _activity(kind: ObjectType, made: dict[str, str], now: str) -> None:
    body = BODIES[kind.name]
    if body in made:
        made[body] = sanitise(made[body])
        made["hs_body_preview"] = preview(made[body])
    if kind.name == "tasks" and "hs_task_status" in made:
        done = made["hs_task_status"] == "COMPLETED"
        made["hs_task_completion_date"] = now if done else ""
        made["hs_task_is_completed"] = "true" if done else "false"


def _contact(made: dict[str, str]) -> None:
    if "email" in made:
        made["hs_email_domain"] = made["email"].rpartition("@")[2]
    for name, short in (("phone", "phone_number"), ("mobilephone", "mobile_number")):
        if name in made:
            full, local = phone_forms(made[name])
            made[f"hs_calculated_{short}"] = full
            made[f"hs_searchable_calculated_{short}"] = local


def phone_forms(text: str) -> tuple[str, str]:
    """Return the (international, local) digits of a number; both empty for unreadable ones.

    HubSpot guesses the country from more data; here only numbers with ``+`` or ``00`` are parsed,
    the part that clients can rely on.
    """
    digits = re.sub(r"[^\d+]", "", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not re.fullmatch(r"\+\d{7,15}", digits):
        return "", ""
    for length in (3, 2, 1):
        if digits[1 : 1 + length] in _COUNTRY_CODES:
            return digits, digits[1 + length :]
    return digits, digits[1:]
