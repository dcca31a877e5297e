"""The call block from the command line, against a sandbox CRM."""

from __future__ import annotations

from datetime import UTC, datetime

from sdrdesk.clock import iso
from tests.support.desk_home import DeskHome


def test_a_block_from_start_to_end(synced: DeskHome) -> None:
    assert synced.ok("block", "status", "--json").json == {"running": False, "block": None}
    begun = synced.ok(
        "block", "start", "--length", "30m", "--goal", "5 dials", "--recipe", "new", "--json"
    ).json
    assert (begun["block"]["length_s"], begun["block"]["recipe"]) == (1800, "new")
    assert synced("block", "start").code == 2
    lead = synced.ok("next", "--json").json
    done = synced.ok("dispose", lead["lead_id"], "no_answer", "--duration-s", "20", "--json").json
    assert done["next_lead_id"] == synced.ok("next", "--json").json["lead_id"]
    assert synced.ok("block", "status", "--json").json["block"]["dials"] == 1
    paused = synced.ok("block", "pause", "fire alarm", "--json").json
    assert paused["block"]["paused"] == "fire alarm"
    assert "resumed" in synced.ok("block", "resume").out
    ended = synced.ok("block", "end", "--json").json
    assert (ended["dials"], ended["reached"], ended["pauses"][0]["reason"]) == (
        1,
        False,
        "fire alarm",
    )
    assert synced("block", "end").code == 2


def test_the_whole_order_of_the_queue_stays_what_it_is(synced: DeskHome) -> None:
    # At one moment: a lead may overtake another between two commands.
    order = ("queue", "--as-of", iso(datetime.now(UTC)), "--json")
    before = [row["lead_id"] for row in synced.ok(*order).json]
    synced.ok("block", "start", "--recipe", "retry")
    assert [row["lead_id"] for row in synced.ok(*order).json] == before
    assert "# Call block" in synced.ok("block", "end", "--md").out
