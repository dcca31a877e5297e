"""A sandbox CRM for tests: in a thread of this process (fast) or as a real process.

``running_sandbox`` has no rate limits and no lags unless a test asks for them.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.server.server import SandboxApp
from sdrdesk.sandbox.server.serving import Options, Running, build, listen, serve
from sdrdesk.sandbox.times import parse_instant
from tests.support.patience import PATIENCE_S

CONTROL_TOKEN = "control-for-tests"
QUIET = {
    "lag_ms": 0,
    "rollup_ms": 0,
    "ten_second_limit": None,
    "search_limit": None,
    "daily_limit": None,
}
"""Settings of a sandbox without limits and lags."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status, headers with lower-case names, JSON (None when the body is not JSON)."""

    status: int
    headers: dict[str, str]
    json: Any
    text: str


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox."""

    url: str
    token: str
    control_token: str
    owner: str
    """E-mail of the default rep."""
    app: SandboxApp | None = field(default=None, repr=False)
    """Only where it runs in this process."""

    @property
    def account(self) -> Account:
        """The account being served."""
        assert self.app is not None, "another process serves this account"
        account: Account = self.app.account
        return account

    def saved(self) -> bytes:
        """Return a copy of the account for ``restore``."""
        return pickle.dumps(self.account)

    def restore(self, account: bytes) -> None:
        """Serve a saved account from now on, under the same address."""
        assert self.app is not None, "another process serves this account"
        self.app.account = pickle.loads(account)

    def control(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """Use the control API: ``control("faults", {...})``; GET without a body, else POST."""
        verb = method or ("GET" if body is None else "POST")
        answer = self._send(
            verb,
            f"/sandbox/control/{path}",
            None if body is None else json.dumps(body).encode(),
            {"X-Sandbox-Control": self.control_token, "Content-Type": "application/json"},
        )
        if answer.status >= 400:
            raise AssertionError(f"control {verb} {path}: {answer.status} {answer.text}")
        return answer.json

    def settings(self, **changes: Any) -> Any:
        """Turn switches: ``settings(lag_ms=2000)``."""
        return self.control("settings", changes)

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Accepted writes, oldest first."""
        rows: list[dict[str, Any]] = self.control(f"journal?after={after}&limit=10000")["results"]
        return rows

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = "",
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One request to the CRM. ``token=None`` sends none; ``raw`` is a body byte for byte."""
        sent = {"Content-Type": "application/json"} | (headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token or self.token}"
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, sent)

    def get(self, path: str, **more: Any) -> Answer:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        """POST."""
        return self.request("POST", path, {} if body is None else body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> Answer:
        """PATCH."""
        return self.request("PATCH", path, body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> Answer:
        """PUT."""
        return self.request("PUT", path, body, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        """DELETE."""
        return self.request("DELETE", path, **more)

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(
            self.url + path, data=data, headers=headers | {"Connection": "close"}, method=method
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                request, timeout=PATIENCE_S
            ) as response:
                return _answer(response.status, dict(response.headers.items()), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, dict(error.headers.items()), error.read())


def _answer(status: int, headers: dict[str, str], body: bytes) -> Answer:
    text = body.decode("utf-8")
    try:
        parsed = json.loads(text) if text else None
    except json.JSONDecodeError:
        parsed = None
    return Answer(status, {name.lower(): value for name, value in headers.items()}, parsed, text)


@contextmanager
def running_sandbox(
    leads: int = 50,
    seed: int = 7,
    now: str | None = None,
    *,
    hostile: float = 2.0,
    token: str | None = None,
    state: Path | None = None,
    port: int = 0,
    **settings: Any,
) -> Iterator[Sandbox]:
    """A sandbox in a thread of this process.

    Args:
        leads: how many contacts.
        seed: the same seed gives the same account.
        now: the account's time at the start, ISO 8601; None is the machine's.
        hostile: percentage of hostile text.
        token: accept only this token.
        state: keep the account in this file.
        port: 0 picks a free one.
        settings: switches of the sandbox, such as ``lag_ms=2000``; default none at all.
    """
    switches = Settings()
    switches.change(QUIET | settings)
    options = Options(
        leads=leads,
        seed=seed,
        now_ms=None if now is None else parse_instant(now),
        hostile_percent=hostile,
        token=token,
        state=state,
        settings=switches,
        control_token=CONTROL_TOKEN,
    )
    app = build(options)
    with serving(app, port) as url:
        owner = app.account.default_owner_email
        yield Sandbox(url, token or "pat-sandbox", CONTROL_TOKEN, owner, app)


@contextmanager
def serving(app: SandboxApp, port: int = 0) -> Iterator[str]:
    """Serve ``app`` in a thread of this process; yield its address."""
    sock = listen(port)
    ready = threading.Event()
    up: list[Running] = []

    def announce(running: Running) -> None:
        up.append(running)
        ready.set()

    def run() -> None:
        try:
            asyncio.run(serve(app, sock, announce))
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="sandbox", daemon=True)
    thread.start()
    try:
        if not ready.wait(PATIENCE_S) or not up:
            raise RuntimeError("the sandbox did not start")
        yield up[0].url
    finally:
        if up:
            up[0].server.should_exit = True
        thread.join(PATIENCE_S)
        sock.close()


@contextmanager
def sandbox_process(*arguments: str) -> Iterator[tuple[Sandbox, subprocess.Popen[str]]]:
    """The real subprocess, with the ready line read; ended on exit.

    Args:
        arguments: of ``serve``; without ``--port`` a free one is picked.
    """
    command = [sys.executable, "-m", "sdrdesk.sandbox", "serve", "--exit-with-parent", *arguments]
    if "--port" not in arguments:
        command += ["--port", "0"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the sandbox ended with {process.wait(PATIENCE_S)}")
        ready = json.loads(line)
        yield (
            Sandbox(ready["url"], ready["token"], ready["control_token"], ready["owner"]),
            process,
        )
    finally:
        process.stdin.close()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
