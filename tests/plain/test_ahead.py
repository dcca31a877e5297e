"""The hours ahead by ear, and triage of many leads line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sdrdesk.domain.lead.activity import ActivityKind
from tests.plain.conftest import Converse
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW


def at_risk(desk: FakeDesk, hours: int = 3) -> list[str]:
    return list(desk.at_risk.ahead(desk.at + timedelta(hours=hours)).ids)


def test_what_is_at_risk_is_read_out_soonest_first(converse: Converse) -> None:
    desk = FakeDesk()
    ids = at_risk(desk)
    said = converse(desk, "ahead")
    places = [said.index(f"\n{lead_id}: ") for lead_id in ids[:9]]
    assert places == sorted(places)
    assert f"{len(ids)} leads at risk until " in said
    assert "calling window closes " in said


def test_a_long_list_is_read_in_parts(converse: Converse) -> None:
    desk = FakeDesk()
    ids = at_risk(desk, 24)
    assert len(ids) > 9
    said = converse(desk, "ahead tomorrow 14:00 utc", "ahead more")
    assert f"{len(ids) - 9} more. ahead more reads on" in said
    assert said.index(f"\n{ids[9]}: ") > said.index("more. ahead more reads on")


def test_all_of_the_list_is_settled_and_one_undo_takes_it_back(converse: Converse) -> None:
    desk = FakeDesk()
    ids = at_risk(desk)
    said = converse(desk, "ahead", "settle all nurture")
    assert {x.activity.lead_id for x in desk.records} == set(ids)
    assert {x.activity.kind for x in desk.records} == {ActivityKind.CHANGE}
    assert "To nurture: " in said
    assert "undo takes it back for all of them." in said
    converse(desk, "undo")
    assert all(x.undone for x in desk.records)


def test_a_snooze_keeps_promised_callbacks_until_the_rep_says_yes(converse: Converse) -> None:
    desk = FakeDesk()
    promised = next(x for x, lead in desk.by_id.items() if lead.callback_at is not None)
    at = NOW + timedelta(hours=1)
    desk.by_id[promised] = replace(desk.by_id[promised], callback_at=at)
    order = f"settle {promised} snooze +5h"
    said = converse(desk, order, "no")
    assert "1 callback stays due (your time): Ada Okafor" in said
    assert "Put these callbacks off as well?" in said
    assert not desk.snoozes[promised][2]
    converse(desk, order, "yes")
    assert desk.snoozes[promised][2] is True


def test_the_present_lead_is_settled_without_a_call(converse: Converse) -> None:
    desk = FakeDesk()
    first = desk.queue.snapshot().lead_ids[0]
    converse(desk, "pin", "first-line Still March?")
    assert desk.pinned == {first}
    assert desk.first_lines[first] == "Still March?"
    said = converse(desk, "disqualify", "disqualify no_budget")
    assert "Disqualifying needs a reason. Nothing was changed. Reasons: " in said
    assert [(x.activity.lead_id, x.activity.kind) for x in desk.records] == [
        (first, ActivityKind.CHANGE)
    ]


def test_an_order_that_is_not_understood_changes_nothing(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, "settle", "settle 101", "settle pin", "settle 101 snooze", "settle 9 pin")
    assert said.count("No action is named.") == 2
    assert "No lead is named." in said
    assert "snooze takes a time." in said
    assert "There is no lead 9" in said
    assert not desk.pinned
