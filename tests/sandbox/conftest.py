"""One sandbox for many tests, reset between them; and one of its own where needed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.support.sandbox import QUIET, Sandbox, running_sandbox

V3, NEW = "/crm/v3/objects", "/crm/objects/2026-09"
_numbers = count(1)


@pytest.fixture(scope="session")
def _shared() -> Iterator[Sandbox]:
    with running_sandbox(leads=60, seed=3, hostile=0) as sandbox:
        yield sandbox


@pytest.fixture
def crm(_shared: Sandbox) -> Iterator[Sandbox]:
    """Return a quiet sandbox; settings, faults and clock are reset afterwards."""
    yield _shared
    _shared.settings(
        **QUIET,
        out_of_order_ms=0,
        short_pages=False,
        retry_after=False,
        trace=False,
        required=[],
        merge_mode="new_id",
        token_life_s=1800,
        refresh_rotation="never",
        unique_on_activities="supported",
    )
    _shared.control("faults", method="DELETE")
    _shared.control("clock", {"frozen": False, "offset_ms": 0})
    _shared.control("limits/reset", {})
    _shared.control("index/flush", {})


@pytest.fixture(params=[V3, NEW], ids=["v3", "2026-09"])
def path(request: pytest.FixtureRequest) -> str:
    """Return the object path of two API versions, which behave alike."""
    return str(request.param)


def new_contact(crm: Sandbox, **properties: str) -> str:
    """Create a contact for a test and return its id."""
    number = next(_numbers)
    given = {"email": f"person{number}@row.example", "lastname": f"Row{number}"} | properties
    answer = crm.post(f"{NEW}/contacts", {"properties": given})
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def new_company(crm: Sandbox, **properties: str) -> str:
    """Create a company for a test and return its id."""
    given = {"name": f"Row company {next(_numbers)}"} | properties
    answer = crm.post(f"{NEW}/companies", {"properties": given})
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def call_body(contact: str | None = None, **properties: str) -> dict[str, Any]:
    """Return the body of a create, with an inline association if a contact is given."""
    body: dict[str, Any] = {"properties": {"hs_timestamp": "2026-11-20T09:30:00Z"} | properties}
    if contact is not None:
        body["associations"] = [link(contact, 194)]
    return body


def link(to_id: str, type_id: int) -> dict[str, Any]:
    """Return an inline association."""
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    return {"to": {"id": to_id}, "types": [kind]}


def new_call(crm: Sandbox, contact: str | None = None, **properties: str) -> str:
    """Create a call and return its id."""
    answer = crm.post(f"{NEW}/calls", call_body(contact, **properties))
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def read(crm: Sandbox, kind: str, record_id: str, *names: str) -> dict[str, Any]:
    """Return the properties of a record, read by id."""
    answer = crm.get(f"{NEW}/{kind}/{record_id}?properties={','.join(names)}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json["properties"]
    return found


def search(crm: Sandbox, kind: str, *filters: dict[str, Any], **more: Any) -> list[str]:
    """Return the ids on one page of a search."""
    body = {"filterGroups": [{"filters": list(filters)}], "limit": 200} | more
    answer = crm.post(f"{NEW}/{kind}/search", body)
    assert answer.status == 200, answer.text
    return [row["id"] for row in answer.json["results"]]


def where(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    """Return one filter."""
    made = {"propertyName": name, "operator": operator} | more
    return made if value is None else made | {"value": value}


def codes(answer: Any) -> list[str]:
    """Return the error codes of a property refusal."""
    return [item["code"] for item in answer.json["errors"]]


def unique_property(crm: Sandbox, kind: str, name: str = "sdrdesk_key") -> None:
    """Create a unique property unless it exists."""
    base = f"/crm/properties/2026-09/{kind}"
    if crm.get(f"{base}/{name}").status == 200:
        return
    crm.post(f"{base}/groups", {"name": "sdrdesk", "label": "sdrdesk"})
    answer = crm.post(
        base,
        {
            "name": name,
            "label": name,
            "type": "string",
            "fieldType": "text",
            "groupName": "sdrdesk",
            "hasUniqueValue": True,
        },
    )
    assert answer.status == 201, answer.text
