"""Fields that the team's rules name, as each CRM without companies gives them."""

from __future__ import annotations

import json
from typing import Any

from sdrdesk.domain.lead.properties import WantedProperties
from sdrdesk.sync.espocrm import mapping as espo
from sdrdesk.sync.odoo import mapping as odoo
from sdrdesk.sync.registry import Target, with_wanted
from sdrdesk.sync.salesforce import mapping as force
from tests.sync.desk import MovableClock

NAMES = ("a", "b", "c", "d", "e", "f", "gone")
VALUES: dict[str, Any] = {
    "a": "Gold\x1b[31m tier", "b": 12.5, "c": True, "d": ["x", "y;z"], "e": None, "f": {"no": 1},
}  # fmt: skip
SAID = {"a": "Gold[31m tier", "b": "12.5", "c": "true", "d": "x;y;z"}
MAPPING = with_wanted(
    Target("https://crm.example", "k", MovableClock(), wanted=WantedProperties(NAMES))
)


def test_espocrm_and_salesforce() -> None:
    found = espo.to_lead({"id": "l1", "status": "New", **VALUES}, espo.NAMES.said(MAPPING))
    assert json.loads(found.properties) == SAID
    assert set(NAMES) <= set(espo.NAMES.said(MAPPING).read_of_lead())
    found = force.to_lead({"Id": "00Q1", "Status": "Open", **VALUES}, force.NAMES.said(MAPPING))
    assert json.loads(found.properties) == SAID


def test_odoo_says_false_for_nothing_and_links_by_id_and_name() -> None:
    names = odoo.NAMES.said(MAPPING)
    fields = {name: {"type": "boolean" if name in "ce" else "char"} for name in NAMES[:-1]}
    shape = odoo.Shape(names, fields={"crm.lead": {"id": {}, **fields}})
    row = {"id": 7, "a": [3, "Partner"], "b": False, "c": False, "d": "x", "e": True, "f": 0}
    found = odoo.to_lead(row, shape)
    said = {"a": "Partner", "c": "false", "d": "x", "e": "true", "f": "0"}
    assert json.loads(found.properties) == said
    assert "gone" not in shape.read_of("lead")
    assert {"a", "f"} <= set(shape.read_of("lead"))


def test_without_rules_nothing_more_is_read() -> None:
    assert espo.to_lead({"id": "l1", **VALUES}, espo.NAMES.said({})).properties == ""
    assert "gone" not in espo.NAMES.said({}).read_of_lead()
