"""Leads as flat rows for the rules and the ranking: the hottest read of all.

One statement reads the leads. The small tables (decisions, suppressions, held numbers, recent
calls) are read once and joined in Python, which is faster than a join in SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sdrdesk.domain.place.failed_numbers import failed_numbers
from sdrdesk.domain.ranking.candidate import UNKNOWN_REP, Candidate, QueueFacts
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, known_ms, known_number, to_ms
from sdrdesk.store.mirror.attempts import attempts_at
from sdrdesk.store.mirror.lead_ids import resolve
from sdrdesk.store.queue.number_signs import number_signs
from sdrdesk.store.record.register import matches

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)

_LEADS = (
    "SELECT lead_id, converted_ms, first_converted_ms, fit, attempts, conversions, page_views,"
    " last_attempt_ms, last_attempt_by, zone, e164, e164_more, region, region_state, owner_id,"
    " lifecycle, status, company_id, archived, do_not_call FROM lead"
)
_DESK = (
    "SELECT lead_id, next_due_ms, callback_ms, snoozed_until_ms, pinned_ms, rep_time_zone,"
    " worked_out_ms, CASE callback_origin WHEN '' THEN NULL ELSE callback_owner_id END,"
    " rest_seen_ms, rest_promise, callback_origin = 'no_show'"
    " FROM lead_desk WHERE 1{}"
)
_PROMISED = (
    "lead_id IN (SELECT lead_id FROM lead_desk WHERE callback_ms IS NOT NULL"
    " AND callback_origin <> '' AND (callback_owner_id = '' OR callback_owner_id IN ({0})))"
    " AND owner_id NOT IN ({0})"
)
"""Leads of others with a callback that the rep may keep."""
_PERSONS = "SELECT value FROM suppression WHERE scope = 'person'{}"
_HELD = "SELECT lead_id, number FROM number_hold WHERE 1{}"
_THESE = " AND {} IN (SELECT value FROM json_each(?))"
_CALLS = (
    "SELECT lead_id, count(*) FROM activity WHERE at_ms >= ? AND at_ms <= ? AND kind = 'call'"
    " AND not_made = '' AND direction <> 'in' AND undone_ms IS NULL{} GROUP BY lead_id"
)

_LeadRow = tuple[
    str, int | None, int | None, int, int, int, int, int | None, str, str, str, str, str, str,
    str, str, str, str, int, int,
]  # fmt: skip
_DeskRow = tuple[
    int | None, int | None, int | None, int | None, str, int | None, str | None, int | None, int,
    int,
]  # fmt: skip
_NO_DESK: _DeskRow = (None, None, None, None, "", None, None, None, 0, 0)


def candidates(
    db: Database,
    owner_ids: Sequence[str] | None,
    *,
    now: datetime | None = None,
    past: bool = False,
    promised: bool = False,
) -> list[Candidate]:
    """Return the leads of these owners (``None``: all leads on disk), in no particular order.

    Archived leads are included: the funnel counts them. ``numbers`` leaves out numbers held for
    the lead; ``do_not_call`` includes the rep's own record.

    Args:
        db: the database.
        owner_ids: ids of owners; ``""`` is for leads without an owner.
        now: aware; calls of the 24 hours before it are counted. ``None`` is the present moment.
        past: ``now`` is a past moment, and calls after it were not made yet.
        promised: also others' leads with a callback that these owners, or anybody, may keep.
    """
    where, values = "", dict[str, str]()
    if owner_ids is not None:
        # With both values of archived, and owners that are a list and no subquery, SQLite can use
        # the index on (archived, owner …).
        values = {f"owner{place}": owner_id for place, owner_id in enumerate(owner_ids)}
        owners = ", ".join(f":{name}" for name in values)
        where = f" WHERE archived IN (0, 1) AND owner_id IN ({owners})"
        if promised and not UNKNOWN_REP.intersection(owner_ids):
            where += f" UNION ALL {_LEADS} WHERE {_PROMISED.format(owners)}"
    with db.reader() as connection:
        side = _Side(connection, now, past=past)
        rows = connection.execute(_LEADS + where, values).fetchall()
    make = side.candidate
    return [make(row) for row in rows]


def candidate_of(db: Database, lead_id: str, *, now: datetime | None = None) -> Candidate | None:
    """Return one lead by its id before or after merges, ``None`` when there is none."""
    with db.reader() as connection:
        found = candidates_in(connection, [resolve(connection, lead_id)], now)
    return found[0] if found else None


def candidates_of(
    db: Database, lead_ids: Sequence[str], *, now: datetime | None = None, past: bool = False
) -> list[Candidate]:
    """Return these leads in the order asked for; missing ones are left out."""
    with db.reader() as connection:
        return candidates_in(connection, lead_ids, now, past=past)


def candidates_in(
    connection: Connection, lead_ids: Sequence[str], now: datetime | None, *, past: bool = False
) -> list[Candidate]:
    """Like ``candidates_of``, in the caller's transaction."""
    these = json.dumps(list(lead_ids))
    rows = connection.execute(f"{_LEADS} WHERE 1{_THESE.format('lead_id')}", (these,)).fetchall()
    make = _Side(connection, now, these, past=past).candidate
    found = {str(row[0]): make(row) for row in rows}
    return [found[lead_id] for lead_id in lead_ids if lead_id in found]


