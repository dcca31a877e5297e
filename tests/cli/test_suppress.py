"""The do-not-call register by command: why, funnel, dial, import, and nothing upstream."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sdrdesk.cli.session import Session
from sdrdesk.paths import find_paths
from tests.support.desk_home import DeskHome

NOBODY = "+447700900123"


def test_a_registered_number_is_kept_out_everywhere_and_never_uploaded(synced: DeskHome) -> None:
    rows = synced.ok("queue", "--json").json
    one, other = [row for row in rows if row["phone"]][:2]
    digest = hashlib.sha256(other["phone"].encode()).hexdigest()
    file = synced.home / "tps.csv"
    file.write_text(f"number\n{one['phone']}\n{digest}\nnot a number\n{NOBODY}\n")
    done = synced("suppress", "import", str(file), "--source", "TPS", "--json")
    assert done.code == 5
    told = done.json
    assert (told["entries"], told["new"], told["barred_numbers_of_leads"]) == (3, 3, 2)
    assert done.json["left_out"] == [{"line": 4, "text": "not a number"}]
    synced.ok("sync")
    assert NOBODY not in json.dumps(synced.crm.journal())
    for row in (one, other):
        why = synced.ok("why", row["lead_id"], "--json").json
        numbers = synced.ok("lead", row["lead_id"], "--json").json["numbers"]
        held = {n["number"]: n["held"] for n in numbers}
        assert 'do-not-call register "TPS" of' in held[row["phone"]]
        if len(numbers) == 1:
            (block,) = why["blocked_by"]
            assert block["rule"] == "suppressed"
            assert f'{row["phone"]} is on the do-not-call register "TPS"' in block["text"]
        after = {r["lead_id"]: r["phone"] for r in synced.ok("queue", "--json").json}
        assert after.get(row["lead_id"]) != row["phone"]
    funnel = synced.ok("funnel", "--json").json
    assert "suppressed" in [step["rule"] for step in funnel["steps"]]
    listed = synced.ok("suppress", "list", "--json").json
    assert {(s["source"], s["kind"], s["count"]) for s in listed["sources"]} == {
        ("TPS", "number", 2), ("TPS", "sha256", 1),
    }  # fmt: skip
    session = Session(find_paths(synced.environ), synced.environ, lambda: datetime.now(UTC))
    try:
        dialled = session.desk.phone.dial(other["lead_id"], other["phone"])
    finally:
        session.close()
    assert dialled.failed
    assert "Nothing was dialled" in dialled.said
    people = synced.home / "people.csv"
    people.write_text(f"first name,last name,phone\nNo,Calls,{one['phone']}\n")
    imported = synced("import", str(people), "--json")
    assert imported.code == 5
    assert imported.json["created"] == []
    assert 'on the do-not-call register "TPS"' in imported.json["left_out"][0]["why"]
    assert synced.ok("suppress", "remove", digest).out == "Removed 1.\n"
    assert synced.ok("suppress", "remove", "--source", "TPS", "--json").json == {"removed": 2}
    assert synced.ok("why", one["lead_id"], "--json").json["callable"]
    assert synced("suppress", "remove", one["phone"]).code == 2


def test_a_new_edition_replaces_the_old_one_and_new_leads_are_compared(desk: DeskHome) -> None:
    file = desk.home / "numbers.txt"
    file.write_text("+35315550142\n+35315550143\n")
    desk.ok("suppress", "import", str(file), "--source", "DNC")
    desk.ok("sync")
    phone = next(row["phone"] for row in desk.ok("queue", "--json").json if row["phone"])
    file.write_text(f"{phone}\n")
    done = desk.ok("suppress", "import", str(file), "--source", "DNC", "--replace", "--json").json
    assert (done["new"], done["removed"], done["barred_numbers_of_leads"]) == (1, 2, 1)
