"""What the next hours break, over a real database, and what is settled before leaving."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.desk.settle import SettledLeads, read_order, settle
from sdrdesk.services.lead.at_risk import AtRiskRow
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


def rows(desk: LocalDesk, hours: int = 3) -> list[AtRiskRow]:
    view = desk.at_risk.ahead(NOW + timedelta(hours=hours))
    return desk.at_risk.rows(view, 0, len(view.leads))


def seen(desk: LocalDesk, hours: int = 3) -> list[tuple[str, str]]:
    return [(x.row.lead_id, x.risk.what.value) for x in rows(desk, hours)]


def test_what_breaks_comes_soonest_first_and_only_mine(desk: LocalDesk) -> None:
    assert seen(desk) == [("101", "sla"), ("102", "callback")]
    assert seen(desk, 4) == [("101", "sla"), ("102", "callback"), ("103", "callback")]
    assert [x.row.rank for x in rows(desk, 4)] == [1, 2, 3]


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
    assert rows(desk)[0].first_line == "You asked about March"
    call = desk.call.start("101", "+15550141010")
    assert (call.note, call.first_line) == ("You asked about March", "You asked about March")
    desk.call.end()
    desk.decisions.set_first_line("101", "Another")
    desk.undo.last()
    assert rows(desk)[0].first_line == "You asked about March"
    desk.undo.last()
    assert rows(desk)[0].first_line == ""


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


def test_the_whole_queue_is_looked_at_and_read_in_pages(
    db: Database, make_desk: MakeDesk, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "windows.toml").unlink()  # office hours
    count = 230
    put(
        db,
        *(
            person(str(lead), 1, 900, first_attempt_ms=NOW_MS - 800 * MIN)  # type: ignore[arg-type]
            for lead in range(1, count + 1)
        ),
    )
    desk = make_desk()
    view = desk.at_risk.ahead(NOW + timedelta(hours=12))
    assert len(view.leads) == count
    assert {found.risk.what.value for found in view.leads} == {"window"}
    page = desk.at_risk.rows(view, 200, 210)
    assert [found.row.lead_id for found in page] == list(view.ids[200:210])
    assert [found.row.rank for found in page] == list(range(201, 211))


def told(desk: LocalDesk, *words: str, promises_too: bool = False) -> SettledLeads:
    return settle(desk, read_order(words), promises_too=promises_too)


def test_many_are_settled_at_once_and_one_undo_takes_it_back(desk: LocalDesk) -> None:
    made = told(desk, "101", "102", "101", "nobody", "nurture")
    assert [lead.lead_id for lead in made.done] == ["101", "102"]
    assert [lead.lead_id for lead in made.left] == ["nobody"]
    assert desk.leads.view("101").row.status == "BAD_TIMING"
    assert not [item for item in desk.leads.view("101").timeline if item.kind == "call"]
    desk.undo.last()
    assert {desk.leads.view(lead).row.status for lead in ("101", "102")} == {"NEW"}


def test_a_snooze_is_in_each_leads_zone_and_keeps_promises(
    db: Database, make_desk: MakeDesk
) -> None:
    put(
        db,
        person("1", 1, 900, zone="America/Los_Angeles"),  # type: ignore[arg-type]  # a row
        person("2", 1, 900, zone="Europe/Dublin"),  # type: ignore[arg-type]  # a row
        person("3", 1, 900, zone="Europe/Dublin"),  # type: ignore[arg-type]  # a row
        LeadDeskRow(lead_id="3", callback_ms=NOW_MS + 60 * MIN),
    )
    desk = make_desk()
    made = told(desk, "1", "2", "3", "snooze", "2026-12-07", "10:00")
    assert [lead.until and lead.until.hour for lead in made.done] == [18, 10, 10]
    assert [lead.callback_at is None for lead in made.done] == [True, True, False]
    soon = NOW + timedelta(hours=2)
    assert [found.lead_id for found in desk.at_risk.ahead(soon).leads] == ["3"]
    told(desk, "3", "snooze", "2026-12-07 10:00", promises_too=True)
    assert not desk.at_risk.ahead(soon).leads
    made = told(desk, "1", "snooze", "until", "they", "convert")
    assert [(lead.lead_id, lead.until) for lead in made.done] == [("1", None)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("101 disqualify", "needs a reason"),
        ("101 disqualify purple", "purple"),
        ("101 persona Emperor", "no persona"),
        ("101 snooze blursday", "not a time"),
        ("777 pin", "no lead 777"),
        ("101 pin tight", "takes no words"),
    ],
)
def test_what_is_impossible_for_all_changes_nothing(desk: LocalDesk, words: str, said: str) -> None:
    with pytest.raises(SdrDeskError, match=said):
        told(desk, *words.split())
    assert desk.leads.view("101").row.status == "NEW"


def test_every_action_of_settle(desk: LocalDesk) -> None:
    told(desk, "101,102", "pin")
    told(desk, "101", "102", "persona", "plant", "manager")
    told(desk, "101", "first-line", "You asked about March")
    row = desk.leads.view("101").row
    assert (row.pinned, row.persona) == (True, "Plant Manager")
    assert desk.call.start("101", "+15550141010").first_line == "You asked about March"
    desk.call.end()
    told(desk, "101", "unpin")
    told(desk, "101", "first-line", "")
    assert not desk.leads.view("101").row.pinned
    assert desk.call.start("101", "+15550141010").first_line == ""
