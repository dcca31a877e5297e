"""The account's own fields: listed, named in a rule, read, counted, looked for."""

from __future__ import annotations

from pathlib import Path

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

RULES = """
extends = "shipped"
[[rule]]
name = "by_campaign"
field = "property:campaign"
any = ["spring"]
points = 9
text = "came by the spring campaign"
"""


def test_a_field_is_found_named_and_counts(synced: DeskHome, crm: Sandbox) -> None:
    field = {"name": "campaign", "label": "Campaign", "type": "string", "fieldType": "text"}
    crm.post("/crm/v3/properties/contacts", field | {"groupName": "contactinformation"})
    lead_id = synced.ok("next", "--json").json["lead_id"]
    body = {"type": "contacts", "id": lead_id, "properties": {"campaign": "Spring"}}
    crm.control("edit", body)
    uses = {use["field"]: use for use in synced.ok("fit", "fields", "--json").json}
    assert (uses["property:campaign"]["filled"], uses["property:campaign"]["kind"]) == (1, "text")
    assert uses["property:hs_lead_status"]["why_not"]
    assert "property:campaign  1 of" in synced.ok("fit", "fields").out

    synced.ok("sync")
    before = synced.ok("lead", lead_id, "--json").json
    assert before["properties"] == {}
    (Path(synced.environ["SDRDESK_HOME"]) / "fit.toml").write_text(RULES, encoding="utf-8")
    synced.ok("sync")
    after = synced.ok("lead", lead_id, "--json").json
    assert after["properties"] == {"property:campaign": "Spring"}
    assert after["fit"] == min(100, before["fit"] + 9)
    found = synced.ok("queue", "--where", "property:campaign spring", "--json").json
    assert [row["lead_id"] for row in found] == [lead_id]
