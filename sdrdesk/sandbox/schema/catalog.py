"""The property definitions of the account, with an administrator's changes."""

from __future__ import annotations

import copy
from typing import Any

from sdrdesk.sandbox.schema.activities import (
    call_properties,
    communication_properties,
    email_properties,
    meeting_properties,
    note_properties,
    task_properties,
)
from sdrdesk.sandbox.schema.companies import (
    base_properties,
    company_properties,
    deal_properties,
    lead_properties,
)
from sdrdesk.sandbox.schema.contacts import contact_properties
from sdrdesk.sandbox.schema.schema import OBJECT_TYPES
from sdrdesk.sandbox.schema.values import Definition


class PropertyCatalog:
    """Definitions and groups per object type."""

    def __init__(self) -> None:
        makers = {
            "contacts": contact_properties,
            "companies": company_properties,
            "calls": call_properties,
            "tasks": task_properties,
            "notes": note_properties,
            "meetings": meeting_properties,
            "emails": email_properties,
            "communications": communication_properties,
            "deals": deal_properties,
            "leads": lead_properties,
        }
        self.definitions: dict[str, dict[str, Definition]] = {
            kind.name: {item["name"]: item for item in makers.get(kind.name, base_properties)()}
            for kind in OBJECT_TYPES
        }
        self.groups: dict[str, dict[str, dict[str, Any]]] = {
            name: _groups_of(list(defined.values())) for name, defined in self.definitions.items()
        }
        self.changed: set[str] = set()
        """Object types with unsaved definitions."""

    def get(self, kind: str, name: str) -> Definition | None:
        """Return a definition that is not archived."""
        definition = self.definitions[kind].get(name)
        return None if definition is None or definition["archived"] else definition

    def live(self, kind: str) -> dict[str, Definition]:
        """Return every definition of a type by name, including archived ones."""
        return self.definitions[kind]

    def put(self, kind: str, definition: Definition) -> None:
        """Add or replace a definition."""
        self.definitions[kind][definition["name"]] = definition
        self.changed.add(kind)

    def put_group(self, kind: str, group: dict[str, Any]) -> None:
        """Add or replace a property group."""
        self.groups[kind][group["name"]] = group
        self.changed.add(kind)

    def unique_names(self, kind: str) -> list[str]:
        """Return the unique properties of a type."""
        names = [
            name
            for name, definition in self.definitions[kind].items()
            if definition["hasUniqueValue"] and not definition["archived"]
        ]
        return ["email", *names] if kind == "contacts" else names

    def apply(self, kind: str, changes: list[dict[str, Any]]) -> None:
        """Add the account's own properties and change fields of default ones."""
        for change in changes:
            known = self.definitions[kind].get(str(change["name"]))
            if known is None:
                self.put(kind, complete(change))
            else:
                self.put(kind, known | copy.deepcopy(change))


def _groups_of(definitions: list[Definition]) -> dict[str, dict[str, Any]]:
    names = dict.fromkeys(definition["groupName"] for definition in definitions)
    return {
        name: {
            "name": name,
            "label": name.replace("_", " ").capitalize(),
            "displayOrder": order,
            "archived": False,
        }
        for order, name in enumerate(names)
    }


def complete(given: dict[str, Any]) -> Definition:
    """Return a custom property with every field of the properties API."""
    base: Definition = {
        "updatedAt": "2024-06-01T09:00:00.000Z",
        "createdAt": "2024-06-01T09:00:00.000Z",
        "name": given["name"],
        "label": given["name"],
        "type": "string",
        "fieldType": "text",
        "description": "",
        "groupName": "contactinformation",
        "options": [],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": False,
        "hidden": False,
        "hubspotDefined": False,
        "archived": False,
        "modificationMetadata": {
            "archivable": True,
            "readOnlyDefinition": False,
            "readOnlyOptions": False,
            "readOnlyValue": False,
        },
        "formField": False,
        "dataSensitivity": "non_sensitive",
    }
    made = base | copy.deepcopy(given)
    made["options"] = [_option(item, at) for at, item in enumerate(made["options"])]
    return made


def _option(given: dict[str, Any], order: int) -> dict[str, Any]:
    blank = {"label": "", "value": "", "description": "", "displayOrder": order, "hidden": False}
    return blank | given
