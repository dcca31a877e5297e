"""A person's data corrected from the command line, and how it travels."""

from __future__ import annotations

from typing import Any

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox


def first(desk: DeskHome) -> str:
    lead_id: str = desk.ok("next", "--json").json["lead_id"]
    return lead_id


def upstream(crm: Sandbox, lead_id: str, *names: str) -> dict[str, Any]:
    path = f"/crm/objects/2026-09/contacts/{lead_id}?properties={','.join(names)}"
    values: dict[str, Any] = crm.get(path).json["properties"]
    return values


def patch(crm: Sandbox, lead_id: str, **values: str) -> None:
    path = f"/crm/objects/2026-09/contacts/{lead_id}"
    assert crm.request("PATCH", path, {"properties": values}).status == 200


def test_an_edit_is_here_at_once_and_upstream_once(synced: DeskHome, crm: Sandbox) -> None:
    lead = first(synced)
    made = synced.ok("edit", lead, "title=Head of Ops", "mobile=+353 87 555 0142", "--json").json
    assert [c["field"] for c in made["changes"]] == ["title", "mobile"]
    shown = synced.ok("queue", "--json", "--limit", "500").json
    row = next(row for row in shown if row["lead_id"] == lead)
    assert (row["title"], row["phone"]) == ("Head of Ops", "+353875550142")
    before = len(crm.journal())
    synced.ok("sync")
    writes = [w for w in crm.journal()[before:] if w["object"] == "contacts"]
    assert len(writes) == 1
    told = upstream(crm, lead, "jobtitle", "mobilephone")
    assert (told["jobtitle"], told["mobilephone"]) == ("Head of Ops", "+353 87 555 0142")
    synced.ok("sync", "--full")
    assert len([w for w in crm.journal()[before:] if w["object"] == "contacts"]) == 1


def test_a_dry_run_and_a_bad_value_change_nothing(synced: DeskHome) -> None:
    lead = first(synced)
    assert "First name" in synced.ok("edit", lead, "first=Zoë", "--dry-run").out
    for bad in ("email=nobody", "phone=ask", "phnoe=1", "title"):
        assert synced("edit", lead, "first=Zoë", bad).code == 2
    assert synced.ok("outbox", "--json").json == []
    assert "Zoë" not in synced.ok("lead", lead, "--json").json["name"]


def test_the_way_back_that_is_printed_works(synced: DeskHome) -> None:
    import shlex

    lead = first(synced)
    was = synced.ok("lead", lead, "--json").json["name"]
    err = synced.ok("edit", lead, "first=Zoë", "last=O'Neill $(id)").err
    back = shlex.split(err.split("Undo: ")[1].strip())
    synced.ok(*back[1:])
    assert synced.ok("lead", lead, "--json").json["name"] == was


def test_a_number_changed_on_both_sides_is_asked_and_the_choice_is_dialled(
    synced: DeskHome, crm: Sandbox
) -> None:
    lead = first(synced)
    synced.ok("edit", lead, "mobile=+353 87 555 0142", "phone=")
    patch(crm, lead, mobilephone="+353 87 555 0199")
    synced("sync")
    (conflict,) = synced("conflicts", "--json").json
    assert (conflict["field"], conflict["mine"]) == ("mobile", "+353 87 555 0142")
    dialled = [n["number"] for n in synced.ok("lead", lead, "--json").json["numbers"]]
    assert dialled == ["+353875550199"]
    why = synced.ok("queue", "--json", "--limit", "500").json
    assert {r["phone"] for r in why if r["lead_id"] == lead} <= {"+353875550199"}
    synced.ok("conflicts", "resolve", conflict["key"], "--take", "mine")
    synced("sync")
    assert upstream(crm, lead, "mobilephone")["mobilephone"] == "+353 87 555 0142"
    row = [r for r in synced.ok("queue", "--json", "--limit", "500").json if r["lead_id"] == lead]
    assert [r["phone"] for r in row] == ["+353875550142"]


def test_an_address_of_somebody_else_is_refused_alone(synced: DeskHome, crm: Sandbox) -> None:
    rows = synced.ok("queue", "--json", "--limit", "2").json
    lead, other = rows[0]["lead_id"], rows[1]["lead_id"]
    taken = upstream(crm, other, "email")["email"]
    synced.ok("edit", lead, f"email={taken}", "title=Head of Ops")
    assert synced("sync").code == 5
    assert upstream(crm, lead, "jobtitle")["jobtitle"] == "Head of Ops"
    (item,) = synced.ok("outbox", "--json").json
    assert item["state"] == "blocked"
    assert "another person" in item["last_error"]
    assert "sdrdesk dupes" in item["last_error"]
    synced.ok("outbox", "drop", item["key"])
    assert synced.ok("lead", lead, "--json").json["email"] != taken


def test_the_links_of_a_lead_are_the_crms_own(synced: DeskHome, crm: Sandbox) -> None:
    lead = first(synced)
    patch(crm, lead, hs_linkedin_url="https://www.linkedin.com/in/zoe", website="javascript:x")
    synced.ok("sync")
    links = {link["kind"]: link for link in synced.ok("lead", lead, "--json").json["links"]}
    assert links["crm"]["url"].endswith(f"/record/0-1/{lead}")
    assert links["crm"]["url"].startswith("https://app.hubspot.com/contacts/")
    assert links["linkedin"]["url"] == "https://www.linkedin.com/in/zoe"
    assert all(link["url"].startswith("https://") for link in links.values())


def test_a_rejection_given_up_for_the_crms_status_puts_the_lead_back(
    synced: DeskHome, crm: Sandbox
) -> None:
    lead = first(synced)
    was = upstream(crm, lead, "hs_lead_status")["hs_lead_status"]
    synced.ok("dispose", lead, "not_interested", "--reason", "no_reason")
    patch(crm, lead, hs_lead_status="IN_PROGRESS" if was != "IN_PROGRESS" else "OPEN")
    assert synced("sync").code == 5
    (conflict,) = synced("conflicts", "--json").json
    assert synced.ok("lead", lead, "--json").json["put_back"] is None
    synced.ok("conflicts", "resolve", conflict["key"], "--take", "theirs")
    assert synced.ok("lead", lead, "--json").json["put_back"]
