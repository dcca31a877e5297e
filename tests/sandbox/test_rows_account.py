"""Gotcha rows: owners, properties, lists, forms."""

from __future__ import annotations

from typing import Any

from tests.sandbox.conftest import NEW, new_contact
from tests.support.sandbox import Sandbox


def test_row_57_owners(crm: Sandbox) -> None:
    base = "/crm/owners/2026-09"
    active = crm.get(base).json["results"]
    former = crm.get(f"{base}?archived=true").json["results"]
    assert len(active) >= 2
    assert former
    assert all(row["userId"] and not row["archived"] for row in active)
    assert all(row["userId"] is None for row in former)
    assert all(row["userIdIncludingInactive"] for row in former)
    assert not {row["id"] for row in active} & {row["id"] for row in former}
    page = crm.get(f"{base}?limit=1").json
    assert len(page["results"]) == 1
    following = crm.get(f"{base}?limit=1&after={page['paging']['next']['after']}").json
    assert following["results"][0]["id"] == active[1]["id"]
    assert crm.get(f"{base}?limit=501").status == 400
    one = active[0]
    assert crm.get(f"{base}?email={one['email']}").json["results"] == [one]
    assert crm.get(f"{base}/{one['userId']}?idProperty=userId").json == one
    assert crm.get(f"{base}/{one['id']}").json == one


def _property(**more: Any) -> dict[str, Any]:
    given = {"name": "row59", "label": "Row 59", "type": "string", "fieldType": "text"}
    return given | {"groupName": "contactinformation"} | more


def test_row_59_property_that_exists(crm: Sandbox) -> None:
    base = "/crm/properties/2026-09/contacts"
    assert crm.post(base, _property()).status == 201
    answer = crm.post(base, _property())
    assert answer.status == 409
    assert answer.json["category"] == "OBJECT_ALREADY_EXISTS"
    assert answer.json["subCategory"] == "Properties.PROPERTY_WITH_NAME_EXISTS"
    answer = crm.patch(f"{base}/row59", {"hasUniqueValue": True, "label": "New"})
    assert answer.status == 200
    assert (answer.json["hasUniqueValue"], answer.json["label"]) == (False, "New")
    assert crm.delete(f"{base}/row59").status == 204
    assert crm.get(f"{base}/row59").status == 404
    assert crm.post(base, _property()).status == 201
    assert crm.delete(f"{base}/email").status == 400
    assert crm.post(base, _property(name="Row 59")).status == 400
    assert crm.post(base, _property(name="row59b", type="bool")).status == 400


def test_row_60_properties_come_all_at_once(crm: Sandbox) -> None:
    answer = crm.get("/crm/properties/2026-09/contacts?limit=2").json
    assert set(answer) == {"results"}
    assert len(answer["results"]) > 100
    outcome = "/crm/properties/2026-09/calls/hs_call_disposition"
    before = {row["value"]: row["label"] for row in crm.get(outcome).json["options"]}
    busy = "9d9162e7-6cf3-4944-bf63-4dff82258764"
    wrong = "17b47fee-58de-441e-a44c-c6300d46f273"
    assert {busy, wrong} <= set(before)
    crm.control("outcomes", {"rename": {busy: "Line engaged"}, "remove": [wrong]})
    after = {row["value"]: row["label"] for row in crm.get(outcome).json["options"]}
    assert after[busy] == "Line engaged"
    assert wrong not in after
    legacy = crm.get("/calling/v1/dispositions").json
    assert {row["id"]: row["label"] for row in legacy} == after
    crm.control(
        "outcomes",
        {"rename": {busy: before[busy]}, "add": [{"label": before[wrong], "value": wrong}]},
    )


