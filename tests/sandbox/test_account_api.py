"""The smaller areas: account, OAuth, schemas, pipelines, forms, histories, unusual lists."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import NEW, new_call, new_company, new_contact, read
from tests.support.sandbox import Answer, Sandbox


def _form(crm: Sandbox, path: str, body: str) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return crm.request("POST", path, raw=body.encode(), token=None, headers=headers)


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_account_details_and_usage(crm: Sandbox, version: str) -> None:
    details = crm.get(f"/account-info/{version}/details").json
    assert {"portalId", "timeZone", "uiDomain", "utcOffset", "accountType"} <= set(details)
    assert isinstance(details["portalId"], int)
    crm.settings(daily_limit=1000)
    crm.control("limits/reset", {})
    crm.get(f"{NEW}/contacts")
    usage = crm.get(f"/account-info/{version}/api-usage/daily/private-apps").json["results"][0]
    assert (usage["usageLimit"], usage["currentUsage"]) == (1000, 2)


def test_token_information(crm: Sandbox) -> None:
    path = "/oauth/v2/private-apps/get/access-token-info"
    crm.control("tokens", {"token": "pat-known", "scopes": ["oauth", "forms"], "user_id": 77})
    told = crm.post(path, {"tokenKey": "pat-known"}).json
    assert (told["userId"], told["scopes"]) == (77, ["forms", "oauth"])
    assert told["hubId"] == crm.get("/account-info/2026-09/details").json["portalId"]
    assert crm.post(path, {"tokenKey": "nobody"}).status == 404
    assert crm.post(path, {}).status == 400


def test_revoked_tokens_are_refused(crm: Sandbox) -> None:
    crm.control("tokens", {"token": "pat-doomed"})
    assert crm.get(f"{NEW}/contacts", token="pat-doomed").status == 200
    crm.control("tokens/pat-doomed", method="DELETE")
    assert crm.get(f"{NEW}/contacts", token="pat-doomed").status == 401


def test_oauth_introspection_and_revocation(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True})
    crm.control("tokens", {"token": "Clive", "expires_in_s": 60, "refresh_token": "rt"})
    base = "/oauth/2026-09/token"
    told = _form(crm, f"{base}/introspect", "token=Clive&client_id=a&client_secret=b").json
    assert (told["active"], told["expires_in"], told["user"]) == (True, 60, crm.owner)
    legacy = crm.get("/oauth/v1/access-tokens/Clive", token=None).json
    assert legacy["token"] == "Clive"
    assert crm.get("/oauth/v1/access-tokens/pat-x", token=None).status == 404
    crm.control("clock", {"advance_ms": 60_000})
    assert _form(crm, f"{base}/introspect", "token=Clive").json == {"active": False}
    assert _form(crm, f"{base}/revoke", "token=rt").status == 204
    gone = _form(crm, base, "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=rt")
    assert gone.json["status"] == "BAD_REFRESH_TOKEN"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("grant_type=authorization_code&code=x&client_id=a&client_secret=b", "BAD_AUTH_CODE"),
        ("grant_type=password", "BAD_GRANT_TYPE"),
        ("grant_type=refresh_token&refresh_token=x", "BAD_CLIENT_ID"),
        ("grant_type=refresh_token&refresh_token=x&client_id=a", "BAD_CLIENT_SECRET"),
    ],
)
def test_oauth_refusals(crm: Sandbox, form: str, status: str) -> None:
    answer = _form(crm, "/oauth/v3/token", form)
    assert (answer.status, answer.json["status"]) == (400, status)
    assert answer.json["error"]


def test_schemas_and_limits(crm: Sandbox) -> None:
    assert crm.get("/crm/v3/schemas").json == {"results": []}
    schema = crm.get("/crm-object-schemas/2026-09/schemas/0-48").json
    assert schema["labels"]["plural"] == "Calls"
    assert "hs_call_disposition" in {row["name"] for row in schema["properties"]}
    rows = crm.get("/crm/limits/2026-09/custom-properties").json["byObjectType"]
    assert {row["objectTypeId"]: row["limit"] for row in rows}["0-1"] == 1000


def test_pipelines(crm: Sandbox) -> None:
    rows = crm.get("/crm/pipelines/2026-09/leads").json["results"]
    one = crm.get(f"/crm/pipelines/2026-09/leads/{rows[0]['id']}").json
    assert one == rows[0]
    assert crm.get("/crm/pipelines/2026-09/leads/none").status == 404
    assert crm.get("/crm/pipelines/2026-09/contacts").json["results"] == []


def test_properties_on_the_old_path_are_a_bare_list(crm: Sandbox) -> None:
    rows = crm.get("/properties/v2/contact/properties").json
    assert isinstance(rows, list)
    assert {row["name"] for row in rows} == {
        row["name"] for row in crm.get("/crm/v3/properties/contacts").json["results"]
    }


def test_conversion_history_of_generated_leads_agrees_with_their_properties(crm: Sandbox) -> None:
    names = "recent_conversion_date,recent_conversion_event_name"
    rows = crm.get(
        f"{NEW}/contacts?limit=50&properties={names},num_conversion_events"
        f"&propertiesWithHistory={names}"
    ).json["results"]
    seen = 0
    for row in rows:
        held, history = row["properties"], row["propertiesWithHistory"]
        if not held.get("num_conversion_events"):
            continue
        dates = [version["value"] for version in history["recent_conversion_date"]]
        if len(dates) != int(held["num_conversion_events"]):
            continue  # a duplicate or a hostile record, with submissions under another name
        seen += 1
        assert dates == sorted(dates, reverse=True)
        assert dates[0] == held["recent_conversion_date"]
        assert (
            history["recent_conversion_event_name"][0]["value"]
            == (held["recent_conversion_event_name"])
        )
    assert seen > 20


def test_forms_by_type_and_id(crm: Sandbox) -> None:
    forms = crm.get("/marketing/v3/forms?limit=100").json["results"]
    assert {form["formType"] for form in forms} == {"hubspot"}
    assert crm.get(f"/marketing/v3/forms/{forms[0]['id']}").json == forms[0]
    assert crm.get("/marketing/v3/forms/none").status == 404
    assert crm.get("/marketing/v3/forms?limit=101").status == 400
    assert crm.get("/form-integrations/v1/submissions/forms/none").status == 404
    page = crm.get("/marketing/v3/forms?limit=1").json
    after = page["paging"]["next"]["after"]
    assert crm.get(f"/marketing/v3/forms?limit=1&after={after}").json["results"] == forms[1:2]


def _new_list(crm: Sandbox, name: str, **more: str) -> Answer:
    given = {"name": name, "objectTypeId": "0-1", "processingType": "MANUAL"} | more
    return crm.post("/crm/lists/2026-09", given)


def test_lists_that_cannot_be(crm: Sandbox) -> None:
    made = _new_list(crm, "Only one").json["list"]
    again = _new_list(crm, "only ONE")
    assert (again.status, again.json["subCategory"]) == (409, "ILS.DUPLICATE_LIST_NAMES")
    assert _new_list(crm, " ").status == 400
    assert _new_list(crm, "x", processingType="MAGIC").status == 400
    assert _new_list(crm, "x", objectTypeId="9-9").status == 400
    listed = crm.get(f"/crm/lists/2026-09?listIds={made['listId']}").json["lists"]
    assert [row["name"] for row in listed] == ["Only one"]
    assert crm.post("/crm/lists/2026-09/search", {"count": 501}).status == 400
    assert crm.delete(f"/crm/lists/2026-09/{made['listId']}").status == 204
    assert crm.get(f"/crm/lists/2026-09/{made['listId']}").status == 404


def test_list_members_page_and_follow_a_merge(crm: Sandbox) -> None:
    made = _new_list(crm, "Paged").json["list"]["listId"]
    people = [new_contact(crm) for _ in range(3)]
    base = f"/crm/lists/2026-09/{made}/memberships"
    crm.put(f"{base}/add", people)
    page = crm.get(f"{base}?limit=2").json
    assert [row["recordId"] for row in page["results"]] == people[:2]
    after = page["paging"]["next"]["after"]
    assert [row["recordId"] for row in crm.get(f"{base}?after={after}").json["results"]] == people[
        2:
    ]
    survivor = crm.control("merge", {"type": "contacts", "ids": people[:2]})["id"]
    members = {row["recordId"] for row in crm.get(base).json["results"]}
    assert members == {people[2], survivor}
    crm.delete(f"{NEW}/contacts/{people[2]}")
    assert [row["recordId"] for row in crm.get(base).json["results"]] == [survivor]


def test_too_many_merges_into_one(crm: Sandbox) -> None:
    ids = ";".join(str(number) for number in range(1, 250))
    full = new_contact(crm)
    crm.control(
        "edit", {"type": "contacts", "id": full, "properties": {"hs_merged_object_ids": ids}}
    )
    body = {"primaryObjectId": full, "objectIdToMerge": new_contact(crm)}
    answer = crm.post(f"{NEW}/contacts/merge", body)
    assert answer.status == 414
    assert "250 identities" in answer.json["message"]


def test_merged_companies_keep_their_people(crm: Sandbox) -> None:
    contact, first, second = new_contact(crm), new_company(crm), new_company(crm)
    crm.put(f"{NEW}/contacts/{contact}/associations/default/companies/{first}")
    survivor = crm.control("merge", {"type": "companies", "ids": [second, first]})["id"]
    name = "associatedcompanyid"
    assert read(crm, "contacts", contact, name)[name] == survivor
    linked = crm.get(f"{NEW}/contacts/{contact}/associations/companies").json["results"]
    assert [str(row["toObjectId"]) for row in linked] == [survivor]


def test_a_company_of_many_pages_its_associations(crm: Sandbox) -> None:
    company = new_company(crm)
    rows = [{"type": "contacts", "properties": {"lastname": "Crowd"}} for _ in range(510)]
    people = [row["id"] for row in crm.control("records", {"records": rows})["results"]]
    pairs = [{"from": {"id": person}, "to": {"id": company}} for person in people]
    base = "/crm/associations/2026-09/contacts/companies"
    assert crm.post(f"{base}/batch/associate/default", {"inputs": pairs}).status == 200
    listing = f"{NEW}/companies/{company}/associations/contacts"
    page = crm.get(f"{listing}?limit=500").json
    assert len(page["results"]) == 500
    rest = crm.get(f"{listing}?limit=500&after={page['paging']['next']['after']}").json
    assert len(rest["results"]) == 10
    back = "/crm/associations/2026-09/companies/contacts/batch/read"
    batch = crm.post(back, {"inputs": [{"id": company}]}).json["results"][0]
    assert len(batch["to"]) == 500
    more = {"inputs": [{"id": company, "after": batch["paging"]["next"]["after"]}]}
    assert len(crm.post(back, more).json["results"][0]["to"]) == 10
    record = crm.get(f"{NEW}/companies/{company}?associations=contacts").json
    assert len(record["associations"]["contacts"]["results"]) == 500
    assert record["associations"]["contacts"]["paging"]["next"]["after"]
    crm.control("purge", {"type": "contacts", "ids": people})


def test_association_by_control(crm: Sandbox) -> None:
    contact, call = new_contact(crm), new_call(crm)
    ends: dict[str, Any] = {
        "from": {"type": "calls", "id": call},
        "to": {"type": "contacts", "id": contact},
    }
    assert crm.control("associate", ends)["typeId"] == 194
    assert crm.get(f"{NEW}/contacts/{contact}/associations/calls").json["results"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "2bad"},
        {"type": "colour"},
        {"fieldType": "slider"},
        {"groupName": "nobody"},
        {"label": 5},
        {"options": [{"label": "A", "value": "a", "hidden": False}]},
        {
            "options": [
                {"label": "A", "value": "a", "displayOrder": 0, "hidden": False},
                {"label": "B", "value": "a", "displayOrder": 1, "hidden": False},
            ]
        },
    ],
)
def test_properties_that_cannot_be(crm: Sandbox, change: dict[str, Any]) -> None:
    given = {
        "name": "choice",
        "label": "Choice",
        "type": "enumeration",
        "fieldType": "select",
        "groupName": "contactinformation",
    }
    assert crm.post("/crm/properties/2026-09/contacts", given | change).status == 400


def test_at_most_ten_unique_properties(crm: Sandbox) -> None:
    statuses = []
    for number in range(11):
        given = {"name": f"u{number}", "label": "U", "type": "string", "fieldType": "text"}
        given["groupName"] = "meeting"
        answer = crm.post("/crm/properties/2026-09/meetings", given | {"hasUniqueValue": True})
        statuses.append(answer.status)
    assert statuses == [201] * 10 + [400]
    group = crm.get("/crm/properties/2026-09/meetings/groups/meeting")
    assert group.json["name"] == "meeting"
    assert crm.get("/crm/properties/2026-09/meetings/groups/none").status == 404
    crm.post("/crm/properties/2026-09/meetings/groups", {"name": "mine", "label": "Mine"})
    again = crm.post("/crm/properties/2026-09/meetings/groups", {"name": "mine", "label": "Mine"})
    assert again.status == 409
