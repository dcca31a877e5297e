"""A real NATS server on loopback for tests of the team feed; without ``nats-server`` they skip."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE_S


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass(slots=True)
class NatsServer:
    """A running server; it keeps its data over ``kill`` and ``start``."""

    folder: Path
    port: int
    users: str = ""
    """The ``authorization`` block, ``""``: everybody may do everything."""
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Its address."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, or start it again."""
        config = self.folder / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{self.port}"\njetstream {{ store_dir: "{self.folder}" }}\n'
            + self.users
        )
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["nats-server", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=log
            )
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise AssertionError((self.folder / "log").read_text()) from None
                time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)

    @contextmanager
    def partitioned(self) -> Iterator[None]:
        """Let it answer nobody meanwhile, with all connections open."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


@contextmanager
def nats_server(users: str = "") -> Iterator[NatsServer]:
    """Run a server of its own for the block."""
    if shutil.which("nats-server") is None:
        pytest.skip("nats-server is not installed: the team feed is not tested")
    folder = Path(tempfile.mkdtemp(prefix="sdrdesk-nats-"))
    server = NatsServer(folder, _free_port(), users)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
