"""The queue at a past moment knows nothing of what came after it."""

from __future__ import annotations

from datetime import timedelta

from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.attempts import recompute
from sdrdesk.store.tables import LeadDeskRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, call_row, lead_row, put

MIN = timedelta(minutes=1)


def test_calls_made_later_do_not_count(db: Database, make_desk: MakeDesk) -> None:
    converted = NOW_MS - 40 * 60_000
    put(
        db,
        lead_row("501", converted_ms=converted),
        call_row("501", NOW - 5 * MIN),
        call_row("501", NOW - 30 * MIN),
        lead_row("502", converted_ms=converted, e164="+15550148802"),
        call_row("502", NOW - 5 * MIN),
        LeadDeskRow(lead_id="502", next_due_ms=NOW_MS + 3_600_000),
    )
    with db.writer() as connection:
        recompute(connection, ["501", "502"], NOW_MS)
    queue = make_desk().queue

    def seen(moment_ago: timedelta) -> dict[str, tuple[int, str]]:
        made = queue.snapshot(as_of=NOW - moment_ago)
        return {r.lead_id: (r.attempts, r.sla_state) for r in queue.rows(made, 0, 9)}

    # 502 was untouched then: it was not resting, and its promise was broken.
    assert seen(20 * MIN) == {"501": (1, "breached"), "502": (0, "breached")}
    # 37 minutes ago both were within their five minutes.
    assert {state for _, state in seen(37 * MIN).values()} == {"at_risk"}
    assert {count for count, _ in seen(37 * MIN).values()} == {0}
    live = queue.rows(queue.snapshot(), 0, 9)
    assert {r.lead_id: r.attempts for r in live} == {"501": 2}
