"""A number that failed on three days, on the lead, in the queue and when it is dialled."""

from __future__ import annotations

from sdrdesk.config import CallSettings
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import ActivityRow
from tests.services.block.test_service import MIN
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, lead_row, put

DAY = 24 * 60 * MIN
DEAD, OTHER = "+353875550142", "+353875550199"


def test_the_other_number_is_called_and_an_answer_clears_the_dead_one(
    db: Database, make_desk: MakeDesk
) -> None:
    put(
        db,
        lead_row("101", converted_ms=NOW_MS - 60 * MIN, phone=DEAD, mobile=OTHER, e164=DEAD,
                 e164_more=OTHER),
        *(
            ActivityRow(activity_key=f"d{day}", lead_id="101", kind="call", number=DEAD,
                        at_ms=NOW_MS - day * DAY, number_works="no", local=False)
            for day in (1, 2, 3)
        ),
    )  # fmt: skip
    desk = make_desk(calls=CallSettings(dial="clipboard"))
    view = desk.leads.view("101")
    assert {n.e164: n.usable for n in view.numbers} == {DEAD: False, OTHER: True}
    assert view.row.phone == OTHER
    assert view.row.callable
    dead = next(n for n in view.numbers if n.e164 == DEAD)
    assert dead.held.startswith("failed on 3 days, rests until ")
    assert "Do not dial" in desk.phone.dial("101", DEAD).said
    desk.outcome.record("101", Entry("gatekeeper", NOW, number=DEAD))  # dialled by hand
    assert all(number.usable for number in desk.leads.view("101").numbers)
    desk.undo.last()
    assert [n.e164 for n in desk.leads.view("101").numbers if not n.usable] == [DEAD]
