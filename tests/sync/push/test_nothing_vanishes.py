"""Field changes are sent, reported or blocked; none disappears."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.store.outbox import outbox
from sdrdesk.store.outbox.conflicts import open_conflicts
from sdrdesk.store.record import outcomes
from sdrdesk.sync.port import Page
from tests.sync.desk import Desk, desk_over


def payload(desk: Desk, key: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        desk.one("SELECT payload_json FROM outbox WHERE key = ?", key)
    )
    return found


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("lifecycle", "gone", 'no lifecycle stage "gone"'),
        ("status", "GONE", 'no lead status "GONE"'),
        ("persona", "persona_99", 'no persona "persona_99"'),
    ],
)
def test_a_value_the_account_does_not_have_blocks_alone(
    desk: Desk, field: str, value: str, words: str
) -> None:
    lead = desk.pick()
    good = {"do_not_call": "true", "status": "UNQUALIFIED"} | {field: value}
    key = desk.change(lead, **good)
    assert desk.sync().exit == 5
    item = desk.item(key)
    assert item["state"] == "blocked"
    assert words in item["last_error"]
    now = desk.contact(lead)
    assert now["do_not_call_phone"] == "true"
    if field != "status":
        assert now["hs_lead_status"] == "UNQUALIFIED"
    assert payload(desk, key)["written"] == sorted(good.keys() - {field})


def test_what_an_earlier_try_wrote_is_not_fought_over_by_the_next_one(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, status="CONNECTED", lifecycle="gone")
    desk.sync()
    desk.edit(lead, hs_lead_status="BAD_TIMING")  # a colleague continues from ours
    outbox.retry(desk.db, key, lambda _, changes: changes)
    desk.sync()
    assert open_conflicts(desk.db) == []
    assert desk.contact(lead)["hs_lead_status"] == "BAD_TIMING"
    assert desk.item(key)["state"] == "blocked"


def test_of_what_an_earlier_try_wrote_the_crm_s_word_is_shown(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, status="CONNECTED", lifecycle="gone")
    desk.sync()
    assert desk.lead(lead).status == "CONNECTED"
    desk.edit(lead, hs_lead_status="BAD_TIMING")
    desk.sync()
    assert desk.lead(lead).status == "BAD_TIMING"
    assert desk.lead(lead).lifecycle == "gone", "this one still waits"
    outbox.drop(desk.db, key, desk.clock())
    assert desk.lead(lead).status == "BAD_TIMING"


def test_a_field_this_version_does_not_know_blocks_with_words_and_alone(desk: Desk) -> None:
    lead = desk.pick()
    mark = {"shoe_size": "44", "do_not_call": "true"}
    changes = {"changes": mark, "base": {"shoe_size": "", "do_not_call": "false"}}
    key = desk.put_item("contact", lead, changes)
    assert desk.sync().exit == 5
    assert "cannot send the field shoe_size" in desk.item(key)["last_error"]
    assert desk.contact(lead)["do_not_call_phone"] == "true"
    assert payload(desk, key)["written"] == ["do_not_call"]


def test_a_change_stays_when_the_later_one_of_the_same_field_is_dropped(desk: Desk) -> None:
    lead = desk.pick()
    desk.change(lead, status="IN_PROGRESS")
    later = desk.change(lead, status="GONE")
    desk.sync()
    assert desk.item(later)["state"] == "blocked"
    outbox.drop(desk.db, later, desk.clock())
    assert desk.lead(lead).status == "IN_PROGRESS"
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == "IN_PROGRESS"


def test_a_change_does_not_wait_for_a_later_one_that_is_then_undone(desk: Desk) -> None:
    lead = desk.pick()
    desk.dispose(lead, "no_answer")
    desk.clock.forward(60)
    later = desk.dispose(lead, "not_interested")
    desk.clock.forward(60)
    # Both are due; the later one's own items wait for their next try while the first leaves.
    with desk.db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'queued'")
        connection.execute(
            "UPDATE outbox SET next_try_ms = ? WHERE activity_key = ?",
            (round((desk.clock() + timedelta(hours=1)).timestamp() * 1000), later),
        )
    desk.engine.push(release_held=False)
    assert desk.contact(lead)["hs_lead_status"] == "ATTEMPTED_TO_CONTACT"
    assert outcomes.undo(desk.db, later, desk.clock()).done
    assert desk.lead(lead).status == "ATTEMPTED_TO_CONTACT"
    desk.sync()
    assert desk.contact(lead)["hs_lead_status"] == "ATTEMPTED_TO_CONTACT"


def test_a_change_that_gave_way_is_queued_again_when_the_later_one_is_dropped(desk: Desk) -> None:
    lead = desk.pick()
    first = desk.change(lead, status="IN_PROGRESS")
    later = desk.change(lead, status="CONNECTED")
    # A try of the later one had no response; the CRM shows its value, but a colleague set it.
    with desk.db.writer() as connection:
        connection.execute(
            "UPDATE outbox SET attempts = 1, next_try_ms = ? WHERE key = ?",
            (round((desk.clock() + timedelta(hours=1)).timestamp() * 1000), later),
        )
    desk.edit(lead, hs_lead_status="CONNECTED")
    desk.engine.push(release_held=False)
    assert payload(desk, first)["left"] == {"status": "a later change of yours counts"}
    outbox.drop(desk.db, later, desk.clock())
    assert desk.lead(lead).status == "IN_PROGRESS"
    desk.sync()
    (conflict,) = open_conflicts(desk.db)
    assert (conflict.mine, conflict.theirs) == ("IN_PROGRESS", "CONNECTED")


def test_a_part_that_went_out_counts_over_an_earlier_change_that_waits(desk: Desk) -> None:
    lead = desk.pick()
    first = desk.change(lead, status="IN_PROGRESS")
    later = desk.change(lead, status="CONNECTED", lifecycle="gone")
    with desk.db.writer() as connection:
        connection.execute(
            "UPDATE outbox SET next_try_ms = ? WHERE key = ?",
            (round((desk.clock() + timedelta(hours=1)).timestamp() * 1000), first),
        )
    desk.sync()
    assert payload(desk, later)["written"] == ["status"]
    outbox.drop(desk.db, later, desk.clock())
    desk.edit(lead, hs_lead_status="BAD_TIMING")  # a colleague continues from ours
    desk.clock.forward(2 * 3600)
    desk.sync()
    assert payload(desk, first)["left"] == {"status": "a later change of yours counts"}
    assert desk.contact(lead)["hs_lead_status"] == "BAD_TIMING"


def test_what_stays_by_a_rule_is_noted_with_the_receipt(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, lifecycle="salesqualifiedlead", status="CONNECTED")
    desk.edit(lead, lifecyclestage="customer")
    assert desk.sync().exit == 0
    assert payload(desk, key)["left"] == {
        "lifecycle": "it is at customer already, and a stage only moves forward"
    }
    assert payload(desk, key)["written"] == ["status"]


def test_leads_are_read_again_once_a_field_to_read_was_chosen(desk: Desk, tmp_path: Path) -> None:
    lead = desk.pick()
    with desk_over(desk.sandbox, tmp_path / "second.db", do_not_call=None) as blind:
        blind.reads = ""
        blind.sync()
        desk.edit(lead, do_not_call_phone="true")
        blind.sync()
        assert not blind.lead(lead).do_not_call
        path = blind.db.path
    with desk_over(desk.sandbox, path) as seeing:
        seeing.reads = "do_not_call_phone"
        listed: list[str] = []
        listing = seeing.crm.list_leads

        def noted(cursor: str) -> Page[RemoteLead]:
            listed.append(cursor)
            return listing(cursor)

        seeing.crm.list_leads = noted  # type: ignore[method-assign]
        seeing.sync()
        assert seeing.lead(lead).do_not_call
        assert listed
        listed.clear()
        seeing.sync()
        assert not listed, "once is enough"