def facts(db: Database, owner_ids: Sequence[str] | None) -> QueueFacts:
    """Return the facts for the rules that belong to no single lead."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT scope, value FROM suppression WHERE scope IN ('number', 'company')"
        ).fetchall()
        registered = matches(connection)
    return QueueFacts(
        my_owner_ids=None if owner_ids is None else frozenset(owner_ids),
        suppressed_numbers=frozenset(value for scope, value in rows if scope == "number"),
        suppressed_companies=frozenset(value for scope, value in rows if scope == "company"),
        registered=registered,
    )


def total_leads(db: Database) -> int:
    """Return the number of leads on disk, archived ones included: the top of the funnel."""
    with db.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM lead").fetchone()[0])


def latest_leads(db: Database, owner_id: str, limit: int) -> list[str]:
    """Return the ids of a rep's leads, the latest conversion first; ``""`` is everybody's."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT lead_id FROM lead WHERE archived = 0 AND (? = '' OR owner_id = ?)"
            " ORDER BY converted_ms DESC, lead_id LIMIT ?",
            (owner_id, owner_id, limit),
        ).fetchall()
    return [str(lead_id) for (lead_id,) in rows]


class _Side:
    """The small tables by lead id, for some leads (ids as JSON) or for all."""

    def __init__(
        self,
        connection: Connection,
        now: datetime | None,
        these: str | None = None,
        *,
        past: bool = False,
    ) -> None:
        at = now or datetime.now(UTC)
        self._before = attempts_at(connection, to_ms(at)) if past else {}
        which: tuple[str, ...] = () if these is None else (these,)

        def rows(sql: str, column: str, *values: int) -> list[Any]:
            narrowed = sql.format(_THESE.format(column) if which else "")
            return connection.execute(narrowed, (*values, *which)).fetchall()

        self._desk: dict[str, _DeskRow] = {row[0]: row[1:] for row in rows(_DESK, "lead_id")}
        self._persons: set[str] = {row[0] for row in rows(_PERSONS, "value")}
        self._held: dict[str, set[str]] = {}
        for lead, number in rows(_HELD, "lead_id"):
            self._held.setdefault(lead, set()).add(number)
        self._calls: dict[str, int] = dict(rows(_CALLS, "lead_id", to_ms(at - _DAY), to_ms(at)))
        self._signs = number_signs(connection, these)

    def candidate(self, row: _LeadRow) -> Candidate:
        """Return a lead; an impossible moment or number counts as unknown."""
        try:
            made = self._made(row, _at)
        except (TypeError, ValueError, OverflowError):
            made = self._made(_cleaned(row), from_ms)
        before = self._before.get(made.lead_id)
        if before is None:
            return made
        # The rest that a later call began had not begun.
        return replace(
            made,
            attempts=before.attempts,
            last_attempt_at=from_ms(before.last_ms),
            last_attempt_by=before.last_by,
            next_due_at=None,
        )

    def _made(self, row: _LeadRow, at: Callable[[int], datetime]) -> Candidate:
        (
            lead_id, converted, first, fit, attempts, conversions, views, last_attempt, last_by,
            zone, e164, more, region, region_state, owner_id, lifecycle, status, company_id,
            archived, do_not_call,
        ) = row  # fmt: skip
        if type(fit + attempts + conversions + views) is not int:
            raise TypeError(lead_id)
        desk = self._desk.get(lead_id, _NO_DESK)
        (
            due, callback, snoozed, pinned, rep_zone, worked_out, promised_by, seen, held_back,
            missed,
        ) = desk  # fmt: skip
        numbers = (e164, *more.split()) if more else (e164,) if e164 else ()
        held = self._held.get(lead_id)
        if held:
            numbers = tuple(number for number in numbers if number not in held)
        signs = self._signs.get(lead_id)
        return Candidate(
            lead_id,
            None if converted is None else at(converted),
            fit,
            attempts,
            conversions,
            views,
            None if last_attempt is None else at(last_attempt),
            None if due is None else at(due),
            None if callback is None else at(callback),
            conversions > 1 or (first is not None and converted is not None and converted > first),
            rep_zone or zone,
            numbers,
            region,
            region_state,
            owner_id,
            lifecycle,
            status,
            company_id,
            archived == 1,
            do_not_call == 1 or lead_id in self._persons,
            last_by,
            None if snoozed is None else at(snoozed),
            None if worked_out is None else at(worked_out),
            pinned is not None,
            failed_numbers(signs, numbers, rep_zone or zone) if signs else (),
            self._calls.get(lead_id, 0),
            promised_by,
            None if seen is None else at(seen),
            held_back == 1,
            missed == 1,
        )


def _at(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _cleaned(row: _LeadRow) -> _LeadRow:
    """Return a row of an older sdrdesk, or of another program, without impossible values."""
    lead_id, converted, first, fit, attempts, conversions, views, last_attempt, *rest = row
    numbers = (known_number(value) or 0 for value in (fit, attempts, conversions, views))
    made = (lead_id, known_ms(converted), known_ms(first), *numbers, known_ms(last_attempt), *rest)
    return cast(_LeadRow, made)
