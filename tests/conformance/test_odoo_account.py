"""Odoo's account, its words, and what is particular about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    AuthExpired,
    Gone,
    Intercepted,
    InterceptedWrite,
    Locked,
    MissingScope,
    OutcomeMissing,
    Rejected,
    Unknown,
)
from sdrdesk.sync.odoo.api import refusal
from sdrdesk.sync.odoo.client import OdooClient
from sdrdesk.sync.odoo.connector import CONNECTOR
from sdrdesk.sync.port import CreateItem
from sdrdesk.sync.registry import Target
from tests.conformance.odoo_records import ADMIN, RITA, SAM
from tests.conformance.odoo_server import OdooServer
from tests.conformance.still_clock import StillClock
from tests.sync.desk import OUTCOMES

VERSIONS = (17, 19)


def client(transport: httpx.BaseTransport, key: str = "RITA", **more: Any) -> OdooClient:
    given: dict[str, Any] = {"url": "https://odoo.example", "user": "rita", "database": "crm"}
    account = Target(secret=key, clock=StillClock(), **(given | more))
    return OdooClient(account, transport=transport, sleep=lambda _: None)


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> OdooServer:
    return OdooServer(StillClock(), version=int(request.param), key_fields=True)


def lead(server: OdooServer, owner: int = RITA, **more: Any) -> str:
    body = {"name": "Web form", "contact_name": "Begoña Zúñiga Ruiz", "phone": "+34 600 111 222"}
    return str(server.create(owner, "crm.lead", body | more))


def call(lead_id: str, key: str = "01JD0000000000000000000001", **more: Any) -> CreateItem:
    intent: dict[str, Any] = {"at": "2026-11-18T16:00:00Z", "note": "5 < 6", "duration_s": 90}
    return CreateItem(
        "call", key, lead_id, "", intent | more, KeyMode.UPSERT, outcome="Connected"  # type: ignore[arg-type]
    )  # fmt: skip


# Keys, addresses, answers.


def test_a_wrong_key_is_tried_once_and_never_shown(server: OdooServer) -> None:
    crm = client(server, "hunter2-wrong")
    for _ in range(5):
        with pytest.raises(AuthExpired) as refused:
            crm.account_id()
        assert "hunter2" not in str(refused.value) + repr(crm)
    assert server.wrong_keys == 1
    assert client(server).account_id() == "Odoo crm at odoo.example"


@pytest.mark.parametrize("page", ["", "/", "/odoo", "/web", "/odoo/crm/7?debug=1", "/web#id=7"])
def test_the_address_of_a_page_is_the_servers(server: OdooServer, page: str) -> None:
    crm = client(server, url=f"https://odoo.example{page}")
    assert crm.account_id() == "Odoo crm at odoo.example"


def test_a_key_is_not_sent_unencrypted(server: OdooServer) -> None:
    with pytest.raises(UsageError, match="must start with https"):
        client(server, url="http://odoo.example")
    assert server.requests == []


def test_an_address_that_is_not_odoo_says_so() -> None:
    nothing = httpx.MockTransport(lambda _: httpx.Response(404, text="<h1>Not found</h1>"))
    with pytest.raises(UsageError, match="answers as Odoo does"):
        client(nothing).account_id()
    page = httpx.MockTransport(lambda _: httpx.Response(200, text="<h1>Wi-Fi</h1>"))
    with pytest.raises(Intercepted):
        client(page).account_id()
    moved = {"Location": "https://new.example/web?x=1"}
    elsewhere = httpx.MockTransport(lambda _: httpx.Response(301, headers=moved))
    with pytest.raises(Intercepted, match=r"leads on to https://new\.example/web;"):
        client(elsewhere).account_id()


def test_an_old_server_is_told_apart() -> None:
    with pytest.raises(UsageError, match=r"Odoo 16\.0; sdrdesk needs Odoo 17"):
        client(OdooServer(StillClock(), version=16)).whoami()


def test_maintenance_may_have_written(server: OdooServer) -> None:
    crm, one = client(server), lead(server)
    crm.lead_fields(one, (), times=False)
    server.down = 503
    with pytest.raises(
        Unknown, match="Odoo answered that it is not available now: HTTP 503, it is being"
    ):
        crm.change_lead(one, {"status": "Qualified"})
    server.down = 0
    assert crm.change_lead(one, {"status": "Qualified"}).values == {"status": "Qualified"}


def test_a_user_without_the_crm_is_told_which_right(server: OdooServer) -> None:
    server.records["res.users"][9]["login"] = "rita"
    with pytest.raises(MissingScope) as refused:
        list(client(server, "NOC").changed("lead", 0))
    assert "groups: Sales" in refused.value.message


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("odoo.exceptions.MissingError", Gone),
        ("psycopg2.errors.SerializationFailure", Locked),
        ("builtins.ValueError", Rejected),
        ("odoo.exceptions.UserError", Rejected),
        ("", Unknown),
    ],
)
def test_names_of_exceptions_decide(name: str, kind: type[Exception]) -> None:
    said = {"name": name, "message": "anything", "debug": "secret trace"}
    found = refusal(said, has_ids=True)
    assert isinstance(found, kind)
    assert "secret" not in str(found)


def test_a_page_of_the_network_in_reply_to_a_write_counts_as_lost() -> None:
    server = OdooServer(StillClock(), version=19)
    crm, one = client(server), lead(server)
    crm.lead_fields(one, (), times=False)
    real = server.handle_request

    def between(request: httpx.Request) -> httpx.Response:
        is_write = request.url.path.endswith("/write")
        return httpx.Response(200, text="<p>proxy</p>") if is_write else real(request)

    server.handle_request = between  # type: ignore[method-assign]
    with pytest.raises(InterceptedWrite):
        crm.change_lead(one, {"status": "Qualified"})


# Leads.


def test_a_lead_has_two_names_and_what_it_came_in_on(server: OdooServer) -> None:
    one = lead(server, partner_name="Norte SL", email_from="b@norte.example", function="CTO")
    (read,) = client(server).read_leads([one]).found
    assert (read.first_name, read.last_name) == ("Begoña", "Zúñiga Ruiz")
    assert (read.converted_on, read.company_text, read.job_title) == ("Web form", "Norte SL", "CTO")
    assert (read.status, read.lifecycle, read.owner_id) == ("New", "lead", str(RITA))


def test_a_lead_that_rests_wears_a_tag_until_it_goes_on(server: OdooServer) -> None:
    crm, one = client(server), lead(server, stage_id=2)
    with pytest.raises(OutcomeMissing, match='"Nurture"'):
        crm.change_lead(one, {"status": "Nurture"})
    server.put("crm.tag", {"name": "Nurture"})
    assert "Nurture" in [o.value for o in crm.options(("status",))]
    assert crm.change_lead(one, {"status": "Nurture"}).values == {"status": "Nurture"}
    assert server.records["crm.lead"][int(one)]["stage_id"] == 2
    crm.change_lead(one, {"status": "Qualified"})
    assert server.records["crm.lead"][int(one)]["tag_ids"] == []


def test_a_blacklisted_number_is_not_dialled_and_the_date_shows_it(server: OdooServer) -> None:
    crm, one = client(server), lead(server)
    (before,) = crm.read_leads([one]).found
    server.put("phone.blacklist", {"number": "+34600111222"})
    (after,) = crm.read_leads([one]).found
    assert (before.do_not_call, after.do_not_call, after.phone) == (False, True, "")
    assert after.modified_ms != before.modified_ms


def test_one_hidden_lead_hides_no_other_and_is_not_called_deleted(server: OdooServer) -> None:
    mine, other, gone = lead(server), lead(server, SAM), "999"
    read = client(server).read_leads([mine, other, gone])
    assert [found.lead_id for found in read.found] == [mine]
    assert (read.taken_away, read.deleted) == ((other,), (gone,))


def test_an_owner_who_was_deleted_does_not_make_the_lead_deleted(server: OdooServer) -> None:
    crm, one = client(server), lead(server)
    with pytest.raises(Rejected, match=r"res\.users"):
        crm.change_lead(one, {"owner_id": "999"})
    del server.records["crm.lead"][int(one)]
    with pytest.raises(Gone):
        crm.change_lead(one, {"owner_id": "999"})


def test_an_owner_that_is_no_user_does_not_empty_the_field(server: OdooServer) -> None:
    # Odoo takes any text there for "nobody".
    crm, one = client(server), lead(server)
    with pytest.raises(Rejected, match=r'no user "0057Q"; correct owner .* config\.toml'):
        crm.change_lead(one, {"owner_id": "0057Q"})
    assert server.records["crm.lead"][int(one)]["user_id"] == RITA
    assert crm.change_lead(one, {"owner_id": ""}).values == {"owner_id": ""}


def test_many_changes_of_one_moment_come_once_each(server: OdooServer) -> None:
    made = {lead(server) for _ in range(7)}
    crm = client(server)
    crm.page_size = 3
    found = [change.record_id for page in crm.changed("lead", 0) for change in page]
    assert set(found) == made


def test_a_page_of_calls_that_others_logged_does_not_end_the_list(server: OdooServer) -> None:
    mine, other = lead(server), lead(server, SAM)

    def logged(of: str, uid: int) -> str:
        row = {"model": "crm.lead", "res_id": int(of), "body": "x", "mail_activity_type_id": 2}
        return str(server.create(uid, "mail.message", row))

    hidden = [logged(other, SAM) for _ in range(5)]
    seen = [logged(mine, RITA) for _ in range(3)]
    hidden += [logged(other, SAM) for _ in range(3)]
    crm = client(server)
    crm.page_size = 2
    listed, cursor = list[str](), ""
    while True:
        page = crm.list_activities("call", cursor)
        listed += [found.crm_id for found in page.records]
        cursor = page.next_cursor
        if not cursor:
            break
    assert listed == seen
    for since_ms in (0, crm.newest("call").modified_ms):
        changed = [c.record_id for page in crm.changed("call", since_ms) for c in page]
        assert sorted(set(changed), key=int) == seen


def test_a_model_that_names_its_values_otherwise_is_written_all_the_same(
    server: OdooServer,
) -> None:
    server.values_of = {"crm.lead", "mail.activity"}
    crm, one = client(server), lead(server)
    assert crm.change_lead(one, {"status": "Qualified"}).values == {"status": "Qualified"}


# Activities.


def test_times_are_the_same_in_any_zone_of_the_user(server: OdooServer) -> None:
    for zone in ("Europe/Berlin", "America/New_York", "Asia/Kolkata"):
        server.records["res.users"][RITA]["tz"] = zone
        crm, one = client(server), lead(server)
        made = crm.create(call(one, f"{zone[-6:]}-000000000001"))
        read = crm.read_activity("call", made)
        assert datetime.fromtimestamp(read.at_ms / 1000, UTC).hour == 16
        due = {"due_at": "2026-11-30T22:30:00Z", "subject": "Call back", "body": "", "owner_id": ""}
        item = CreateItem("task", f"{zone[-6:]}-2", one, "", due, KeyMode.UPSERT)  # type: ignore[arg-type]
        task = crm.read_activity("task", crm.create(item))
        assert datetime.fromtimestamp(task.at_ms / 1000, UTC).isoformat() == (
            "2026-11-30T22:30:00+00:00"
        )


def test_a_call_back_that_somebody_moved_keeps_its_hour(server: OdooServer) -> None:
    crm, one = client(server), lead(server)
    due = {"due_at": "2026-11-30T08:00:00Z", "subject": "Call back", "body": "", "owner_id": ""}
    made = crm.create(CreateItem("task", "moved-1234", one, "", due, KeyMode.UPSERT))  # type: ignore[arg-type]
    row = server.records["mail.activity"][int(made)]
    assert row["summary"] == "Call back 09:00 Europe/Berlin"
    row["date_deadline"] = "2026-12-02"
    at = crm.read_task(made).at_ms
    assert datetime.fromtimestamp(at / 1000, UTC).isoformat() == "2026-12-02T08:00:00+00:00"
    row["summary"] = "Ring"
    at = crm.read_task(made).at_ms
    assert datetime.fromtimestamp(at / 1000, UTC).isoformat() == "2026-12-02T08:00:00+00:00"


def test_the_same_item_is_one_record_whatever_the_server_became(server: OdooServer) -> None:
    crm, one = client(server), lead(server)
    first = crm.create(call(one))
    assert crm.create(call(one)) == first
    server.version = 19 if server.version == 17 else 18  # updated between two syncs
    assert client(server).create(call(one)) == first


def test_a_closed_call_back_is_no_call(server: OdooServer) -> None:
    crm, one = client(server), lead(server)
    due = {"due_at": "2026-11-30T08:00:00Z", "subject": "Call back", "body": "", "owner_id": ""}
    made = crm.create(CreateItem("task", "closed-123", one, "", due, KeyMode.UPSERT))  # type: ignore[arg-type]
    for _ in range(2):
        assert crm.change_task(made, {"open": "false"}).done
    assert [c for page in crm.changed("call", 0) for c in page] == []


def test_the_last_outcome_shows_on_the_lead_where_it_has_a_field(server: OdooServer) -> None:
    server.add_field("crm.lead", "x_sdrdesk_outcome", "selection", ["No answer", "Connected"])
    crm, one = client(server), lead(server)
    crm.create(call(one))
    assert server.records["crm.lead"][int(one)]["x_sdrdesk_outcome"] == "connected"


def test_rights_are_asked_for_as_the_version_does(server: OdooServer) -> None:
    assert client(server).may("crm.lead", "write")
    assert not client(server).may("crm.lead", "unlink")
    asked = {path.rpartition("/")[2] for path in server.requests}
    assert ("has_access" in asked) == (server.version >= 19)
    assert "check_access_rights" not in asked, "in 19 on its way out"


# Setting up.


def test_setup_looks_first_and_makes_each_field_once() -> None:
    server = OdooServer(StillClock(), version=17)
    server.records["res.users"][ADMIN]["login"] = "rita"
    crm = client(server, "ADMIN")
    planned = crm.create_key_field(dry_run=True)
    assert not server.records["ir.model.fields"]
    done = crm.create_key_field(dry_run=False)
    assert [step.what for step in done] == [step.what for step in planned]
    assert all(step.done for step in done)
    assert crm.create_key_field(dry_run=False) == ()
    assert crm.probe("call") is KeyMode.UPSERT
    assert crm.survey().mapping["call"]["key"] == "x_sdrdesk_key"


def test_the_rules_that_ship_speak_in_its_stages() -> None:
    words: Dispositions = OUTCOMES.in_words(CONNECTOR.statuses)
    there = {"New", "Qualified", "Proposition", "Won", "Lost", "Nurture", ""}
    assert {item.lead_status for item in words.values()} <= there
    assert words.attempts == {"New": frozenset({"", "New"})}
