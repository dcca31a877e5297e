"""Leads that the team feed names are read by id, without the index and its lag."""

from __future__ import annotations

from tests.sync.desk import Desk
from tests.sync.pull.test_touches import made


def test_a_change_is_here_although_the_index_does_not_show_it(desk: Desk) -> None:
    desk.sync()
    lead_id = desk.pick()
    desk.sandbox.settings(lag_ms=600_000)
    desk.edit(lead_id, jobtitle="Head of Gold")
    engine = desk.engine
    assert engine.read([lead_id, "999999999"]).pulled.contacts == 1
    assert desk.lead(lead_id).job_title == "Head of Gold"
    desk.edit(lead_id, jobtitle="Head of Silver")
    assert engine.read([lead_id]).requests == 1, "one read, and no search"
    assert desk.lead(lead_id).job_title == "Head of Silver"
    engine.read([lead_id])
    assert desk.lead(lead_id).job_title == "Head of Silver", "told twice"


def test_a_call_of_a_colleague_is_read_by_id_and_one_made_here_is_not(desk: Desk) -> None:
    desk.sync()
    lead_id = desk.pick()
    call_id = made(desk, "calls", lead_id, 194)
    desk.sandbox.settings(lag_ms=600_000)
    engine = desk.engine
    engine.read([], [call_id, "999999999"])
    rows = desk.sql("SELECT lead_id FROM activity WHERE crm_id = ?", call_id)
    assert [row[0] for row in rows] == [lead_id]
    assert engine.read([], [call_id]).requests == 0, "it is here"


def test_a_deleted_lead_leaves_the_queue_and_many_at_once_wait_for_a_round(desk: Desk) -> None:
    desk.sync()
    rows = desk.sql("SELECT lead_id FROM lead WHERE archived = 0 LIMIT 9")
    one, *many = [str(row[0]) for row in rows]
    for lead_id in (one, *many):
        desk.sandbox.delete(f"/crm/objects/2026-09/contacts/{lead_id}")
    assert desk.engine.read([one]).pulled.deleted == 1
    assert desk.engine.read(many).pulled.deleted == 0
