"""What a rep decides about a lead without a call, and how it is taken back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox


def first(desk: DeskHome) -> str:
    """Return the first lead that another call without an answer does not retire."""
    rows = desk.ok("queue", "--json").json
    lead_id: str = next(row["lead_id"] for row in rows if row["attempts"] < 3)
    return lead_id


def rules_of(desk: DeskHome, lead_id: str) -> set[str]:
    return {b["rule"] for b in desk.ok("why", lead_id, "--json").json["blocked_by"]}


def persona_upstream(crm: Sandbox, lead_id: str) -> str | None:
    path = f"/crm/objects/2026-09/contacts/{lead_id}?properties=hs_persona"
    value: str | None = crm.get(path).json["properties"]["hs_persona"]
    return value


def test_a_due_callback_is_put_off_with_its_lead_and_kept_among_many(synced: DeskHome) -> None:
    one, two, three = (row["lead_id"] for row in synced.ok("queue", "--json").json[-3:])
    for lead in (one, two, three):
        synced.ok("dispose", lead, "callback", "--callback", "+30m")
    with closing(sqlite3.connect(synced.home / "sdrdesk.db")) as database, database:
        database.execute(
            "UPDATE lead_desk SET callback_ms = 1 WHERE lead_id IN (?, ?, ?)", (one, two, three)
        )
    synced.ok("snooze", one, "+1d")
    said = synced.ok("settle", two, three, "snooze", "+1d").out
    assert "2 callbacks stay due" in said
    left = {row["lead_id"] for row in synced.ok("queue", "--view", "callback", "--json").json}
    assert one not in left
    assert {two, three} <= left


def test_a_snoozed_lead_rests_until_its_time_and_wakes(synced: DeskHome) -> None:
    lead = first(synced)
    until = synced.ok("snooze", lead, "+2h", "--reason", "in a meeting", "--json").json
    assert rules_of(synced, lead) == {"snoozed"}
    block = synced.ok("why", lead, "--json").json["blocked_by"][0]
    assert block["until"] == until["snoozed_until"]
    assert synced.ok("wake", lead, "--json").json["was"] == until["snoozed_until"]
    assert rules_of(synced, lead) == set()
    assert "was not resting" in synced.ok("wake", lead).out


def test_a_time_nobody_understands_changes_nothing(synced: DeskHome) -> None:
    lead = first(synced)
    assert synced("snooze", lead, "when it suits").code == 2
    assert rules_of(synced, lead) == set()


def test_skip_needs_a_reason_and_names_the_way_back(synced: DeskHome) -> None:
    lead = first(synced)
    assert synced("skip", lead).code == 2
    ran = synced.ok("skip", lead, "--reason", "needs research")
    assert rules_of(synced, lead) == {"snoozed"}
    assert f"sdrdesk wake {lead}" in ran.err


def test_a_pinned_lead_is_on_top_until_it_is_let_go(synced: DeskHome) -> None:
    rows = synced.ok("queue", "--json", "--limit", "500").json
    waiting = [row for row in rows if row["lane"] != "callback"]
    last = waiting[-1]["lead_id"]
    promised = len(rows) - len(waiting)
    synced.ok("pin", last)
    assert synced.ok("queue", "--json").json[promised]["lead_id"] == last
    synced.ok("unpin", last)
    assert synced.ok("queue", "--json", "--limit", "500").json[-1]["lead_id"] == last


def test_a_settled_zone_is_remembered_through_a_full_sync(synced: DeskHome) -> None:
    lead = first(synced)
    before = synced.ok("zone", lead, "--json").json["time_zone"]
    assert synced("zone", lead, "Moon/Tranquillity").code == 2
    synced.ok("zone", lead, "Asia/Tokyo")
    synced.ok("sync", "--full")
    assert synced.ok("zone", lead, "--json").json["time_zone"] == "Asia/Tokyo"
    assert synced.ok("zone", lead, "--clear", "--json").json["time_zone"] == before


def test_a_corrected_persona_reaches_the_crm_and_goes_back(synced: DeskHome, crm: Sandbox) -> None:
    lead = first(synced)
    told = synced.ok("persona", lead, "--json").json
    stood = persona_upstream(crm, lead)
    other = next(label for label in told["personas"] if label != told["persona"])
    made = synced.ok("persona", lead, other.upper(), "--json").json
    assert (made["persona"], made["reason"], made["was"]) == (other, "set by you", told["persona"])
    assert {item["kind"] for item in synced.ok("outbox", "--json").json} == {"contact"}
    assert synced.ok("sync", "--json").json["pushed"]["sent"] == 1
    assert persona_upstream(crm, lead) not in (stood, None)
    assert synced.ok("lead", lead, "--json").json["persona"] == other
    synced.ok("persona", lead, *(["--clear"] if stood is None else [told["persona"]]))
    synced.ok("sync")
    assert persona_upstream(crm, lead) == stood
    assert synced.ok("persona", lead, "--json").json["persona"] == told["persona"]


def test_a_persona_the_account_does_not_have_is_refused(synced: DeskHome) -> None:
    lead = first(synced)
    ran = synced("persona", lead, "Lord of the Manor")
    assert ran.code == 2
    assert "no persona" in ran.err
    assert synced.ok("outbox", "--json").json == []


def test_a_corrected_persona_leaves_rest_retry_and_undo_alone(synced: DeskHome) -> None:
    lead = first(synced)
    synced.ok("dispose", lead, "no_answer")
    due = synced.ok("lead", lead, "--json").json["next_due_at"]
    assert due
    told = synced.ok("persona", lead, "--json").json
    synced.ok("persona", lead, next(x for x in told["personas"] if x != told["persona"]))
    assert synced.ok("lead", lead, "--json").json["next_due_at"] == due
    assert synced.ok("undo", "--json").json["clean"] is True
    assert synced.ok("lead", lead, "--json").json["next_due_at"] is None


def test_a_promise_can_be_closed_without_a_call(synced: DeskHome) -> None:
    rows = synced.ok("queue", "--json").json
    lead = next(row["lead_id"] for row in rows if row["callback"] is None)
    assert synced("unpromise", lead).code == 2
    synced.ok("dispose", lead, "callback", "--callback", "+3d")
    assert "callback_future" in rules_of(synced, lead)
    was = synced.ok("unpromise", lead, "--json").json["was"]
    assert was
    assert "callback_future" not in rules_of(synced, lead)


def test_undo_and_redo_of_what_was_done_last_reach_across_commands(synced: DeskHome) -> None:
    lead = first(synced)
    synced.ok("dispose", lead, "no_answer")
    synced.ok("pin", lead)
    assert synced.ok("undo", "--last", "--json").json["disposition"] == "pin"
    assert synced.ok("undo", "--last", "--json").json["clean"] is True
    assert synced.ok("lead", lead, "--json").json["next_due_at"] is None
    assert synced.ok("redo", "--json").json["lead_id"] == lead
    assert synced.ok("lead", lead, "--json").json["next_due_at"]
    assert "pin" in synced.ok("redo", "--json").json["message"]
    ran = synced("redo")
    assert (ran.code, "Nothing to redo" in ran.err) == (2, True)
    synced.ok("sync")
    calls = [item for item in synced.ok("outbox", "--all", "--json").json if item["kind"] == "call"]
    assert sorted(x["state"] for x in calls if x["lead_id"] == lead) == ["sent", "undone"]


def test_the_end_of_a_wait_is_read_in_the_leads_zone_and_said_in_both(
    synced: DeskHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = next(row for row in synced.ok("queue", "--json").json if row["time_zone"])
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    done = ("wait", row["lead_id"], "--reason", "trade fair", "--until", "in 3 days at 10:00")
    until = datetime.fromisoformat(synced.ok(*done, "--json").json["waits_until"])
    assert f"{until.astimezone(ZoneInfo(row['time_zone'])):%H:%M}" == "10:00"
    said = synced.ok(*done).out
    here = f"{until.astimezone(ZoneInfo('Pacific/Kiritimati')):%H:%M}"
    assert " 10:00 " in said  # "their time", or two cities where zones disagree
    assert f"{here} yours: trade fair" in said
    assert here != "10:00"
