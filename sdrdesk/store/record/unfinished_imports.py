"""People whose creation an import started and did not finish: the next run continues with them.

Without it, people created by a killed import would look as if they had always been in the CRM, and
the file's values for new people (further numbers, a fax) would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sdrdesk.clock import system_clock
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import get_fact, set_fact

_FACT = "import.begun"


def begun(db: Database) -> frozenset[str]:
    """Return the people that ``note_begun`` stored."""
    try:
        found = json.loads(get_fact(db, _FACT) or "[]")
    except ValueError:
        return frozenset()
    return frozenset(str(name) for name in found) if isinstance(found, list) else frozenset()


def note_begun(db: Database, names: Iterable[str]) -> None:
    """Store these people in place of earlier ones."""
    set_fact(db, _FACT, json.dumps(sorted(set(names))), system_clock())
