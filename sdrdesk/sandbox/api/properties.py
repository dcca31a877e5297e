"""Property definitions and their groups."""

from __future__ import annotations

import re
from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.errors import ApiError, invalid, not_found
from sdrdesk.sandbox.schema.catalog import complete
from sdrdesk.sandbox.schema.schema import object_type
from sdrdesk.sandbox.schema.values import Definition
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.web import DATED, Call, Reply, as_array, as_object, as_text

TYPES = ("bool", "date", "datetime", "enumeration", "number", "phone_number", "string")
FIELDS = (
    "booleancheckbox", "calculation_equation", "checkbox", "date", "file", "html", "number",
    "phonenumber", "radio", "select", "text", "textarea",
)  # fmt: skip
MAX_UNIQUE = 10
"""Unique properties per object type (HubSpot's properties guide, 2026)."""
_CHANGEABLE = (
    "label", "type", "fieldType", "description", "groupName", "displayOrder", "hidden", "formField",
)  # fmt: skip


def listing(account: Account, call: Call) -> Reply:
    """Return all definitions of a type, without paging."""
    kind = object_type(call.params["type"])
    archived = call.flag("archived")
    rows = account.catalog.definitions[kind.name].values()
    return Reply(200, {"results": [row for row in rows if row["archived"] == archived]})


def legacy_listing(account: Account, call: Call) -> Reply:
    """Return the plain list of the v2 path."""
    kind = object_type(call.params["type"])
    return Reply(
        200, [row for row in account.catalog.definitions[kind.name].values() if not row["archived"]]
    )


def read(account: Account, call: Call) -> Reply:
    """Return one definition."""
    return Reply(200, _existing(account, call))


def _existing(account: Account, call: Call) -> Definition:
    kind = object_type(call.params["type"])
    name = call.params["name"]
    definition = account.catalog.definitions[kind.name].get(name)
    if definition is None or definition["archived"] != call.flag("archived"):
        raise not_found(f"property {name[:200]} does not exist")
    return definition


def create(account: Account, call: Call) -> Reply:
    """Create a custom property."""
    kind = object_type(call.params["type"])
    given = call.json_object()
    made = _definition(account, kind.name, given, call.version)
    if made["hasUniqueValue"] and kind.is_activity:
        _unique_on_activity(account, made)
    if made["hasUniqueValue"] and _custom_unique(account, kind.name) >= MAX_UNIQUE:
        raise invalid(f"At most {MAX_UNIQUE} unique properties are allowed per object type")
    held = account.catalog.definitions[kind.name].get(made["name"])
    if held is not None and not held["archived"]:
        raise ApiError(
            409,
            f"A property with the name '{made['name']}' already exists.",
            "OBJECT_ALREADY_EXISTS",
            subCategory="Properties.PROPERTY_WITH_NAME_EXISTS",
        )
    if held is not None:
        made = held | {"archived": False}
    now = iso(account.now_ms)
    account.catalog.put(kind.name, made | {"createdAt": now, "updatedAt": now})
    if made["hasUniqueValue"]:
        account.tables[kind.name].watch(made["name"])
    account.journal.add("create", "properties", f"{kind.name}/{made['name']}", now)
    return Reply(201, account.catalog.definitions[kind.name][made["name"]])


def _custom_unique(account: Account, kind: str) -> int:
    rows = account.catalog.definitions[kind].values()
    return sum(row["hasUniqueValue"] and not row["hubspotDefined"] for row in rows)


def _unique_on_activity(account: Account, made: Definition) -> None:
    if account.settings.unique_on_activities == "refused":
        raise invalid("Unique properties are not supported for this object type")
    if account.settings.unique_on_activities == "ignored":
        made["hasUniqueValue"] = False


