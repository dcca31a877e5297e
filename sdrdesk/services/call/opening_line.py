"""The opening note for a lead's next call when an outcome is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.record.opening_lines import use_line

Also = Callable[[Connection, Activity], None]
"""A write in the transaction of an outcome."""


def carry(outcome: Disposition, line: str, entry: Entry) -> tuple[Entry, Also | None]:
    """Return the entry to record, and the write that uses up the opening note.

    An attempt that did not get through keeps the opening note for the next call, and a note that is
    nothing but the opening note is not sent. Any other outcome uses it up.
    """
    if outcome.is_(Flag.ATTEMPT):
        untouched = entry.note.strip() == line.strip() and "note" not in outcome.requires
        return (replace(entry, note="") if untouched else entry), None

    def use(connection: Connection, activity: Activity) -> None:
        use_line(connection, activity.lead_id, activity.activity_key)

    return entry, use
