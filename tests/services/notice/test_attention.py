"""What cannot wait, over a real database."""

from __future__ import annotations

from datetime import timedelta

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import LeadDeskRow
from tests.services.block.test_service import MIN, person
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, put


def test_due_callbacks_new_leads_and_slas_of_mine_that_may_be_called(
    db: Database, make_desk: MakeDesk
) -> None:
    put(
        db,
        person("101", 0, 1),  # type: ignore[arg-type]  # a row
        person("102", 1, 900, first_attempt_ms=NOW_MS - 800 * MIN),  # type: ignore[arg-type]
        person("103", 1, 900, first_attempt_ms=NOW_MS - 800 * MIN),  # type: ignore[arg-type]
        person("104", 0, 1, owner_id="9"),  # type: ignore[arg-type]  # somebody else's
        person("105", 1, 900, do_not_call=True),  # type: ignore[arg-type]  # a row
        person("106", 0, 300),  # type: ignore[arg-type]  # a row
        *(
            LeadDeskRow(lead_id=lead_id, callback_ms=NOW_MS + minutes * MIN)
            for lead_id, minutes in (("102", 0), ("103", 1), ("105", -30))
        ),
    )
    desk = make_desk()
    found = [(item.why, item.lead_id, item.at) for item in desk.attention().waiting]
    assert found == [
        ("callback", "102", NOW),
        ("fresh", "101", NOW - timedelta(minutes=1)),
    ]
    later = make_desk(NOW + timedelta(minutes=3))
    assert [(w.why, w.lead_id) for w in later.attention().waiting] == [
        ("callback", "102"), ("callback", "103"), ("fresh", "101"), ("sla", "101"),
    ]  # fmt: skip
    assert later.attention().parts() == ("☎ 2 due", "1 new", "! 1 SLA at risk")
    later.outcome.record("101", Entry("no_answer", NOW + timedelta(minutes=3)))
    assert later.attention().parts() == ("☎ 2 due",)


def test_a_call_of_mine_counts_as_one_until_it_ends(db: Database, make_desk: MakeDesk) -> None:
    put(db, person("101", 0, 1))  # type: ignore[arg-type]  # a row
    desk, window = make_desk(), make_desk()
    assert not window.attention().in_call
    desk.call.start("101", "+15550141010")
    assert window.attention().in_call
    desk.call.end()
    assert not window.attention().in_call
