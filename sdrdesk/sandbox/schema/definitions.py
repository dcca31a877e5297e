"""Helpers for property definitions in HubSpot's form."""

from __future__ import annotations

from typing import Any

_STAMP = "2024-01-15T09:00:00.000Z"


def define(
    name: str,
    kind: str = "string",
    field: str = "text",
    *,
    label: str | None = None,
    group: str = "contactinformation",
    options: list[dict[str, Any]] | None = None,
    read_only: bool = False,
    hidden: bool = False,
    calculated: bool = False,
    external: bool = False,
    unique: bool = False,
    description: str = "",
) -> dict[str, Any]:
    """Return a HubSpot-defined property with every field of the properties API."""
    return {
        "updatedAt": _STAMP,
        "createdAt": _STAMP,
        "name": name,
        "label": label or name.removeprefix("hs_").replace("_", " ").capitalize(),
        "type": kind,
        "fieldType": field,
        "description": description,
        "groupName": group,
        "options": options or [],
        "displayOrder": -1,
        "calculated": calculated,
        "externalOptions": external,
        "hasUniqueValue": unique,
        "hidden": hidden,
        "hubspotDefined": True,
        "archived": False,
        "modificationMetadata": {
            "archivable": False,
            "readOnlyDefinition": True,
            "readOnlyOptions": read_only,
            "readOnlyValue": read_only or calculated,
        },
        "formField": not (read_only or hidden or calculated),
        "dataSensitivity": "non_sensitive",
    } | ({"referencedObjectType": "OWNER"} if name == "hubspot_owner_id" else {})


def options(*pairs: tuple[str, str] | str) -> list[dict[str, Any]]:
    """Return options of an enumeration; a plain text is also its label."""
    made = []
    for order, pair in enumerate(pairs):
        value, label = (pair, pair) if isinstance(pair, str) else pair
        made.append(option(value, label, order))
    return made


def option(value: str, label: str, order: int = 0, hidden: bool = False) -> dict[str, Any]:
    """Return one option."""
    return {
        "label": label,
        "value": value,
        "description": "",
        "displayOrder": order,
        "hidden": hidden,
    }


def labelled(*values: str) -> list[dict[str, Any]]:
    """Return options labelled by their value in plain writing: ``OPEN_DEAL`` is "Open deal"."""
    return options(*((value, value.replace("_", " ").capitalize()) for value in values))


def read_only(names: str, kind: str = "string", field: str = "text", **more: Any) -> list[Any]:
    """Return properties that only HubSpot sets."""
    return [define(name, kind, field, read_only=True, **more) for name in names.split()]


def writable(names: str, kind: str = "string", field: str = "text", **more: Any) -> list[Any]:
    """Return writable properties of one type."""
    return [define(name, kind, field, **more) for name in names.split()]


def yes_no(name: str, **more: Any) -> dict[str, Any]:
    """Return a yes/no property with the two options the API requires."""
    return define(
        name, "bool", "booleancheckbox", options=options(("true", "Yes"), ("false", "No")), **more
    )


def owner(group: str) -> dict[str, Any]:
    """Return the owner property; its options come from the owners API."""
    return define(
        "hubspot_owner_id", "enumeration", "select", label="Owner", group=group, external=True
    )
