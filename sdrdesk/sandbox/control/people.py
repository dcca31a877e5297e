"""Actions of other people: leads convert, administrators rename, colleagues work."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from sdrdesk.sandbox.account.account import Account, parse_when
from sdrdesk.sandbox.errors import not_found
from sdrdesk.sandbox.live_events import tick
from sdrdesk.sandbox.reads.render import render
from sdrdesk.sandbox.schema.schema import CONTACTS, object_type
from sdrdesk.sandbox.schema.values import Definition
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.web import Call, Reply, as_array, as_object, as_text
from sdrdesk.sandbox.writes.conversions import convert
from sdrdesk.sandbox.writes.writes import must_find


def convert_contact(account: Account, call: Call) -> Reply:
    """Submit a form for a contact, by default now.

    ``{"contactId" | "email", "form"?, "at"?, "pageUrl"?, "pageTitle"?, "values"?}``
    """
    body = call.json_object()
    if body.get("contactId") is not None:
        contact = must_find(account, CONTACTS, as_text(body["contactId"], "contactId"), None)
    else:
        contact = must_find(account, CONTACTS, as_text(body.get("email"), "email"), "email")
    form = str(body.get("form") or (account.forms[0]["id"] if account.forms else ""))
    try:
        changed = convert(
            account,
            contact,
            form,
            parse_when(body.get("at"), account.now_ms),
            str(body.get("pageUrl", "")),
            str(body.get("pageTitle", "")),
            _field_values(body.get("values")),
        )
    except KeyError as error:
        raise not_found(f"there is no form {form}") from error
    return Reply(200, render(account, changed, everything=True))


def _field_values(given: Any) -> list[dict[str, Any]]:
    """Return the submitted fields, each as ``{"name", "value"}``."""
    return [
        {
            "name": as_text(as_object(item).get("name"), "values.name"),
            "value": as_text(item.get("value"), "values.value"),
            "objectTypeId": "0-1",
        }
        for item in as_array(given or [])
    ]


def change_outcomes(account: Account, call: Call) -> Reply:
    """Change call outcomes: ``{"rename": {guid: label}, "remove": [guid], "add": [label]}``."""
    definition = _definition(account, "calls", "hs_call_disposition")
    return _options(account, "calls", definition, call.json_object())


def change_options(account: Account, call: Call) -> Reply:
    """Change any enumeration: ``{"type", "property", "rename", "remove", "add"}``."""
    body = call.json_object()
    kind = object_type(as_text(body.get("type"), "type"))
    definition = _definition(account, kind.name, as_text(body.get("property"), "property"))
    return _options(account, kind.name, definition, body)


def _definition(account: Account, kind: str, name: str) -> Definition:
    definition = account.catalog.get(kind, name)
    if definition is None:
        raise not_found(f"{kind} have no property {name}")
    return definition


def _options(account: Account, kind: str, definition: Definition, body: dict[str, Any]) -> Reply:
    changed = copy.deepcopy(definition)
    rename = as_object(body.get("rename") or {}, "rename")
    remove = [str(value) for value in as_array(body.get("remove") or [])]
    options = [option for option in changed["options"] if option["value"] not in remove]
    for option in options:
        option["label"] = str(rename.get(option["value"], option["label"]))
    for item in as_array(body.get("add") or []):
        given = item if isinstance(item, dict) else {"label": str(item)}
        options.append(
            {
                "label": str(given.get("label")),
                "value": str(given.get("value") or uuid.uuid4()),
                "description": str(given.get("description", "")),
                "displayOrder": len(options),
                "hidden": False,
            }
        )
    changed["options"] = options
    account.catalog.put(kind, changed)
    return Reply(200, {"options": options})


_NEW_OWNER: dict[str, Any] = {
    "type": "PERSON",
    "email": "",
    "firstName": "",
    "lastName": "",
    "userId": None,
    "userIdIncludingInactive": None,
    "archived": False,
    "teams": [],
}


def put_owner(account: Account, call: Call) -> Reply:
    """Add or replace an owner, given as in the owners API."""
    body = call.json_object()
    owner_id = as_text(body.get("id"), "id")
    now = iso(account.now_ms)
    if not owner_id.isascii() or not owner_id.isdigit():
        raise ValueError("id is decimal text.")
    for at, owner in enumerate(account.owners):
        if str(owner["id"]) == owner_id:
            account.owners[at] = owner | body
            break
    else:
        account.owners.append(_NEW_OWNER | {"createdAt": now, "updatedAt": now} | body)
    account.dirty_documents.add("owners")
    return Reply(200, body)


def live(account: Account, call: Call) -> Reply:
    """Apply ``{"minutes": n}`` of a working day at once and return the events."""
    minutes = call.json_object().get("minutes", 1)
    if not isinstance(minutes, int) or not 1 <= minutes <= 1440:
        raise ValueError("minutes is a number from 1 to 1440.")
    return Reply(200, {"happened": tick(account, minutes)})
