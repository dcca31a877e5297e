"""Commands over a bad network or with bad settings of it: exit code, sentence, nothing lost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome, Ran
from tests.support.raw_server import Act, answer, raw_server

PAGE = b"<html><title>Welcome to our Wi-Fi</title></html>"
ANSWERS: dict[str, Act] = {
    "redirect": answer(b"", "Location: https://login.example/", status="302 Found"),
    "page": answer(PAGE),
    "forbidden": answer(PAGE, status="403 Forbidden"),
    "unauthorized": answer(PAGE, status="401 Unauthorized"),
    "not found": answer(PAGE, status="404 Not Found"),
    "proxy login": answer(PAGE, status="407 Proxy Authentication Required"),
    "network login": answer(PAGE, status="511 Network Authentication Required"),
    "empty": answer(b""),
    "somebody's json": answer(b'{"login": "https://login.example/"}'),
    "list": answer(b"[]"),
    "gzip that is none": answer(PAGE, "Content-Encoding: gzip"),
    "no bottom": answer(b'{"results": ' + b"[" * 100_000 + b"}"),
    "no http": lambda connection, _: connection.sendall(b"220 mail.example ESMTP\r\n"),
}


def told_well(ran: Ran, code: int) -> None:
    assert ran.code == code, ran.err
    assert "unexpected" not in ran.err
    assert "item is kept" not in ran.err
    assert "permission" not in ran.err
    assert ran.err.startswith("sdrdesk: ")


def test_what_is_not_the_crm_is_the_network(synced: DeskHome) -> None:
    for act in ANSWERS.values():
        with raw_server(act) as server:
            told_well(synced("sync", SDRDESK_API_URL=server.url), 3)
            assert 1 <= len(server.asked) <= 4


@pytest.mark.parametrize("what", ["redirect", "forbidden", "somebody's json"])
def test_every_command_says_so(desk: DeskHome, what: str) -> None:
    with raw_server(ANSWERS[what]) as server:
        for command in ("whoami", "login", "setup"):
            server.asked.clear()
            told_well(desk(command, SDRDESK_API_URL=server.url), 3)
            assert len(server.asked) == 1
        seen = desk("doctor", "--json", SDRDESK_API_URL=server.url).json
        assert not seen["online"]
        assert "SDRDESK_API_URL" in seen["online_detail"]


def test_a_page_in_the_middle_keeps_the_outcome(synced: DeskHome) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    for fault in ({"status": 302, "body": ""}, {"status": 403, "body": "<html>"}):
        synced.ok("dispose", lead, "no_answer", "--json")
        synced.crm.control("faults", {"method": "PATCH", "path": "/contacts/", **fault})
        synced.crm.control("faults", {"method": "POST", "path": "/calls$", "commit": True, **fault})
        ran = synced("sync")
        told_well(ran, 3)
        assert "The network answered instead of the CRM" in ran.err
        states = {item["state"] for item in synced.ok("outbox", "--json").json}
        assert states <= {"queued", "sending"}
        synced.crm.control("faults", method="DELETE")


SETTINGS = [
    ({"HTTPS_PROXY": "http://proxy:abc"}, "HTTPS_PROXY"),
    ({"https_proxy": "ftp://proxy"}, "https_proxy"),
    ({"ALL_PROXY": "socks5://"}, "ALL_PROXY"),
    ({"SSL_CERT_FILE": "/nowhere/company.pem"}, "SSL_CERT_FILE"),
    ({"SSL_CERT_FILE": "/"}, "SSL_CERT_FILE"),
    ({"SSL_CERT_DIR": "/nowhere"}, "SSL_CERT_DIR"),
    ({"SDRDESK_API_URL": "https://crm .example"}, "SDRDESK_API_URL"),
    ({"SDRDESK_API_URL": "https://"}, "SDRDESK_API_URL"),
    ({"SDRDESK_API_URL": "https://crm.example:99999"}, "SDRDESK_API_URL"),
    ({"SDRDESK_API_URL": "https://[::1"}, "SDRDESK_API_URL"),
    ({"SDRDESK_API_URL": "https://crm.exämple"}, "SDRDESK_API_URL"),
    ({"SDRDESK_API_URL": "crm.example"}, "SDRDESK_API_URL"),
]


@pytest.mark.parametrize(("changed", "named"), SETTINGS)
def test_a_setting_of_the_network_that_is_no_good_is_named(
    desk: DeskHome, changed: dict[str, str], named: str
) -> None:
    environ = {"SDRDESK_API_URL": "https://crm.example.invalid"} | changed
    for command in ("sync", "whoami"):
        ran = desk(command, **environ)
        told_well(ran, 2)
        assert named in ran.err
    seen = desk("doctor", "--json", **environ).json
    assert not seen["online"]
    assert named in seen["online_detail"]
    assert named in desk("doctor", **environ).out


def test_an_address_in_the_file_that_is_no_good_is_named_by_doctor(desk: DeskHome) -> None:
    (desk.home / "config.toml").write_text('[crm]\napi_url = "https://"\n', encoding="utf-8")
    environ = {"SDRDESK_API_URL": ""}
    assert "crm.api_url" in desk("sync", **environ).err
    assert "crm.api_url" in desk("doctor", "--json", **environ).json["online_detail"]


@pytest.mark.parametrize("token", ["pat-a\nb", "pat-ä", "pat a"])
def test_a_token_that_cannot_be_sent_is_named(
    desk: DeskHome, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    ran = desk("sync", SDRDESK_TOKEN=token)
    told_well(ran, 4)
    assert "The token has" in ran.err
    assert token not in ran.err
    monkeypatch.setattr("sys.stdin", io.StringIO(token + "\n"))
    ran = desk("login", "--token-stdin")
    told_well(ran, 4)
    assert "The token has" in ran.err


def test_a_token_that_is_no_text_is_refused(
    desk: DeskHome, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_bytes(b"pat-\xff\xfe\n")
    with (tmp_path / "token").open(encoding="utf-8") as piped:
        monkeypatch.setattr("sys.stdin", piped)
        ran = desk("login", "--token-stdin")
    assert ran.code == 2
    assert "not text" in ran.err


def test_what_an_older_version_blocked_is_told_when_it_goes_out(synced: DeskHome) -> None:
    from sdrdesk.cli.session import open_session

    lead = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead, "no_answer")
    with open_session({**synced.environ}) as session, session.db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'blocked', last_error = 'HTTP 302'")
    ran = synced.ok("sync")
    assert "queued again" in ran.err
    assert synced.ok("outbox", "--json").json == []
    assert "queued again" not in synced.ok("sync").err
