"""Changes of a lead that others change at the same time."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.store.outbox.conflicts import open_conflicts, settle_conflict
from sdrdesk.store.record import outcome_fields
from tests.sync.desk import Desk, fresh_desk


def test_an_older_change_that_waits_does_not_come_back_over_a_later_one(desk: Desk) -> None:
    lead_id = desk.pick()
    desk.change(lead_id, status="CONNECTED")
    # The first change waits for its next try while the next one arrives.
    desk.fault(method="GET", path=f"/contacts/{lead_id}$", status=502, times=0)
    desk.engine.push(release_held=False)
    desk.heal()
    desk.change(lead_id, status="BAD_TIMING")
    desk.engine.push(release_held=False)
    assert desk.contact(lead_id)["hs_lead_status"] == "BAD_TIMING"
    assert "queued" in desk.states().values()
    desk.engine.pull(full=False)
    assert desk.lead(lead_id).status == "BAD_TIMING"
    desk.change(lead_id, status="IN_PROGRESS")
    desk.clock.forward(3600)
    desk.sync()
    desk.sync()
    assert open_conflicts(desk.db, with_settled=True) == []
    assert set(desk.states().values()) == {"sent"}
    assert desk.contact(lead_id)["hs_lead_status"] == "IN_PROGRESS"


def test_both_changed_is_a_conflict_the_rep_settles(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, status="UNQUALIFIED")
    desk.edit(lead, hs_lead_status="CONNECTED")
    report = desk.sync()
    assert (report.conflicts, report.exit) == (1, 5)
    assert desk.item(key)["state"] == "sent"
    assert desk.contact(lead)["hs_lead_status"] == "CONNECTED"
    assert desk.lead(lead).status == "CONNECTED"
    (conflict,) = open_conflicts(desk.db)
    assert (conflict.base, conflict.mine, conflict.theirs) == ("NEW", "UNQUALIFIED", "CONNECTED")
    assert conflict.mine_at is not None
    assert conflict.theirs_at is not None
    settle_conflict(desk.db, conflict.key, "mine", desk.clock())
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == "UNQUALIFIED"


def test_taking_theirs_changes_nothing_upstream(desk: Desk) -> None:
    lead = desk.pick()
    desk.change(lead, status="UNQUALIFIED")
    desk.edit(lead, hs_lead_status="CONNECTED")
    desk.sync()
    (conflict,) = open_conflicts(desk.db)
    assert settle_conflict(desk.db, conflict.key, "theirs", desk.clock()) == ""
    before = desk.contact(lead)
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == before["hs_lead_status"] == "CONNECTED"
    assert open_conflicts(desk.db) == []


def test_a_mere_attempt_says_nothing_against_a_colleagues_work(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(lead, "no_answer")
    desk.edit(lead, hs_lead_status="CONNECTED")
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == "CONNECTED"
    assert desk.lead(lead).status == "CONNECTED"
    assert len(desk.remote("calls", key)) == 1


def test_a_stage_that_others_moved_further_is_not_moved_back(desk: Desk) -> None:
    lead = desk.pick()
    desk.change(lead, lifecycle="salesqualifiedlead")
    desk.edit(lead, lifecyclestage="customer")
    assert desk.sync().exit == 0
    assert desk.contact(lead)["lifecyclestage"] == "customer"
    assert desk.lead(lead).lifecycle == "customer"


def test_do_not_call_wins_over_whatever_others_did(desk: Desk) -> None:
    lead = desk.pick()
    desk.dispose(lead, "do_not_call")
    desk.edit(lead, do_not_call_phone="false", hs_lead_status="IN_PROGRESS")
    report = desk.sync()
    assert desk.contact(lead)["do_not_call_phone"] == "true"
    assert desk.lead(lead).do_not_call
    assert report.conflicts == 1  # the status, not the mark


def test_two_outcomes_on_one_lead_before_a_sync_leave_no_false_conflict(desk: Desk) -> None:
    lead = desk.pick()
    first = desk.dispose(lead, "no_answer")
    desk.clock.forward(1)
    second = desk.dispose(lead, "qualified", note="good fit")
    report = desk.sync()
    assert (report.conflicts, report.exit) == (0, 0)
    assert desk.contact(lead)["hs_lead_status"] == "CONNECTED"
    assert desk.contact(lead)["lifecyclestage"] == "salesqualifiedlead"
    assert len(desk.remote("calls", first)) == len(desk.remote("calls", second)) == 1


def test_a_mark_whose_answer_was_lost_is_known_as_ours(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(lead, "do_not_call")
    desk.fault(method="PATCH", path=f"/contacts/{lead}$", drop="after")
    desk.sync()
    assert desk.contact(lead)["do_not_call_phone"] == "true"
    desk.clock.forward(60)
    desk.sync()
    assert set(desk.states().values()) == {"sent"}
    assert outcome_fields.sets_do_not_call(desk.db, key)


def test_an_older_address_does_not_replace_a_later_one_whose_answer_was_lost(desk: Desk) -> None:
    lead = desk.pick()
    first = desk.edit_person(lead, email="one@elsewhere.example")
    desk.fault(method="GET", path=f"/contacts/{lead}$", status=502, times=0)
    desk.engine.push(release_held=True)
    desk.heal()
    desk.edit_person(lead, email="Two@Elsewhere.Example")
    desk.fault(method="PATCH", path=f"/contacts/{lead}$", drop="after", times=0)
    desk.engine.push(release_held=True)
    assert desk.contact(lead)["email"] == "two@elsewhere.example"
    desk.heal()
    desk.clock.forward(3600)
    desk.engine.push(release_held=True)
    assert desk.contact(lead)["email"] == "two@elsewhere.example"
    assert open_conflicts(desk.db, with_settled=True) == [], first


@pytest.mark.parametrize("merge_mode", ["new_id", "survivor"])
def test_a_merge_before_the_push_leads_to_the_survivor(tmp_path: Path, merge_mode: str) -> None:
    with fresh_desk(tmp_path / "d.db", merge_mode=merge_mode) as desk:
        lead, other = desk.pick(), desk.pick(skip=1)
        key = desk.dispose(lead, "callback", note="at nine")
        merged = desk.sandbox.control("merge", {"type": "contacts", "ids": [other, lead]})
        assert desk.sync().exit == 0
        (call,) = desk.remote("calls", key)
        assert desk.contacts_of(call) == {merged["id"]}
        assert desk.lead(lead).lead_id == merged["id"]
        assert desk.lead(lead).callback_note
        activity = desk.one("SELECT lead_id FROM activity WHERE activity_key = ?", key)
        assert activity == merged["id"]


def merged_over_the_mark(desk: Desk) -> tuple[str, str]:
    """Merge a lead who must not be called into one without the mark.

    Return the key of the outcome and the survivor.
    """
    lead, main = desk.pick(), desk.pick(skip=1)
    key = desk.dispose(lead, "do_not_call")
    desk.edit(main, do_not_call_phone="false")
    desk.sync()
    survivor = desk.sandbox.control("merge", {"type": "contacts", "ids": [main, lead]})["id"]
    assert desk.contact(survivor)["do_not_call_phone"] == "false"
    return key, survivor


@pytest.mark.parametrize("merge_mode", ["new_id", "survivor"])
def test_do_not_call_outlives_a_merge_that_drops_it(tmp_path: Path, merge_mode: str) -> None:
    """Found by the soak: everyone else at the account would have called again."""
    with fresh_desk(tmp_path / "d.db", merge_mode=merge_mode) as desk:
        _, survivor = merged_over_the_mark(desk)
        desk.sync()
        assert desk.lead(survivor).do_not_call
        desk.sync()
        assert desk.contact(survivor)["do_not_call_phone"] == "true"
        assert desk.lead(survivor).do_not_call
        # Another user removes it on purpose: that is no merge.
        desk.edit(survivor, do_not_call_phone="false")
        for _ in range(2):
            desk.sync()
        assert desk.contact(survivor)["do_not_call_phone"] == "false"


def test_do_not_call_outlives_a_merge_that_the_push_meets_first(desk: Desk) -> None:
    _, survivor = merged_over_the_mark(desk)
    desk.note(desk.one("SELECT lead_id FROM outbox WHERE kind = 'call'"))
    desk.engine.push(release_held=True)
    for _ in range(2):
        desk.sync()
    assert desk.contact(survivor)["do_not_call_phone"] == "true"


def test_a_mark_that_was_corrected_is_not_made_again(desk: Desk) -> None:
    lead, main = desk.pick(), desk.pick(skip=1)
    desk.change(lead, do_not_call="true")
    desk.sync()
    desk.change(lead, do_not_call="false")
    desk.edit(main, do_not_call_phone="false")
    desk.sync()
    survivor = desk.sandbox.control("merge", {"type": "contacts", "ids": [main, lead]})["id"]
    for _ in range(2):
        desk.sync()
    assert desk.contact(survivor)["do_not_call_phone"] == "false"
