"""Effects of the CRM after a write: roll-ups onto contacts and companies, conversions."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.times import incremented, iso_short, parse_instant

_SALES = {"calls": "CALL", "meetings": "MEETING", "emails": "EMAIL"}
"""Activities that count as contact with the person."""


def settle(account: Account) -> None:
    """Apply every due effect and update the search index."""
    if account.effects:
        for effect in account.due_effects():
            if effect.kind == "logged":
                _logged(account, effect.args)
    account.view.settle(account.now_ms)


def _logged(account: Account, args: dict[str, Any]) -> None:
    record = account.tables[args["type"]].rows.get(args["id"])
    activity = account.tables[args["activity"]].rows.get(args["activityId"])
    if record is None or activity is None or record.archived_ms is not None:
        return
    happened_ms = parse_instant(activity.properties.get("hs_timestamp", ""))
    changes = _counts(record, activity.type)
    if happened_ms is not None:
        changes |= _dates(account, record, activity.type, happened_ms)
    account.touch(record, dict(changes))


def _counts(record: Record, activity: str) -> dict[str, str]:
    names = ["num_notes"] if activity != "tasks" else []
    if activity in _SALES:
        names.append("num_contacted_notes")
    return {name: incremented(record.properties.get(name)) for name in names}


def _dates(account: Account, record: Record, activity: str, happened_ms: int) -> dict[str, str]:
    changes = {}
    is_past = happened_ms <= account.now_ms
    if activity in {"tasks", "meetings"} and not is_past:
        changes["notes_next_activity_date"] = iso_short(happened_ms)
    if not is_past:
        return changes
    names = ["notes_last_updated"]
    if activity in _SALES:
        names += ["notes_last_contacted", "hs_last_sales_activity_timestamp"]
        changes["hs_last_sales_activity_type"] = _SALES[activity]
    for name in names:
        held = parse_instant(record.properties.get(name, "") or "")
        if held is None or held < happened_ms:
            changes[name] = iso_short(happened_ms)
    return changes
