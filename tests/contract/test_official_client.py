"""The sandbox understands HubSpot's own client, and its answers fit the client's models."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hubspot.crm.associations.v4 import (
    AssociationSpec,
    BatchInputPublicAssociationMultiArchive,
    BatchInputPublicAssociationMultiPost,
    BatchInputPublicDefaultAssociationMultiPost,
    BatchInputPublicFetchAssociationsBatchRequest,
)
from hubspot.crm.contacts import (
    ApiException,
    BatchInputSimplePublicObjectBatchInput,
    BatchInputSimplePublicObjectBatchInputUpsert,
    BatchInputSimplePublicObjectId,
    BatchReadInputSimplePublicObjectId,
    PublicGdprDeleteInput,
    PublicMergeInput,
    PublicObjectSearchRequest,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.contacts import (
    BatchInputSimplePublicObjectBatchInputForCreate as BatchCreate,
)
from hubspot.crm.lists import ListCreateRequest, ListSearchRequest, MembershipChangeRequest
from hubspot.crm.objects import SimplePublicObjectInputForCreate as NewObject
from hubspot.crm.properties import (
    BatchReadInputPropertyName,
    OptionInput,
    PropertyCreate,
    PropertyGroupCreate,
    PropertyName,
    PropertyUpdate,
)

from tests.support.sandbox import Sandbox

WHEN = "2026-11-20T09:30:00.000Z"
ACTIVITIES: dict[str, tuple[int, dict[str, str]]] = {
    "calls": (194, {"hs_call_title": "Call", "hs_call_duration": "185000"}),
    "tasks": (204, {"hs_task_subject": "Call back", "hs_task_status": "NOT_STARTED"}),
    "notes": (202, {"hs_note_body": "<p>asked for prices</p>"}),
    "meetings": (200, {"hs_meeting_title": "Demo", "hs_meeting_outcome": "SCHEDULED"}),
}


def _api(client: Any, kind: str) -> Any:
    if kind in ("contacts", "companies"):
        return getattr(client.crm, kind)
    return getattr(client.crm.objects, kind)


def _contact(client: Any, email: str, **more: str) -> str:
    given = SimplePublicObjectInputForCreate(properties={"email": email} | more, associations=[])
    made = client.crm.contacts.basic_api.create(given)
    return str(made.id)


@pytest.mark.parametrize("kind", ["contacts", "companies", *ACTIVITIES])
def test_every_record_parses_and_agrees(client: Any, crm: Sandbox, kind: str) -> None:
    # The history ends at today: an account this small has no meeting on some mornings.
    if kind in ACTIVITIES:
        given = {"hs_timestamp": WHEN, **ACTIVITIES[kind][1]}
        _api(client, kind).basic_api.create(NewObject(properties=given, associations=[]))
    everyone = []
    after = None
    while True:
        page = _api(client, kind).basic_api.get_page(limit=100, after=after)
        everyone += page.results
        if page.paging is None:
            break
        after = page.paging.next.after
    summary = crm.control("summary")["records"]
    assert len(everyone) == summary[kind] > 0
    for record in everyone[:20]:
        raw = crm.get(f"/crm/v3/objects/{kind}/{record.id}").json
        assert record.properties == raw["properties"]
        assert record.archived is False
        assert record.created_at.isoformat(timespec="milliseconds").startswith(
            raw["createdAt"].rstrip("Z")
        )
        assert record.updated_at is not None


def test_contact_life(client: Any) -> None:
    api = client.crm.contacts.basic_api
    contact = _contact(client, "life@contract.example", firstname="Ada")
    one = api.get_by_id(
        contact, properties=["firstname", "jobtitle"], properties_with_history=["firstname"]
    )
    assert one.properties["firstname"] == "Ada"
    assert one.properties["jobtitle"] is None
    assert one.properties_with_history["firstname"][0].value == "Ada"
    changed = api.update(contact, SimplePublicObjectInput(properties={"jobtitle": "Buyer"}))
    assert changed.properties["jobtitle"] == "Buyer"
    by_mail = api.get_by_id("life@contract.example", id_property="email")
    assert by_mail.id == contact
    api.archive(contact)
    with pytest.raises(ApiException) as gone:
        api.get_by_id(contact)
    assert gone.value.status == 404
    binned = api.get_by_id(contact, archived=True)
    assert binned.archived is True
    assert binned.archived_at is not None


def test_refusals_raise_with_the_envelope(client: Any) -> None:
    contact = _contact(client, "twice@contract.example")
    with pytest.raises(ApiException) as taken:
        _contact(client, "TWICE@contract.example")
    assert taken.value.status == 409
    assert json.loads(taken.value.body)["message"].endswith(f"Existing ID: {contact}")
    with pytest.raises(ApiException) as wrong:
        client.crm.contacts.basic_api.update(
            contact, SimplePublicObjectInput(properties={"nope": "1"})
        )
    assert json.loads(wrong.value.body)["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"


@pytest.mark.parametrize("kind", list(ACTIVITIES))
def test_activities_with_inline_associations(client: Any, kind: str) -> None:
    type_id, given = ACTIVITIES[kind]
    contact = _contact(client, f"{kind}@contract.example")
    link = {
        "to": {"id": contact},
        "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}],
    }
    body = NewObject(properties={"hs_timestamp": WHEN} | given, associations=[link])
    made = _api(client, kind).basic_api.create(body)
    one = _api(client, kind).basic_api.get_by_id(
        made.id, properties=list(given), associations=["contacts"]
    )
    assert {name: one.properties[name] for name in given} == given
    assert [row.id for row in one.associations["contacts"].results] == [contact]
    page = client.crm.associations.v4.basic_api.get_page(kind, made.id, "contacts")
    assert str(page.results[0].to_object_id) == contact
    assert page.results[0].association_types[0].type_id == type_id


def test_search(client: Any) -> None:
    contact = _contact(client, "find@contract.example", lastname="Findable")
    by_mail = {"propertyName": "email", "operator": "EQ", "value": "FIND@contract.example"}
    request = PublicObjectSearchRequest(
        filter_groups=[{"filters": [by_mail]}],
        sorts=["-createdate"],
        properties=["lastname"],
        limit=10,
    )
    found = client.crm.contacts.search_api.do_search(request)
    assert found.total == 1
    assert found.results[0].id == contact
    assert found.results[0].properties["lastname"] == "Findable"
    everyone = client.crm.contacts.search_api.do_search(PublicObjectSearchRequest(limit=5))
    assert everyone.paging.next.after == "5"


def test_batches(client: Any) -> None:
    api = client.crm.contacts.batch_api
    new = [
        {"properties": {"email": f"batch{number}@contract.example"}, "associations": []}
        for number in range(3)
    ]
    made = api.create(BatchCreate(inputs=new))
    assert made.status == "COMPLETE"
    ids = [row.id for row in made.results]
    changes = [{"id": record, "properties": {"jobtitle": "Baker"}} for record in ids]
    changed = api.update(BatchInputSimplePublicObjectBatchInput(inputs=changes))
    assert {row.properties["jobtitle"] for row in changed.results} == {"Baker"}
    asked = [{"id": record} for record in [*ids, "99999999"]]
    read = api.read(
        BatchReadInputSimplePublicObjectId(
            inputs=asked, properties=["jobtitle"], properties_with_history=[]
        )
    )
    assert {row.id for row in read.results} == set(ids)
    assert read.num_errors == 1
    assert read.errors[0].context == {"ids": ["99999999"]}
    assert read.errors[0].category == "OBJECT_NOT_FOUND"
    api.archive(BatchInputSimplePublicObjectId(inputs=[{"id": record} for record in ids]))
    listed = client.crm.contacts.basic_api.get_page(limit=100, archived=True)
    assert set(ids) <= {row.id for row in listed.results}


def test_upsert_by_a_unique_property_of_calls(client: Any) -> None:
    _unique_key(client, "calls")
    item = {
        "id": "key-1",
        "idProperty": "contract_key",
        "properties": {"contract_key": "key-1", "hs_timestamp": WHEN},
    }
    api = client.crm.objects.calls.batch_api
    first = api.upsert(BatchInputSimplePublicObjectBatchInputUpsert(inputs=[item]))
    again = api.upsert(BatchInputSimplePublicObjectBatchInputUpsert(inputs=[item]))
    assert (first.results[0].new, again.results[0].new) == (True, False)
    assert first.results[0].id == again.results[0].id


def _unique_key(client: Any, kind: str) -> None:
    client.crm.properties.groups_api.create(
        kind, PropertyGroupCreate(name="contract", label="Contract", display_order=-1)
    )
    client.crm.properties.core_api.create(
        kind,
        PropertyCreate(
            name="contract_key",
            label="Key",
            type="string",
            field_type="text",
            group_name="contract",
            has_unique_value=True,
            hidden=True,
            form_field=False,
        ),
    )


def test_merge_and_gdpr_delete(client: Any) -> None:
    first = _contact(client, "merge1@contract.example")
    second = _contact(client, "merge2@contract.example")
    merged = client.crm.contacts.basic_api.merge(
        PublicMergeInput(primary_object_id=first, object_id_to_merge=second)
    )
    for old in (first, second):
        assert client.crm.contacts.basic_api.get_by_id(old).id == merged.id
    client.crm.contacts.basic_api.purge(PublicGdprDeleteInput(object_id=merged.id))
    with pytest.raises(ApiException):
        client.crm.contacts.basic_api.get_by_id(merged.id)


def test_owners(client: Any, crm: Sandbox) -> None:
    page = client.crm.owners.owners_api.get_page(limit=500)
    raw = crm.get("/crm/v3/owners?limit=500").json["results"]
    assert [(row.id, row.email, row.user_id) for row in page.results] == [
        (row["id"], row["email"], row["userId"]) for row in raw
    ]
    assert all(row.created_at and row.type == "PERSON" for row in page.results)
    former = client.crm.owners.owners_api.get_page(limit=500, archived=True).results
    assert former
    assert all(row.user_id is None and row.user_id_including_inactive for row in former)
    one = client.crm.owners.owners_api.get_by_id(int(raw[0]["id"]), id_property="id")
    assert one.email == raw[0]["email"]


@pytest.mark.parametrize("kind", ["contacts", "companies", *ACTIVITIES, "deals", "leads"])
def test_property_definitions_parse(client: Any, crm: Sandbox, kind: str) -> None:
    parsed = client.crm.properties.core_api.get_all(kind).results
    raw = crm.get(f"/crm/v3/properties/{kind}").json["results"]
    assert [row.name for row in parsed] == [row["name"] for row in raw]
    for row, given in zip(parsed, raw, strict=True):
        assert row.type == given["type"]
        assert row.field_type == given["fieldType"]
        assert [option.value for option in row.options] == [
            option["value"] for option in given["options"]
        ]
        assert row.modification_metadata.read_only_value is not None


def test_property_life(client: Any) -> None:
    api = client.crm.properties.core_api
    options = [OptionInput(label="A", value="a", display_order=0, hidden=False)]
    made = api.create(
        "contacts",
        PropertyCreate(
            name="contract_choice",
            label="Choice",
            type="enumeration",
            field_type="select",
            group_name="contactinformation",
            options=options,
        ),
    )
    assert made.options[0].value == "a"
    changed = api.update("contacts", "contract_choice", PropertyUpdate(label="Chosen", options=[]))
    assert (changed.label, changed.options) == ("Chosen", [])
    read = client.crm.properties.batch_api.read(
        "contacts",
        BatchReadInputPropertyName(inputs=[PropertyName(name="contract_choice")], archived=False),
    )
    assert [row.name for row in read.results] == ["contract_choice"]
    assert "contactinformation" in {
        row.name for row in client.crm.properties.groups_api.get_all("contacts").results
    }
    api.archive("contacts", "contract_choice")
    with pytest.raises(Exception, match="404"):
        api.get_by_name("contacts", "contract_choice")


def test_pipelines(client: Any) -> None:
    rows = client.crm.pipelines.pipelines_api.get_all("deals").results
    assert rows[0].stages[0].metadata["probability"]
    stages = client.crm.pipelines.pipeline_stages_api.get_all("deals", rows[0].id).results
    assert [row.id for row in stages] == [row.id for row in rows[0].stages]


def test_associations(client: Any) -> None:
    basic, batch = client.crm.associations.v4.basic_api, client.crm.associations.v4.batch_api
    contact = _contact(client, "assoc@contract.example")
    lone = _contact(client, "lone@contract.example")
    company = client.crm.companies.basic_api.create(
        NewObject(properties={"name": "Contract Ltd"}, associations=[])
    ).id
    made = basic.create_default("contacts", contact, "companies", company)
    assert made.status == "COMPLETE"
    spec = AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=1)
    assert basic.create("contacts", contact, "companies", company, [spec]).labels == ["Primary"]
    read = batch.get_page(
        "contacts",
        "companies",
        BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": contact}, {"id": lone}]),
    )
    assert str(read.results[0].to[0].to_object_id) == company
    assert read.errors[0].sub_category == "crm.associations.NO_ASSOCIATIONS_FOUND"
    pair = {"from": {"id": lone}, "to": {"id": company}}
    default = batch.create_default(
        "contacts", "companies", BatchInputPublicDefaultAssociationMultiPost(inputs=[pair])
    )
    assert {row.association_spec.association_type_id for row in default.results} == {279, 280}
    typed = pair | {"types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]}
    batch.create("contacts", "companies", BatchInputPublicAssociationMultiPost(inputs=[typed]))
    batch.archive(
        "contacts",
        "companies",
        BatchInputPublicAssociationMultiArchive(
            inputs=[{"from": {"id": lone}, "to": [{"id": company}]}]
        ),
    )
    assert basic.get_page("contacts", lone, "companies").results == []
    labels = client.crm.associations.v4.schema.definitions_api.get_all("contacts", "companies")
    assert {row.type_id for row in labels.results} == {1, 279}


def test_lists(client: Any) -> None:
    lists, members = client.crm.lists.lists_api, client.crm.lists.memberships_api
    contact = _contact(client, "listed@contract.example")
    made = lists.create(
        ListCreateRequest(object_type_id="0-1", processing_type="MANUAL", name="Nurture contract")
    ).list
    added = members.add(made.list_id, [contact, "99999999"])
    assert added.records_ids_added == [contact]
    assert added.record_ids_missing == ["99999999"]
    found = lists.do_search(
        ListSearchRequest(
            query="nurture contract", count=10, offset=0, list_ids=[], additional_properties=[]
        )
    )
    assert [row.list_id for row in found.lists] == [made.list_id]
    assert (found.total, found.has_more) == (1, False)
    page = members.get_page(made.list_id)
    assert [row.record_id for row in page.results] == [contact]
    assert [row.list_id for row in members.get_lists("0-1", contact).results] == [made.list_id]
    change = MembershipChangeRequest(record_ids_to_add=[], record_ids_to_remove=[contact])
    assert members.add_and_remove(made.list_id, change).record_ids_removed == [contact]
    assert lists.get_by_id(made.list_id).list.name == "Nurture contract"
    lists.remove(made.list_id)


def test_forms(client: Any, crm: Sandbox) -> None:
    rows = client.marketing.forms.forms_api.get_page(limit=100).results
    assert rows
    assert {row.id for row in rows} <= {
        row["id"] for row in crm.get("/marketing/v3/forms?limit=100").json["results"]
    }
