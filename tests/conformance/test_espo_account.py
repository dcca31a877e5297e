"""EspoCRM's account: keys, rights, and what counts as its answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from sdrdesk.domain.crm.records import ActivityKindName
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    AuthExpired,
    Gone,
    Intercepted,
    InterceptedWrite,
    MarksUnread,
    MissingRight,
    RateLimited,
    Rejected,
    TakenAway,
    Unknown,
)
from sdrdesk.sync.espocrm.client import EspoClient
from sdrdesk.sync.espocrm.connector import CONNECTOR
from sdrdesk.sync.port import CreateItem
from sdrdesk.sync.registry import Target
from tests.conformance.espo_server import EspoServer
from tests.conformance.still_clock import StillClock
from tests.conformance.worlds import EspoWorld, open_desk
from tests.sync.desk import OUTCOMES


def client(transport: httpx.BaseTransport, key: str = "API-KEY", **more: Any) -> EspoClient:
    account = Target("https://crm.example", key, StillClock(), **more)
    return EspoClient(account, transport=transport, sleep=_now)


def _now(_: float) -> None:
    return None


def small_server(*, key_field: bool = True) -> EspoServer:
    return EspoServer(StillClock(), key_field=key_field, script=False, versions=False)


def lead(server: EspoServer, **more: Any) -> str:
    body = {"lastName": "Zúñiga", "phoneNumber": "+34600111222", "assignedUserId": "rita"}
    return str(server.create("Lead", body | more)["id"])


def call(lead_id: str, mode: KeyMode = KeyMode.FIELD, **more: Any) -> CreateItem:
    intent: dict[str, Any] = {"at": "2026-11-18T16:00:00Z", "note": "5 < 6", "duration_s": 90}
    key, intent = "01JD0000000000000000000001", intent | {"owner_id": "rita"} | more
    return CreateItem("call", key, lead_id, "", intent, mode, outcome="Connected")  # type: ignore[arg-type]


def answering(status: int, content: bytes = b"", **headers: str) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, content=content, headers=headers))


def test_a_wrong_key_is_tried_once_and_never_shown() -> None:
    server = small_server()
    crm = client(server, "hunter2-wrong")
    for _ in range(20):
        with pytest.raises(AuthExpired, match="this API key") as refused:
            crm.account_id()
        assert "hunter2" not in str(refused.value) + repr(crm)
    assert server.wrong_keys == 1
    client(server).account_id()
    with pytest.raises(AuthExpired, match=r"this user or password. .* Check both, then"):
        client(server, "wrong", user="rita").account_id()


def test_a_closed_address_is_waited_for() -> None:
    with pytest.raises(RateLimited) as closed:
        client(answering(403)).account_id()
    assert closed.value.retry_after_s >= 60


def test_a_page_of_the_network_is_no_answer() -> None:
    page = answering(200, b"<html>Log in to the Wi-Fi</html>")
    with pytest.raises(Intercepted):
        client(page).account_id()
    with pytest.raises(InterceptedWrite):
        client(page).change_lead("6b0c710bcecce55e1", {"status": "New"})


def test_a_server_in_maintenance_may_have_written() -> None:
    with pytest.raises(Unknown):
        client(answering(503)).change_lead("6b0c710bcecce55e1", {"status": "New"})


def test_the_account_says_who_and_what_is_allowed() -> None:
    crm = client(small_server())
    known = crm.whoami()
    assert known.user_id == "desk"
    assert "Call.create=yes" in (known.scopes or ())
    assert crm.account_id() == "EspoCRM crm.example"


def test_a_version_that_was_not_tried_is_told() -> None:
    server = small_server()
    assert client(server).whoami().server == "EspoCRM 9.1.7"
    server.version = "10.0.0"
    said = "EspoCRM 10.0.0, which this connector was not tried with"
    assert client(server).whoami().server == said


def test_setup_by_an_administrator_makes_each_field_once() -> None:
    server = small_server(key_field=False)
    server.fields["Call"].discard("cOutcome")
    crm = client(server, "admin-password", user="admin")
    assert crm.survey().mapping == {"lead": {"persona": "cPersona"}}
    planned = crm.create_key_field(dry_run=True)
    assert len(planned) == 4
    assert "cSdrdeskKey" not in server.fields["Call"]
    done = crm.create_key_field(dry_run=False)
    assert [step.what for step in done] == [step.what for step in planned]
    assert all(step.done for step in done)
    assert crm.create_key_field(dry_run=False) == ()
    assert crm.survey().mapping["call"] == {"outcome": "cOutcome", "key": "cSdrdeskKey"}
    assert "Left live message" in crm.survey().labels("outcome")


def test_a_rep_makes_no_fields_and_works_all_the_same() -> None:
    server = small_server(key_field=False)
    server.fields["Call"].discard("cOutcome")
    crm, one = client(server), lead(server)
    steps = crm.create_key_field(dry_run=False)
    assert not any(step.done for step in steps)
    assert "administrator" in steps[0].problem
    made = crm.create(call(one, KeyMode.MARKER, note="Number: 42 is mine", number="+34600111222"))
    read = crm.read_activity("call", made)
    assert (read.outcome, read.number, read.duration_s) == ("Connected", "+34600111222", 90)
    assert read.note == "Number: 42 is mine"


@pytest.mark.parametrize(
    ("said", "marked"), [(None, True), ("", False), ("cNoCalls", False), ("doNotCall", True)]
)
def test_none_means_that_no_field_says_do_not_call(said: str | None, marked: bool) -> None:
    server = small_server()
    server.fields["Lead"].add("cNoCalls")
    one = lead(server, doNotCall=True, cNoCalls=False)
    crm = client(server, do_not_call=said)
    assert crm.can_mark is (said != "")
    assert crm.read_leads([one]).found[0].do_not_call is marked


@pytest.mark.parametrize("kind", ["call", "task", "meeting", "note"])
def test_what_is_not_there_for_this_key_is_told_apart(kind: ActivityKindName) -> None:
    server = small_server()
    crm, gone, hidden = client(server), lead(server), lead(server)
    del server.records["Lead"][gone]
    server.hidden.add(hidden)
    for lead_id, error in ((gone, Gone), (hidden, TakenAway)):
        at = "2026-11-19T16:00:00Z"
        item = call(lead_id, due_at=at, start_at=at, end_at=at, body="")
        with pytest.raises(error):
            crm.create(replace(item, kind=kind))
        with pytest.raises(error):
            crm.lead_fields(lead_id, ("status",), times=False)
        with pytest.raises(error):
            crm.change_lead(lead_id, {"status": "New"})
        with pytest.raises(error):
            crm.add_to_list("Nurture", lead_id)
    assert crm.find(replace(call(gone), kind="note")) == ""
    with pytest.raises(TakenAway):
        crm.find(replace(call(hidden), kind="note"))


@pytest.mark.parametrize(
    "reason", ["No read access.", "No create access.", "No access to 'Task'.", "No 'edit' access."]
)
def test_a_right_that_the_role_lacks_is_no_record_of_somebody_else(reason: str) -> None:
    refused = httpx.Response(403, headers={"X-Status-Reason": reason})
    crm = client(httpx.MockTransport(lambda _: refused))
    with pytest.raises(MissingRight, match=reason.rstrip(".")):
        crm.read_leads(["6b0c710bcecce55e1"])


def test_leads_are_not_read_by_a_role_that_hides_the_mark() -> None:
    server = small_server()
    one = lead(server, doNotCall=True)
    server.barred = {"read": ["doNotCall", "phoneNumber"], "edit": ["doNotCall"]}
    crm = client(server, do_not_call="doNotCall")
    found = crm.survey()
    rights = {"Lead.doNotCall.read", "Lead.phoneNumber.read", "Lead.doNotCall.edit"}
    assert (set(found.missing_scopes), crm.can_mark) == (rights, False)
    assert "doNotCall" in found.do_not_call_problem
    with pytest.raises(MarksUnread, match=r'the field "doNotCall" of leads.*administrator'):
        crm.list_leads("")
    crm.create(call(one))
    without = client(server, do_not_call="")
    assert [found.lead_id for found in without.list_leads("").records] == [one]


def test_a_field_that_the_role_may_not_change_is_refused_not_dropped() -> None:
    server = small_server()
    one, crm = lead(server), client(server)
    server.barred["edit"] = ["doNotCall"]
    crm.account_id()
    with pytest.raises(Rejected, match="does not allow to change doNotCall") as refused:
        crm.change_lead(one, {"status": "Dead", "do_not_call": "true"})
    assert refused.value.fields == ("do_not_call",)
    assert crm.change_lead(one, {"status": "Dead"}).values == {"status": "Dead"}


def test_a_right_that_one_kind_lacks_holds_up_no_other(tmp_path: Path) -> None:
    world = EspoWorld(KeyMode.FIELD)
    first, second = world.leads()[:2]
    with open_desk(world, tmp_path) as desk:
        world.server.makes_no = {"Task"}
        due: dict[str, Any] = {"subject": "Call back", "due_at": "2026-12-01T09:00:00Z"}
        due |= {"body": "", "owner_id": "rita", "call": True}
        task = desk.put_item("task", first, due)
        note = desk.note(second)
        found = desk.sync()
        assert found.problems[0].startswith("EspoCRM: No create access to Task. Everything")
        assert (desk.item(task)["state"], desk.item(note)["state"]) == ("queued", "sent")
        world.server.makes_no = set()
        before = world.server.made
        desk.sync()
        assert world.server.made == before  # it is not tried in every round
        world.forward(31)
        desk.sync()
        assert desk.item(task)["state"] == "sent"


def test_the_own_leads_of_an_api_user_are_none() -> None:
    server = small_server()
    server.reads = "own"
    assert "Lead.read" in client(server).missing_rights()
    assert "Lead.read" not in client(server, "rita-password", user="rita").missing_rights()


@pytest.mark.parametrize(("right", "mode"), [("own", KeyMode.ONCE), ("no", KeyMode.FIELD)])
def test_setup_leaves_no_record_behind(right: str, mode: KeyMode) -> None:
    server = small_server()
    server.script, server.deletes = True, right
    assert client(server).probe("call") is mode
    assert server.records["Call"] == {}


def test_an_outcome_whose_field_was_removed_stands_in_the_text() -> None:
    server = small_server()
    crm, one = client(server), lead(server)
    crm.options(("outcome",))
    before = crm.create(call(one))
    assert crm.read_activity("call", before).outcome == "Connected"
    server.fields["Call"].discard("cOutcome")
    del server.records["Call"][before]["cOutcome"]
    assert crm.read_activity("call", before).outcome == ""
    made = crm.create(call(one))
    assert crm.read_activity("call", made).outcome == "Connected"


def test_what_a_key_of_its_own_user_logged_for_a_rep_can_be_corrected() -> None:
    server = small_server()
    crm, one = client(server), lead(server)
    made = crm.create(call(one))
    assert server.records["Call"][made]["assignedUserId"] == "rita"
    crm.correct_activity(call(one, note="Corrected"), made, ("text",))
    assert crm.read_activity("call", made).note == "Corrected"


def test_a_title_has_no_character_that_it_refuses() -> None:
    server = small_server()
    crm, one = client(server), lead(server)
    made = crm.create(call(one, title="Demo <a> = b" + "x" * 300))
    assert server.records["Call"][made]["name"].startswith("Demo a b")


def test_a_number_that_was_opted_out_or_is_invalid_is_not_dialled() -> None:
    server = small_server()
    good, out, bad = (
        lead(server, **flags)
        for flags in ({}, {"phoneNumberIsOptedOut": True}, {"phoneNumberIsInvalid": True})
    )
    found = {one.lead_id: one for one in client(server).read_leads([good, out, bad]).found}
    assert [found[i].phone for i in (good, out, bad)] == ["+34600111222", "", ""]
    assert [found[i].do_not_call for i in (good, out, bad)] == [False, True, False]


def test_many_ids_and_numbers_fit_into_addresses() -> None:
    server = small_server()
    crm, one = client(server), lead(server)
    made = [crm.create(call(one)) for _ in range(200)]
    assert len(crm.read_activities("call", made)) == 200
    numbers = [f"+3460011{n:04}" for n in range(1000, 1300)]
    assert [found.lead_id for found in crm.find_numbers(numbers)] == [one]


def test_the_rules_that_ship_speak_in_its_statuses() -> None:
    words: Dispositions = OUTCOMES.in_words(CONNECTOR.statuses)
    server = {"New", "Assigned", "In Process", "Converted", "Recycled", "Dead", ""}
    assert {item.lead_status for item in words.values()} <= server
    assert words.attempts == {"Assigned": frozenset({"", "New", "Assigned"})}
