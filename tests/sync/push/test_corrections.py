"""A corrected call is changed in place at the CRM, once, and never over somebody else's words."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.outcome.revision import OutcomeNow, Revision, revise, revise_note
from sdrdesk.domain.outcome.types import AccountRules, Entry
from sdrdesk.store.outbox.outbox import retry
from sdrdesk.store.record.corrections import correct_outcome
from sdrdesk.sync.port import KeyMode
from tests.support.marks import in_long
from tests.sync.desk import OUTCOMES, Desk, fresh_desk, use_keys


def correct(desk: Desk, key: str, outcome: str, **more: Any) -> Revision:
    """Correct an outcome as the rep would."""
    now, new = desk.clock(), OUTCOMES.get(outcome)
    assert new is not None

    def make(was: OutcomeNow) -> Revision:
        old = OUTCOMES.get(was.activity.disposition)
        if outcome == was.activity.disposition:
            return revise_note(was, old, more["note"], "", str(uuid.uuid4()), now, now)
        return revise(
            was, old, new, Entry(outcome, now, **more), AccountRules(do_not_call_mapped=True), "",
            lambda: str(uuid.uuid4()), None, now, now,
        )  # fmt: skip

    same = outcome == desk.one("SELECT disposition FROM activity WHERE activity_key = ?", key)
    return correct_outcome(desk.db, key, make, now, note_only=same)


def label(desk: Desk, call: dict[str, Any]) -> str:
    value = call["properties"]["hs_call_disposition"]
    return str(desk.one("SELECT label FROM crm_option WHERE field='outcome' AND value=?", value))


@pytest.mark.parametrize("mode", ["marker", "upsert", *in_long("field")])
@pytest.mark.parametrize("fault", [{}, {"drop": "after"}, {"drop": "before"}, {"status": 503}])
def test_a_sent_call_is_changed_in_place(
    tmp_path: Path, mode: str, fault: dict[str, object]
) -> None:
    switch = "ignored" if mode == "field" else "supported"
    with fresh_desk(tmp_path / "d.db", leads=40, unique_on_activities=switch) as desk:
        if mode != "marker":
            assert set(use_keys(desk).values()) == {KeyMode(mode)}
        lead = desk.pick("")
        key = desk.dispose(lead, "not_interested", note="spoke to Bo")
        desk.sync(release_held=True)
        assert desk.contact(lead)["hs_lead_status"] == "UNQUALIFIED"
        correct(desk, key, "left_voicemail", note="left word\nwith <Jo>")
        if fault:
            desk.fault(method="PATCH", path="/calls/", **fault)
        for _ in range(6):
            desk.sync(release_held=True)
            desk.clock.forward(45)
        assert set(desk.states().values()) <= {"sent"}
        (call,) = desk.remote("calls", key)
        assert label(desk, call) == "Left voicemail"
        body = call["properties"]["hs_call_body"]
        assert "left word<br>with &lt;Jo&gt;" in body
        assert body.count(key) == (mode == "marker")
        assert "Bo" not in body
        status = desk.contact(lead)["hs_lead_status"]
        assert (status or "") in ("", "ATTEMPTED_TO_CONTACT")
        assert desk.one("SELECT count(*) FROM activity WHERE kind='call' AND lead_id=?", lead) == (
            desk.one("SELECT attempts FROM lead WHERE lead_id = ?", lead)
        )


def test_the_unsent_call_goes_out_as_corrected(desk: Desk) -> None:
    lead = desk.pick()
    before = desk.contact(lead)["lifecyclestage"]
    key = desk.dispose(lead, "qualified")
    correct(desk, key, "busy", note="engaged")
    desk.clock.forward(30)
    desk.sync()
    (call,) = desk.remote("calls", key)
    assert label(desk, call) == "Busy"
    assert desk.contact(lead)["lifecyclestage"] == before
    assert desk.contact(lead)["hs_lead_status"] == "ATTEMPTED_TO_CONTACT"


def test_somebody_elses_words_are_asked_about(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer", note="rang out")
    desk.sync(release_held=True)
    (call,) = desk.remote("calls", key)
    theirs = {"hs_call_body": "they called back since"}
    desk.sandbox.control("edit", {"type": "calls", "id": call["id"], "properties": theirs})
    made = correct(desk, key, "no_answer", note="rang twice")
    desk.sync(release_held=True)
    item = desk.item(made.record.activity_key)
    assert item["state"] == "blocked"
    assert "Somebody changed the note" in item["last_error"]
    assert (
        "they called back"
        in desk.sandbox.control(f"record/calls/{call['id']}")["properties"]["hs_call_body"]
    )
    retry(desk.db, made.record.activity_key)
    desk.sync(release_held=True)
    assert desk.item(made.record.activity_key)["state"] == "sent"
    body = desk.sandbox.control(f"record/calls/{call['id']}")["properties"]["hs_call_body"]
    assert "rang twice" in body


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_correction_waits_for_its_call(desk: Desk, drop: str) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", drop=drop)
    desk.sync(release_held=True)
    made = correct(desk, key, "busy")
    desk.sync(release_held=True)  # too early to look for the call
    if drop == "before":
        waits = desk.item(made.record.activity_key)
        assert (waits["state"], waits["attempts"]) == ("queued", 0)
        assert 0 < waits["next_try_ms"] / 1000 - desk.clock().timestamp() <= 60
    for _ in range(8):
        desk.clock.forward(70)
        desk.sync(release_held=True)
    (call,) = desk.remote("calls", key)
    assert label(desk, call) == "Busy"
    assert set(desk.states().values()) <= {"sent", "undone"}


def test_a_correction_of_a_call_that_was_given_up_ends(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", drop="before")
    desk.sync()
    made = correct(desk, key, "busy").record.activity_key
    desk.sync()
    assert desk.item(made)["state"] == "queued"
    with desk.db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'undone' WHERE key = ?", (key,))
    desk.clock.forward(70)
    desk.sync()
    assert desk.item(made)["state"] == "sent"
    assert desk.remote("calls", key) == []


def test_a_correction_that_arrived_is_not_written_again(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer", note="rang out")
    desk.sync(release_held=True)
    made = correct(desk, key, "busy")
    desk.fault(method="PATCH", path="/calls/", drop="after")
    desk.sync(release_held=True)
    assert desk.item(made.record.activity_key)["state"] == "queued"
    desk.fault(method="PATCH", path="/calls/", status=400)
    desk.clock.forward(45)
    desk.sync(release_held=True)
    assert desk.item(made.record.activity_key)["state"] == "sent"


def test_a_call_deleted_at_the_crm_ends_its_correction(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.sync(release_held=True)
    (call,) = desk.remote("calls", key)
    desk.sandbox.control("archive", {"type": "calls", "ids": [call["id"]]})
    made = correct(desk, key, "busy")
    desk.sync(release_held=True)
    assert desk.item(made.record.activity_key)["state"] == "sent"


def test_a_call_that_was_pulled_is_changed_in_place(desk: Desk) -> None:
    key, lead = desk.sql(
        "SELECT activity_key, lead_id FROM activity WHERE kind = 'call' AND local = 0"
        " AND outcome_label = 'No answer' AND note <> '' ORDER BY at_ms DESC LIMIT 1"
    )[0]
    crm_id = key.removeprefix("call:")
    correct(desk, key, "left_voicemail", note="left word")
    desk.sync(release_held=True)
    assert set(desk.states().values()) <= {"sent"}
    call = desk.sandbox.control(f"record/calls/{crm_id}")
    assert label(desk, call) == "Left voicemail"
    assert "left word" in call["properties"]["hs_call_body"]
    desk.sync(full=True)
    row = desk.sql("SELECT outcome_label, note FROM activity WHERE activity_key = ?", key)[0]
    assert row == ("Left voicemail", "left word")
    assert lead
