"""A day on other CRMs than HubSpot, from login to undo, on small servers on loopback."""

from __future__ import annotations

import io
import re
import sys
import tomllib
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from sdrdesk.cli.main import run
from sdrdesk.domain.crm.crm_name import CRM_NAME
from tests.conformance.espo_server import EspoServer
from tests.conformance.force_server import TOKEN, ForceServer
from tests.conformance.odoo_records import ADMIN
from tests.conformance.odoo_server import OdooServer
from tests.conformance.serve import make, serving
from tests.support.desk_home import Ran, open_always
from tests.support.keyrings import no_keyring, using

Command = Callable[..., Ran]
_NOT_ITS_WORDS = re.compile(
    r"\b(?:HubSpot|scopes?(?!=)|propert(?:y|ies)|markers?|(?<!access )tokens?)\b", re.I
)


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a rep's command line on an empty home."""
    open_always(home)
    monkeypatch.setenv("SDRDESK_HOME", str(home))
    monkeypatch.setenv("SDRDESK_TOKEN", "RITA")

    def do(*arguments: str, code: int = 0) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        try:
            with redirect_stdout(out), redirect_stderr(err):
                ended = run(arguments)
        finally:
            CRM_NAME.become("HubSpot")
        said = "" if "--json" in arguments else out.getvalue() + err.getvalue()
        assert not _NOT_ITS_WORDS.findall(said), (arguments, said)
        assert ended == code, f"{arguments}: {ended}\n{out.getvalue()}\n{err.getvalue()}"
        return Ran(ended, out.getvalue(), err.getvalue())

    return do


def log_in(command: Command, url: str, *more: str) -> None:
    command("login", "--server", url, *more)


def settings(home: Path) -> dict[str, Any]:
    return tomllib.loads((home / "crm.toml").read_text(encoding="utf-8"))


