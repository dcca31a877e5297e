"""E-mail and to-do tasks of the CRM: in the agenda, done and moved from there, never a callback."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.services.agenda.service import AgendaItem, AgendaService
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.services.lead.decisions import DecisionService
from sdrdesk.services.lead.field_changes import FieldChanges
from sdrdesk.store.record.acts import last_step, mark_act
from tests.sync.desk import Desk, use_keys
from tests.sync.promises.test_tasks import add_task, edit_task, free_lead, later, task

REP = "70001"


@pytest.fixture(params=["upsert", "marker"])
def keyed(request: pytest.FixtureRequest, desk: Desk) -> Desk:
    if request.param == "upsert":
        use_keys(desk)
    return desk


def deciding(desk: Desk) -> DecisionService:
    acts = ActLog(lambda: REP, desk.clock)
    fields: FieldChanges = None  # type: ignore[assignment]  # for personas and owners alone
    return DecisionService(desk.db, desk.lead, fields, desk.clock, 0, acts)


def agenda(desk: Desk, lead_id: str) -> list[AgendaItem]:
    service = AgendaService(
        desk.db, desk.clock, ZoneInfo("UTC"), lambda: Owner(REP, "Rita", "rita@x.example")
    )
    items = service.view("all", everybody=True).items
    return [item for item in items if item.row.lead_id == lead_id]


def test_an_email_task_is_in_the_agenda_and_no_call_keeps_it(desk: Desk) -> None:
    lead_id = free_lead(desk)
    add_task(desk, lead_id, later(desk), hs_task_type="EMAIL", hs_task_subject="Send the paper")
    add_task(desk, lead_id, later(desk, 5), hs_task_type="TODO")
    desk.sync()
    assert desk.lead(lead_id).callback_at is None
    assert [item.row.kind for item in agenda(desk, lead_id)] == ["email", "todo"]
    desk.clock.forward(4 * 3600)
    desk.dispose(lead_id, "nurture")
    desk.sync()
    assert [item.row.kind for item in agenda(desk, lead_id)] == ["email", "todo"]


def test_a_task_is_moved_and_done_here_and_in_the_crm_once(keyed: Desk) -> None:
    lead_id, due = free_lead(keyed), later(keyed)
    made = add_task(keyed, lead_id, due, hs_task_type="EMAIL", hs_task_subject="Send the paper")
    keyed.sync()
    (item,) = agenda(keyed, lead_id)
    deciding(keyed).move_task(item.row.key, due + timedelta(days=1))
    assert [i.at for i in agenda(keyed, lead_id)] == [due + timedelta(days=1)]
    keyed.sync()
    at_crm = task(keyed, made)
    assert (at_crm["hs_task_type"], at_crm["hs_task_status"]) == ("EMAIL", "NOT_STARTED")
    assert at_crm["hs_timestamp"].startswith(f"{due + timedelta(days=1):%Y-%m-%dT%H:%M}")
    deciding(keyed).finish_task(item.row.key)
    assert agenda(keyed, lead_id) == []
    with pytest.raises(UsageError, match="done already"):
        deciding(keyed).finish_task(item.row.key)
    keyed.sync()
    assert task(keyed, made)["hs_task_status"] == "COMPLETED"
    assert agenda(keyed, lead_id) == []


def test_undo_opens_a_sent_task_again_and_moves_it_back(desk: Desk) -> None:
    lead_id, due = free_lead(desk), later(desk)
    made = add_task(desk, lead_id, due, hs_task_type="TODO")
    desk.sync()
    (item,) = agenda(desk, lead_id)
    services = deciding(desk)
    for moved in (False, True):
        if moved:
            services.move_task(item.row.key, due + timedelta(days=2))
        else:
            services.finish_task(item.row.key)
        desk.sync()
        (act,) = last_step(desk.db, REP)
        services.put_back(act, partial(mark_act, act=act, state="undone"))
        desk.sync()
        (back,) = agenda(desk, lead_id)
        assert (back.at, task(desk, made)["hs_task_status"]) == (due, "NOT_STARTED")


def test_what_is_done_in_the_crm_leaves_the_agenda(desk: Desk) -> None:
    lead_id = free_lead(desk)
    made = add_task(desk, lead_id, later(desk), hs_task_type="TODO")
    desk.sync()
    edit_task(desk, made, hs_task_status="COMPLETED")
    desk.sync()
    assert agenda(desk, lead_id) == []
