from __future__ import annotations

from tests.support.desk_home import DeskHome

NOWHERE = {"SDRDESK_API_URL": "http://127.0.0.1:9"}
"""Nobody listens there: a command that asks the network fails."""


def test_the_status_counts_what_waits_without_the_network(synced: DeskHome) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    before = synced.ok("status", "--json", **NOWHERE).json
    synced.ok("dispose", lead, "callback", "--callback", "+2h", "--at", "-10m")
    found = synced.ok("status", "--json", **NOWHERE).json
    assert found["unsent"] > before["unsent"]
    assert found["dials_today"] == before["dials_today"] + 1
    assert found["fresh"] <= before["fresh"]
    assert lead not in [waiting["lead_id"] for waiting in found["waiting"]]
    assert {w["why"] for w in found["waiting"]} <= {"callback", "fresh", "sla"}
    line = synced.ok("status", "--short", **NOWHERE).out
    assert line == f"{found['line']}\n"
    assert f"{found['unsent']} unsent" in line
    assert synced.ok("status", **NOWHERE).out.count("\n") >= 3


def test_doctor_names_the_line_of_a_wrong_rule_file(synced: DeskHome) -> None:
    (synced.home / "qualification.toml").write_text('use = "medic"\n')
    (synced.home / "rules.toml").write_text("[owner]\nunasigned = true\n")
    findings = "\n".join(synced("doctor", "--json").json["findings"])
    assert "qualification.toml, line 1: use: 'medic' is not known" in findings
    assert "did you mean 'meddic'?" in findings
    assert "rules.toml" in findings
