"""The source of the CRM's value in a conflict, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.store.database.database import Database
from sdrdesk.store.outbox.conflicts import Conflict
from sdrdesk.store.reports.away import own_calls_near, owners_by_user

OTHER_MACHINE: Final = "your other machine"
_FROM: Final = {
    "crm": f"in {CRM_NAME}",
    "integration": "by an integration",
    "import": "by an import",
    "automation": "by an automation",
    "form": "by a form",
    "merge": "by a merge",
}


def sources(db: Database, found: Sequence[Conflict], me: str) -> dict[str, str]:
    """Return who set each CRM's value, by the conflict's key; ``""`` where the CRM does not say.

    An integration's change is of the rep's other machine when it carries the rep's user, or when a
    call of the rep that was not made here reached the lead within ten minutes of it.
    """
    users = owners_by_user(db)
    words: dict[str, str] = {}
    for item in found:
        owner_id, name = users.get(item.theirs_user, ("", ""))
        mine = bool(me) and owner_id == me
        if item.theirs_from == "integration" and me and (mine or own_calls_near(db, item, me)):
            words[item.key] = OTHER_MACHINE
        else:
            who = "you" if mine else one_line(name)
            words[item.key] = " ".join(x for x in (who, _FROM.get(item.theirs_from, "")) if x)
    return words
