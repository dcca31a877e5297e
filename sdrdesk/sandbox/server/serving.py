"""Building and serving of an account, for the command line and tests."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.account.state import State
from sdrdesk.sandbox.live_events import run_live_events
from sdrdesk.sandbox.server.server import SandboxApp
from sdrdesk.sandbox.times import Clock
from sdrdesk.sandbox.world import generate

LOOPBACK = "127.0.0.1"


@dataclass(slots=True)
class Options:
    """The options of one sandbox."""

    leads: int = 200
    seed: int = 1
    now_ms: int | None = None
    hostile_percent: float = 2.0
    token: str | None = None
    state: Path | None = None
    live: bool = False
    settings: Settings = field(default_factory=Settings)
    control_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class Server(uvicorn.Server):
    """A server that exits with 0 on SIGINT and SIGTERM, where uvicorn raises the signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop serving on a signal, in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@dataclass(slots=True)
class Running:
    """A running sandbox."""

    url: str
    app: SandboxApp
    server: uvicorn.Server

    def ready_line(self, token: str) -> dict[str, Any]:
        """Return the line the command prints when it is ready."""
        return {
            "url": self.url,
            "token": token,
            "control_token": self.app.control_token,
            "owner": self.app.account.default_owner_email,
            "leads": len(self.app.account.tables["contacts"].live),
        }


def build(options: Options) -> SandboxApp:
    """Return the application, with a generated account or the one of the state file."""
    state = None if options.state is None else State(options.state)
    account = Account(options.settings, Clock(options.now_ms), options.token)
    if state is not None and state.is_filled():
        state.load(account)
    else:
        account.populate(
            generate(options.seed, options.leads, account.now_ms, options.hostile_percent)
        )
        account.meta = {"seed": options.seed, "leads": options.leads}
        if state is not None:
            state.fill(account)
    return SandboxApp(account, options.control_token, state)


def listen(port: int) -> socket.socket:
    """Return a listening socket on loopback; port 0 picks a free one.

    Raises:
      OSError: the port is taken.
    """
    # asyncio sets TCP_NODELAY only with an explicit protocol; without it every answer on a kept
    # connection waits 40 ms for the client's acknowledgement.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((LOOPBACK, port))
        sock.listen(512)
    except OSError:
        sock.close()
        raise
    return sock


async def serve(
    app: SandboxApp,
    sock: socket.socket,
    on_ready: Callable[[Running], None],
    *,
    live: bool = False,
) -> None:
    """Serve until the server is stopped."""
    server = Server(
        uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
    )
    port = sock.getsockname()[1]
    running = Running(f"http://{LOOPBACK}:{port}", app, server)
    moving = asyncio.create_task(run_live_events(app.account, app.save)) if live else None
    announcing = asyncio.create_task(_announce(server, running, on_ready))
    try:
        await server.serve(sockets=[sock])
    finally:
        for task in (moving, announcing):
            if task is not None:
                task.cancel()
        if app.state is not None:
            app.state.close()


async def _announce(
    server: uvicorn.Server, running: Running, on_ready: Callable[[Running], None]
) -> None:
    while not server.started:
        await asyncio.sleep(0.005)
    on_ready(running)
