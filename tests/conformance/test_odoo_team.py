"""Odoo as a team uses it: colleagues, languages, names that change, merges."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sdrdesk.clock import iso
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import Gone, OutcomeMissing, TakenAway
from sdrdesk.sync.push.lead import refusal_words
from tests.conformance.odoo_records import ADMIN, RITA, SAM
from tests.conformance.odoo_server import OdooServer
from tests.conformance.odoo_world import OdooWorld
from tests.conformance.still_clock import StillClock
from tests.conformance.test_odoo_account import VERSIONS, call, client, lead


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> OdooServer:
    return OdooServer(StillClock(), version=int(request.param), key_fields=True)


def test_a_colleague_reads_the_outcome_in_the_log(server: OdooServer) -> None:
    # Odoo's own screen shows the text of a log entry, and none of its fields.
    server.add_field("mail.message", "x_sdrdesk_outcome", "selection", ["Connected", "No answer"])
    server.add_field("mail.message", "x_sdrdesk_duration", "integer")
    crm, one = client(server), lead(server)
    made = crm.create(replace(call(one, number="+34600111222"), outcome="connected"))
    row = server.records["mail.message"][int(made)]
    assert "<p>Outcome: Connected<br>Duration: 90 s<br>Number: +34600111222<br>" in row["body"]
    read = crm.read_activity("call", made)
    assert (read.outcome, read.duration_s, read.note) == ("connected", 90, "5 < 6")
    server.records["mail.message"][int(made)]["x_sdrdesk_outcome"] = "no_answer"
    assert crm.read_activity("call", made).outcome == "no_answer"  # the field counts


def test_a_team_of_several_languages_has_the_same_words(server: OdooServer) -> None:
    # Odoo shows each user the stages in the user's own language.
    server.records["res.users"][RITA]["lang"] = "fr_FR"
    server.words = {("fr_FR", "New"): "Nouveau", ("fr_FR", "Qualified"): "Qualifié"}
    one = lead(server, stage_id=1)
    own = client(server)
    assert own.lead_fields(one, ["status"], times=False).values == {"status": "Nouveau"}
    assert own.survey().mapping["lead"]["language"] == "fr_FR"
    teams = client(server, mapping={"lead": {"language": "en_US"}})
    assert teams.lead_fields(one, ["status"], times=False).values == {"status": "New"}
    assert teams.change_lead(one, {"status": "Qualified"}).values == {"status": "Qualified"}
    assert teams.survey().mapping["lead"]["language"] == "en_US"


@pytest.mark.parametrize("full", [False, True])
def test_leads_of_a_renamed_stage_are_read_again(tmp_path: Path, full: bool) -> None:
    # Odoo changes no lead then, and a stage has no value but its name.
    world = OdooWorld(KeyMode.UPSERT, 17)
    desk = world.desk(tmp_path, lambda crm: crm)
    desk.sync()
    world.forward(4000)
    desk.sync()
    one = world.leads()[0]
    assert desk.lead(one).status == "New"
    world.server.records["crm.stage"][1]["name"] = "Incoming"
    world.forward(1 if full else 1000)
    desk.sync(full=full)
    assert desk.lead(one).status == "Incoming"


def test_a_lead_without_an_owner_that_another_rep_took_leaves(tmp_path: Path) -> None:
    # Odoo no longer shows it to this rep, so that no search brings the change.
    world = OdooWorld(KeyMode.ONCE, 19)
    one = world.leads()[0]
    world.server.update(ADMIN, "crm.lead", world.server.records["crm.lead"][int(one)],
                        {"user_id": False})  # fmt: skip
    desk = world.desk(tmp_path, lambda crm: crm)
    desk.sync()
    assert (desk.lead(one).owner_id, desk.lead(one).archived) == ("", False)
    world.take_away(one)
    world.forward(60)
    desk.sync()
    assert desk.lead(one).archived


def test_a_merge_keeps_the_values_of_the_first_whichever_odoo_keeps(server: OdooServer) -> None:
    server.add_field("crm.lead", "x_sdrdesk_persona", "char")
    crm = client(server)
    keep = lead(server, contact_name="Quinn García", phone="", x_sdrdesk_persona="Buyer")
    other = lead(server, contact_name="Bob Smith", phone="+353 1 677", function="Head of IT")
    left = crm.merge_leads(keep, other)
    assert left == other, "the one that Odoo keeps here"
    row = server.records["crm.lead"][int(left)]
    assert row["contact_name"] == "Quinn García"
    assert row["phone"] == "+353 1 677", "what the first does not have stays"
    assert (row["function"], row["x_sdrdesk_persona"]) == ("Head of IT", "Buyer")


@pytest.mark.parametrize("marked", [0, 1])
def test_a_do_not_call_survives_a_merge(server: OdooServer, marked: int) -> None:
    # Odoo merges no fields of the database's own.
    both = lead(server), lead(server)
    server.records["crm.lead"][int(both[marked])]["x_sdrdesk_dnc"] = True
    left = client(server).merge_leads(*both)
    assert server.records["crm.lead"][int(left)]["x_sdrdesk_dnc"] is True


def test_a_stage_that_was_renamed_is_named_with_the_file(server: OdooServer) -> None:
    one = lead(server)
    server.records["crm.stage"][2]["name"] = "Contacted"
    with pytest.raises(OutcomeMissing, match=r'no stage or tag "Qualified".*crm\.toml') as found:
        client(server).change_lead(one, {"status": "Qualified"})
    told = refusal_words("status", "Qualified", found.value)
    assert told.endswith("crm.toml; then sdrdesk outbox retry.")
    assert "dispositions.toml" not in told


def test_a_tag_that_was_renamed_is_named_with_both_of_its_lines(server: OdooServer) -> None:
    tag = server.put("crm.tag", {"name": "Nurture"})
    one = lead(server)
    server.records["crm.tag"][tag]["name"] = "Later"
    with pytest.raises(OutcomeMissing, match=r"\[status\].*nurture under \[lead\]"):
        client(server).change_lead(one, {"status": "Nurture"})
    mapped = client(server, mapping={"lead": {"nurture": "Later"}})
    assert mapped.change_lead(one, {"status": "Later"}).values == {"status": "Later"}
    assert not mapped.survey().mapping_problems
    wrong = client(server, mapping={"lead": {"nurture": "Latter"}})
    assert 'no tag "Latter"' in " ".join(wrong.survey().mapping_problems)


def test_a_lost_reason_that_was_renamed_is_named_with_the_file(server: OdooServer) -> None:
    crm, one = client(server, mapping={"lead": {"lost_reason": "Not enough stock"}}), lead(server)
    server.records["crm.lost.reason"][3]["name"] = "Out of stock"
    with pytest.raises(OutcomeMissing) as found:
        crm.change_lead(one, {"status": "Lost"})
    assert refusal_words("status", "Lost", found.value) == (
        'Odoo has no lost reason "Not enough stock"; correct lost_reason in crm.toml; '
        "then sdrdesk outbox retry."
    )


def test_merging_returns_the_one_that_odoo_kept(server: OdooServer) -> None:
    crm, keep, other = client(server), lead(server), lead(server)
    left = crm.merge_leads(keep, other)
    assert left in (keep, other)
    assert crm.merge_leads(keep, other) == left


def test_a_merge_is_followed_by_what_odoo_logs_of_itself(server: OdooServer) -> None:
    # Odoo writes nowhere which lead went; the Message-ID of its first entry tells it.
    crm, keep, other = client(server), lead(server), lead(server)
    deleted, hidden = lead(server), lead(server, SAM)
    server.merge(ADMIN, [int(other), int(keep)])
    server.merge(ADMIN, [int(lead_to_sam := lead(server)), int(hidden)])
    del server.records["crm.lead"][int(deleted)]
    read = crm.read_leads([other, deleted, lead_to_sam])
    assert read.moved == {other: keep}
    assert [found.lead_id for found in read.found] == [keep]
    assert (read.deleted, read.taken_away) == ((deleted,), (lead_to_sam,))
    assert crm.lead_fields(other, ["owner_id"], times=False).lead_id == keep
    with pytest.raises(Gone):
        crm.lead_fields(deleted, ["owner_id"], times=False)
    with pytest.raises(TakenAway):
        crm.lead_fields(lead_to_sam, ["owner_id"], times=False)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_field_that_is_closed_to_the_rep_hides_no_lead(tmp_path: Path, version: int) -> None:
    # Odoo refuses to read a record for one field, in words like those for a hidden record.
    world = OdooWorld(KeyMode.UPSERT, version)
    desk = world.desk(tmp_path, lambda crm: crm)
    desk.sync()
    one = world.leads()[0]
    world.server.closed.add("function")
    change, note = desk.change(one, status="Qualified"), desk.note(one)
    person = {"changes": {"job_title": "CTO"}, "base": {"job_title": ""}, "at": iso(desk.clock())}
    title = desk.put_item("contact", one, person)
    for _ in range(2):
        desk.sync()
    assert desk.item(change)["state"] == desk.item(note)["state"] == "sent"
    said = 'job_title CTO: Odoo has no field "function" on leads for this user'
    assert (desk.item(title)["state"], desk.item(title)["last_error"]) == ("blocked", said)
    assert not desk.lead(one).archived
