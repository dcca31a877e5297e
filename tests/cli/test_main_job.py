"""The main job without the screens: from a sync to a disposition that arrives in the CRM."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

CALLS = "/crm/objects/2026-09"


def contact(crm: Sandbox, lead_id: str) -> dict[str, str | None]:
    answer = crm.get(f"{CALLS}/contacts/{lead_id}?properties=hs_lead_status,lifecyclestage")
    properties: dict[str, str | None] = answer.json["properties"]
    return properties


def calls_of(crm: Sandbox, lead_id: str) -> list[dict[str, str | None]]:
    linked = crm.get(f"{CALLS}/contacts/{lead_id}/associations/calls").json["results"]
    wanted = "hs_call_disposition,hs_call_body,hs_call_duration,hubspot_owner_id,hs_timestamp"
    return [
        crm.get(f"{CALLS}/calls/{row['toObjectId']}?properties={wanted}").json["properties"]
        for row in linked
    ]


def test_sync_fills_the_queue_and_the_reasons_add_up(synced: DeskHome) -> None:
    rows = synced.ok("queue", "--json", "--limit", "500").json
    assert len(rows) > 5
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row["callable"] is True
        assert row["score"] == pytest.approx(sum(r["points"] for r in row["reasons"]), abs=1e-9)
    rest = [row for row in rows if row["lane"] != "callback"]
    assert [row["score"] for row in rest] == sorted((r["score"] for r in rest), reverse=True)
    assert synced.ok("next", "--json").json["lead_id"] == rows[0]["lead_id"]


def test_the_funnel_adds_up_and_agrees_with_the_queue(synced: DeskHome) -> None:
    funnel = synced.ok("funnel", "--json").json
    left = funnel["total"]
    for step in funnel["steps"]:
        left -= step["removed"]
        assert step["left"] == left
    assert left == funnel["callable"]
    assert len(synced.ok("queue", "--json", "--limit", "500").json) == funnel["callable"]


def test_an_outcome_is_held_then_sent_once_with_status_and_association(
    synced: DeskHome, crm: Sandbox
) -> None:
    lead = synced.ok("next", "--json").json
    before = len(calls_of(crm, lead["lead_id"]))
    done = synced.ok(
        "dispose", lead["lead_id"], "no_answer", "--duration-s", "22", "--note", "rang <out> & on",
        "--json",
    ).json  # fmt: skip
    assert done["lead_id"] == lead["lead_id"]
    assert done["disposition"] == "no_answer"
    assert {item["state"] for item in done["outbox"]} == {"held"}
    assert "call" in {item["kind"] for item in done["outbox"]}
    assert done["next_lead_id"] not in (None, lead["lead_id"])
    assert len(calls_of(crm, lead["lead_id"])) == before

    kept = synced.ok("sync", "--keep-held", "--json").json
    assert kept["pushed"]["sent"] == 0
    sent = synced.ok("sync", "--json").json
    assert sent["pushed"] == {"sent": len(done["outbox"]), "blocked": 0, "left": 0}
    for _ in range(2):
        synced.ok("sync", "--json")
    calls = calls_of(crm, lead["lead_id"])
    assert len(calls) == before + 1
    mine = [call for call in calls if "rang &lt;out&gt; &amp; on" in (call["hs_call_body"] or "")]
    assert len(mine) == 1
    assert mine[0]["hs_call_duration"] == "22000"
    assert contact(crm, lead["lead_id"])["hs_lead_status"] in {
        "ATTEMPTED_TO_CONTACT",
        lead["status"] or "ATTEMPTED_TO_CONTACT",
    }
    receipts = synced.ok("outbox", "list", "--all", "--json").json
    assert {item["state"] for item in receipts} == {"sent"}
    assert all(item["crm_id"] for item in receipts if item["kind"] == "call")
    assert synced.ok("outbox", "--json").json == []


def test_qualified_moves_status_and_stage_forward(synced: DeskHome, crm: Sandbox) -> None:
    lead = synced.ok("next", "--json").json
    synced.ok(
        "dispose", lead["lead_id"], "qualified", "--qualify", "need=replace controllers",
        "--qualify", "timing=15 March", "--duration-s", "240", "--push", "now",
    )  # fmt: skip
    now = contact(crm, lead["lead_id"])
    assert now["hs_lead_status"] == "CONNECTED"
    assert now["lifecyclestage"] == "salesqualifiedlead"
    notes = crm.get(f"{CALLS}/contacts/{lead['lead_id']}/associations/notes").json["results"]
    bodies = [
        crm.get(f"{CALLS}/notes/{row['toObjectId']}?properties=hs_note_body").json["properties"][
            "hs_note_body"
        ]
        for row in notes
    ]
    assert any("replace controllers" in body for body in bodies)
    queue = synced.ok("queue", "--json", "--limit", "500").json
    assert lead["lead_id"] not in {row["lead_id"] for row in queue}


def test_a_callback_becomes_a_task_and_leaves_the_queue_until_then(
    synced: DeskHome, crm: Sandbox
) -> None:
    lead = synced.ok("next", "--json").json
    synced.ok("dispose", lead["lead_id"], "callback", "--callback", "+3d", "--push", "now")
    why = synced.ok("why", lead["lead_id"], "--json").json
    assert not why["callable"]
    assert "callback_future" in {block["rule"] for block in why["blocked_by"]}
    tasks = crm.get(f"{CALLS}/contacts/{lead['lead_id']}/associations/tasks").json["results"]
    kinds = [
        crm.get(f"{CALLS}/tasks/{row['toObjectId']}?properties=hs_task_type").json["properties"]
        for row in tasks
    ]
    assert "CALL" in {task["hs_task_type"] for task in kinds}


def test_undo_inside_the_grace_period_leaves_no_trace(synced: DeskHome, crm: Sandbox) -> None:
    lead = synced.ok("next", "--json").json
    calls, before = len(calls_of(crm, lead["lead_id"])), contact(crm, lead["lead_id"])
    writes = len(crm.journal())
    synced.ok("dispose", lead["lead_id"], "disqualified", "--reason", "bad_fit")
    undone = synced.ok("undo", "--json").json
    assert undone["clean"] is True
    synced.ok("sync")
    assert len(calls_of(crm, lead["lead_id"])) == calls
    assert contact(crm, lead["lead_id"]) == before
    assert len(crm.journal()) == writes
    assert synced.ok("next", "--json").json["lead_id"] == lead["lead_id"]


def test_undo_after_sending_is_a_correction_both_sides_show(synced: DeskHome, crm: Sandbox) -> None:
    lead = synced.ok("next", "--json").json
    synced.ok("dispose", lead["lead_id"], "left_voicemail", "--push", "now")
    undone = synced.ok("undo", "--json").json
    assert undone["clean"] is False
    synced.ok("sync")
    notes = crm.get(f"{CALLS}/contacts/{lead['lead_id']}/associations/notes").json["results"]
    assert notes
    timeline = synced.ok("lead", lead["lead_id"], "--json").json["timeline"]
    assert any("orrect" in item["note"] + item["what"] for item in timeline)


def test_do_not_call_takes_the_lead_out_at_once_and_reaches_the_account(
    synced: DeskHome, crm: Sandbox
) -> None:
    lead = synced.ok("next", "--json").json
    synced.ok("dispose", lead["lead_id"], "do_not_call", "--push", "now")
    blocked = synced.ok("why", lead["lead_id"], "--json").json["blocked_by"]
    assert "do_not_call" in {block["rule"] for block in blocked}
    path = f"{CALLS}/contacts/{lead['lead_id']}?properties=do_not_call_phone"
    assert crm.get(path).json["properties"]["do_not_call_phone"] == "true"


def test_the_log_counts_what_was_done(synced: DeskHome) -> None:
    before = synced.ok("log", "--json").json["reps"][0]
    for key in ("no_answer", "left_voicemail"):
        synced.ok("dispose", synced.ok("next", "--json").json["lead_id"], key)
    day = synced.ok("log", "--json").json
    assert day["reps"][0]["dials"] == before["dials"] + 2
    assert {"held"} <= {activity["state"] for activity in day["activities"]}
    team = synced.ok("log", "--rep", "all", "--json").json
    assert len(team["reps"]) >= 1
    for flag in ("--csv", "--md"):
        assert "no answer" in synced.ok("log", flag).out.lower()


def test_a_dry_run_says_what_would_change_and_records_nothing(synced: DeskHome) -> None:
    lead = synced.ok("next", "--json").json
    said = synced.ok("dispose", lead["lead_id"], "qualified", "--dry-run").out
    assert "CONNECTED" in said or "Connected" in said
    assert synced.ok("outbox", "--json").json == []


def test_equal_runs_print_equal_bytes(synced: DeskHome) -> None:
    moment = "2027-01-12T14:30:00Z"
    first = synced.ok("queue", "--json", "--as-of", moment).out
    assert first == synced.ok("queue", "--json", "--as-of", moment).out


def test_the_shipped_rules_hold_against_the_generated_account(synced: DeskHome) -> None:
    assert synced.ok("dispositions", "lint", "--json").json == []
    assert synced("scripts", "lint").code in (0, 5)
    fit = synced("fit", "lint", "--json").json
    assert fit["leads"] == 60


def test_a_meeting_is_logged_upstream_and_its_calendar_file_is_there(
    synced: DeskHome, crm: Sandbox
) -> None:
    lead = synced.ok("next", "--json").json
    arguments = ["dispose", lead["lead_id"], "meeting_set", "--meeting", "+3d", "--minutes", "45"]
    arguments += ["--attendee", "cfo@kestrel.example", "--attendee", "Tom", "--push", "now"]
    done = synced.ok(*arguments, "--qualify", "budget=50k", "--json").json
    assert Path(done["meeting_file"]).is_relative_to(synced.home / "meetings")
    assert b"mailto:cfo@kestrel.example" in Path(done["meeting_file"]).read_bytes()
    linked = crm.get(f"{CALLS}/contacts/{lead['lead_id']}/associations/meetings").json["results"]
    wanted = "hs_meeting_body,hs_meeting_start_time,hs_meeting_end_time,hs_meeting_outcome"
    bodies = [
        crm.get(f"{CALLS}/meetings/{row['toObjectId']}?properties={wanted}").json["properties"]
        for row in linked
    ]
    (made,) = [
        row for row in bodies if "cfo@kestrel.example, Tom" in (row["hs_meeting_body"] or "")
    ]
    assert "50k" in made["hs_meeting_body"]
    assert made["hs_meeting_outcome"] == "SCHEDULED"
    (coming,) = synced.ok("meetings", "--json").json
    assert (coming["state"], coming["minutes"]) == ("sent", 45)
    assert coming["attendees"] == ["cfo@kestrel.example", "Tom"]
    assert coming["file"] == done["meeting_file"]
    assert done["meeting_file"] in synced.ok("meetings").out.replace("\n", "")


def test_a_meeting_is_with_the_lead_when_nobody_else_is_named(synced: DeskHome) -> None:
    lead = synced.ok("next", "--json").json
    synced.ok("dispose", lead["lead_id"], "meeting_set", "--meeting", "+3d")
    email = synced.ok("lead", lead["lead_id"], "--json").json["email"]
    (coming,) = synced.ok("meetings", "--json").json
    assert coming["attendees"] == ([email] if email else [])


def test_a_time_with_two_meanings_and_a_reason_in_words(synced: DeskHome, crm: Sandbox) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    asked = synced("dispose", lead, "callback", "--callback", "+6m")
    assert asked.code == 2
    assert "6 minutes or 6 months" in asked.err
    assert synced.ok("outbox", "--json").json == []
    soon = (datetime.now(UTC) + timedelta(days=n) for n in count(2))
    day = next(day for day in soon if day.day > 12)  # no month has that number
    words = f"{day.month}/{day.day} 3pm"
    synced.ok("dispose", lead, "callback", "--callback", words, "--dry-run")
    refused = synced("dispose", lead, "not_interested", "--reason", "other")
    assert (refused.code, "few words" in refused.err) == (2, True)
    synced.ok("dispose", lead, "not_interested", "--reason", "other: moved to Peru")
    assert synced("sync").code in (0, 5)
    (call,) = [c for c in calls_of(crm, lead) if "moved to Peru" in str(c["hs_call_body"])]
    assert "Reason: Other" in str(call["hs_call_body"])
