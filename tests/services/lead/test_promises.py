"""Promised callbacks and worked-through leads, as state line and lead screen show them."""

from __future__ import annotations

from datetime import timedelta

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import LeadDeskRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, call_row, lead_row, put

MIN = 60_000


def test_due_and_coming_callbacks_are_counted_for_my_leads_alone(
    db: Database, make_desk: MakeDesk
) -> None:
    due = {"501": -5, "502": 0, "503": 20, "504": 90, "505": -9, "506": -9}
    put(db, *(lead_row(i) for i in ("501", "502", "503", "504")))
    put(db, lead_row("505", owner_id="8"), lead_row("506", archived=True))
    put(db, *(LeadDeskRow(lead_id=i, callback_ms=NOW_MS + m * MIN) for i, m in due.items()))
    status = make_desk().status.view()
    assert status.callbacks_due == 2
    assert status.next_callback_at == NOW + timedelta(minutes=20)


def test_a_promise_beyond_the_hour_is_not_announced(db: Database, make_desk: MakeDesk) -> None:
    put(db, lead_row(), LeadDeskRow(lead_id="501", callback_ms=NOW_MS + 61 * MIN))
    status = make_desk().status.view()
    assert (status.callbacks_due, status.next_callback_at) == (0, None)


def test_nurture_is_proposed_at_the_cap_and_not_before(db: Database, make_desk: MakeDesk) -> None:
    put(db, lead_row("501", attempts=5), lead_row("502", attempts=6))
    desk = make_desk()
    assert desk.leads.view("501").proposal == ""
    lead = desk.leads.view("502")
    assert "6 attempts made (limit 6)" in lead.proposal
    assert lead.proposal_outcome == "nurture"


def test_nothing_is_proposed_once_a_callback_is_promised_or_the_lead_rests(
    db: Database, make_desk: MakeDesk
) -> None:
    rows = [call_row(at=NOW - timedelta(minutes=9 * n)) for n in range(1, 7)]
    put(db, lead_row(attempts=6, converted_ms=NOW_MS - 90 * MIN), *rows)
    desk = make_desk()
    assert desk.leads.view("501").proposal
    desk.outcome.record("501", Entry(disposition="nurture", at=NOW))
    assert desk.leads.view("501").proposal == ""
