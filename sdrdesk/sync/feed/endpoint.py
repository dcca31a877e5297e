"""The relay's address for webhooks: a small HTTP server for signed requests only.

Run it behind something that speaks TLS (a reverse proxy, a tunnel).
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.feed.notes import Hint
from sdrdesk.sync.feed.inlet import Inlet

_log = logging.getLogger(__name__)

MOST_BYTES: Final = 1 << 20
_BODY_S: Final = 10.0
LIFE_S: Final = 15.0
"""Longest life of a connection. Without it, a few dozen that send nothing would keep HubSpot out:
uvicorn limits neither the wait for a request nor that for its headers."""
_REMEMBERED: Final = 20_000

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Webhook(Protocol):
    """A CRM's signature and words of webhooks."""

    def refusal(
        self, method: str, query: str, body: bytes, headers: Mapping[str, str], now_ms: int
    ) -> str:
        """Return why a request does not count, ``""`` when it does."""

    def identity(self, headers: Mapping[str, str]) -> str:
        """Return what two copies of one request have in common."""

    def hints(self, body: bytes) -> Sequence[Hint]:
        """Return what a request is about. Raises ValueError."""


@dataclass(slots=True)
class WebhookCounts:
    """Requests so far."""

    taken: int = 0
    refused: int = 0
    in_a_row: int = 0
    """Refused since the last one that was signed by the CRM."""
    repeated: int = 0
    put_off: int = 0
    """Answered with 503: the CRM sends them again."""


class Endpoint:
    """An ASGI application. A request is answered when its hints are taken, within milliseconds."""

    name = "webhooks"

    def __init__(
        self, path: str, webhook: Webhook, inlet: Inlet, now_ms: Callable[[], int]
    ) -> None:
        self._path = path
        self._webhook = webhook
        self._inlet = inlet
        self._now_ms = now_ms
        self._known: dict[str, None] = {}
        self.counts = WebhookCounts()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        await _answer(send, await self._status(scope, receive))

    async def _status(self, scope: Mapping[str, Any], receive: Receive) -> int:
        if scope["path"] != self._path:
            return 404
        if scope["method"] != "POST":
            return 405
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        stated = headers.get("content-length", "0")
        if not stated.isdecimal() or int(stated[:12]) > MOST_BYTES:
            return 413
        try:
            body = await asyncio.wait_for(_body(receive), _BODY_S)
        except TimeoutError:
            return 408
        if body is None:
            return 413
        query = scope["query_string"].decode("latin-1")
        why = self._webhook.refusal("POST", query, body, headers, self._now_ms())
        if why:
            self.counts.refused += 1
            self.counts.in_a_row += 1
            _log.warning("relay: a webhook was refused: %s", why)
            return 401
        self.counts.in_a_row = 0
        return self._take(body, self._webhook.identity(headers))

    def _take(self, body: bytes, identity: str) -> int:
        if identity in self._known:
            self.counts.repeated += 1
            return 200
        try:
            hints = self._webhook.hints(body)
        except ValueError as error:
            _log.warning("relay: a signed webhook cannot be read: %s", error)
            return 400
        if not self._inlet.put(hints):
            self.counts.put_off += 1
            return 503
        self._known[identity] = None
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        self.counts.taken += 1
        return 200


async def _body(receive: Receive) -> bytes | None:
    """Return the body, ``None`` when it is too long."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _answer(send: Send, status: int) -> None:
    # One request each: what follows a body that was refused is not read to its end.
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    if status == 503:
        headers.append((b"retry-after", b"10"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class Webhooks:
    """The endpoint as a source of the relay."""

    name = "webhooks"

    def __init__(
        self,
        path: str,
        webhook: Webhook,
        host: str,
        port: int,
        ready: Callable[[int], None] = lambda _: None,
        now_ms: Callable[[], int] = lambda: round(time.time() * 1000),
    ) -> None:
        """Make it.

        Args:
            path: of the address that the CRM calls.
            webhook: how the CRM signs.
            host: address to listen on.
            port: port to listen on, 0 a free one.
            ready: called with the port.
            now_ms: the present moment by the CRM's clock, milliseconds: it dates what it signs.
        """
        self._path = path
        self._webhook = webhook
        self._host = host
        self._port = port
        self._ready = ready
        self._now_ms = now_ms
        self._up = False
        self.endpoint: Endpoint | None = None

    def is_well(self) -> bool:
        """Return whether it listens. Whether the CRM can reach it, only the CRM knows."""
        return self._up

    @property
    def refused_in_a_row(self) -> int:
        """Requests refused since the last one that counted: many, and the secret is wrong."""
        return self.endpoint.counts.in_a_row if self.endpoint else 0

    async def run(self, inlet: Inlet) -> None:
        """Listen until cancelled.

        Raises:
            UsageError: the port is taken.
        """

        class Brief(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                # Closing what is closed does nothing.
                self.loop.call_later(LIFE_S, transport.abort)

        class Server(uvicorn.Server):
            @contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield  # the command stops the relay

        sock = _listen(self._host, self._port)
        self.endpoint = Endpoint(self._path, self._webhook, inlet, self._now_ms)
        config = uvicorn.Config(
            self.endpoint,
            loop="asyncio",
            http=Brief,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=64,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
        )
        server = Server(config)
        serving = asyncio.ensure_future(server.serve([sock]))
        self._up = True
        self._ready(sock.getsockname()[1])
        try:
            await asyncio.shield(serving)
        finally:
            self._up = False
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)
            sock.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=256)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"The relay cannot listen on {host}, port {port} ({error}).",
            kept="Nothing was started.",
            next_step="Try another --port, or 0 for a free one.",
        ) from error
