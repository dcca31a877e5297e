"""Validation of writes: property values, required fields, uniqueness, administrators' rules.

Everything is validated before anything is changed.
"""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.errors import ApiError, PropertyProblem, invalid, invalid_properties
from sdrdesk.sandbox.schema.schema import ObjectType
from sdrdesk.sandbox.schema.values import Definition, as_written, is_read_only, normalise
from sdrdesk.sandbox.web import STRICT_VERSION, as_object

REQUIRED_ON_CREATE = {
    "calls": ("hs_timestamp",),
    "tasks": ("hs_timestamp",),
    "notes": ("hs_timestamp",),
    "emails": ("hs_timestamp", "hs_email_direction"),
    "communications": (
        "hs_timestamp",
        "hs_communication_channel_type",
        "hs_communication_logged_from",
    ),
    "leads": ("hs_lead_name",),
}


def checked_values(
    account: Account, kind: ObjectType, given: Any, current: Record | None
) -> dict[str, str]:
    """Return the properties of a write in stored form; ``""`` clears one.

    Raises:
      ApiError: 400 with every property that is unknown, read-only or has a bad value.
    """
    problems: list[PropertyProblem] = []
    values: dict[str, str] = {}
    for name, raw in as_object(given if given is not None else {}, "properties").items():
        try:
            value = _checked(account, kind, name, raw, current)
        except PropertyProblem as problem:
            problems.append(problem)
        else:
            if value is not None:
                values[name] = value
    if problems:
        raise invalid_properties(problems, account.portal_id)
    return _forward_only(account, kind, values, current)


def _checked(
    account: Account, kind: ObjectType, name: str, raw: Any, current: Record | None
) -> str | None:
    definition = account.catalog.get(kind.name, name)
    if definition is None:
        raise PropertyProblem(
            name, "PROPERTY_DOESNT_EXIST", f'Property "{name[:200]}" does not exist'
        )
    if is_read_only(definition):
        raise PropertyProblem(
            name,
            "READ_ONLY_VALUE",
            f'"{name}" is a read only property; its value cannot be set.',
        )
    text = as_written(name, raw)
    if text is None or text == "":
        return text
    if name == "hubspot_owner_id":
        return _owner(account, definition, text)
    return normalise(definition, text, current.properties.get(name) if current else None)


def _owner(account: Account, definition: Definition, text: str) -> str:
    if any(str(owner["id"]) == text for owner in account.owners):
        return text
    raise PropertyProblem(
        definition["name"],
        "INVALID_OPTION",
        f"{text[:100]} was not one of the allowed options: []",
    )


def _forward_only(
    account: Account, kind: ObjectType, values: dict[str, str], current: Record | None
) -> dict[str, str]:
    """Return ``values`` without a lifecycle stage that moves back, as the API ignores it."""
    stage = values.get("lifecyclestage")
    held = current.properties.get("lifecyclestage") if current else None
    definition = account.catalog.get(kind.name, "lifecyclestage")
    if not stage or not held or definition is None:
        return values
    order = {option["value"]: option["displayOrder"] for option in definition["options"]}
    if order.get(stage, 0) < order.get(held, 0):
        values = dict(values)
        del values["lifecyclestage"]
    return values


def check_required(
    account: Account, kind: ObjectType, values: dict[str, str], current: Record | None, version: str
) -> None:
    """Refuse a write that leaves a required property empty.

    Raises:
        ApiError: 400.
    """
    if current is None:
        _check_create(kind, values)
    if version != STRICT_VERSION:
        return
    after = {**(current.properties if current else {}), **values}
    missing = [
        rule["property"]
        for rule in account.settings.required
        if rule["object"] in {kind.name, kind.singular, kind.type_id}
        and not after.get(rule["property"])
        and _applies(rule.get("when"), after, is_new=current is None)
    ]
    if missing:
        raise invalid_properties(
            [
                PropertyProblem(
                    name, "REQUIRED_PROPERTY", f'Property "{name}" is required by this account'
                )
                for name in missing
            ],
            account.portal_id,
        )


def _applies(when: dict[str, str] | None, after: dict[str, str], is_new: bool) -> bool:
    if not when:
        return is_new
    return all(after.get(name) == value for name, value in when.items())


def _check_create(kind: ObjectType, values: dict[str, str]) -> None:
    if kind.name == "contacts":
        if not any(values.get(name) for name in ("email", "firstname", "lastname")):
            raise invalid(
                "At least one of the following properties must be set: email, firstname, lastname"
            )
        return
    missing = [name for name in REQUIRED_ON_CREATE.get(kind.name, ()) if not values.get(name)]
    if kind.name == "meetings" and not (
        values.get("hs_timestamp") or values.get("hs_meeting_start_time")
    ):
        missing = ["hs_timestamp"]
    if missing:
        raise invalid(
            f"Some required properties were not set: {', '.join(missing)}",
            errors=[
                {
                    "message": f"{kind.name} require {name}",
                    "code": "REQUIRED_FIELD",
                    "context": {"properties": [name]},
                }
                for name in missing
            ],
            context={"properties": missing},
        )


def check_unique(
    account: Account,
    kind: ObjectType,
    values: dict[str, str],
    record_id: str | None,
    claimed: dict[tuple[str, str], int],
) -> None:
    """Refuse a value that another record, or an earlier input of the batch, has.

    Raises:
      ApiError: 409 for a contact's e-mail, 400 for other unique properties.
    """
    for name, owners in account.tables[kind.name].unique.items():
        value = values.get(name, "").lower()
        if not value:
            continue
        if name == "email" and kind.name == "contacts" and value in account.blocklist:
            raise invalid(f"Contact with email {value} was permanently deleted")
        holder = owners.get(value)
        if holder is not None and holder != record_id:
            raise _taken(account, name, values[name], holder)
        if (name, value) in claimed:
            raise invalid(f"Duplicate {name} values found in batch input: [{value}]")
        claimed[name, value] = 1


def _taken(account: Account, name: str, value: str, holder: str) -> ApiError:
    if name == "email":
        return ApiError(409, f"Contact already exists. Existing ID: {holder}", "CONFLICT")
    return invalid_properties(
        [
            PropertyProblem(
                name,
                "CONFLICTING_UNIQUE_VALUE",
                f"Cannot set PropertyValueCoordinates{{portalId={account.portal_id}, "
                f"propertyName={name}, value={value}}} on a second object. {holder} already has "
                "that value.",
            )
        ],
        account.portal_id,
    )
