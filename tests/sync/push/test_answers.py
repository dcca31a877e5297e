"""The CRM's answers and the state of an item after each; refused items wait with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.store.outbox.outbox import drop, outbox_items, retry
from sdrdesk.sync.engine import SyncEngine
from sdrdesk.sync.errors import AccountPaused, AuthExpired, MissingScope, RateLimited
from sdrdesk.sync.hubspot import hubspot_client
from tests.sync.desk import Desk, derive, fresh_desk, quick

GUID_NO_ANSWER = "73a0d17f-1163-4015-bdd5-ec830791da20"


def test_a_busy_record_or_limit_is_waited_for_within_the_run(tmp_path: Path) -> None:
    slept: list[float] = []

    how = {"timing": quick(sleep=slept.append)}
    with fresh_desk(tmp_path / "d.db", how=how) as desk:
        key = desk.dispose(desk.pick(), "no_answer")
        desk.fault(method="POST", path="/calls$", status=423)
        desk.fault(method="PATCH", path="/contacts/", status=429, policy="TEN_SECONDLY_ROLLING")
        slept.clear()
        assert desk.sync().pushed.left == 0
        assert sorted(s for s in slept if s >= 2) == [2.0, 10.0]
        assert len(desk.remote("calls", key)) == 1


def test_a_daily_limit_stops_and_keeps_everything(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", status=429, policy="DAILY", times=0)
    with pytest.raises(RateLimited) as caught:
        desk.sync()
    assert caught.value.exit_code == 3
    assert desk.item(key)["state"] == "queued"
    desk.heal()
    desk.clock.forward(3700)
    desk.sync()
    assert len(desk.remote("calls", key)) == 1


def test_a_moving_account_pauses_everything_for_as_long_as_it_says(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", status=477, retry_after=3600)
    with pytest.raises(AccountPaused):
        desk.sync()
    before = desk.crm.requests
    with pytest.raises(AccountPaused):
        desk.sync()
    assert desk.crm.requests == before
    desk.clock.forward(3601)
    desk.sync()
    assert len(desk.remote("calls", key)) == 1


def test_a_refused_token_stops_and_keeps_everything(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(path=".*", status=401)
    with pytest.raises(AuthExpired) as caught:
        desk.sync()
    assert caught.value.exit_code == 4
    assert "pat-sandbox" not in str(caught.value)
    assert desk.item(key)["state"] == "held", "not even released: the account was not asked"


def test_a_missing_scope_is_named(desk: Desk) -> None:
    desk.sandbox.control(
        "tokens",
        {"token": "pat-reader", "scopes": ["crm.objects.contacts.read", "crm.objects.owners.read"]},
    )
    desk.dispose(desk.pick(), "no_answer")

    crm = hubspot_client(
        desk.sandbox.url, "pat-reader", do_not_call=None, clock=desk.clock, timing=quick()
    )
    with pytest.raises(CredentialsError) as caught:
        SyncEngine(desk.db, crm, derive, desk.clock).run(release_held=True)
    crm.close()
    assert isinstance(caught.value, MissingScope)
    assert "crm." in caught.value.scope
    assert "blocked" not in desk.states().values()


def test_a_refused_item_waits_with_the_crms_message_and_holds_up_no_other(desk: Desk) -> None:
    rule = {"object": "contacts", "property": "salutation", "when": {"hs_lead_status": "CONNECTED"}}
    desk.sandbox.settings(required=[rule])
    lead = desk.pick()
    bad = desk.change(lead, status="CONNECTED")
    good = desk.dispose(desk.pick(skip=1), "no_answer")
    report = desk.sync()
    assert report.exit == 5
    assert report.pushed.blocked == 1
    assert desk.item(bad)["state"] == "blocked"
    assert "salutation" in desk.item(bad)["last_error"]
    assert desk.item(bad)["correlation_id"]
    assert desk.item(good)["state"] == "sent"
    desk.sandbox.settings(required=[])
    retry(desk.db, bad)
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == "CONNECTED"


def test_dropping_a_refused_change_shows_what_the_crm_says_again(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, status="NO_SUCH_STATUS")
    desk.sync()
    assert "was not one of the allowed options" in desk.item(key)["last_error"]
    assert desk.lead(lead).status == "NO_SUCH_STATUS"
    drop(desk.db, key, desk.clock())
    assert desk.lead(lead).status == "NEW"
    assert desk.sync().exit == 0


def test_an_outcome_that_the_account_never_had_parks_the_call_and_names_the_mapping(
    desk: Desk,
) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    lead, payload = desk.sql("SELECT lead_id, payload_json FROM outbox WHERE key = ?", key)[0]
    made = {**json.loads(payload), "outcome_label": "Rang out"}
    other = desk.put_item("call", str(lead), made)
    assert desk.sync().exit == 5
    assert desk.item(key)["state"] == "sent"
    item = desk.item(other)
    assert item["state"] == "blocked"
    assert '"Rang out"' in item["last_error"]
    assert "dispositions.toml" in item["last_error"]
    desk.sandbox.control("outcomes", {"rename": {GUID_NO_ANSWER: "Rang out"}})
    desk.clock.forward(3600)
    desk.sync(full=True)  # the account has it now: the call goes out by itself
    assert desk.sync().exit == 0
    assert len(desk.remote("calls", other)) == 1


def test_an_unknown_list_parks_the_item(desk: Desk) -> None:
    key = desk.put_item("list", desk.pick(), {"list_name": "Nobody made this"})
    desk.sync()
    assert '"Nobody made this"' in desk.item(key)["last_error"]


def test_a_deleted_lead_parks_its_items_and_keeps_what_was_typed(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(lead, "callback", note="typed before it was deleted")
    desk.sandbox.control("archive", {"type": "contacts", "ids": [lead]})
    assert desk.sync().exit == 5
    assert desk.item(key)["state"] == "blocked"
    assert "deleted" in desk.item(key)["last_error"]
    assert desk.one("SELECT note FROM activity WHERE activity_key = ?", key) == (
        "typed before it was deleted"
    )
    desk.sandbox.control("restore", {"type": "contacts", "ids": [lead]})
    for item in outbox_items(desk.db):
        retry(desk.db, item.key)
    assert desk.sync().exit == 0
    assert len(desk.remote("calls", key)) == 1


def test_a_bare_edge_page_is_no_crash(desk: Desk) -> None:
    desk.dispose(desk.pick(), "no_answer")
    desk.fault(path="/contacts/", status=502, body="<html>oops", times=1)
    assert desk.sync().pushed.left == 0