def test_row_61_list_memberships(crm: Sandbox) -> None:
    made = {}
    for kind in ("MANUAL", "DYNAMIC"):
        body = {"name": f"Row 61 {kind}", "objectTypeId": "0-1", "processingType": kind}
        made[kind] = crm.post("/crm/lists/2026-09", body).json["list"]["listId"]
    contact = new_contact(crm)
    add = f"/crm/lists/2026-09/{made['MANUAL']}/memberships/add"
    answer = crm.put(add, [contact, "999999"])
    assert answer.status == 200
    assert answer.json["recordsIdsAdded"] == [contact]
    assert answer.json["recordIdsMissing"] == ["999999"]
    again = crm.put(add, [contact])
    assert (again.status, again.json["recordsIdsAdded"]) == (200, [])
    dynamic = crm.put(f"/crm/lists/2026-09/{made['DYNAMIC']}/memberships/add", [contact])
    assert dynamic.status == 400
    of = crm.get(f"/crm/lists/2026-09/records/0-1/{contact}/memberships").json["results"]
    assert [row["listId"] for row in of] == [made["MANUAL"]]
    found = crm.post(
        "/crm/lists/2026-09/search",
        {"query": "row 61", "processingTypes": ["MANUAL", "SNAPSHOT"], "count": 50, "offset": 0},
    ).json
    assert [row["listId"] for row in found["lists"]] == [made["MANUAL"]]
    assert found["hasMore"] is False
    remove = add.replace("/add", "/remove")
    assert crm.put(remove, [contact]).json["recordIdsRemoved"] == [contact]


def test_row_62_submissions(crm: Sandbox) -> None:
    forms = crm.get("/marketing/v3/forms?limit=100").json["results"]
    pages = {
        form["id"]: crm.get(f"/form-integrations/v1/submissions/forms/{form['id']}?limit=50").json
        for form in forms
    }
    form, page = max(pages.items(), key=lambda item: len(item[1]["results"]))
    base = f"/form-integrations/v1/submissions/forms/{form}"
    assert crm.get(f"{base}?limit=51").status == 400
    times = [row["submittedAt"] for row in page["results"]]
    assert len(times) > 1
    assert all(type(at) is int for at in times)
    assert times == sorted(times, reverse=True)
    row = page["results"][0]
    assert set(row) == {"conversionId", "submittedAt", "values", "pageUrl"}
    assert "email" in {item["name"] for item in row["values"]}
    first = crm.get(f"{base}?limit=1").json
    following = crm.get(f"{base}?limit=1&after={first['paging']['next']['after']}").json
    assert following["results"] == page["results"][1:2]


def test_row_62_a_new_conversion(crm: Sandbox) -> None:
    contact = new_contact(crm)
    form = crm.get("/marketing/v3/forms").json["results"][0]
    told = {"contactId": contact, "form": form["id"], "pageTitle": "Pricing"}
    crm.control("convert", told | {"values": [{"name": "message", "value": "call me"}]})
    names = "recent_conversion_date,recent_conversion_event_name,num_conversion_events,message"
    answer = crm.get(
        f"{NEW}/contacts/{contact}?properties={names}&propertiesWithHistory=recent_conversion_date"
    ).json
    held = answer["properties"]
    assert held["recent_conversion_event_name"] == f"Pricing: {form['name']}"
    assert (held["num_conversion_events"], held["message"]) == ("1", "call me")
    assert len(answer["propertiesWithHistory"]["recent_conversion_date"]) == 1
    newest = crm.get(f"/form-integrations/v1/submissions/forms/{form['id']}?limit=1").json
    given = {item["name"]: item["value"] for item in newest["results"][0]["values"]}
    assert given["message"] == "call me"
    profile = crm.get(f"/contacts/v1/contact/vid/{contact}/profile").json
    assert [row["form-id"] for row in profile["form-submissions"]] == [form["id"]]


def test_row_63_next_link_leads_to_another_version(crm: Sandbox) -> None:
    answer = crm.get(f"{NEW}/contacts?limit=1&properties=email").json["paging"]["next"]
    assert answer["link"].startswith(f"{crm.url}/crm/v3/objects/contacts?")
    assert f"after={answer['after']}" in answer["link"]
    assert "properties=email" in answer["link"]
    followed = crm.get(answer["link"].removeprefix(crm.url))
    assert followed.json["results"][0]["id"] == answer["after"]
