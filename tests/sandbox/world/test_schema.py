"""The world fits the account: every property is defined, every option exists."""

from __future__ import annotations

import pytest

from sdrdesk.sandbox.schema.catalog import PropertyCatalog
from tests.sandbox.world.made import records, world

LEADS = 1000
OWNERS = ("hubspot_owner_id",)


def _book() -> PropertyCatalog:
    catalog = PropertyCatalog()
    for type_, changes in world(LEADS).property_changes.items():
        catalog.apply(type_, changes)
    return catalog


@pytest.mark.parametrize("type_", ["contacts", "companies", "calls", "tasks", "notes", "meetings"])
def test_every_property_is_defined(type_: str) -> None:
    used = {name for record in records(LEADS)[type_] for name in record.properties}
    assert used <= set(_book().live(type_))


@pytest.mark.parametrize("type_", ["contacts", "companies", "calls", "tasks", "notes", "meetings"])
def test_every_choice_is_an_option(type_: str) -> None:
    choices = {
        name: {option["value"] for option in definition["options"]}
        for name, definition in _book().live(type_).items()
        if definition["type"] in {"enumeration", "bool"} and name not in OWNERS
    }
    checked = 0
    for record in records(LEADS)[type_]:
        for name, value in record.properties.items():
            if choices.get(name):
                checked += 1
                assert set(value.split(";")) <= choices[name], (name, value)
    assert checked > 0 or type_ == "notes"


def test_the_account_redefines_what_it_promises() -> None:
    contacts = _book().live("contacts")
    personas = [option["label"] for option in contacts["hs_persona"]["options"]]
    assert personas[:3] == ["Technical Builder", "Economic Buyer", "Operations Leader"]
    stages = {o["value"]: o["label"] for o in contacts["lifecyclestage"]["options"]}
    assert stages["51439524"] == "Sales Accepted Lead"
    flag = contacts["do_not_call_phone"]
    assert (flag["type"], [o["value"] for o in flag["options"]]) == ("bool", ["true", "false"])
