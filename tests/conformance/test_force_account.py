"""Salesforce's login, its day of requests, its refusals, and texts that try to be a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from sdrdesk.domain.crm.records import NewLead
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.sync import errors
from sdrdesk.sync.access import Access, FixedAccess
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.oauth.grants import TokenEndpoint
from sdrdesk.sync.oauth.renewal import RenewingAccess
from sdrdesk.sync.oauth.request import LoginRequest
from sdrdesk.sync.oauth.terms import Grant, OAuthApp
from sdrdesk.sync.port import CreateItem
from sdrdesk.sync.registry import Target
from sdrdesk.sync.salesforce.client import SalesforceClient
from sdrdesk.sync.salesforce.connector import CONNECTOR
from sdrdesk.sync.salesforce.soql import quoted
from sdrdesk.sync.salesforce.transport import refusal
from tests.conformance.force_server import KEY, RITA, STATUSES, TOKEN, ForceServer, Refusal
from tests.conformance.still_clock import StillClock
from tests.sync.desk import OUTCOMES
from tests.sync.oauth.test_renewal import Machine


def server(key: str = "unique") -> ForceServer:
    return ForceServer(StillClock(), key=key)


def client(
    transport: httpx.BaseTransport, access: Access | None = None, **mapping: Mapping[str, object]
) -> SalesforceClient:
    secret = access or FixedAccess(TOKEN)
    account = Target("https://acme.example", secret, StillClock(), mapping=mapping)
    return SalesforceClient(account, transport=transport, sleep=lambda _: None)


def lead(org: ForceServer, **more: Any) -> str:
    return org.put("Lead", {"LastName": "Example", "Company": "Acme"} | more)


def note(lead_id: str, mode: KeyMode = KeyMode.UPSERT, key: str = "key-00000001") -> CreateItem:
    intent: Any = {"at": "2026-11-18T15:00:00Z", "body": "hello", "owner_id": ""}
    return CreateItem("note", key, lead_id, "", intent, mode)


def test_a_wrong_token_is_tried_once_and_never_shown() -> None:
    org = server()
    crm = client(org, FixedAccess("hunter2-wrong"))
    for _ in range(5):
        with pytest.raises(errors.AuthExpired) as refused:
            crm.account_id()
        assert "hunter2" not in str(refused.value) + repr(crm)
    assert org.wrong_tokens == 1


class Kept(Machine):
    """A stored login of the small org."""

    stored: Grant | None = None


def test_a_session_that_ended_is_renewed_and_the_request_sent_again(tmp_path: Any) -> None:
    org = server()
    terms = CONNECTOR.oauth
    assert terms is not None
    store = Kept(tmp_path)
    org.token = "another session"
    store.stored = Grant("ended-early", "refresh", 10**13, server="https://eu.acme.example")
    endpoint = TokenEndpoint(
        "Salesforce", "https://acme.example", terms, OAuthApp("app"), org.clock, transport=org
    )
    access = RenewingAccess(store, endpoint, org.clock)
    crm = client(org, access)
    assert "eu.acme.example" in repr(crm), "the answer of the login names the server"
    made = lead(org)
    crm.change_lead(made, {"status": STATUSES[1]})
    assert org.records["Lead"][made]["Status"] == STATUSES[1]
    assert (org.wrong_tokens, org.renewals) == (1, 1)
    assert access.user_id == RITA
    org.token = "ended again"
    store.stored = Grant("x", "revoked", 10**13)
    with pytest.raises(errors.AuthExpired, match="does not accept this login any more"):
        client(org, RenewingAccess(store, endpoint, org.clock)).account_id()


def test_a_code_is_good_once_and_only_for_who_asked_for_it() -> None:
    org = server()
    terms = CONNECTOR.oauth
    assert terms is not None
    url = "https://acme.example"
    request = LoginRequest.new("Salesforce", url, terms, "app", 8421)
    endpoint = TokenEndpoint("Salesforce", url, terms, OAuthApp("app"), org.clock, transport=org)

    def arrive() -> str:
        answer = org.handle_request(httpx.Request("GET", request.url))
        return request.code_in(answer.headers["Location"])

    code = arrive()
    with pytest.raises(errors.AuthExpired, match="the code of this login"):
        endpoint.exchange(code, request.redirect_uri, "somebody else's verifier")
    code = arrive()
    grant = endpoint.exchange(code, request.redirect_uri, request.verifier)
    assert (grant.refresh, grant.user_id, grant.server) == ("refresh", RITA, url)
    with pytest.raises(errors.AuthExpired):
        endpoint.exchange(code, request.redirect_uri, request.verifier)


def test_the_day_of_the_org_is_shared_reading_stops_in_time_and_sending_goes_on() -> None:
    org = server()
    made = lead(org)
    crm = client(org, limits={"daily_share": "50"})
    list(crm.changed("lead", 0))
    org.used = org.most // 2
    crm.account_id()  # its answer says how much is used
    with pytest.raises(errors.RateLimited, match="sending goes on"):
        list(crm.changed("lead", 0))
    assert crm.create(note(made))
    org.used = org.most
    with pytest.raises(errors.RateLimited) as over:
        crm.create(note(made, key="key-00000002"))
    assert over.value.retry_after_s >= 3600
    said = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    crowd = refusal(403, "REQUEST_LIMIT_EXCEEDED", {"message": said})
    assert isinstance(crowd, errors.RateLimited)
    assert crowd.retry_after_s == 60


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "INVALID_SESSION_ID", errors.AuthExpired),
        (403, "API_CURRENTLY_DISABLED", errors.MissingRight),
        (403, "INSUFFICIENT_ACCESS_OR_READONLY", errors.TakenAway),
        (400, "INVALID_TYPE", errors.MissingRight),
        (403, "REQUEST_LIMIT_EXCEEDED", errors.RateLimited),
        (400, "UNABLE_TO_LOCK_ROW", errors.Locked),
        (404, "ENTITY_IS_DELETED", errors.Gone),
        (400, "DUPLICATES_DETECTED", errors.Conflicting),
        (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", errors.Rejected),
        (400, "CANNOT_UPDATE_CONVERTED_LEAD", errors.Rejected),
        (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", errors.OutcomeMissing),
        (404, "UNSUPPORTED_API_VERSION", errors.SyncError),
    ],
)
def test_each_refusal_means_one_thing(status: int, code: str, error: type[SdrDeskError]) -> None:
    said = [{"errorCode": code, "message": "the words", "fields": ["Status"]}]
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=said))
    with pytest.raises(error):
        client(transport)._http.write("POST", "sobjects/Task", {})


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (200, b"<html>Log in to the Wi-Fi</html>", errors.InterceptedWrite),
        (403, b"<html>blocked", errors.InterceptedWrite),
        (302, b"", errors.InterceptedWrite),
        (503, b"down for maintenance", errors.Unknown),
        (400, b'{"error": "not a list"}', errors.InterceptedWrite),
    ],
)
def test_what_is_no_answer_of_salesforce_may_have_arrived(
    status: int, content: bytes, error: type[SdrDeskError]
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    with pytest.raises(error) as met:
        client(transport)._http.write("POST", "sobjects/Task", {})
    assert isinstance(met.value, errors.Unreachable)
    assert not met.value.certain


def test_the_next_page_is_not_looked_for_elsewhere() -> None:
    far = {"records": [], "nextRecordsUrl": "https://evil.example/services/data/v64.0/query/1"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=far))
    with pytest.raises(errors.Unreadable):
        client(transport).find_leads(["a@example.com"])


@pytest.mark.parametrize("size", [1, 3, 2000])
def test_pages_of_any_size_bring_every_record_once(size: int) -> None:
    org = server()
    org.page = size
    made = [lead(org, Email=f"p{n}@example.com") for n in range(7)]
    crm = client(org)
    found = [change.record_id for page in crm.changed("lead", 0) for change in page]
    assert sorted(found) == sorted(made)


@pytest.mark.parametrize(
    "text", ["O'Neil", "' OR Name != '", "\\' OR Id != '", "a\nb", "%' OR Email LIKE '%", "\\"]
)
def test_no_text_becomes_a_query(text: str) -> None:
    org = server()
    crm = client(org)
    lead(org, Email="somebody@example.com")
    assert crm.find_leads([text]) == {}
    with pytest.raises(errors.OutcomeMissing):
        crm.add_to_list(text, "00Q1")
    made = lead(org, Email=text)
    assert list(crm.find_leads([text]).values()) == [made], quoted(text)


def test_no_id_becomes_a_path() -> None:
    org = server()
    crm = client(org)
    for odd in ("../Account/1", "1?x=1", "", "a/b"):
        with pytest.raises(errors.Rejected):
            crm.change_lead(odd, {"status": STATUSES[0]})
    assert org.used == 1 + 1, "only the fields were asked for"


def test_a_converted_lead_counts_as_handed_over_and_refuses_changes() -> None:
    org = server()
    made = lead(org)
    org.change("Lead", made, {"IsConverted": True})
    crm = client(org)
    (found,) = crm.read_leads([made]).found
    assert found.lifecycle == "opportunity"
    with pytest.raises(errors.Rejected, match="converted"):
        crm.change_lead(made, {"status": STATUSES[1]})


def test_a_status_that_the_org_does_not_have_is_not_written() -> None:
    org = server()  # as an org does, it takes any word for a status
    made, crm = lead(org), client(org)
    for gone in ("Nurturing", "Old"):  # never there, and no longer active
        with pytest.raises(errors.OutcomeMissing, match=r"under \[status\] in crm.toml") as refused:
            crm.change_lead(made, {"status": gone})
        assert (refused.value.names_the_file, refused.value.fields) == (True, ("status",))
    assert org.records["Lead"][made]["Status"] == STATUSES[0]
    org.statuses.append("Nurturing")  # while a client is open
    assert crm.change_lead(made, {"status": "Nurturing"}).values == {"status": "Nurturing"}
    org.statuses.remove("Nurturing")
    assert "Nurturing" not in {option.value for option in crm.options()}
    with pytest.raises(errors.OutcomeMissing):
        crm.change_lead(made, {"status": "Nurturing"})


def test_two_desks_that_send_the_same_item_at_the_same_moment_make_one() -> None:
    for committed in (True, False):
        org = server()
        made, crm = lead(org), client(org)

        def meets(
            entity: str, body: dict[str, Any], org: Any = org, through: Any = committed
        ) -> None:
            if entity == "Task":
                org.rule = lambda *_: None
                there = org.put(entity, body | {KEY: "key-00000001"})
                org.hidden |= set() if through else {there}
                said = f"duplicate value found: {KEY} duplicates value on record with id: {there}"
                raise Refusal(400, "DUPLICATE_VALUE", said)

        org.rule = meets
        if committed:
            assert crm.create(note(made)) in org.records["Task"]
        else:
            with pytest.raises(errors.Locked):  # waits, and is then the repeat of the other
                crm.create(note(made))
            org.hidden.clear()
            assert crm.create(note(made)) in org.records["Task"]
        assert len(org.records["Task"]) == 1
        org.rule = only_once
        with pytest.raises(errors.Conflicting):  # another field of the org is unique too
            crm.create(note(made, key="key-00000002"))


def only_once(*_: object) -> None:
    raise Refusal(400, "DUPLICATE_VALUE", "duplicate value found: Ticket__c duplicates value")


def test_a_lead_of_a_queue_has_no_rep() -> None:
    org = server()
    made = lead(org, OwnerId="00G000000000001AAA")
    (found,) = client(org).read_leads([made]).found
    assert found.owner_id == ""


def test_merged_deleted_and_hidden_leads_are_told_apart() -> None:
    org = server()
    one, two, three, four, five = (lead(org) for _ in range(5))
    org.merge(two, one)
    org.merge(three, two)
    org.change("Lead", four, {"IsDeleted": True})
    org.hidden.add(five)
    crm = client(org)
    read = crm.read_leads([one, two, three, four, five])
    assert [found.lead_id for found in read.found] == [three]
    assert read.moved == {one: three, two: three}
    assert (read.deleted, read.taken_away) == ((four,), (five,))
    feed = crm.gone(0)
    assert feed.moved == {one: three, two: three}
    assert feed.deleted == (four,)
    assert crm.gone(feed.until_ms).deleted == (), "not asked again for five minutes"
    assert crm.lead_fields(one, ("status",), times=False).lead_id == three
    assert crm.read_leads([one]).moved == {one: three}
    org.change("Lead", three, {"IsDeleted": True})
    assert crm.read_leads([one]).deleted == (one,)


def test_the_description_of_the_key_field_decides_how_to_log_once() -> None:
    for key, mode in (("unique", "upsert"), ("plain", "field"), ("", "marker")):
        crm = client(server(key))
        assert crm.probe("call").value == crm.probe("meeting").value == mode
        steps = crm.create_key_field(dry_run=False)
        assert bool(steps) is (mode != "upsert")
        assert not any(step.done for step in steps)
        assert crm.survey().missing_scopes == ()
        named = client(server(key), call={"key": KEY}).survey()  # as ``setup`` wrote it
        assert named.mapping["call"].get("key", "") == (KEY if key else "")
        gone = () if key else (f'Salesforce has no field "{KEY}" on Task for key',)
        assert named.mapping_problems == gone


def test_a_key_that_several_records_have_makes_no_further_one() -> None:
    org = server()
    made = lead(org)
    for _ in range(2):
        org.put("Task", {"WhoId": made, "Subject": "Note", KEY: "key-00000001"})
    crm = client(org)
    assert crm.create(note(made)) in org.records["Task"]
    assert len(org.records["Task"]) == 2


def test_a_repeat_makes_no_second_record_and_overwrites_nothing() -> None:
    org = server()
    crm, made = client(org), lead(org)
    crm_id = crm.create(note(made))
    org.change("Task", crm_id, {"Description": "a colleague's words"})
    assert crm.create(note(made)) == crm_id
    assert len(org.records["Task"]) == 1
    assert org.records["Task"][crm_id]["Description"] == "a colleague's words"


def test_a_field_that_was_removed_is_said_once_and_then_done_without() -> None:
    org = server()
    org.fields["Lead"].add("Persona__c")
    made = lead(org, Persona__c="champion")
    crm = client(org)
    assert crm.read_leads([made]).found[0].persona == "champion"
    org.fields["Lead"].discard("Persona__c")
    with pytest.raises(errors.Rejected, match="Persona__c"):
        crm.read_leads([made])
    assert crm.read_leads([made]).found[0].persona == ""


def test_without_a_field_for_the_outcome_the_text_names_it() -> None:
    org = server()
    made, crm = lead(org), client(org)
    said: Any = {"at": "2026-11-18T15:00:00Z", "note": "Outcome: mine", "duration_s": 8}
    call = CreateItem("call", "key-00000001", made, "", said, KeyMode.UPSERT, "No answer")
    crm.create(call)
    org.fields["Task"].discard("CallDisposition")  # removed while a client is open
    found = crm.read_activity("call", crm.create(replace(call, key="key-00000002")))
    assert (found.outcome, found.note) == ("No answer", "Outcome: mine")


def test_people_are_added_once_and_one_refusal_stays_alone() -> None:
    org = server()
    there = lead(org, Email="there@example.com")
    crm = client(org)
    new = [
        NewLead(email="there@example.com"),
        NewLead(email="new@example.com", values={"last_name": "New"}, do_not_call=True),
        NewLead(email="long@example.com", values={"last_name": "x" * 79, "company": "Co"}),
    ]
    before = org.used
    added = crm.add_leads(new, RITA)
    assert [a.existed for a in added] == [True, False, False]
    assert added[0].lead_id == there
    assert org.records["Lead"][added[1].lead_id]["DoNotCall"] is True
    assert org.records["Lead"][added[1].lead_id]["Company"] == "[not provided]"
    assert org.used - before <= 4
    org.fields["Lead"].discard("City")
    (refused,) = crm.add_leads([NewLead(email="c@example.com", values={"city": "Cork"})], "")
    assert "City" in refused.problem


def test_a_number_is_found_however_it_is_written() -> None:
    org = server()
    made = lead(org, MobilePhone="(086) 123 45-67")
    lead(org, Phone="+353 1 555 0100")
    found = client(org).find_numbers(["+353861234567", "+1"])
    assert [one.lead_id for one in found] == [made]


def test_a_campaign_takes_a_lead_once() -> None:
    org = server()
    crm, made = client(org), lead(org)
    assert crm.add_to_list("Nurture", made) == crm.add_to_list("Nurture", made)
    assert len(org.records["CampaignMember"]) == 1


def test_a_call_back_keeps_its_hour_and_the_day_is_the_users() -> None:
    org = server()
    crm, made = client(org), lead(org)
    intent: Any = {"due_at": "2026-07-01T23:30:00Z", "subject": "Call back", "owner_id": RITA}
    crm_id = crm.create(CreateItem("task", "key-00000009", made, "", intent, KeyMode.UPSERT))
    assert org.records["Task"][crm_id]["ActivityDate"] == "2026-07-02", "in Dublin"
    found = crm.read_task(crm_id)
    assert found.at_ms == 1_782_948_600_000
    assert found.open_call
    assert not crm.change_task(crm_id, {"due_at": "2026-07-03T10:00:00Z", "body": "moved"}).done


def test_a_team_names_its_own_outcomes() -> None:
    crm = client(server(), call={"outcomes": "Reached; Not reached"})
    assert [o.label for o in crm.options(("outcome",))] == ["Reached", "Not reached"]
    labels = {o.label for o in client(server()).options(("outcome",))}
    shipped = {item.crm_outcome for item in OUTCOMES.values() if item.crm_outcome}
    assert shipped <= labels


def test_the_rules_that_ship_speak_in_its_statuses() -> None:
    words: Dispositions = OUTCOMES.in_words(CONNECTOR.statuses)
    assert {item.lead_status for item in words.values()} <= {*STATUSES, "", "Closed - Converted"}


def test_a_profile_that_hides_an_object_is_named() -> None:
    org = server()
    del org.fields["Lead"]
    crm = client(org)
    for ask in (crm.survey, lambda: crm.read_leads(["00Q1"])):
        with pytest.raises(errors.MissingRight, match="no object Lead"):
            ask()


def test_it_says_that_it_was_not_proven() -> None:
    assert "Not proven against a live org" in CONNECTOR.notice


def test_a_field_for_do_not_call_that_the_rep_may_not_write_is_named() -> None:
    org = server()
    crm = SalesforceClient(
        Target("https://acme.example", TOKEN, StillClock(), do_not_call="DoNotCall"), transport=org
    )
    assert crm.survey().do_not_call_problem == ""
    org.fields["Lead"].discard("DoNotCall")
    seen = crm.survey()
    assert '"DoNotCall" on Lead' in seen.do_not_call_problem
    assert seen.mapping_problems == (seen.do_not_call_problem,)
    assert client(org).survey().mapping_problems == (), "nobody named it"
