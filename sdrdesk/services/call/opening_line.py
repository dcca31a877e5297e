"""The line kept for a lead's next call: what becomes of it when an outcome is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.record.opening_lines import use_line

Also = Callable[[Connection, Activity], None]
"""Something that belongs to an outcome and is written in its transaction."""


def carry(outcome: Disposition, line: str, entry: Entry) -> tuple[Entry, Also | None]:
    """Return what to record, and what uses the line up in the same transaction.

    A try that did not get through keeps the line for the next one, and a note that is nothing but
    the line is not sent with it. Any other outcome uses the line up.
    """
    if outcome.is_(Flag.ATTEMPT):
        untouched = entry.note.strip() == line.strip() and "note" not in outcome.requires
        return (replace(entry, note="") if untouched else entry), None

    def use(connection: Connection, activity: Activity) -> None:
        use_line(connection, activity.lead_id, activity.activity_key)

    return entry, use
