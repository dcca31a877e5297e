"""The sandbox's answers have only fields of HubSpot's published models."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.sandbox import Sandbox

NEW = "/crm/objects/2026-09"
OURS = frozenset(("objectWriteTraceId", "dataSensitivity"))
"""Documented by HubSpot, but missing from a model of the client."""


def unknown_fields(model: Any, raw: Any, where: str = "") -> Iterator[str]:
    """Return fields of the JSON that the model does not have, as dotted paths."""
    if isinstance(raw, list) and isinstance(model, list):
        for one, other in zip(model, raw, strict=True):
            yield from unknown_fields(one, other, where)
        return
    names = getattr(model, "attribute_map", None)
    if names is None or not isinstance(raw, dict):
        return
    by_wire = {wire: python for python, wire in names.items()}
    for key, value in raw.items():
        if key not in by_wire:
            if key not in OURS:
                yield f"{where}.{key}"
        else:
            yield from unknown_fields(getattr(model, by_wire[key]), value, f"{where}.{key}")


def parse(module: str, model: str, answer: Any) -> Any:
    """Return an answer parsed by the official client for one model."""
    package = importlib.import_module(f"hubspot.{module}")

    class Response:
        data = answer.text

    return package.ApiClient().deserialize(Response, model)


_PAGE = "ForwardPaging"
_RECORDS = f"CollectionResponseSimplePublicObjectWithAssociations{_PAGE}"
_LINKED = f"CollectionResponseMultiAssociatedObjectWithLabel{_PAGE}"
_PROPERTIES = "/crm/properties/2026-09"
READS = [
    ("crm.contacts", "SimplePublicObjectWithAssociations",
     f"{NEW}/contacts/501?associations=companies"),
    ("crm.contacts", _RECORDS, f"{NEW}/contacts"),
    ("crm.companies", _RECORDS, f"{NEW}/companies"),
    *[
        (f"crm.objects.{kind}", _RECORDS, f"{NEW}/{kind}?associations=contacts")
        for kind in ("calls", "tasks", "notes", "meetings")
    ],
    ("crm.owners", f"CollectionResponsePublicOwner{_PAGE}", "/crm/owners/2026-09?limit=2"),
    ("crm.properties", "CollectionResponsePropertyNoPaging", f"{_PROPERTIES}/contacts"),
    ("crm.properties", "CollectionResponsePropertyGroupNoPaging", f"{_PROPERTIES}/calls/groups"),
    ("crm.pipelines", "CollectionResponsePipelineNoPaging", "/crm/pipelines/2026-09/deals"),
    ("crm.associations.v4", _LINKED, f"{NEW}/contacts/501/associations/companies"),
    ("crm.lists", "ListFetchResponse", "/crm/lists/2026-09/{list}"),
    ("crm.lists", "ApiCollectionResponseJoinTimeAndRecordId",
     "/crm/lists/2026-09/{list}/memberships"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "model", "path"), READS)
def test_reads_fit_the_published_models(crm: Sandbox, module: str, model: str, path: str) -> None:
    lists = crm.post("/crm/lists/2026-09/search", {}).json["lists"]
    answer = crm.get(path.format(list=lists[0]["listId"]))
    assert answer.status == 200, answer.text
    parsed = parse(module, model, answer)
    assert list(unknown_fields(parsed, answer.json)) == []


WRITES: list[tuple[str, str, str, str, Any]] = [
    ("crm.contacts", "CollectionResponseWithTotalSimplePublicObjectForwardPaging", "POST",
     f"{NEW}/contacts/search", {"limit": 2}),
    ("crm.contacts", "BatchResponseSimplePublicObjectWithErrors", "POST",
     f"{NEW}/contacts/batch/read", {"inputs": [{"id": "501"}, {"id": "1"}]}),
    ("crm.contacts", "SimplePublicObject", "POST", f"{NEW}/contacts",
     {"properties": {"email": "shape@contract.example"}}),
    ("crm.objects.calls", "SimplePublicObject", "POST", f"{NEW}/calls",
     {"properties": {"hs_timestamp": "1763700000000"}}),
    ("crm.contacts", "SimplePublicObject", "PATCH", f"{NEW}/contacts/501",
     {"properties": {"jobtitle": "Buyer"}}),
    ("crm.associations.v4", "BatchResponsePublicAssociationMultiWithLabelWithErrors", "POST",
     "/crm/associations/2026-09/contacts/companies/batch/read",
     {"inputs": [{"id": "501"}, {"id": "1"}]}),
    ("crm.lists", "ListSearchResponse", "POST", "/crm/lists/2026-09/search", {}),
]  # fmt: skip


@pytest.mark.parametrize(("module", "model", "method", "path", "body"), WRITES)
def test_writes_fit_the_published_models(
    crm: Sandbox, module: str, model: str, method: str, path: str, body: Any
) -> None:
    answer = crm.request(method, path, body)
    assert answer.status in (200, 201, 207), answer.text
    parsed = parse(module, model, answer)
    assert list(unknown_fields(parsed, answer.json)) == []


@pytest.mark.parametrize("path", [f"{NEW}/spaceships", f"{NEW}/contacts/1", "/nowhere"])
def test_refusals_fit_the_published_error(crm: Sandbox, path: str) -> None:
    answer = crm.get(path)
    parsed = parse("crm.contacts", "Error", answer)
    assert parsed.correlation_id == answer.json["correlationId"]
    assert set(answer.json) - set(parsed.attribute_map.values()) <= {"status"}
