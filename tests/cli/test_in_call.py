"""Another process sees who is in a call and leaves them out of the queue."""

from __future__ import annotations

from datetime import UTC, datetime

from sdrdesk.store.database.database import Database
from sdrdesk.store.record.call_journal import end_call, start_call
from tests.support.desk_home import DeskHome


def test_queue_and_next_skip_the_lead_and_why_says_so(synced: DeskHome) -> None:
    best = synced.ok("next", "--json").json
    with Database.open(synced.home / "sdrdesk.db") as db:
        start_call(db, "a window", 1, best["lead_id"], best["phone"], datetime.now(UTC))
        after = synced.ok("next", "--json").json
        assert after["lead_id"] != best["lead_id"]
        assert after["rank"] == 1
        queue = synced.ok("queue", "--json").json
        assert queue[0]["lead_id"] == after["lead_id"]
        assert best["lead_id"] not in {row["lead_id"] for row in queue}
        why = synced.ok("why", best["lead_id"], "--json").json
        assert [(x["rule"], x["text"]) for x in why["blocked_by"]] == [
            ("in_call", "in a call in another window")
        ]
        end_call(db, "a window")
    assert synced.ok("next", "--json").json["lead_id"] == best["lead_id"]
