"""Calls that came in and touches without a call, by command."""

from __future__ import annotations

from tests.support.desk_home import DeskHome


def test_a_call_that_came_in_is_logged_as_incoming_and_is_no_dial(synced: DeskHome) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    before = synced.ok("lead", lead, "--json").json["attempts"]
    today = synced.ok("log", "--json").json["reps"][0]
    done = synced.ok(
        "dispose", lead, "nurture", "--direction", "in", "--duration-s", "65", "--number",
        "+353 1 555 0142", "--push", "now", "--json",
    ).json  # fmt: skip
    view = synced.ok("lead", lead, "--json").json
    assert view["attempts"] == before
    first = next(x for x in view["timeline"] if x["activity_key"] == done["activity_key"])
    assert (first["direction"], first["state"]) == ("in", "sent")
    rep = synced.ok("log", "--json").json
    now = rep["reps"][0]
    assert (now["dials"], now["incoming"]) == (today["dials"], today["incoming"] + 1)
    (entry,) = [x for x in rep["activities"] if x["activity_key"] == done["activity_key"]]
    assert entry["kind"] == "incoming"
    crm_id = entry["crm_id"]
    wanted = "hs_call_direction,hs_call_from_number,hs_call_to_number"
    call = synced.crm.get(f"/crm/objects/2026-09/calls/{crm_id}?properties={wanted}").json
    assert call["properties"]["hs_call_direction"] == "INBOUND"
    assert call["properties"]["hs_call_from_number"] == "+353 1 555 0142"
    assert call["properties"]["hs_call_to_number"] is None
    refused = synced("dispose", lead, "no_answer", "--direction", "in")
    assert refused.code == 2
    assert "came in" in refused.err


def test_a_touch_is_on_the_timeline_at_once_upstream_once_and_can_be_undone(
    synced: DeskHome,
) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    before = synced.ok("lead", lead, "--json").json
    dials = synced.ok("log", "--json").json["reps"][0]["dials"]
    done = synced.ok(
        "touch", lead, "linkedin", "--text", "saw your post", "--direction", "in", "--json"
    ).json
    assert [item["state"] for item in done["outbox"]] == ["held"]
    view = synced.ok("lead", lead, "--json").json
    assert view["rank"] == before["rank"]
    first = view["timeline"][0]
    assert (first["what"], first["note"]) == ("LinkedIn message from them", "saw your post")
    assert (first["channel"], first["direction"], first["state"]) == ("linkedin", "in", "held")
    assert "LinkedIn message from them" in synced.ok("undo").out
    undone = synced.ok("lead", lead, "--json").json["timeline"][0]
    assert undone["state"] == "undone"
    synced.ok("touch", lead, "note", "--text", "asked for a quote")
    synced.ok("sync")
    assert synced.ok("lead", lead, "--json").json["timeline"][0]["state"] == "sent"
    # Once sent, undo goes on to what was before, or says that there is nothing.
    assert synced("undo").code == 2
    assert synced.ok("log", "--json").json["reps"][0]["dials"] == dials
    assert synced("touch", lead, "note").code == 2
    assert synced("touch", lead, "fax").code == 2
    assert synced("touch", lead, "meeting", "--at", "+3d").code == 2