def test_a_key_that_cannot_be_saved_does_not_send_the_next_command_to_another_crm(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SDRDESK_TOKEN")
    monkeypatch.setattr("sys.stdin", io.StringIO("RITA"))
    server = make("odoo17", 1)
    assert isinstance(server, OdooServer)
    server.keys["RITA"] = ADMIN
    server.records["res.users"][ADMIN]["login"] = "rita"
    with serving(server) as url, using(no_keyring()):
        place = ("--server", url, "--crm", "odoo", "--database", "crm", "--user", "rita")
        told = command("login", *place, "--token-stdin", code=4).err
        assert "works but was not saved" in told
        monkeypatch.setenv("SDRDESK_TOKEN", "RITA")  # as it says
        assert "sdrdesk sync" in command("doctor", code=5).out, "the rep is known since the login"
        assert command("sync", "--json").json["pulled"]["contacts"] == 1


@pytest.mark.parametrize("version", [17])
def test_a_day_on_odoo(command: Command, home: Path, version: int) -> None:
    server = make(f"odoo{version}", 4)
    assert isinstance(server, OdooServer)
    server.keys["RITA"] = ADMIN  # an administrator who calls
    server.records["res.users"][ADMIN]["login"] = "rita"
    with serving(server) as url:
        page = f"{url}/web#id=7&model=crm.lead"  # as a browser shows it
        log_in(command, page, "--crm", "odoo", "--database", "crm", "--user", "rita")
        assert command("setup", code=5).out.count("Proposed:") == 7
        assert not (home / "crm.toml").exists()
        told = command("setup", "--yes").out
        assert "Each call is now logged once: the CRM keeps the key unique" in told
        assert "Do not call: x_sdrdesk_dnc" in told
        said = settings(home)
        assert said["do_not_call"] == "x_sdrdesk_dnc"
        assert said["status"]["UNQUALIFIED"] == "Lost"
        command("sync")
        command("dispose", "1", "no_answer", "--note", "rang <b>twice</b>")
        command("dispose", "2", "do_not_call")
        command("dispose", "3", "nurture")
        command("sync")
        assert server.records["crm.lead"][2]["x_sdrdesk_dnc"] is True
        assert server.records["crm.lead"][2]["active"] is False
        calls = [m for m in server.records["mail.message"].values() if m.get("x_sdrdesk_key")]
        assert len(calls) == 3
        command("undo", "--reason", "a mistake")
        command("sync")
        assert server.records["crm.lead"][3]["tag_ids"] == []
        checked = command("doctor", "--json").json
        assert checked["mapping"] == []
        assert checked["server"] == f"Odoo {version}.0"
        assert "Odoo" in command("outbox").out + command("doctor").out
        command("dispose", "3", "not_interested", "--reason", "no_budget")
        command("sync")
        lost = server.records["crm.lead"][3]
        assert lost["active"] is False
        assert "status" in {r["rule"] for r in command("why", "3", "--json").json["blocked_by"]}
        server.update(ADMIN, "crm.lead", lost, {"active": True})  # a manager restores it
        command("sync")
        assert "status" not in {r["rule"] for r in command("why", "3", "--json").json["blocked_by"]}
        planned = command("merge", "1", "4", "--dry-run")
        kept = "E-mail: eva0@firm0.example stays, eva3@firm3.example goes."  # Odoo has room for one
        assert kept in planned.out + planned.err
        server.fields["crm.lead"].discard("x_sdrdesk_dnc")
        command("dispose", "4", "do_not_call")
        command("sync", code=5)
        server.add_field("crm.lead", "x_sdrdesk_dnc", "boolean")
        assert "Refused changes to send again with the next sync: 1" in command("setup").out
        command("sync")
        assert server.records["crm.lead"][4]["x_sdrdesk_dnc"] is True


def test_a_server_in_maintenance_was_reached(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make("espocrm", 1)
    assert isinstance(server, EspoServer)
    monkeypatch.setenv("SDRDESK_TOKEN", "rita-password")
    monkeypatch.setattr("time.sleep", lambda _: None)
    with serving(server) as url:
        login = ("login", "--server", url, "--crm", "espocrm", "--user", "rita")
        command(*login)
        server.in_maintenance = True
        for asked in (("sync",), ("setup",), login):
            said = command(*asked, code=3).err
            assert (
                "EspoCRM answered that it is not available now: HTTP 503, Application is in "
                "maintenance mode. Everything recorded here is kept and will be sent. Try again"
            ) in said
            assert "connection" not in said
        told = command("doctor", "--json", code=5).json
        assert "HTTP 503, Application is in maintenance mode" in told["online_detail"]
        assert "No password was stored here" in command("logout").out


def test_a_day_on_espocrm(command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make("espocrm", 3)
    assert isinstance(server, EspoServer)
    server.fields["Call"].discard("cOutcome")
    monkeypatch.setenv("SDRDESK_TOKEN", "API-KEY")
    with serving(server) as url:
        nobody = command("login", "--server", url, "--crm", "espocrm", code=2)
        assert "Choose one with --owner: admin@team.example, rita@team.example" in nobody.err
        server.hidden = {"admin", "rita", "sam"}  # as for a role without the right to read users
        blind = command("login", "--server", url, "--crm", "espocrm", code=2)
        assert "give it the right to read users" in blind.err
        server.hidden = set()
        server.records["User"]["admin"]["emailAddress"] = None
        monkeypatch.setenv("SDRDESK_TOKEN", "rita-password")
        mine = command("login", "--server", url, "--crm", "espocrm", "--user", "rita")
        assert "as Rita (rita@team.example)" in mine.out
        monkeypatch.setenv("SDRDESK_TOKEN", "admin-password")
        log_in(command, url, "--crm", "espocrm", "--user", "admin")
        assert (
            "Each call is now logged once: a key field is checked" in command("setup", "--yes").out
        )
        monkeypatch.setenv("SDRDESK_TOKEN", "API-KEY")
        log_in(command, url, "--user", "", "--owner", "rita@team.example")
        assert settings(home)["status"]["BAD_TIMING"] == "Recycled"
        command("sync")
        leads = sorted(server.records["Lead"])
        command("dispose", leads[0], "qualified")
        command("dispose", leads[1], "do_not_call")
        command("sync")
        assert command("outbox", "--json").json == []
        assert server.records["Lead"][leads[0]]["status"] == "In Process"
        rules = [rule["rule"] for rule in command("why", leads[0], "--json").json["blocked_by"]]
        assert "status" in rules  # by its outcome: others are "In Process" too
        assert server.records["Lead"][leads[1]]["doNotCall"] is True
        said = (home / "crm.toml").read_text(encoding="utf-8")
        said = said.replace('CONNECTED = "In Process"', 'CONNECTED = "Converted"')
        (home / "crm.toml").write_text(said, encoding="utf-8")  # as earlier versions wrote it
        for asked in (("doctor",), ("config", "check")):
            told = command(*asked).out
            assert told.count('CONNECTED = "Converted": EspoCRM offers no conversion of') == 1
            assert 'Better write CONNECTED = "In Process"' in told
        server.fields["Lead"].discard("cPersona")  # removed after setup
        (home / "crm.toml").write_text('[lead]\npersona = "cGone"\n', encoding="utf-8")
        checked = command("doctor", "--json", code=5).json
        assert any('"cGone" on Lead for persona' in said for said in checked["mapping"])
        assert "crm.toml, line 2: EspoCRM has no field" in command("doctor", code=5).out


@pytest.mark.long
def test_a_rep_logs_in_at_salesforce_by_the_teams_app(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make("salesforce", 2, ready=True)
    assert isinstance(server, ForceServer)
    server.rotates = True
    monkeypatch.delenv("SDRDESK_TOKEN")

    class Terminal(io.StringIO):
        """A person who opens the printed address, logs in and copies the one they arrive at."""

        def isatty(self) -> bool:
            return True

        def readline(self, _: int | None = -1) -> str:  # type: ignore[override]
            shown = re.search(r"http\S+/authorize\S+", cast("io.StringIO", sys.stderr).getvalue())
            assert shown is not None, "asked something else first"
            return httpx.get(shown[0]).headers["Location"] + "\n"

    monkeypatch.setattr(sys, "stdin", Terminal())
    with serving(server) as url:
        app = f'[crm]\nkind = "salesforce"\napi_url = "{url}"\nclient_id = "app"\n'
        (home / "config.toml").write_text(app, encoding="utf-8")
        told = command("login", "--no-browser", "--in-file")
        assert "Not proven against a live org" in told.err
        command("setup", "--yes")
        command("sync")
        one, two = sorted(server.records["Lead"])
        command("dispose", one, "not_interested", "--reason", "no_budget")
        server.token = "ended"
        command("sync")
        assert server.records["Lead"][one]["Status"] == "Closed - Not Converted"
        command("dispose", two, "no_answer")
        server.refresh = server.token = ""
        refused = command("sync", "--json", code=4).err
        assert "does not accept this login any more (expired access/refresh token)" in refused
        command("login", "--no-browser", "--in-file")
        command("sync")
        assert [t["WhoId"] for t in server.records["Task"].values()] == [one, two]


def test_a_wrong_address_and_an_empty_account_are_told(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDRDESK_TOKEN", "API-KEY")
    how = ("--crm", "espocrm", "--owner", "rita@team.example")
    away = {"Location": "https://new.example/api/v1/App/user"}
    for status, words in ((301, "leads on to https://new.example/"), (404, "correct api_url")):
        wrong = httpx.Response(status, headers=away if status == 301 else {}, text="<html>")
        with serving(httpx.MockTransport(lambda _, wrong=wrong: wrong)) as url:
            assert words in command("login", "--server", url, *how, code=3).err
    with serving(make("espocrm", 0)) as url:
        monkeypatch.setenv("SDRDESK_TOKEN", "schlüssel")
        odd = command("login", "--server", url, *how, code=4).err
        assert "The API key has a letter beyond ASCII in it (character 5 of 9). It was not" in odd
        monkeypatch.setattr(sys, "stdin", io.StringIO("API-KEY"))
        monkeypatch.delenv("SDRDESK_TOKEN")
        command("login", "--server", f"{url}/", *how, "--token-stdin", "--in-file")
        command("whoami")  # by the key that was kept for the address
        monkeypatch.setenv("SDRDESK_TOKEN", "API-KEY")
        command("login", "--server", f"{url}/api/v1", *how)
        command("setup", "--yes", "--do-not-call", "none", code=5)
        assert settings(home)["do_not_call"] == "none"  # what was said, not the usual one
        assert "Fetch them: sdrdesk sync" in command("queue").out
        command("sync")
        assert "EspoCRM showed no leads at the last sync" in command("queue").out


def test_bad_settings_are_told_in_its_words(command: Command) -> None:
    with serving(make("odoo17", 0)) as url:
        wrong = command("login", "--crm", "odoo", "--server", url, "--database", "crmm",
                        "--user", "rita", code=4)  # fmt: skip
        assert 'There is no Odoo database "crmm"' in wrong.err
        none = command("login", "--crm", "odoo", "--server", url, "--user", "rita", code=2)
        assert "Odoo needs database" in none.err
        plain = command("login", "--crm", "odoo", "--server", "http://odoo.example", "--database",
                        "crm", "--user", "rita", code=2)  # fmt: skip
        assert "The address of Odoo cannot be used" in plain.err
        log_in(command, url, "--crm", "odoo", "--database", "crm", "--user", "rita")
        assert "Pulled 0 leads" in command("sync").out
        assert command("queue", "--json").json == []


@pytest.mark.parametrize("kind", ["odoo19", "espocrm", "salesforce"])
def test_no_word_of_another_crm_is_used(
    command: Command, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    server = make(kind, 2, ready=True)
    key = {"odoo19": "RITA", "espocrm": "API-KEY", "salesforce": TOKEN}[kind]
    monkeypatch.setenv("SDRDESK_TOKEN", key)
    more = ("--database", "crm", "--user", "rita") if kind == "odoo19" else ()
    with serving(server) as url:
        place = ("login", "--server", url, "--crm", kind.rstrip("19"), *more)
        command(*place, "--owner", "nobody@team.example", code=2)
        command(*place, *(() if more else ("--owner", "rita@team.example")))
        command("whoami")
        command("setup", "--dry-run", code=5)
        command("sync")
        command("setup", "--do-not-call", "no_such_field", code=2)
        lead = command("queue", "--json").json[0]["lead_id"]
        command("settle", lead, "assign", "sam@team.example")
        assert "set owner Sam" in command("outbox").out
        command("status")
        command("doctor", code=5)
        monkeypatch.setenv("SDRDESK_TOKEN", "wrong")
        command("sync", code=4)
        command("doctor", code=5)
        monkeypatch.delenv("SDRDESK_TOKEN")
        command("config", "check")
        command("sync", code=4)
        command("doctor", code=5)
