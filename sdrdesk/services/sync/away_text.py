"""While you were away, in words: the same on screen and on the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.domain.text.humanize import age_words
from sdrdesk.services.sync.away import AwayView
from sdrdesk.store.reports.away import AwayCall, NewsRow

_KINDS: Final = {
    "call": ("call", "calls"),
    "contact": ("change of a lead", "changes of leads"),
    "task": ("call task", "call tasks"),
    "note": ("note", "notes"),
    "meeting": ("meeting", "meetings"),
    "email": ("e-mail", "e-mails"),
    "message": ("message", "messages"),
    "list": ("list entry", "list entries"),
}
NEWS: Final = {
    "moved": "moved",
    "merged": "merged",
    "deleted": "deleted",
    "converted": "converted again",
    "new": "new",
}


def sent_words(view: AwayView) -> str:
    """Return what went out: ``12 calls, 3 notes``."""
    parts = []
    for kind, count in view.sent:
        one, many = _KINDS.get(kind, (kind, f"{kind}s"))
        parts.append(f"{count} {one if count == 1 else many}")
    return ", ".join(parts) or "nothing"


def news_words(row: NewsRow, now: datetime) -> str:
    """Return what happened to a lead."""
    if row.kind == "moved":
        owner = f"owner is {row.now}" if row.now else NO_OWNER
        return f"{owner}, was {row.was or NO_OWNER}"
    if row.kind == "merged":
        return f"in {CRM_NAME} with {row.was or 'another record'}"
    if row.kind == "deleted":
        return f"in {CRM_NAME}; its history stays here"
    ago = age_words((now - row.at).total_seconds()) if row.at is not None else ""
    return " · ".join(part for part in (ago, row.now) if part)


def caller(row: AwayCall, me: str) -> str:
    """Return who made a call; one of the rep's own was not made on this machine."""
    if row.owner_id and row.owner_id == me:
        return "you, elsewhere"
    return row.owner or (f"owner {row.owner_id}" if row.owner_id else "unknown")


def summary(view: AwayView) -> str:
    """Return the counts of what the rep should look at: ``2 refused · 1 conflict``."""
    counted = (
        (len(view.asked), "asks you", "ask you"),
        (len(view.refused), "refused", "refused"),
        (len(view.conflicts), "conflict", "conflicts"),
        (len(view.promises), "promise passed", "promises passed"),
        (len(view.leads), "lead changed", "leads changed"),
        (len(view.calls), "call", "calls"),
    )
    return " · ".join(
        f"{count} {one if count == 1 else many}" for count, one, many in counted if count
    )
