"""Events of the background sync: for the state line, and from its process to the workbench."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Literal

from sdrdesk.services.views.sync import TROUBLE, SyncEvent

Connection = Literal[
    "online", "offline", "unavailable", "never", "refused", "stranger", "failed", "syncing", "none"
]
"""The connection to the CRM, as the state line shows it."""


class CrmConnection:
    """The connection to the CRM by the last event of the sync. Thread-safe."""

    def __init__(self) -> None:
        self.latest: tuple[Connection, str, str] = ("never", "", "")
        """The connection, and why in a sentence and in two or three words, as one value."""

    def heard(self, connection: Connection, detail: str = "", cause: str = "") -> None:
        """Keep the result of the last sync round."""
        self.latest = connection, detail, cause


KICK = "kick"
"""The line that asks for a round now."""
KICK_RELEASE = "kick release"
"""The same, and for sending items still held for undo."""

CLAIM = "claim"
"""The line that asks for a lead on the team feed: this word, a number and the lead's id."""
LOOK = "look"
"""The line that says which lead is open: this word and its id, or the word alone for none."""
CLAIMED = "claimed"
"""Key of the answer: the number; with ``owner`` and ``state`` of who has the lead, if anybody."""

_HEARD: Mapping[str, Connection] = {
    "started": "syncing",
    "progress": "syncing",
    "finished": "online",
    "offline": "offline",
    "unavailable": "unavailable",
    "refused": "refused",
    "stranger": "stranger",
    "failed": "failed",
}


def note_connection(event: SyncEvent, heard: Callable[[Connection, str, str], None]) -> None:
    """Tell ``heard`` the connection for the state line after ``event``, and its problem.

    News of the team say nothing of the CRM.
    """
    if event.kind != "team":
        text = event.text if event.kind in TROUBLE else ""
        heard(_HEARD[event.kind], text, event.cause)


def to_line(event: SyncEvent) -> str:
    """Return ``event`` as one line."""
    return json.dumps(event._asdict()) + "\n"


def from_line(line: str) -> SyncEvent | None:
    """Parse a line of ``to_line``, ``None`` for anything else: a library may print something."""
    try:
        told = json.loads(line)
        kind, fresh = told["kind"], tuple(str(lead_id) for lead_id in told["fresh_lead_ids"])
        if kind not in _HEARD and kind != "team":
            return None
        cause = str(told["cause"])
        return SyncEvent(kind, str(told["text"]), bool(told["changed"]), fresh, cause)
    except (ValueError, TypeError, KeyError):
        return None
