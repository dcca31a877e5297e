"""An item means its outcome: labels, statuses and stages are those of the day it is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.services.sync.outbox import OutboxService
from sdrdesk.services.sync.remapping import remap_with
from sdrdesk.store.mirror.options import options
from tests.support.marks import in_long
from tests.sync.desk import OUTCOMES, Desk, fresh_desk, use_keys
from tests.sync.push.test_corrections import correct, label

NO_ANSWER = "73a0d17f-1163-4015-bdd5-ec830791da20"


def team(desk: Desk, stage: str = "salesqualifiedlead", **changed: dict[str, object]) -> None:
    """Give the desk the team's files with these outcomes changed."""
    items = (replace(x, **changed.get(key, {})) for key, x in OUTCOMES.items())  # type: ignore[arg-type]
    files = Dispositions(tuple(items))
    desk.remap = remap_with(lambda: files, lambda: stage)


def rename(desk: Desk, name: str) -> None:
    desk.sandbox.control("outcomes", {"rename": {NO_ANSWER: name}})


@pytest.mark.parametrize("mode", ["marker", "upsert", *in_long("field")])
def test_a_call_from_before_a_renaming_arrives_once(tmp_path: Path, mode: str) -> None:
    switch = "ignored" if mode == "field" else "supported"
    with fresh_desk(tmp_path / "d.db", leads=40, unique_on_activities=switch) as desk:
        if mode != "marker":
            use_keys(desk)
        team(desk)
        key = desk.dispose(desk.pick(""), "no_answer")
        desk.fault(method="POST", path="/calls(/batch/upsert)?$", drop="after")
        desk.sync()
        rename(desk, "Nobody there")
        waiting = desk.dispose(desk.pick(), "no_answer")
        team(desk, no_answer={"crm_outcome": "Nobody there"})
        for _ in range(6):
            desk.clock.forward(45)
            desk.sync()
        assert [len(desk.remote("calls", each)) for each in (key, waiting)] == [1, 1]
        (call,) = desk.remote("calls", waiting)
        assert call["properties"]["hs_call_disposition"] == NO_ANSWER
        assert set(desk.states().values()) == {"sent"}


def test_a_renamed_option_is_known_by_its_id_before_anybody_changed_a_file(desk: Desk) -> None:
    team(desk)
    rename(desk, "Nobody there")
    key = desk.dispose(desk.pick(), "no_answer")
    assert desk.sync().exit == 0
    (call,) = desk.remote("calls", key)
    assert call["properties"]["hs_call_disposition"] == NO_ANSWER
    assert "Nobody there" in {option.label for option in options(desk.db, "outcome")}
    made = correct(desk, key, "busy")  # what is at the CRM is still ours
    desk.sync()
    assert desk.item(made.record.activity_key)["state"] == "sent"
    assert label(desk, desk.remote("calls", key)[0]) == "Busy"


def test_a_new_option_that_takes_the_old_name_counts(desk: Desk) -> None:
    busy = next(o.value for o in options(desk.db, "outcome") if o.label == "Busy")
    desk.sandbox.control("outcomes", {"rename": {NO_ANSWER: "Nobody there", busy: "No answer"}})
    key = desk.dispose(desk.pick(), "no_answer")
    assert desk.sync().exit == 0
    assert desk.remote("calls", key)[0]["properties"]["hs_call_disposition"] == busy


def test_refused_items_go_out_by_themselves_when_the_file_is_mended(desk: Desk) -> None:
    team(
        desk,
        callback={"crm_outcome": "Reached", "lead_status": "TALKING"},
        qualified={"crm_outcome": "Reached", "lead_status": "TALKING"},
    )
    first, second = desk.pick(), desk.pick(skip=1)
    desk.dispose(first, "callback")
    desk.dispose(second, "qualified")
    assert desk.sync().pushed.blocked == 4
    assert desk.sync().pushed.sent == 0
    team(desk, stage="opportunity")
    report = desk.sync()
    assert (report.pushed.blocked, report.pushed.left, report.exit) == (0, 0, 0)
    assert desk.contact(first)["hs_lead_status"] == "IN_PROGRESS"
    assert desk.contact(second)["hs_lead_status"] == "CONNECTED"
    assert desk.lead(first).status == "IN_PROGRESS"


