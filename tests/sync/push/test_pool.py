"""A lead without an owner is taken by the first call, and by one rep only."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sdrdesk.domain.outcome.plan import plan
from sdrdesk.domain.outcome.types import AccountRules, Entry
from sdrdesk.store.record import outcomes
from tests.sync.desk import OUTCOMES, OWNER, Desk

POOL = AccountRules(do_not_call_mapped=True, takes_unowned=True)


def unowned(desk: Desk) -> str:
    lead = desk.pick()
    desk.edit(lead, hubspot_owner_id="")
    desk.clock.forward(60)
    desk.sync(full=True)
    assert desk.lead(lead).owner_id == ""
    return lead


def call(desk: Desk, lead_id: str, account: AccountRules = POOL) -> str:
    now = desk.clock()
    made = plan(
        desk.lead(lead_id), OUTCOMES["no_answer"], Entry("no_answer", now, number="+15550100"),
        account, OWNER, lambda: str(uuid.uuid4()), None, now + timedelta(seconds=10),
    )  # fmt: skip
    if account.takes_unowned:
        assert "Owner: nobody → you" in made.preview
    return outcomes.record(desk.db, made, now=now).activity_key


def test_the_first_call_takes_the_lead(desk: Desk) -> None:
    lead = unowned(desk)
    call(desk, lead)
    assert desk.lead(lead).owner_id == OWNER  # at once, for the queue here
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hubspot_owner_id"] == OWNER


def test_whoever_took_it_meanwhile_keeps_it(desk: Desk) -> None:
    lead = unowned(desk)
    key = call(desk, lead)
    desk.edit(lead, hubspot_owner_id="70002")
    report = desk.sync()
    assert (report.exit, report.conflicts) == (0, 0)
    assert desk.contact(lead)["hubspot_owner_id"] == desk.lead(lead).owner_id == "70002"
    assert len(desk.remote("calls", key)) == 1  # the call is logged all the same


def test_a_team_without_a_pool_takes_nothing(desk: Desk) -> None:
    lead = unowned(desk)
    call(desk, lead, AccountRules())
    desk.sync()
    assert not desk.contact(lead).get("hubspot_owner_id")
