"""``callbacks`` lists what is promised, wherever it was promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sdrdesk.clock import iso
from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox


def test_a_task_of_the_crm_and_a_callback_for_the_team_are_listed(
    synced: DeskHome, crm: Sandbox
) -> None:
    rows = [row for row in synced.ok("queue", "--json").json if row["lane"] != "callback"]
    first, second = (row["lead_id"] for row in rows[:2])
    due = (datetime.fromtimestamp(crm.account.now_ms / 1000, UTC) - timedelta(minutes=5)).replace(
        microsecond=0
    )
    link = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 204}
    properties = {
        "hs_timestamp": iso(due), "hs_task_type": "CALL", "hs_task_subject": "Ring her",
        "hs_task_status": "NOT_STARTED", "hubspot_owner_id": "70003",
    }  # fmt: skip
    body = {"properties": properties, "associations": [{"to": {"id": first}, "types": [link]}]}
    crm.post("/crm/objects/2026-09/tasks", body)
    synced.ok("sync")
    synced.ok("dispose", second, "callback", "--callback", "+2d", "--team", "--note", "any of us")
    found = {item["lead_id"]: item for item in synced.ok("callbacks", "--json").json}
    task, own = found[first], found[second]
    assert (task["due_at"], task["note"], task["origin"]) == (iso(due), "Ring her", "crm")
    assert (task["whose"], task["owner_id"], task["overdue"]) == ("colleague", "70003", True)
    assert (own["whose"], own["origin"], own["note"]) == ("team", "sdrdesk", "any of us")
    ranked = synced.ok("queue", "--json").json
    due_first = [row["lead_id"] for row in ranked if row["lane"] == "callback"]
    assert first in due_first
    assert [row["lead_id"] for row in ranked][: len(due_first)] == due_first
    said = synced.ok("callbacks").out
    assert "Ring her" in said
    assert "team" in said
