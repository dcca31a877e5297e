"""Logging in with the team's app: browser or pasted address, renewal, the end of a login."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, cast

import click
import pytest

from sdrdesk.cli.options import NumberOf
from sdrdesk.domain.errors import CredentialsError
from sdrdesk.secret_command import run_secret_command
from sdrdesk.services.call.launcher import Launcher, LaunchError
from tests.support.desk_home import DeskHome
from tests.support.keyrings import MemoryKeyring, no_keyring, using
from tests.support.sandbox import Sandbox


class Visitor:
    """A browser: opens the login page, answers it, and follows the redirect."""

    def __init__(self) -> None:
        self.answer = "allow"
        self.pages: list[str] = []
        self.threads: list[threading.Thread] = []

    def open(self, url: str) -> None:
        thread = threading.Thread(target=self.visit, args=(url,))
        self.threads.append(thread)
        thread.start()

    def visit(self, url: str) -> str:
        """Return the address at which the browser arrives."""
        urllib.request.urlopen(url).close()
        form = urllib.parse.urlencode({"answer": self.answer}).encode()
        try:
            with urllib.request.urlopen(url, form) as page:
                self.pages.append(page.read().decode())
                return str(page.url)
        except urllib.error.HTTPError as error:
            with error:
                self.pages.append(error.read().decode())
            return str(error.url)


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    made = Visitor()
    monkeypatch.setattr(Launcher, "open", lambda _, url: made.open(url))
    monkeypatch.setattr(Launcher, "has_browser", property(lambda _: True))
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    yield made
    for thread in made.threads:
        thread.join()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def rep(desk: DeskHome, crm: Sandbox) -> Iterator[DeskHome]:
    """A rep with the team's app, without a token, and with a keyring."""
    crm.control("apps", {"client_id": "team-app", "client_secret": "app-secret"})
    environ = {k: v for k, v in desk.environ.items() if k != "SDRDESK_TOKEN"}
    desk.environ = {**environ, "SDRDESK_CLIENT_SECRET": "app-secret"}
    write(desk, f'client_id = "team-app"\nlogin_port = {free_port()}')
    with using(MemoryKeyring()):
        yield desk
    crm.settings(token_life_s=1800, refresh_rotation="never")
    crm.control("clock", {"offset_ms": 0})


def write(desk: DeskHome, crm: str) -> None:
    (desk.home / "config.toml").write_text(f"[crm]\n{crm}\n", encoding="utf-8")


def calls(crm: Sandbox, path: str) -> int:
    return sum(n for name, n in crm.account.requests.items() if name.startswith(f"POST {path}"))


def test_a_rep_logs_in_in_the_browser_syncs_and_logs_out(
    rep: DeskHome, crm: Sandbox, visitor: Visitor
) -> None:
    told = rep.ok("login")
    assert "Logged in to account" in told.out
    assert "close this page" in visitor.pages[0]
    said = rep.ok("whoami", "--json").json
    assert said["token_kind"] == "OAuth login"
    assert "crm.objects.contacts.write" in said["scopes"]
    assert rep.ok("sync", "--json").json["pulled"]["contacts"]
    assert rep("doctor", "--json").json["token"] == "keyring"
    assert "removed" in rep.ok("logout").out
    assert rep("sync").code == 4
    assert not any(t.refresh_token for t in crm.account.tokens._known.values())


def test_a_token_that_ends_is_renewed_and_a_rotated_one_is_kept(
    rep: DeskHome, crm: Sandbox, visitor: Visitor
) -> None:
    crm.settings(token_life_s=2, refresh_rotation="strict")  # shorter than a round may be apart
    rep.ok("login")
    base = calls(crm, "/oauth/")
    for _ in range(3):
        for token in list(crm.account.tokens._known.values()):
            token.expires_ms = crm.account.now_ms - 1
        rep.ok("whoami", "--json")
    assert calls(crm, "/oauth/") - base >= 3
    assert crm.account.tokens.ended_logins == 0


def test_a_revoked_login_is_one_clear_sentence_and_loses_nothing(
    rep: DeskHome, crm: Sandbox, visitor: Visitor
) -> None:
    rep.ok("login")
    rep.ok("sync")
    lead_id = rep.ok("next", "--json").json["lead_id"]
    rep.ok("dispose", lead_id, "no_answer")
    crm.account.tokens._known.clear()
    base = calls(crm, "/oauth/")
    ran = rep("sync")
    assert ran.code == 4
    assert "does not accept this login any more" in ran.err
    assert "Everything recorded here is kept. Run sdrdesk login." in ran.err
    assert calls(crm, "/oauth/") - base <= 1
    assert rep.ok("outbox", "--json").json
    rep.ok("login")
    assert rep.ok("sync", "--json").json["pushed"]["sent"]


