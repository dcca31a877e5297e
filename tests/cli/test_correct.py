"""``sdrdesk correct``: an earlier outcome, here and at the account."""

from __future__ import annotations

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

CALLS = "/crm/objects/2026-09"


def status_of(crm: Sandbox, lead_id: str) -> str | None:
    contact = crm.get(f"{CALLS}/contacts/{lead_id}?properties=hs_lead_status").json
    status: str | None = contact["properties"]["hs_lead_status"]
    return status


def test_a_sent_call_is_corrected_in_place(synced: DeskHome, crm: Sandbox) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    before = status_of(crm, lead)
    done = synced.ok(
        "dispose", lead, "disqualified", "--reason", "bad_fit", "--number", "+353871234567",
        "--note", "too small", "--push", "now", "--json",
    ).json  # fmt: skip
    key = done["activity_key"]
    looked = synced.ok("correct", key, "--outcome", "busy", "--dry-run", "--json").json
    assert looked["recorded"] is False
    assert looked["preview"][0] == "Call: Disqualified → Busy, changed in HubSpot"
    assert synced.ok("outbox", "--json").json == []
    said = synced.ok("correct", key, "--outcome", "busy", "--note", "engaged", "--json").json
    assert (said["before"], said["disposition"], said["recorded"]) == ("Disqualified", "Busy", True)
    synced.ok("sync")
    rows = crm.get(f"{CALLS}/contacts/{lead}/associations/calls").json["results"]
    found = [
        crm.get(f"{CALLS}/calls/{row['toObjectId']}?properties=hs_call_body,hs_call_title").json
        for row in rows
    ]
    (call,) = [item for item in found if key in (item["properties"]["hs_call_body"] or "")]
    assert "engaged" in call["properties"]["hs_call_body"]
    assert call["properties"]["hs_call_title"].startswith("Busy")
    # Back to what it was; a busy line never lowers a lead.
    assert status_of(crm, lead) in (before, "ATTEMPTED_TO_CONTACT")
    (line,) = [x for x in synced.ok("log", "--json").json["activities"] if x["activity_key"] == key]
    assert (line["disposition"], line["note"]) == ("busy", "engaged")
    again = synced("correct", key, "--outcome", "busy")
    assert (again.code, "recorded already" in again.err) == (2, True)
    assert synced("correct", "nothing").code == 1
