"""What the next hours break, over a real database, and what is settled before leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import CrmOptionRow, LeadDeskRow
from tests.services.block.test_service import MIN, person
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, put


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk) -> LocalDesk:
    put(
        db,
        person("101", 0, 1),  # type: ignore[arg-type]  # a row
        person("102", 1, 900, first_attempt_ms=NOW_MS - 800 * MIN),  # type: ignore[arg-type]
        person("103", 1, 900, first_attempt_ms=NOW_MS - 800 * MIN),  # type: ignore[arg-type]
        person("104", 0, 3, owner_id="9"),  # type: ignore[arg-type]  # somebody else's
        person("105", 1, 900, do_not_call=True),  # type: ignore[arg-type]  # a row
        *(
            LeadDeskRow(lead_id=lead_id, callback_ms=NOW_MS + minutes * MIN)
            for lead_id, minutes in (("102", 40), ("103", 200), ("105", 30))
        ),
        CrmOptionRow(field="persona", value="p1", label="Plant Manager"),
    )
    return make_desk()


def seen(desk: LocalDesk, hours: int = 3) -> list[tuple[str, str]]:
    return [(x.row.lead_id, x.risk.what.value) for x in desk.at_risk.ahead(hours).rows]


def test_what_breaks_comes_soonest_first_and_only_mine(desk: LocalDesk) -> None:
    assert seen(desk) == [("101", "sla"), ("102", "callback")]
    assert seen(desk, 4) == [("101", "sla"), ("102", "callback"), ("103", "callback")]
    assert [x.row.rank for x in desk.at_risk.ahead(4).rows] == [1, 2, 3]


def test_a_rest_settles_what_breaks_before_it_ends(desk: LocalDesk) -> None:
    desk.decisions.snooze("101", NOW + timedelta(hours=1))
    desk.decisions.snooze("102", NOW + timedelta(minutes=20))
    assert seen(desk) == [("102", "callback")]
    desk.decisions.snooze("102", NOW + timedelta(minutes=50))
    assert seen(desk) == [("102", "callback")], "a snooze alone does not put off a promise"
    desk.decisions.snooze("102", NOW + timedelta(minutes=50), with_promise=True)
    assert seen(desk) == []
    desk.undo.last()
    assert seen(desk) == [("102", "callback")]


def test_a_first_line_is_kept_for_the_call_and_taken_back(desk: LocalDesk) -> None:
    desk.decisions.set_first_line("101", "  You asked about March ")
    assert desk.at_risk.ahead(3).rows[0].first_line == "You asked about March"
    call = desk.call.start("101", "+15550141010")
    assert (call.note, call.first_line) == ("You asked about March", "You asked about March")
    desk.call.end()
    desk.decisions.set_first_line("101", "Another")
    desk.undo.last()
    assert desk.at_risk.ahead(3).rows[0].first_line == "You asked about March"
    desk.undo.last()
    assert desk.at_risk.ahead(3).rows[0].first_line == ""


def call_note(desk: LocalDesk, lead_id: str) -> str:
    return next(item.note for item in desk.leads.view(lead_id).timeline if item.kind == "call")


def record(desk: LocalDesk, key: str, note: str) -> None:
    entry = Entry(key, desk.now(), note=note, number="+15550141010", duration_s=70)
    desk.outcome.record("101", entry)


def test_a_try_that_did_not_get_through_keeps_the_line_and_sends_nothing_of_it(
    desk: LocalDesk,
) -> None:
    desk.decisions.set_first_line("101", "You asked about March")
    record(desk, "no_answer", "You asked about March")
    assert call_note(desk, "101") == ""
    assert desk.call.start("101", "").note == "You asked about March"


def test_a_note_of_the_reps_own_goes_with_the_try(desk: LocalDesk) -> None:
    desk.decisions.set_first_line("101", "You asked about March")
    record(desk, "left_voicemail", "You asked about March; mailbox of a Mr Smith")
    assert call_note(desk, "101") == "You asked about March; mailbox of a Mr Smith"
    assert desk.call.start("101", "").note == "You asked about March"


def test_reaching_the_person_uses_the_line_up_until_it_is_taken_back(desk: LocalDesk) -> None:
    desk.decisions.set_first_line("101", "You asked about March")
    record(desk, "qualified", "You asked about March: yes")
    assert call_note(desk, "101") == "You asked about March: yes"
    assert desk.call.start("101", "").note == ""
    desk.call.end()
    desk.undo.last()
    assert desk.call.start("101", "").note == "You asked about March"


def test_nurture_and_disqualify_without_a_call_are_no_dials(desk: LocalDesk) -> None:
    now = desk.now()
    desk.outcome.record("101", Entry("nurture", now, without_call=True))
    desk.outcome.record("102", Entry("disqualified", now, reason="bad_fit", without_call=True))
    assert seen(desk) == []
    (rep,) = desk.log.day(now.date()).reps
    assert (rep.dials, rep.connects, rep.disqualified_without_call) == (0, 0, 1)
    assert [item.kind for item in desk.outbox.items() if item.kind == "call"] == []
    assert desk.leads.view("101").row.status == "BAD_TIMING"
    desk.undo.last()
    desk.undo.last()
    assert seen(desk) == [("101", "sla"), ("102", "callback")]


def test_an_outcome_that_needs_a_call_stays_one(desk: LocalDesk) -> None:
    desk.outcome.record("101", Entry("no_answer", desk.now(), without_call=True))
    assert [item.kind for item in desk.outbox.items() if item.kind == "call"] == ["call"]
