"""Counts dials by any rep from the activities.

``attempts`` and the first attempt restart with each conversion. The last attempt does not: a
conversion *after* it brings a resting lead back.

A call that came in is no dial. Answered, it is a contact: it meets the SLA like a first attempt.
A call that never took place (queued, failed, cancelled, missed) or whose moment lies ahead is
nothing at all. A call with several people is an attempt at each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_number, get_state, set_state

_UNTIL = "attempts.until"
"""Moment (ms) up to which calls of the CRM are counted."""
_OWN = "a.lead_id = lead.lead_id"
_SHARED = (
    "(a.lead_id = lead.lead_id OR a.activity_key IN"
    " (SELECT s.activity_key FROM call_lead s WHERE s.lead_id = lead.lead_id))"
)


def recompute(connection: Connection, lead_ids: Iterable[str], now_ms: int) -> None:
    """Set attempts, the first and last attempt and the last caller of these leads at ``now_ms``."""
    if connection.execute("SELECT 1 FROM activity LIMIT 1").fetchone() is None:
        return  # a first load: leads come before their calls
    for part in chunks(sorted(set(lead_ids))):
        _recompute(connection, part, now_ms, _OWN)
        shared = connection.execute(
            f"SELECT DISTINCT lead_id FROM call_lead WHERE lead_id IN ({marks(part)})",  # noqa: S608
            part,
        ).fetchall()
        if shared:  # rare, and slower to count
            _recompute(connection, [str(lead_id) for (lead_id,) in shared], now_ms, _SHARED)


def catch_up(connection: Connection, now_ms: int) -> None:
    """Count calls of the CRM that lay ahead when they were pulled and whose moment has come."""
    until = get_number(connection, _UNTIL)
    first = not get_state(connection, _UNTIL)
    rows = connection.execute(
        "SELECT DISTINCT a.lead_id, coalesce(s.lead_id, a.lead_id)"
        " FROM activity a INDEXED BY ix_activity_at"
        " LEFT JOIN call_lead s ON s.activity_key = a.activity_key"
        " WHERE a.at_ms > ? AND (a.at_ms <= ? OR ?) AND a.kind = 'call' AND a.local = 0",
        (now_ms if first else until, now_ms, first),
    ).fetchall()
    recompute(connection, {str(lead_id) for row in rows for lead_id in row}, now_ms)
    set_state(connection, _UNTIL, str(now_ms), now_ms)


def took_place(now_ms: int, a: str = "a") -> str:
    """Return SQL: whether a call ``a`` took place by ``now_ms``; a rep's own record always did."""
    return f"({a}.not_made = '' AND ({a}.local = 1 OR {a}.at_ms <= {int(now_ms)}))"


class PastAttempts(NamedTuple):
    """The calls of a lead as they were at a past moment."""

    attempts: int
    last_ms: int | None
    last_by: str


def attempts_at(connection: Connection, at_ms: int) -> dict[str, PastAttempts]:
    """Return the leads that were called after a past moment, with their calls until then."""
    rows = connection.execute(
        "SELECT DISTINCT a.lead_id, coalesce(s.lead_id, a.lead_id)"
        " FROM activity a INDEXED BY ix_activity_at"
        " LEFT JOIN call_lead s ON s.activity_key = a.activity_key"
        " WHERE a.at_ms > ? AND a.kind = 'call'",
        (at_ms,),
    ).fetchall()
    found: dict[str, PastAttempts] = {}
    counts = _counts(_SHARED, f"a.not_made = '' AND a.at_ms <= {int(at_ms)}")
    wanted = ", ".join(counts[name] for name in ("attempts", "last_attempt_ms", "last_attempt_by"))
    for part in chunks(sorted({str(lead_id) for row in rows for lead_id in row})):
        made = connection.execute(
            f"SELECT lead_id, {wanted} FROM lead WHERE lead_id IN ({marks(part)})",  # noqa: S608
            part,
        )
        found.update((str(row[0]), PastAttempts(*row[1:])) for row in made)
    return found


def _counts(whose: str, took: str) -> dict[str, str]:
    """Return SQL for each counted column of ``lead``."""
    ever = (
        f"FROM activity a WHERE {whose} AND a.kind = 'call' AND a.undone_ms IS NULL AND {took}"
        # Missed calls that the CRM logs have neither outcome nor length.
        " AND (a.direction <> 'in' OR a.outcome_label <> '' OR a.duration_s > 0)"
    )
    since = f"{ever} AND a.at_ms >= coalesce(lead.converted_ms, 0)"
    return {
        "attempts": f"(SELECT count(*) {since} AND a.direction <> 'in')",
        "first_attempt_ms": f"(SELECT min(a.at_ms) {since})",
        "last_attempt_ms": f"(SELECT max(a.at_ms) {ever})",
        "last_attempt_by": f"coalesce((SELECT a.owner_id {ever}"
        " ORDER BY a.at_ms DESC, a.activity_key LIMIT 1), '')",
    }


def _recompute(connection: Connection, part: Sequence[str], now_ms: int, whose: str) -> None:
    sets = ", ".join(f"{n} = {sql}" for n, sql in _counts(whose, took_place(now_ms)).items())
    connection.execute(
        f"UPDATE lead SET {sets} WHERE lead_id IN ({marks(part)})",  # noqa: S608
        part,
    )
