"""Counts dials by any rep from the activities.

``attempts`` and the first attempt restart with each conversion. The last attempt does not: a
conversion *after* it brings a resting lead back.

A call that came in is no dial. Answered, it is a contact: it meets the SLA like a first attempt.
"""

from __future__ import annotations

from collections.abc import Iterable

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection

_EVER = (
    "FROM activity a WHERE a.lead_id = lead.lead_id AND a.kind = 'call' AND a.undone_ms IS NULL"
    # The CRM logs missed calls too: without outcome and length.
    " AND (a.direction <> 'in' OR a.outcome_label <> '' OR a.duration_s > 0)"
)
_SINCE = f"{_EVER} AND a.at_ms >= coalesce(lead.converted_ms, 0)"


def recompute(connection: Connection, lead_ids: Iterable[str]) -> None:
    """Set attempts, the first and last attempt and the last caller of these leads."""
    if connection.execute("SELECT 1 FROM activity LIMIT 1").fetchone() is None:
        return  # a first load: leads come before their calls
    for part in chunks(sorted(set(lead_ids))):
        connection.execute(
            "UPDATE lead SET"  # noqa: S608  # constants and placeholders
            f" attempts = (SELECT count(*) {_SINCE} AND a.direction <> 'in'),"
            f" first_attempt_ms = (SELECT min(a.at_ms) {_SINCE}),"
            f" last_attempt_ms = (SELECT max(a.at_ms) {_EVER}),"
            f" last_attempt_by = coalesce((SELECT a.owner_id {_EVER}"
            " ORDER BY a.at_ms DESC, a.activity_key LIMIT 1), '')"
            f" WHERE lead_id IN ({marks(part)})",
            part,
        )
