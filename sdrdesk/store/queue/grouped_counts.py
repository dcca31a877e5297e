"""Leads grouped by everything that the rules read: far fewer groups than leads.

For the funnel: ``domain.queue.eligibility`` judges one lead of each group. Leads with a decision of
the rep, or called just now, are judged one by one. A rule that reads another column needs it in
``LeadGroup`` and ``rank_index.RULE_INPUTS``; ``test_the_funnel_counts_what_the_rules_say`` in
tests/services/queue/test_order.py checks that the counts agree with the rules.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.queue.rank_index import RULE_INPUTS, skip_scan

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CAME_BACK = _LONG_AGO + timedelta(seconds=1)

_SINGLE = (
    "SELECT lead_id FROM lead_desk WHERE snoozed_until_ms > :now OR next_due_ms > :now"
    " OR worked_out_ms IS NOT NULL OR snoozed_until_ms IS NULL AND rest_seen_ms IS NOT NULL"
    " UNION SELECT value FROM suppression WHERE scope = 'person'"
    " UNION SELECT lead_id FROM lead WHERE company_id <> '' AND company_id IN"
    " (SELECT value FROM suppression WHERE scope = 'company')"
    " UNION SELECT lead_id FROM lead WHERE last_attempt_ms > :called AND last_attempt_ms <= :now"
)


class LeadGroup(NamedTuple):
    """Everything the rules read of a lead without decisions of the rep."""

    archived: str
    """``"1"`` or ``"0"``, like the other flags."""
    owner_id: str
    lifecycle: str
    status: str
    do_not_call: str
    has_number: str
    attempts: str
    came_back: str
    """True if the last conversion is later than the last attempt."""
    zone: str
    region: str
    region_state: str

    def candidate(self) -> Candidate:
        """Return a lead of this group for the rules to judge."""
        return Candidate(
            lead_id="",
            converted_at=_CAME_BACK if self.came_back == "1" else None,
            attempts=int(self.attempts),
            last_attempt_at=_LONG_AGO if self.came_back == "1" else None,
            zone=self.zone,
            numbers=("+",) if self.has_number == "1" else (),
            country=self.region,
            state=self.region_state,
            owner_id=self.owner_id,
            lifecycle=self.lifecycle,
            status=self.status,
            archived=self.archived == "1",
            do_not_call=self.do_not_call == "1",
        )


def lead_groups(
    connection: Connection, single: Iterable[str], *, indexed: bool
) -> dict[LeadGroup, int]:
    """Return the number of leads in each group, without those in ``single``.

    ``indexed``: ``rank_index.ensure_indices`` has made the index.
    """
    sql = f"SELECT {RULE_INPUTS}, count(*) FROM lead GROUP BY {RULE_INPUTS}"  # noqa: S608  # a constant
    if indexed:
        kind = skip_scan(f"SELECT min({RULE_INPUTS}) FROM lead WHERE true", RULE_INPUTS)  # noqa: S608
        sql = f"SELECT value, (SELECT count(*) FROM lead WHERE {RULE_INPUTS} = value) FROM ({kind})"  # noqa: S608
    counted = Counter[str](dict(connection.execute(sql).fetchall()))
    counted.subtract(
        text
        for (text,) in connection.execute(
            f"SELECT {RULE_INPUTS} FROM json_each(?) t CROSS JOIN lead ON lead.lead_id = t.value",  # noqa: S608
            (json.dumps(sorted(single)),),
        )
    )
    return {LeadGroup(*text.split("\x1f")): number for text, number in counted.items() if number}


def unowned_leads(connection: Connection) -> list[str]:
    """Return the ids of the leads without an owner."""
    rows = connection.execute("SELECT lead_id FROM lead WHERE owner_id = ''")
    return [str(row[0]) for row in rows.fetchall()]


def ungrouped_leads(connection: Connection, now: datetime, called_within: timedelta) -> list[str]:
    """Return the ids of leads to judge one by one, besides ``RankedLeads.needs_rules``.

    Args:
        connection: a reader.
        now: aware.
        called_within: leads called within this time may be with a colleague.
    """
    values = {"now": to_ms(now), "called": to_ms(now - called_within)}
    return [str(row[0]) for row in connection.execute(_SINGLE, values).fetchall()]
