"""What was recorded for a lead that changed hands meanwhile is asked about before it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.services.sync.outbox import OutboxService
from sdrdesk.services.sync.questions import QuestionService, QuestionView
from sdrdesk.store.outbox.conflicts import open_conflicts
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.record.outcomes import undo
from sdrdesk.sync.port import KeyMode
from sdrdesk.sync.push.standing import AskRules
from tests.conformance.worlds import MemoryWorld, open_desk
from tests.sync.desk import DO_NOT_CALL, OWNER, Desk

OTHER = "70002"


@pytest.fixture
def rep(desk: Desk) -> Desk:
    """Return the desk of a rep who is asked."""
    desk.ask = AskRules(OWNER, frozenset({"salesqualifiedlead", "customer"}))
    return desk


def service(desk: Desk) -> QuestionService:
    return QuestionService(desk.db, desk.clock, lambda: Owner(OWNER, "Rita Rep", ""))


def asked(desk: Desk) -> list[QuestionView]:
    return service(desk).open()


def mine(desk: Desk, skip: int = 0) -> str:
    rows = desk.sql(
        "SELECT lead_id FROM lead WHERE archived = 0 AND do_not_call = 0 AND owner_id = ?"
        " AND status = 'NEW' AND lifecycle = 'lead' ORDER BY lead_id",
        OWNER,
    )
    return str(rows[skip][0])


def calls_of(desk: Desk, lead: str, key: str) -> int:
    return sum(lead in desk.contacts_of(record) for record in desk.remote("calls", key))


def test_a_lead_that_moved_is_asked_about_once_and_written_on_request(rep: Desk) -> None:
    lead = mine(rep)
    key = rep.dispose(lead, "callback", note="wants a demo")
    rep.edit(lead, hubspot_owner_id=OTHER, hs_lead_status="OPEN")
    report = rep.sync()
    assert report.exit == 5
    assert report.asked == report.blocked == len(rep.states())
    [question] = asked(rep)
    assert question.reason == "moved"
    assert set(question.keys) == set(rep.states())
    assert calls_of(rep, lead, key) == 0, "nothing is written before the answer"
    assert rep.contact(lead)["hs_lead_status"] == "OPEN"
    rep.sync()
    assert len(asked(rep)) == 1, "a second sync asks nothing new"
    service(rep).answer([question.key[:13]], "write")
    rep.sync()
    assert set(rep.states().values()) == {"sent"}
    assert calls_of(rep, lead, key) == 1
    assert rep.contact(lead)["hs_lead_status"] == "IN_PROGRESS"
    assert open_conflicts(rep.db) == [], "asked once, so not again as a conflict"


def test_hand_over_sends_the_call_and_one_note_in_place_of_the_rest(rep: Desk) -> None:
    lead = mine(rep)
    key = rep.dispose(lead, "callback", note="wants a demo")
    rep.edit(lead, hubspot_owner_id=OTHER)
    rep.sync()
    service(rep).answer([asked(rep)[0].key], "note")
    rep.sync()
    assert asked(rep) == []
    assert calls_of(rep, lead, key) == 1
    assert rep.contact(lead)["hs_lead_status"] == "NEW"
    assert rep.lead(lead).status == "NEW", "here the CRM's value counts again"
    assert rep.lead(lead).callback_at is None
    states = rep.sql("SELECT kind, state FROM outbox ORDER BY kind, state")
    assert states == [("call", "sent"), ("contact", "undone"), ("note", "sent"), ("task", "undone")]
    note = rep.sql("SELECT payload_json FROM outbox WHERE kind = 'note'")[0][0]
    assert "Hand-over from Rita Rep" in note
    assert "Not carried out" in note


def test_leads_handed_over_together_have_a_note_each(rep: Desk) -> None:
    leads = [mine(rep), mine(rep, 1)]
    for lead in leads:
        rep.dispose(lead, "callback")
        rep.edit(lead, hubspot_owner_id=OTHER)
    rep.sync()
    done = service(rep).answer([question.key for question in asked(rep)], "note")
    assert done.questions == 2
    rep.sync()
    notes = rep.sql("SELECT lead_id, state FROM outbox WHERE kind = 'note' ORDER BY lead_id")
    assert notes == [(lead, "sent") for lead in sorted(leads)]


def test_dropped_outcomes_stay_in_the_log_here(rep: Desk) -> None:
    lead = mine(rep)
    key = rep.dispose(lead, "qualified", note="budget in May")
    rep.edit(lead, hubspot_owner_id=OTHER)
    rep.sync()
    outbox = OutboxService(rep.db, rep.clock)
    outbox.drop(asked(rep)[0].keys[-1])  # any item of it stands for the whole outcome
    rep.sync()
    assert set(rep.states().values()) == {"undone"}
    assert rep.lead(lead).lifecycle == "lead"
    assert rep.one("SELECT note FROM activity WHERE activity_key = ?", key) == "budget in May"


def test_a_lead_that_somebody_qualified_is_asked_about_but_not_for_the_same_decision(
    rep: Desk,
) -> None:
    first, second = mine(rep), mine(rep, 1)
    rep.dispose(first, "no_answer")
    rep.dispose(second, "qualified")
    for lead in (first, second):
        rep.edit(lead, lifecyclestage="salesqualifiedlead", hs_lead_status="CONNECTED")
    rep.sync()
    [question] = asked(rep)
    assert (question.lead_id, question.reason) == (first, "qualified")
    assert question.became == "qualified as Sales Qualified Lead by somebody"


def test_a_merge_follows_to_the_winner_without_a_question_about_our_own_change(rep: Desk) -> None:
    lead, winner = mine(rep), mine(rep, 1)
    rep.dispose(lead, "no_answer")
    rep.sync()
    call = rep.dispose(lead, "no_answer")  # a call alone: the status is there already
    rep.dispose(lead, "qualified")
    rep.stop = lambda: rep.contact(lead)["lifecyclestage"] == "salesqualifiedlead"
    rep.engine.push(release_held=True)  # its fields go before the call
    rep.stop = lambda: False
    assert rep.item(call)["attempts"] == 0
    merged = rep.sandbox.control("merge", {"type": "contacts", "ids": [winner, lead]})["id"]
    rep.edit(merged, lifecyclestage="salesqualifiedlead")
    rep.engine.push(release_held=True)
    assert asked(rep) == []
    assert set(rep.states().values()) == {"sent"}
    assert calls_of(rep, merged, call) == 1


def test_a_deleted_leads_items_are_one_question_and_go_out_when_it_is_restored(rep: Desk) -> None:
    lead = mine(rep)
    keys = [rep.dispose(lead, outcome) for outcome in ("no_answer", "left_voicemail")]
    rep.sandbox.delete(f"/crm/objects/2026-09/contacts/{lead}")
    rep.sync()
    [question] = asked(rep)
    assert question.reason == "deleted"
    assert set(question.keys) == set(rep.states())
    with pytest.raises(UsageError):
        service(rep).answer([question.key], "note")
    rep.sandbox.control("restore", {"type": "contacts", "ids": [lead]})
    for _ in range(2):
        rep.clock.forward(60)
        rep.sync(full=True)
    assert asked(rep) == []
    assert [calls_of(rep, lead, key) for key in keys] == [1, 1]


def test_a_lead_that_came_back_needs_no_answer(rep: Desk) -> None:
    lead = mine(rep)
    key = rep.dispose(lead, "no_answer")
    rep.edit(lead, hubspot_owner_id=OTHER)
    rep.sync(full=True)
    assert len(asked(rep)) == 1
    rep.edit(lead, hubspot_owner_id=OWNER)
    rep.sync(full=True)
    assert asked(rep) == []
    rep.sync()
    assert calls_of(rep, lead, key) == 1


def test_a_correction_of_what_is_there_is_sent_without_a_question(rep: Desk) -> None:
    lead = mine(rep)
    key = rep.dispose(lead, "no_answer")
    rep.sync()
    rep.correct(key, OWNER)
    rep.edit(lead, hubspot_owner_id=OTHER)
    assert rep.sync().asked == 0
    assert set(rep.states().values()) == {"sent"}


def test_do_not_call_asks_nobody(rep: Desk) -> None:
    lead = mine(rep)
    rep.dispose(lead, "do_not_call")
    rep.edit(lead, hubspot_owner_id=OTHER, lifecyclestage="customer")
    rep.sync()
    assert asked(rep) == []
    assert rep.contact(lead)["hs_lead_status"] == "UNQUALIFIED"


def test_a_callback_to_a_person_who_was_barred_meanwhile_is_withdrawn(rep: Desk) -> None:
    lead = mine(rep)
    rep.dispose(lead, "callback")
    rep.edit(lead, **{DO_NOT_CALL: "true"})
    rep.sync()
    withdrawn = rep.sql("SELECT state, last_error FROM outbox WHERE kind = 'task'")
    assert withdrawn == [("undone", "not sent: the person asked not to be called")]
    assert promises_of(rep.db, lead) == []
    assert rep.sql("SELECT state FROM outbox WHERE kind = 'call'") == [("sent",)]


def test_an_outcome_is_undone_while_it_waits_for_the_answer(rep: Desk) -> None:
    lead = mine(rep)
    key = rep.dispose(lead, "callback")
    rep.edit(lead, hubspot_owner_id=OTHER)
    rep.sync()
    assert undo(rep.db, key, rep.clock()).done
    assert asked(rep) == []
    assert rep.sync().exit == 0


def test_what_was_recorded_after_the_move_was_known_is_not_asked_about(rep: Desk) -> None:
    lead = mine(rep)
    rep.edit(lead, hubspot_owner_id=OTHER)
    rep.sync(full=True)
    key = rep.dispose(lead, "no_answer")
    rep.sync()
    assert asked(rep) == []
    assert calls_of(rep, lead, key) == 1


def test_a_lead_that_was_taken_away_and_came_back_needs_no_answer(tmp_path: Path) -> None:
    world = MemoryWorld(KeyMode.ONCE)
    with open_desk(world, tmp_path) as desk:
        taken = world.leads()[0]
        kept = world.crm.leads[taken]
        world.take_away(taken)
        key = desk.note(taken)
        for _ in range(2):
            desk.sync()
            assert desk.item(key)["state"] == "blocked"
        world.crm.gone.clear()
        world.crm.leads[taken] = kept
        world.crm.edit(taken)
        world.forward(60)
        desk.sync(full=True)
        desk.sync()
        assert world.found("note", key) == [{taken}]
