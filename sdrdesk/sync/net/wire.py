"""An HTTP transport with a fixed time limit per request.

A socket's time-out restarts with each byte, so it never ends a slow drip. Here every read counts
from the start of its request, also for headers.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, cast

import httpcore
import httpx

from sdrdesk.sync.bounds import Bounds
from sdrdesk.sync.net.proxy import Proxy


class TooSlow(httpcore.ReadTimeout):
    """The answer is too slow or endless."""


LEADS_TO: Final = b"x-leads-to"
"""The header ``Location`` of an answer."""


class Wire(httpx.BaseTransport):
    """A pool of connections, direct or through a proxy."""

    def __init__(
        self,
        *,
        context: ssl.SSLContext | None,
        proxy: Proxy | None,
        bounds: Bounds,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a pool; nothing is sent yet.

        Args:
            context: the trusted certificates; ``None`` for plain HTTP.
            proxy: the proxy to use.
            bounds: the time limits of an answer.
            monotonic: the clock of the limits.
        """
        self._pace = _Pace(bounds, monotonic)
        self._pool = _pool(context, proxy, _Backend(self._pace))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return its answer; the body is read later."""
        self._pace.start()
        url = request.url
        wanted = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=cast(Iterable[bytes], request.stream),
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(wanted)
        except _PROBLEMS as error:
            raise _as_httpx(error) from error
        # Redirects are not followed; httpx would refuse an invalid address, so it gets a new name.
        headers = [(LEADS_TO if n.lower() == b"location" else n, v) for n, v in answer.headers]
        return httpx.Response(
            answer.status,
            headers=headers,
            stream=_Body(cast(Iterable[bytes], answer.stream)),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


_PROBLEMS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
)


def _as_httpx(error: Exception) -> httpx.TransportError:
    """Return httpx's error of the same name as httpcore's."""
    for kind in type(error).__mro__:
        named = getattr(httpx, kind.__name__, None)
        if named is not None and issubclass(named, httpx.TransportError):
            return named(str(error))  # type: ignore[no-any-return]
    return httpx.TransportError(str(error))


def _pool(
    context: ssl.SSLContext | None, proxy: Proxy | None, backend: httpcore.NetworkBackend
) -> httpcore.ConnectionPool:
    if proxy is None:
        return httpcore.ConnectionPool(ssl_context=context, network_backend=backend)
    address = httpcore.URL(
        scheme=proxy.scheme, host=proxy.host.encode(), port=proxy.port, target=b"/"
    )
    if proxy.is_socks:
        return httpcore.SOCKSProxy(
            address, proxy_auth=proxy.auth, ssl_context=context, network_backend=backend
        )
    return httpcore.HTTPProxy(
        address,
        proxy_auth=proxy.auth,
        ssl_context=context,
        proxy_ssl_context=context if proxy.scheme == "https" else None,
        network_backend=backend,
    )


class _Body(httpx.SyncByteStream):
    """The body's stream, with httpx's errors."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        except _PROBLEMS as error:
            raise _as_httpx(error) from error

    def close(self) -> None:
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()


class _Pace(threading.local):
    """Progress of the answer that this thread waits for."""

    def __init__(self, bounds: Bounds, monotonic: Callable[[], float]) -> None:
        self._bounds = bounds
        self._now = monotonic
        self.start()

    def start(self) -> None:
        """Begin a request."""
        self._began = self._now()
        self._first: float | None = None
        self._got = 0

    def left_s(self) -> float:
        """Return the seconds the next read may take.

        Raises:
            TooSlow: no time is left.
        """
        now = self._now()
        left = self._began + self._bounds.answer_s - now
        coming_s = 0.0 if self._first is None else now - self._first
        drips = (
            coming_s > self._bounds.slow_after_s
            and self._got < coming_s * self._bounds.least_bytes_per_s
        )
        if left <= 0 or drips:
            raise TooSlow(f"{self._got} bytes in {now - self._began:.0f} s")
        return left

    def read(self, size: int) -> None:
        """Note received bytes."""
        if self._first is None:
            self._first = self._now()
        self._got += size


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, pace: _Pace) -> None:
        self._inner = inner
        self._pace = pace

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._pace.left_s()
        try:
            data = self._inner.read(max_bytes, left if timeout is None else min(timeout, left))
        except httpcore.ReadTimeout:
            self._pace.left_s()  # raises when it was this limit and not the socket's
            raise
        self._pace.read(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._pace)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, pace: _Pace) -> None:
        self._inner = httpcore.SyncBackend()
        self._pace = pace

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._pace)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)