def test_what_the_rep_does_not_allow_is_not_stored(
    rep: DeskHome, crm: Sandbox, visitor: Visitor
) -> None:
    visitor.answer = "deny"
    ran = rep("login")
    assert ran.code == 4
    assert "HubSpot did not log you in (The user denied access)" in ran.err
    for thread in visitor.threads:
        thread.join()
    assert "You are not logged in" in visitor.pages[0]
    assert rep("whoami").code == 4


def _no_program(_launcher: Launcher, _url: str) -> None:
    raise LaunchError("xdg-open is not on this machine.")


@pytest.mark.parametrize("elsewhere", [True, False], ids=["over SSH", "no program opens it"])
def test_without_a_browser_the_address_is_pasted(
    rep: DeskHome,
    crm: Sandbox,
    visitor: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: bool,
) -> None:
    monkeypatch.setattr(Launcher, "open", _no_program)

    class Terminal:
        """Stands for a person at another machine who copies addresses."""

        def isatty(self) -> bool:
            return False

        def readline(self, _: int = -1) -> str:
            shown = cast(StringIO, sys.stderr).getvalue()
            url = re.search(r"http\S+/oauth/authorize\S+", shown)
            assert url is not None
            return visitor.visit(url[0]).replace("localhost", "127.0.0.1") + "\n"

    monkeypatch.setattr(sys, "stdin", Terminal())
    far = {"SSH_CONNECTION": "10.0.0.1 22"} if elsewhere else {}
    assert "Logged in" in rep.ok("login", **far).out


def test_without_a_keyring_a_file_keeps_it_if_asked_for(
    rep: DeskHome, crm: Sandbox, visitor: Visitor
) -> None:
    with using(no_keyring()):
        ran = rep("login")
        assert ran.code == 4
        assert "--in-file" in ran.err
        assert not visitor.threads, "said before the login page is opened"
        rep.ok("login", "--in-file")
        kept = json.loads((rep.home / "login.json").read_text())
        assert "app-secret" not in json.dumps(kept), "the environment gives it"
        assert rep("doctor", "--json").json["token"] == "file"
        rep.ok("whoami")
        rep.ok("logout")
        assert "refresh" not in (rep.home / "login.json").read_text()


def test_a_wrong_secret_of_the_app_is_said(rep: DeskHome, visitor: Visitor) -> None:
    ran = rep("login", SDRDESK_CLIENT_SECRET="wrong")
    assert ran.code == 4
    assert "refuses the team's app" in ran.err
    assert "wrong" not in ran.err


def test_without_the_secret_nothing_is_asked_of_the_crm(rep: DeskHome, crm: Sandbox) -> None:
    ran = rep("login", SDRDESK_CLIENT_SECRET="")
    assert ran.code == 2
    assert "client_secret_command" in ran.err


def test_a_program_gives_the_token_once_for_a_command(
    rep: DeskHome, crm: Sandbox, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    script = f"open({str(count)!r},'a').write('x'); print({crm.token!r})"
    write(rep, f"token_command = {json.dumps([sys.executable, '-c', script])}")
    rep.ok("whoami", "--json")
    assert count.read_text() == "x"
    assert rep("doctor", "--json").json["token"] == "command"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('vault is locked')", "ended with code 1: vault is locked"),
        ("print('two'); print('lines')", "did not print one line"),
        ("pass", "did not print one line"),
    ],
)
def test_a_program_that_gives_no_token_is_named(rep: DeskHome, code: str, words: str) -> None:
    write(rep, f"token_command = {json.dumps([sys.executable, '-c', code])}")
    ran = rep("sync")
    assert ran.code == 4
    assert words in ran.err
    assert "two" not in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_a_program_that_leaves_an_agent_running_is_not_waited_for(tmp_path: Path) -> None:
    script = f"sleep 60 & echo $! > {tmp_path}/pid; echo 'key 1'"
    try:
        assert run_secret_command(["sh", "-c", script], "token_command", 30.0) == "key 1"
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_a_program_that_never_stops_printing_is_ended_and_takes_no_memory() -> None:
    code = "import sys\nwhile True: sys.stdout.write('x' * 1_000_000)"
    with pytest.raises(CredentialsError, match="took longer than 0 s"):
        run_secret_command([sys.executable, "-c", code], "token_command", 0.3)


def test_a_program_that_is_missing_is_named(rep: DeskHome) -> None:
    write(rep, 'token_command = ["/nowhere/op"]')
    ran: Any = rep("sync")
    assert ran.code == 4
    assert "/nowhere/op did not start (No such file or directory)" in ran.err


def test_an_answer_that_is_no_line_of_the_list_is_not_repeated_on_screen() -> None:
    """A token pasted too early would be on it."""
    kind = NumberOf(1, 4)
    assert kind.convert("4", None, None) == 4
    for typed in ("pat-secret", "5"):
        with pytest.raises(click.BadParameter) as refused:
            kind.convert(typed, None, None)
        assert refused.value.message == "type a number from 1 to 4."
