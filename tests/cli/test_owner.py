"""A rep whom the account does not know, and a desk that never synced."""

from __future__ import annotations

import pytest

from tests.support.desk_home import DeskHome
from tests.support.keyrings import MemoryKeyring, using

STRANGER = {"SDRDESK_OWNER": "nobody@example.test"}


def test_an_owner_the_account_does_not_have_is_told_with_those_it_has(desk: DeskHome) -> None:
    mine = desk.environ["SDRDESK_OWNER"]
    ran = desk("sync", "--json", **STRANGER)
    assert (ran.code, ran.json["exit"]) == (5, 5)
    assert ran.json["pulled"]["contacts"] > 0, "what could be fetched is here"
    (problem,) = ran.json["problems"]
    assert "no owner 'nobody@example.test'" in problem
    assert mine in problem
    lead = desk.ok("export", "leads", "--json").json[0]["lead_id"]
    for command in (["queue"], ["next"], ["doctor"], ["whoami"], ["dispose", lead, "busy"]):
        said = desk(*command, **STRANGER)
        assert "no owner 'nobody@example.test'" in said.out + said.err, command
    for name in ("queue", "next", "log"):
        said = desk.ok(name, "--json", **STRANGER)
        assert "no owner 'nobody@example.test'" in said.err, name
    assert desk.ok("queue", "--json", **STRANGER).json == [], "leads nobody owns are not theirs"
    (desk.home / "rules.toml").write_text(
        'extends = "shipped"\n[owner]\nunassigned = true\n', encoding="utf-8"
    )
    assert desk.ok("queue", "--json", **STRANGER).json == []
    assert desk.ok("next", "--json", **STRANGER).json is None
    said = desk.ok("funnel", "--json", **STRANGER)
    assert said.json["callable"] == 0
    assert [step["rule"] for step in said.json["steps"]] == ["owner"]
    assert "no owner 'nobody@example.test'" in said.err
    (desk.home / "rules.toml").unlink()
    desk.ok("sync")


def test_a_slip_of_the_fingers_finds_the_owner_that_was_meant(desk: DeskHome) -> None:
    mine = desk.environ["SDRDESK_OWNER"]
    ran = desk("sync", SDRDESK_OWNER=mine.replace("@", ".@"))
    assert ran.code == 5
    assert f"Did you mean {mine}" in ran.err


ANSWERED = """
log --json|log|log --rep all --json|queue --json|next --json|funnel --json|report speed --json
report sla --json|report outcomes --json|report scripts --json|export leads --json
export activities --json|outbox --json|conflicts --json|meetings --json|scripts list
whoami --json|doctor --json|block status
"""


def test_every_command_answers_without_a_first_sync(desk: DeskHome) -> None:
    for command in ANSWERED.strip().replace("\n", "|").split("|"):
        ran = desk(*command.split())
        assert ran.code == 0, (command, ran.err)
    for command in ("lead 4711", "why 4711", "script 4711", "dispose 4711 no_answer"):
        ran = desk(*command.split())
        assert ran.code == 1, command
        assert "no lead 4711" in ran.err


def test_the_log_of_a_desk_that_never_synced_is_empty_and_says_why(desk: DeskHome) -> None:
    ran = desk.ok("log", "--json")
    assert ran.json["activities"] == []
    assert [rep["dials"] for rep in ran.json["reps"]] == [0]
    assert "sdrdesk sync" in ran.err


class KeepsNothing(MemoryKeyring):
    """Says yes to everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class Missing(MemoryKeyring):
    """Stands for a backend that is not installed."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ModuleNotFoundError("No module named 'no'")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ModuleNotFoundError("No module named 'no'")


@pytest.mark.parametrize("backend", [KeepsNothing(), Missing()])
def test_a_keyring_of_no_use_is_told_by_every_command(
    desk: DeskHome, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    token = desk.environ["SDRDESK_TOKEN"]
    expected = {
        "login": 4,
        "sync": 4,
        "whoami": 4,
        "setup": 4,
        "queue": 0,
        "doctor": 5,
        "logout": 0,
    }
    with using(backend):
        for command, code in expected.items():
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{token}\n"))
            more = ["--token-stdin"] if command == "login" else []
            ran = desk(command, *more, SDRDESK_TOKEN="")
            assert ran.code == code, (command, ran.err)
            assert "unexpected" not in ran.err
            if code == 4:
                assert "SDRDESK_TOKEN" in ran.err
                assert "Logged in" not in ran.out
