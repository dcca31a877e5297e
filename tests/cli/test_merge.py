"""Possible duplicates, and a merge at the CRM after which the history is whole here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

CONTACTS = "/crm/objects/2026-09/contacts"


@pytest.fixture
def pair(synced: DeskHome, crm: Sandbox) -> tuple[str, str]:
    """Two leads on one number, each with a call logged from here."""
    rows = synced.ok("queue", "--json", "--limit", "2").json
    keep, other = rows[0]["lead_id"], rows[1]["lead_id"]
    for lead, note in ((keep, "first try"), (other, "second try")):
        crm.request(
            "PATCH", f"{CONTACTS}/{lead}", {"properties": {"mobilephone": "+353 87 555 0142"}}
        )
        synced.ok("dispose", lead, "no_answer", "--note", note, "--push", "now")
    synced.ok("sync")
    return keep, other


def merges(crm: Sandbox) -> list[dict[str, Any]]:
    return [w for w in crm.journal() if w["op"] == "merge"]


def notes(desk: DeskHome, lead_id: str) -> set[str]:
    return {item["note"] for item in desk.ok("lead", lead_id, "--json").json["timeline"]}


def test_the_same_number_is_listed_from_both_sides(synced: DeskHome, pair: tuple[str, str]) -> None:
    keep, other = pair
    for one, two in ((keep, other), (other, keep)):
        found = {twin["lead_id"]: twin["same"] for twin in synced.ok("dupes", one, "--json").json}
        assert found[two] == "phone"
    assert f"sdrdesk merge {keep} {other}" in synced.ok("dupes", keep).err


def test_a_merge_shows_what_goes_and_is_made_only_by_consent(
    synced: DeskHome, crm: Sandbox, pair: tuple[str, str]
) -> None:
    keep, other = pair
    assert synced("merge", *pair, "--json").code == 5
    ran = synced.ok("merge", *pair, "--dry-run", "--json")
    assert ran.json["merged"] is False
    assert any("cannot undo" in line for line in ran.json["lines"])
    assert any(f"(id {keep}) stays" in line for line in ran.json["lines"])
    assert any(line.startswith("E-mail: ") and "further one" in line for line in ran.json["lines"])
    assert not merges(crm)
    made = synced.ok("merge", *pair, "--yes", "--json").json
    assert len(merges(crm)) == 1
    for lead in (made["lead_id"], keep, other):
        assert {"first try", "second try"} <= notes(synced, lead)
    ids = {row["lead_id"] for row in synced.ok("queue", "--json", "--limit", "500").json}
    assert not ids & {keep, other}
    assert synced("merge", *pair, "--yes").code == 2, "they are one lead already"
    synced.ok("sync", "--full")
    assert {"first try", "second try"} <= notes(synced, made["lead_id"])


def test_an_account_that_keeps_the_first_id_merges_too(
    synced: DeskHome, crm: Sandbox, pair: tuple[str, str]
) -> None:
    crm.settings(merge_mode="survivor")
    made = synced.ok("merge", *pair, "--yes", "--json").json
    assert made["lead_id"] == pair[0]
    assert {"first try", "second try"} <= notes(synced, pair[1])


def test_a_lost_answer_is_no_second_merge(
    synced: DeskHome, crm: Sandbox, pair: tuple[str, str]
) -> None:
    crm.control("faults", {"path": "contacts/merge", "drop": "after"})
    ran = synced("merge", *pair, "--yes")
    assert (ran.code, "nobody knows" in ran.err) == (1, True)
    synced.ok("merge", *pair, "--yes")
    assert len(merges(crm)) == 1
    assert {"first try", "second try"} <= notes(synced, pair[1])


def test_do_not_call_of_either_counts_for_the_result(
    synced: DeskHome, crm: Sandbox, pair: tuple[str, str]
) -> None:
    keep, other = pair
    crm.request("PATCH", f"{CONTACTS}/{other}", {"properties": {"do_not_call_phone": "true"}})
    synced.ok("sync")
    made = synced.ok("merge", *pair, "--yes", "--json").json
    assert any("will not be called" in line for line in made["lines"])
    synced.ok("sync")
    path = f"{CONTACTS}/{made['lead_id']}?properties=do_not_call_phone"
    assert crm.get(path).json["properties"]["do_not_call_phone"] == "true"
    blocked = synced.ok("why", keep, "--json").json["blocked_by"]
    assert "do_not_call" in {block["rule"] for block in blocked}


def test_offline_nothing_is_merged(synced: DeskHome, crm: Sandbox, pair: tuple[str, str]) -> None:
    assert synced("merge", *pair, "--yes", SDRDESK_API_URL="http://127.0.0.1:9").code == 3
    assert not merges(crm)
    assert synced.ok("lead", pair[1], "--json").json["lead_id"] == pair[1]


def test_what_waits_to_be_sent_goes_first(synced: DeskHome, pair: tuple[str, str]) -> None:
    synced.ok("edit", pair[1], "title=Head of Ops")
    ran = synced("merge", *pair, "--yes")
    assert (ran.code, "still wait to be sent" in ran.err) == (2, True)