def test_a_status_that_arrived_before_the_file_changed_is_no_conflict(desk: Desk) -> None:
    lead = desk.pick()
    team(desk)
    key = desk.dispose(lead, "callback")
    with desk.db.writer() as connection:  # as after a lost answer: tried, and it arrived
        connection.execute(
            "UPDATE outbox SET attempts = 1 WHERE kind = 'contact' AND activity_key = ?", (key,)
        )
    desk.edit(lead, hs_lead_status="IN_PROGRESS")
    team(desk, callback={"lead_status": "OPEN"})
    assert desk.sync().conflicts == 0
    assert desk.contact(lead)["hs_lead_status"] == desk.lead(lead).status == "OPEN"


def test_a_later_change_knows_the_value_that_went_out_instead(desk: Desk) -> None:
    lead = desk.pick()
    team(desk)
    desk.dispose(lead, "callback")
    later = desk.change(lead, status="OPEN")
    with desk.db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'blocked' WHERE key = ?", (later,))
    team(desk, callback={"lead_status": "BAD_TIMING"})
    desk.sync()
    assert desk.contact(lead)["hs_lead_status"] == "BAD_TIMING"
    assert desk.lead(lead).status == "OPEN"  # what the rep set last still shows
    with desk.db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'queued' WHERE key = ?", (later,))
    assert desk.sync().conflicts == 0
    assert desk.contact(lead)["hs_lead_status"] == "OPEN"


def test_an_undo_after_the_file_changed_puts_back_what_was(desk: Desk) -> None:
    lead = desk.pick()
    team(desk)
    key = desk.dispose(lead, "callback")
    team(desk, callback={"lead_status": "BAD_TIMING"})
    desk.sync()
    desk.correct(key)
    team(desk, callback={"lead_status": "OPEN"})
    assert desk.sync().conflicts == 0
    assert desk.contact(lead)["hs_lead_status"] == desk.lead(lead).status == "NEW"


def test_an_outcome_that_the_team_has_no_more_is_sent_as_it_was(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    files = Dispositions(tuple(x for x in OUTCOMES.values() if x.key != "no_answer"))
    desk.remap = remap_with(lambda: files, lambda: "opportunity")
    assert desk.sync().exit == 0
    assert label(desk, desk.remote("calls", key)[0]) == "No answer"


def test_items_of_an_older_version_are_sent_and_can_be_mapped_again(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(lead, "callback")
    with desk.db.writer() as connection:
        rows = connection.execute("SELECT key, payload_json FROM outbox").fetchall()
        for item, text in rows:
            old = {n: v for n, v in json.loads(text).items() if n not in ("outcome", "means")}
            if "changes" in old:
                old["changes"] = {"status": "TALKING"}
            connection.execute(
                "UPDATE outbox SET payload_json = ? WHERE key = ?", (json.dumps(old), item)
            )
    team(desk, callback={"lead_status": "OPEN"})
    assert desk.sync().pushed.blocked == 1
    assert len(desk.remote("calls", key)) == 1
    asks = desk.put_item("call", lead, {"change": "correct", "anyway": True}, state="blocked")
    keys, left = OutboxService(desk.db, desk.clock, desk.remap).retry_all()
    assert (len(keys), left) == (1, [asks])
    desk.sync()
    assert desk.contact(lead)["hs_lead_status"] == "OPEN"


def test_a_renamed_list_is_found_by_its_id(desk: Desk) -> None:
    def members(list_id: str) -> set[str]:
        path = f"/crm/lists/2026-09/{list_id}/memberships"
        return {row["recordId"] for row in desk.sandbox.get(path).json["results"]}

    first, second, third = (desk.pick(skip=n) for n in range(3))
    key = desk.put_item("list", first, {"list_name": "Nurture"})
    desk.sync()
    list_id = desk.item(key)["crm_id"]
    desk.sandbox.put(f"/crm/lists/2026-09/{list_id}/update-list-name?listName=Pflege")
    waiting = desk.put_item("list", second, {"list_name": "nurture"})
    assert desk.sync().exit == 0
    assert desk.item(waiting)["state"] == "sent"
    assert members(list_id) >= {first, second}
    desk.sandbox.delete(f"/crm/lists/2026-09/{list_id}")
    gone = desk.put_item("list", third, {"list_name": "Nurture"})
    desk.sync()
    assert '"Nurture"' in desk.item(gone)["last_error"]
