"""A raw socket server, for answers that a well-behaved server cannot give."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Act = Callable[[socket.socket, bytes], None]
"""Answers one complete request; the connection is closed afterwards."""


class RawServer:
    """Counts requests and lets ``act`` answer each."""

    def __init__(self, act: Act, tls: ssl.SSLContext | None) -> None:
        self.act = act
        self.asked: list[str] = []
        """Request lines, in order."""
        self._tls = tls
        self._ended = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait, at most until the test is over; return whether it is."""
        return self._ended.wait(seconds)

    def close(self) -> None:
        self._ended.set()
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        self._listening.settimeout(0.05)
        while not self._ended.is_set():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with suppress(OSError):
            connection.settimeout(10)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                request = _request(connection)
                if request:
                    self.asked.append(request.partition(b"\r\n")[0].decode("latin-1"))
                    self.act(connection, request)


def _request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65_536)
        if not more:
            return b""
        got += more
        if got.startswith(b"\x16"):  # the beginning of TLS, at a server that speaks none
            return got
    head, _, body = got.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answer(
    body: bytes = b"{}", *headers: str, status: str = "200 OK", length: int | None = None
) -> Act:
    """Return an act that sends this answer."""
    told = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {told}", "Connection: close", *headers]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def act(connection: socket.socket, request: bytes) -> None:
        connection.sendall(head + body)

    return act


@contextmanager
def raw_server(act: Act, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Run a server that answers every request with ``act``."""
    server = RawServer(act, tls)
    try:
        yield server
    finally:
        server.close()