def _definition(account: Account, kind: str, given: dict[str, Any], version: str) -> Definition:
    for name in ("name", "label", "type", "fieldType", "groupName"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise invalid(f"{name} is required and must be a string")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", given["name"]):
        raise invalid(
            "Property names must be lower case letters, digits and underscores, and start with a "
            "letter",
            subCategory="PropertyValidationError.INVALID_PROPERTY_NAME",
        )
    _check_kinds(given)
    if given["groupName"] not in account.catalog.groups[kind]:
        raise invalid(f"Property group {given['groupName'][:100]} does not exist")
    known = {name: given[name] for name in _CHANGEABLE if given.get(name) is not None}
    known |= {"name": given["name"], "options": _options(given, given["type"], version)}
    known["hasUniqueValue"] = given.get("hasUniqueValue") is True
    return complete(known)


def _check_kinds(given: dict[str, Any]) -> None:
    if "type" in given and given["type"] not in TYPES:
        raise invalid(f"Invalid property type {str(given['type'])[:50]}")
    if "fieldType" in given and given["fieldType"] not in FIELDS:
        raise invalid(f"Invalid field type {str(given['fieldType'])[:50]}")
    for name in ("label", "description", "groupName"):
        if name in given and not isinstance(given[name], str | None):
            raise invalid(f"{name} must be a string")


def _options(given: dict[str, Any], kind: str, version: str) -> list[dict[str, Any]]:
    made = []
    for order, item in enumerate(as_array(given.get("options") or [], "options")):
        option = as_object(item, "options")
        if version in DATED and option.get("displayOrder") is None:
            raise invalid("options.displayOrder is required")
        made.append(
            {
                "label": as_text(option.get("label"), "options.label"),
                "value": as_text(option.get("value"), "options.value"),
                "description": str(option.get("description") or ""),
                "displayOrder": option.get("displayOrder", order),
                "hidden": option.get("hidden") is True,
            }
        )
    values = [option["value"] for option in made]
    if len(set(values)) != len(values):
        raise invalid("Option values must be unique")
    if kind == "bool" and sorted(values) != ["false", "true"]:
        raise invalid(
            "Boolean properties need exactly the options true and false",
            subCategory="PropertyValidationError.INVALID_BOOLEAN_OPTION",
        )
    return made


def update(account: Account, call: Call) -> Reply:
    """Change a definition: ``options`` replaces the list; ``hasUniqueValue`` is ignored."""
    kind = object_type(call.params["type"])
    given = call.json_object()
    definition = _existing(account, call)
    _check_kinds(given)
    changes = {name: given[name] for name in _CHANGEABLE if given.get(name) is not None}
    if changes.get("groupName", definition["groupName"]) not in account.catalog.groups[kind.name]:
        raise invalid("Property group does not exist")
    if given.get("options") is not None:
        changes["options"] = _options(
            given, str(given.get("type") or definition["type"]), call.version
        )
    now = iso(account.now_ms)
    account.catalog.put(kind.name, definition | changes | {"updatedAt": now})
    account.journal.add("update", "properties", f"{kind.name}/{definition['name']}", now)
    return Reply(200, account.catalog.definitions[kind.name][definition["name"]])


def delete(account: Account, call: Call) -> Reply:
    """Archive a custom property; standard ones cannot be."""
    kind = object_type(call.params["type"])
    definition = _existing(account, call)
    if not definition["modificationMetadata"]["archivable"]:
        raise invalid(
            f"Property {definition['name']} cannot be deleted, it is in use",
            subCategory="PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
        )
    now = iso(account.now_ms)
    account.catalog.put(kind.name, definition | {"archived": True, "archivedAt": now})
    account.tables[kind.name].unique.pop(definition["name"], None)
    account.journal.add("archive", "properties", f"{kind.name}/{definition['name']}", now)
    return Reply(204)


def batch_read(account: Account, call: Call) -> Reply:
    """Return several definitions by name."""
    kind = object_type(call.params["type"])
    body = call.json_object()
    rows = []
    for item in as_array(body.get("inputs"), "inputs"):
        name = as_text(as_object(item).get("name"), "inputs.name")
        definition = account.catalog.get(kind.name, name)
        if definition is not None:
            rows.append(definition)
    now = iso(account.now_ms)
    return Reply(200, {"status": "COMPLETE", "results": rows, "startedAt": now, "completedAt": now})


def groups(account: Account, call: Call) -> Reply:
    """Return every property group of a type."""
    kind = object_type(call.params["type"])
    return Reply(200, {"results": list(account.catalog.groups[kind.name].values())})


def read_group(account: Account, call: Call) -> Reply:
    """Return one property group."""
    kind = object_type(call.params["type"])
    group = account.catalog.groups[kind.name].get(call.params["name"])
    if group is None:
        raise not_found("property group does not exist")
    return Reply(200, group)


def create_group(account: Account, call: Call) -> Reply:
    """Create a property group."""
    kind = object_type(call.params["type"])
    given = call.json_object()
    name, label = given.get("name"), given.get("label")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name):
        raise invalid("Group names must be lower case letters, digits and underscores")
    if not isinstance(label, str) or not label:
        raise invalid("label is required and must be a string")
    if name in account.catalog.groups[kind.name]:
        raise ApiError(
            409,
            f"A property group with the name '{name}' already exists.",
            "OBJECT_ALREADY_EXISTS",
            subCategory="Properties.GROUP_WITH_NAME_EXISTS",
        )
    order = given.get("displayOrder")
    group = {
        "name": name,
        "label": label,
        "displayOrder": order if isinstance(order, int) else -1,
        "archived": False,
    }
    account.catalog.put_group(kind.name, group)
    account.journal.add("create", "property_groups", f"{kind.name}/{name}", iso(account.now_ms))
    return Reply(201, group)
