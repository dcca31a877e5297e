"""Whose creation an import has begun and not finished: the next run goes on with them.

Without it, people whom a killed import created would look as if the CRM had always had them, and
what the file says of new people only (further numbers, a fax) would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sdrdesk.clock import system_clock
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import get_fact, set_fact

_FACT = "import.begun"


def begun(db: Database) -> frozenset[str]:
    """Return the names of people, as ``note_begun`` was given them."""
    try:
        found = json.loads(get_fact(db, _FACT) or "[]")
    except ValueError:
        return frozenset()
    return frozenset(str(name) for name in found) if isinstance(found, list) else frozenset()


def note_begun(db: Database, names: Iterable[str]) -> None:
    """Remember these people, and no others, as begun."""
    set_fact(db, _FACT, json.dumps(sorted(set(names))), system_clock())
