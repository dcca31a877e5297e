"""The e-mail after the call and cadences by command, upstream truth counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome

LINK = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 198}


def emails(desk: DeskHome, lead_id: str) -> list[dict[str, str]]:
    path = f"/crm/objects/2026-09/contacts/{lead_id}/associations/emails?limit=500"
    ids = {str(item["toObjectId"]) for item in desk.crm.get(path).json["results"]}
    wanted = "hs_email_subject,hs_email_text,hs_email_direction,hs_email_status"
    read = (desk.crm.get(f"/crm/objects/2026-09/emails/{i}?properties={wanted}") for i in ids)
    return [answer.json["properties"] for answer in read]


def test_a_cadence_is_walked_and_a_reply_in_the_crm_stops_it(
    synced: DeskHome, tmp_path: Path
) -> None:
    leads = [row["lead_id"] for row in synced.ok("queue", "--json").json]
    lead = next(i for i in leads if synced("email", i, "--print").code == 0)
    before = len(emails(synced, lead))
    started = synced.ok("cadence", "start", lead, "fresh-demo-request", "--json").json
    assert (started["step"], started["what"]) == (1, "call")
    synced.ok("dispose", lead, "left_voicemail", "--note", "asked about May")
    eml = tmp_path / "mail.eml"
    made = synced.ok("email", lead, "--eml", str(eml), "--json").json
    assert "?]" not in made["subject"] + made["text"]
    assert "message" in made["text"]
    assert eml.read_bytes().startswith(b"To: ")
    assert [w["key"] for w in synced.ok("email", "--waiting", "--json").json] == [made["key"]]
    said = synced.ok("email", lead, "--sent", "--json").json
    assert said["activity_key"] == made["key"]
    assert synced("email", lead, "--sent").code == 2
    synced.ok("sync")
    synced.ok("sync")
    sent = [m for m in emails(synced, lead) if m["hs_email_subject"] == made["subject"]]
    assert len(sent) == 1
    assert (sent[0]["hs_email_direction"], sent[0]["hs_email_status"]) == ("EMAIL", "SENT")
    assert made["text"].splitlines()[0] in sent[0]["hs_email_text"]
    assert len(emails(synced, lead)) == before + 1
    shown = synced.ok("cadence", "show", "fresh-demo-request", "--json").json
    assert [(run["lead_id"], run["step"]) for run in shown["runs"]] == [(lead, 3)]
    assert "step 3/" in synced.ok("lead", lead).out
    now_ms = synced.crm.account.now_ms
    properties = {
        "hs_timestamp": str(now_ms), "hs_email_direction": "INCOMING_EMAIL",
        "hs_email_subject": "Re: yes", "hs_email_status": "SENT",
    }  # fmt: skip
    body = {"properties": properties, "associations": [{"to": {"id": lead}, "types": [LINK]}]}
    synced.crm.post("/crm/objects/2026-09/emails", body)
    synced.ok("sync")
    assert synced.ok("cadence", "show", "fresh-demo-request", "--json").json["runs"] == []
    (counted,) = synced.ok("report", "cadences", "--json").json["cadences"]
    assert (counted["leads"], counted["ended"]) == (1, {"reply": 1})
    done = {step["step"]: (step["done"], step["came_on"]["count"]) for step in counted["steps"]}
    assert done == {1: (1, 0), 2: (1, 1)}


def test_nobody_who_opted_out_in_the_crm_is_written_to(synced: DeskHome) -> None:
    lead = next(
        row["lead_id"]
        for row in synced.ok("queue", "--json").json
        if synced("email", row["lead_id"]).code == 0
    )
    edit = {"type": "contacts", "id": lead, "properties": {"hs_email_optout": "true"}}
    synced.crm.control("edit", edit)
    synced.ok("sync")
    refused = synced("email", lead, "--print")
    assert refused.code == 2
    assert "no e-mail" in refused.err


@pytest.mark.long  # the quick one is tests/services/cadence/test_ends.py
def test_the_end_of_a_cadence_reaches_the_crm_once_and_a_stop_is_undone(synced: DeskHome) -> None:
    folder = Path(synced.environ["SDRDESK_HOME"]) / "cadences"
    folder.mkdir()
    text = '[[step]]\ndo = "call"\n[end]\ndo = "disqualify"\n'
    (folder / "short.toml").write_text(text, encoding="utf-8")
    lead = synced.ok("queue", "--json").json[0]["lead_id"]
    synced.ok("cadence", "start", lead, "short")
    refused = synced("cadence", "end", lead)
    assert (refused.code, "call due" in refused.err) == (2, True)
    synced.ok("cadence", "stop", lead)
    assert "cadence stopped" in synced.ok("undo", "--last").out
    synced.ok("dispose", lead, "no_answer")
    assert "reason" in synced("cadence", "end", lead).err
    dry = synced.ok("cadence", "end", lead, "--reason", "bad_fit", "--dry-run", "--json").json
    assert (dry["recorded"], dry["end"]) == (False, "disqualify")
    done = synced.ok("cadence", "end", lead, "--reason", "bad_fit", "--json").json
    assert done["activity_key"]
    assert synced("cadence", "end", lead, "--reason", "bad_fit").code == 2
    synced.ok("sync")
    synced.ok("sync")
    path = f"/crm/objects/2026-09/contacts/{lead}?properties=hs_lead_status"
    assert synced.crm.get(path).json["properties"]["hs_lead_status"] == "UNQUALIFIED"
    (counted,) = synced.ok("report", "cadences", "--json").json["cadences"]
    assert counted["ended"] == {"finished": 1}
