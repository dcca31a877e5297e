"""Callable leads straight from the indices: the top of the queue, or all of it.

``_PLAIN`` repeats the rules of ``domain.queue.eligibility`` in SQL, for leads without special
facts. The few others (a callback, a pin, a held number, a zone set by the rep …) are listed by
``needs_rules`` and judged by the rules themselves. ``test_the_index_and_the_rules_agree`` in
tests/services/queue/test_order.py checks that both agree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.ranking.candidate import QueueFacts
from sdrdesk.domain.ranking.config import RankingConfig
from sdrdesk.domain.ranking.decay import FLAT_AFTER_S
from sdrdesk.domain.ranking.sharing import WEIGHTS
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.queue.number_signs import failing_leads
from sdrdesk.store.queue.rank_index import DECIDED, ODD, PLACE, READY, base_points_sql, skip_scan

_DAY = timedelta(days=1)
_IN = "(SELECT value FROM json_each(:{}))"

# Together with the condition on ``worked_out_ms``: later than both, where both are known.
_CAME_BACK = "converted_ms > coalesce(last_attempt_ms, d.worked_out_ms)"
_PLAIN = (
    f"{READY} AND d.callback_ms IS NULL AND d.pinned_ms IS NULL"  # noqa: S608  # constants
    " AND coalesce(d.rep_time_zone, '') = ''"
    " AND NOT EXISTS (SELECT 1 FROM number_hold h WHERE h.lead_id = lead.lead_id)"
    " AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.scope = 'number' AND s.value = e164)"
    " AND NOT EXISTS (SELECT 1 FROM register_match r WHERE r.e164 = lead.e164)"
    f" AND lead.lead_id NOT IN {_IN.format('judged')}"
    # From here on the rules of domain.queue.eligibility.
    f" AND lifecycle NOT IN {_IN.format('past')} AND status NOT IN {_IN.format('closed')}"
    f" AND (status NOT IN {_IN.format('until')} OR {_CAME_BACK})"
    " AND (d.worked_out_ms IS NULL OR converted_ms > d.worked_out_ms)"
    " AND NOT EXISTS"
    " (SELECT 1 FROM suppression s WHERE s.scope = 'person' AND s.value = lead.lead_id)"
    " AND (company_id = '' OR NOT EXISTS"
    " (SELECT 1 FROM suppression s WHERE s.scope = 'company' AND s.value = company_id))"
    " AND (d.snoozed_until_ms IS NULL AND d.rest_seen_ms IS NULL OR d.snoozed_until_ms <= :now"
    " OR converted_ms > d.rest_seen_ms)"
    " AND attempts < :cap"
    f" AND (d.next_due_ms IS NULL OR d.next_due_ms <= :now OR {_CAME_BACK})"
)
_NOT_WITH_A_COLLEAGUE = (
    " AND (last_attempt_by = '' OR last_attempt_ms IS NULL OR last_attempt_ms > :now"
    f" OR last_attempt_ms <= :now - :colleague OR last_attempt_by IN {_IN.format('mine')})"
)
_ENDS = " + ".join(
    f"{weight} * coalesce(unicode(substr(lead.lead_id, -{at}, 1)), 0)"
    for at, weight in enumerate(WEIGHTS, start=1)
)
_MY_SHARE = f" AND (owner_id <> '' OR ({_ENDS}) % :reps = :place)"
"""``Share.has``."""
_DESK = "LEFT JOIN lead_desk d ON d.lead_id = lead.lead_id"


class Plain(NamedTuple):
    """A callable lead without special facts."""

    lead_id: str
    base_points: int
    """The points that do not change with time, in hundredths."""
    converted_ms: int | None
    zone: str


class RankedLeads:
    """One queue at the time of ``clock``, over one view of the database.

    Args:
        connection: a reader; statements stay open while a stream is read.
        ranking: the weights.
        rules: the rules of the queue.
        facts: facts that belong to no single lead.
        clock: the call windows.
    """

    def __init__(
        self,
        connection: Connection,
        ranking: RankingConfig,
        rules: RuleConfig,
        facts: QueueFacts,
        clock: WindowClock,
    ) -> None:
        self._connection = connection
        self._base_points = base_points_sql(ranking)
        self._clock = clock
        self._where = _PLAIN if facts.my_owner_ids is None else _PLAIN + _NOT_WITH_A_COLLEAGUE
        self._mine = facts.my_owner_ids
        if self._mine is not None and rules.unassigned:
            self._mine |= {""}
        share = facts.share if rules.unassigned else None
        if self._mine is not None and share is not None:
            self._where += _MY_SHARE
        failing = failing_leads(connection, rules.failed_days)
        self._values: dict[str, object] = {
            "now": to_ms(clock.now),
            "flat": to_ms(clock.now - timedelta(seconds=FLAT_AFTER_S)),
            "cap": rules.attempt_cap,
            "colleague": rules.colleague_min * 60_000,
            "past": _json(rules.past_stages),
            "closed": _json(rules.closed_statuses),
            "until": _json(rules.until_conversion),
            "mine": _json(facts.my_owner_ids or ()),
            "place": share.place if share else 0,
            "reps": share.of if share else 1,
            "owners": _json(self._mine or ()),
            "judged": _json({*self._capped(), *failing, *facts.in_call}),
        }

    def needs_rules(self, *, due: bool = False) -> list[str]:
        """Return the ids of the leads that the rules themselves must judge.

        ``due``: without those that are surely not in the queue, because a callback is promised for
        later, or the lead and the promise are other reps'.
        """
        decided = f"SELECT d.lead_id FROM lead_desk d WHERE {DECIDED}"  # noqa: S608  # constants
        if due:
            # A lead that has come back is judged by the rules, too.
            decided += (
                " AND (d.callback_ms IS NULL OR d.callback_ms <= :now"
                " OR EXISTS (SELECT 1 FROM lead l WHERE l.lead_id = d.lead_id"
                " AND (l.converted_ms > d.worked_out_ms OR l.converted_ms > d.rest_seen_ms)))"
            )
        if due and self._mine is not None:
            decided += (
                f" AND (d.callback_owner_id = '' OR d.callback_owner_id IN {_IN.format('owners')}"  # noqa: S608
                " OR EXISTS (SELECT 1 FROM lead l WHERE l.lead_id = d.lead_id"
                f" AND l.owner_id IN {_IN.format('owners')}))"
            )
        rows = self._connection.execute(
            f"SELECT lead_id FROM lead WHERE {ODD}"  # noqa: S608  # constants
            f" UNION {decided}"
            " UNION SELECT lead_id FROM number_hold"
            " UNION SELECT lead_id FROM lead WHERE e164 IN"
            " (SELECT value FROM suppression WHERE scope = 'number'"
            " UNION SELECT e164 FROM register_match)"
            " UNION SELECT value FROM json_each(:judged)",
            self._values,
        ).fetchall()
        return [str(row[0]) for row in rows]

    def all(self) -> Iterator[Plain]:
        """Yield every callable plain lead, in no particular order."""
        # Without offices of their own, owners need not be told apart.
        whose = "owner_id" if self._clock.config.own else "''"
        every = f"SELECT DISTINCT {whose}, {PLACE} FROM lead"  # noqa: S608  # constants
        found = self._connection.execute(every).fetchall()
        places = [f"{owner}|{place}" for owner, place in found if self.is_open(place, owner)]
        if not places:
            return iter(())
        rows = self._connection.execute(
            f"SELECT lead.lead_id, {self._base_points}, converted_ms, zone FROM lead {_DESK}"  # noqa: S608
            f" WHERE {self._where} AND {whose} || '|' || {PLACE} IN {_IN.format('open')}"
            + ("" if self._mine is None else f" AND owner_id IN {_IN.format('owners')}"),
            {**self._values, "open": _json(places)},
        )
        return map(Plain._make, rows)

    # The methods below need the indices of ``ensure_indices``.

    def owners(self) -> list[str]:
        """Return the owners whose leads are in this queue, ``""`` for leads without an owner."""
        if self._mine is not None:
            return sorted(self._mine)
        least = f"SELECT min(owner_id) FROM lead INDEXED BY queue_rank WHERE {READY}"  # noqa: S608
        rows = self._connection.execute(skip_scan(least, "owner_id")).fetchall()
        return [str(row[0]) for row in rows]

    def levels(self, owner: str) -> list[tuple[int, int | None]]:
        """Return each number of base points among an owner's leads, with its newest conversion."""
        lead = f"FROM lead INDEXED BY queue_rank WHERE {READY} AND owner_id = :owner"
        points = self._base_points
        return self._connection.execute(
            f"WITH RECURSIVE level(points) AS (SELECT max({points}) {lead} UNION ALL"  # noqa: S608
            f" SELECT (SELECT max({points}) {lead} AND {points} < level.points) FROM level"
            " WHERE level.points IS NOT NULL)"
            f" SELECT points, (SELECT converted_ms {lead} AND {points} = level.points"
            " ORDER BY converted_ms DESC LIMIT 1) FROM level WHERE points IS NOT NULL",
            {"owner": owner},
        ).fetchall()

    def cooling(self, owner: str, level: int) -> Iterator[tuple[str, str, int]]:
        """Yield id, place and conversion (ms) of a level's leads that lose points, newest first."""
        return self._stream(owner, level, "queue_rank", "converted_ms > :flat", "converted_ms DESC")

    def flat(self, owner: str, level: int) -> Iterator[tuple[str, str, int | None]]:
        """Yield the leads of a level that lose no more points, by id (numbers by value)."""
        part = "(converted_ms IS NULL OR converted_ms <= :flat)"
        order = "length(lead.lead_id), lead.lead_id"
        return self._stream(owner, level, "queue_flat", part, order)

    def _stream(
        self, owner: str, level: int, index: str, part: str, order: str
    ) -> Iterator[tuple[str, str, int]]:
        return self._connection.execute(
            f"SELECT lead_id, {PLACE}, converted_ms FROM lead INDEXED BY {index}"  # noqa: S608
            f" WHERE {READY} AND owner_id = :owner AND {self._base_points} = :level AND {part}"
            f" ORDER BY {order}",
            {"flat": self._values["flat"], "owner": owner, "level": level},
        )

    def plain(self, lead_ids: Sequence[str]) -> set[str]:
        """Return those of these leads that are plain and pass every rule but the call window.

        ``is_open`` checks the call window.
        """
        rows = self._connection.execute(
            # CROSS fixes the order: from the few leads asked about to their rows.
            f"SELECT lead.lead_id FROM json_each(:these) t CROSS JOIN lead"  # noqa: S608
            f" ON lead.lead_id = t.value {_DESK} WHERE {self._where}",
            {**self._values, "these": json.dumps(lead_ids)},
        )
        return {str(row[0]) for row in rows}

    def is_open(self, place: str, owner: str) -> bool:
        """Return whether leads of ``owner`` in ``place`` may be called now."""
        zone, region, state = place.split("|", 2)
        return self._clock.is_open(zone, region, state, owner_id=owner)

    def any_open(self) -> bool:
        """Return whether people in any place may be called now."""
        least = f"SELECT min({PLACE}) FROM lead WHERE true"  # noqa: S608  # a constant
        places = self._connection.execute(skip_scan(least, PLACE)).fetchall()
        whose = self.owners() if self._clock.config.own else [""]
        return any(self.is_open(str(row[0]), owner) for row in places for owner in whose)

    def _capped(self) -> list[str]:
        limits = self._clock.config.limits.values()
        least = min((limit.cap_24h for limit in limits if limit.cap_24h), default=0)
        if not least:
            return []
        rows = self._connection.execute(
            "SELECT lead_id FROM activity WHERE at_ms >= ? AND at_ms <= ? AND kind = 'call'"
            " AND not_made = '' AND direction <> 'in' AND undone_ms IS NULL"
            " GROUP BY lead_id HAVING count(*) >= ?",
            (to_ms(self._clock.now - _DAY), to_ms(self._clock.now), least),
        ).fetchall()
        return [str(row[0]) for row in rows]


def _json(values: Iterable[str]) -> str:
    return json.dumps(sorted(values))
