"""What goes wrong is a sentence, the right exit code, and nothing lost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome
from tests.support.keyrings import MemoryKeyring, no_keyring, using
from tests.support.sandbox import Sandbox


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("frobnicate",), "No such command"),
        (("queue", "--frobnicate"), "No such option"),
        (("queue", "--as-of", "soonish"), "tomorrow 18:00"),
        (("queue", "--view", "lukewarm"), "no view"),
        (("queue", "--where", "purple"), "purple"),
        (("dispose", "{lead}", "no_anwser"), "no_answer"),
        (("dispose", "{lead}", "callback"), "callback"),
        (("dispose", "{lead}", "callback", "--callback", "someday"), "someday"),
        (("dispose", "{lead}", "disqualified"), "reason"),
        (("dispose", "{lead}", "meeting_set"), "meeting"),
        (("dispose", "{lead}", "no_answer", "--qualify", "need"), "SLOT=TEXT"),
        (("dispose", "{lead}", "no_answer", "--qualify", "budgte=5"), "did you mean 'budget'"),
        (("log", "--day", "tomorow"), "not a day"),
        (("log", "--rep", "nobody@x.example"), "nobody@x.example"),
    ],
)
def test_usage_is_exit_2_and_records_nothing(
    synced: DeskHome, arguments: tuple[str, ...], words: str
) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    ran = synced(*(part.format(lead=lead) for part in arguments))
    assert ran.code == 2, ran.err
    assert words in ran.err
    assert ran.out == ""
    assert synced.ok("outbox", "--json").json == []


def test_an_unknown_lead_is_an_error_in_words(synced: DeskHome) -> None:
    for command in ("lead", "why", "script"):
        ran = synced(command, "999999999")
        assert ran.code == 1
        assert "999999999" in ran.err


def test_a_refused_token_is_exit_4_and_not_repeated_back(synced: DeskHome) -> None:
    ran = synced("sync", SDRDESK_TOKEN="wrong-secret-token")
    assert ran.code == 4
    assert "token" in ran.err
    assert "wrong-secret-token" not in ran.err + ran.out
    log = synced.home / "logs" / "sdrdesk.log"
    assert "wrong-secret-token" not in (log.read_text(encoding="utf-8") if log.exists() else "")
    assert synced.ok("queue", "--json").json


def test_no_token_is_exit_4(desk: DeskHome) -> None:
    ran = desk("sync", SDRDESK_TOKEN="")
    assert ran.code == 4
    assert "sdrdesk login" in ran.err


def test_a_crm_that_is_down_is_exit_3_and_keeps_the_outcome(synced: DeskHome) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead, "no_answer")
    ran = synced("sync", SDRDESK_API_URL="http://127.0.0.1:9")
    assert ran.code == 3
    assert "cannot be reached" in ran.err
    waiting = synced.ok("outbox", "--json").json
    assert {item["state"] for item in waiting} <= {"held", "queued"}
    assert waiting
    synced.ok("sync")
    assert synced.ok("outbox", "--json").json == []


def test_a_missing_scope_is_named(synced: DeskHome, crm: Sandbox) -> None:
    crm.control("tokens", {"token": "pat-limited", "scopes": ["crm.objects.contacts.read"]})
    ran = synced("sync", SDRDESK_TOKEN="pat-limited")
    assert ran.code == 4
    assert "crm.objects." in ran.err or "crm.schemas." in ran.err


def test_bad_settings_name_file_line_and_key(desk: DeskHome) -> None:
    file = desk.home / "config.toml"
    file.write_text("[sync]\ninterval_s = 'often'\n", encoding="utf-8")
    ran = desk("queue")
    assert ran.code == 1
    assert f"{file}, line 2: sync.interval_s" in ran.err


def test_bad_rules_name_file_line_and_key(synced: DeskHome) -> None:
    (synced.home / "windows.toml").write_text("closed_on_holidays = 3\n", encoding="utf-8")
    ran = synced("queue")
    assert ran.code == 5, "the last good rules are in force"
    assert "windows.toml, line 1" in ran.err


def test_a_home_that_cannot_be_used_is_a_sentence(desk: DeskHome, tmp_path: Path) -> None:
    blocker = tmp_path / "not-a-directory"
    blocker.write_text("", encoding="utf-8")
    ran = desk("queue", SDRDESK_HOME=str(blocker / "home"))
    assert ran.code == 1
    assert "cannot be used" in ran.err


def test_a_damaged_database_is_a_sentence_and_is_left_alone(synced: DeskHome) -> None:
    file = synced.home / "sdrdesk.db"
    for name in ("sdrdesk.db-wal", "sdrdesk.db-shm"):
        (synced.home / name).unlink(missing_ok=True)
    file.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4000)
    before = file.read_bytes()
    ran = synced("queue")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert file.read_bytes() == before


def test_a_terminal_is_needed_for_the_workbench(synced: DeskHome) -> None:
    ran = synced()
    assert ran.code == 2
    assert "terminal" in ran.err


def test_login_without_a_keyring_says_what_to_do_and_keeps_the_token_nowhere(
    desk: DeskHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("pat-from-stdin\n"))
    with using(no_keyring()):
        ran = desk("login", "--token-stdin", SDRDESK_TOKEN="")
    assert ran.code == 4
    assert "SDRDESK_TOKEN" in ran.err
    assert "pat-from-stdin" not in ran.out + ran.err
    kept = [path for path in desk.home.rglob("*") if path.is_file()]
    assert kept
    assert not any(b"pat-from-stdin" in path.read_bytes() for path in kept)


def test_login_with_a_keyring_keeps_the_token_there_only(
    desk: DeskHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("pat-from-stdin\n"))
    memory = MemoryKeyring()
    with using(memory):
        desk.ok("login", "--token-stdin", SDRDESK_TOKEN="", SDRDESK_DB_KEY="ab" * 32)
        assert "pat-from-stdin" in memory.kept.values()
        ran = desk.ok("whoami", "--json", SDRDESK_TOKEN="", SDRDESK_DB_KEY="ab" * 32)
        assert ran.json["owner"]["email"] == desk.environ["SDRDESK_OWNER"]
        desk.ok("logout", SDRDESK_TOKEN="", SDRDESK_DB_KEY="ab" * 32)
        assert memory.kept == {}


def test_login_takes_a_token_of_the_environment_and_remembers_the_rep(desk: DeskHome) -> None:
    with using(no_keyring()):
        desk.ok("login", "--owner", desk.environ["SDRDESK_OWNER"], SDRDESK_OWNER="")
        ran = desk.ok("whoami", "--json", SDRDESK_OWNER="")
        assert ran.json["owner"]["email"] == desk.environ["SDRDESK_OWNER"]
        refused = desk("login", "--owner", "nobody@x.example", SDRDESK_OWNER="")
    assert refused.code == 2
    assert desk.environ["SDRDESK_OWNER"] in refused.err


def test_setup_only_reports_without_consent_and_is_exact_with_it(synced: DeskHome) -> None:
    ran = synced("setup")
    assert ran.code == 5
    assert "Proposed" in ran.out
    assert "Nothing was changed" in ran.out
    done = synced.ok("setup", "--yes", "--json").json
    assert set(done["modes"].values()) == {"upsert"}
    assert synced("doctor", "--json").json["modes"]["call"] == "upsert"
    lead = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead, "no_answer", "--push", "now")
    assert synced.ok("outbox", "--json").json == []


def test_doctor_tells_everything_but_secrets(synced: DeskHome) -> None:
    told = synced("doctor", "--json")
    assert synced.environ["SDRDESK_TOKEN"] not in told.out
    report = told.json
    assert report["online"] is True
    assert report["encryption"] in {"on", "off"}
    assert report["outbox"] == {"held": 0, "queued": 0, "sending": 0, "blocked": 0}
    assert report["mapping"] == []
    assert report["last_sync_at"]
    away = synced("doctor", "--json", SDRDESK_API_URL="http://127.0.0.1:9").json
    assert away["online"] is False
    assert "cannot be reached" in away["online_detail"]


def test_a_database_whose_key_is_gone_is_told_once_and_truly(desk: DeskHome) -> None:
    key = {"SDRDESK_DB_KEY": "ab" * 32}
    desk.ok("queue", **key)
    ran = desk("queue")
    assert ran.code == 1
    assert ran.err.count("is encrypted and its key is not on this machine") == 1
    assert "rules" not in ran.err
    told = desk("doctor", "--json").json
    assert (told["encryption"], told["leads"]) == ("on", None)
    lines = desk("doctor").out
    assert "account      not read" in lines
    assert "last sync    not read" in lines
