"""The names by which options and lists of the account were ever known, each with its id.

An admin who renames one does not change what it is: what the team's files call by the old name is
still found, and a check can say the new name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from sdrdesk.domain.crm.records import RemoteOption
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.mirror.sync_state import get_state, set_state

OUTCOME, PERSONA, LIST = "outcome", "persona", "list"
_KINDS: Final = (OUTCOME, PERSONA, LIST)
"""Things that rules call by their name; statuses and stages are called by their value."""
_MOST: Final = 2_000
"""Names kept of one kind; the earliest go first."""


def remember_options(connection: Connection, options: Sequence[RemoteOption]) -> None:
    """Keep the labels of call outcomes and personas."""
    for kind in (OUTCOME, PERSONA):
        found = {o.label: o.value for o in options if o.field == kind}
        if found:
            remember(connection, kind, found)


def remember(connection: Connection, kind: str, names: Mapping[str, str]) -> None:
    """Keep names with their ids; a name that something else has now leads there."""
    seen = {folded(name): value for name, value in names.items() if name.strip()}
    before = former(connection, kind)
    after = {name: value for name, value in before.items() if name not in seen} | seen
    if after != before:
        kept = dict(list(after.items())[-_MOST:])
        set_state(connection, _state(kind), json.dumps(kept), 0)


def former(connection: Connection, kind: str) -> dict[str, str]:
    """Return every name ever seen, in lower case, with its id."""
    found = json_object(get_state(connection, _state(kind)))
    return {name: value for name, value in found.items() if isinstance(value, str)}


def all_former(db: Database) -> dict[str, dict[str, str]]:
    """Return ``former`` of every kind."""
    with db.reader() as connection:
        return {kind: former(connection, kind) for kind in _KINDS}


def folded(name: str) -> str:
    """Return a name as it is compared."""
    return str(name).strip().casefold()


def _state(kind: str) -> str:
    return f"options.{kind}.labels"
